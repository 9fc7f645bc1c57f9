"""One workspace and its bundles per released version, opened by every later one (sync.md §3.10)."""
