"""The window: one folder per page, widgets/, operation.py (threads, progress, errors, refresh: written once), theme."""
