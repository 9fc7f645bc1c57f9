"""What can be done and what can be read: the same verbs and reads for the window and the command line."""
