"""Ops, segments and bases as bytes: shared by the journal and the bundle."""
