"""Bundles between this workspace and the others: what leaves, what comes, and what each side knows of the other."""
