"""单位: who answers for what and where; list of any length, tree, import."""
