"""The verbs, one module per noun. They are the only writers."""
