"""Hostile files in: workbooks and photos. What parses them runs in a child process (`system/child.py`)."""
