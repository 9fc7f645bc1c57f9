"""The workspace file: keys, encrypted database, evidence store, backups. SQL lives here and nowhere else."""
