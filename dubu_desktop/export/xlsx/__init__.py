"""Workbooks: the problem ledger, and what came in wrong, handed back marked."""
