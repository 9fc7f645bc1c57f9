"""文书: the 通报 from chosen findings, seen, numbered, issued, printed."""
