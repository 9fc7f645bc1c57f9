"""Workbooks from elsewhere -> what is to be created, changed, or handed back: planned here, written by the verbs."""
