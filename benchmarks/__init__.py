"""Figures taken side by side with the machine's floor and with peers, in one run: `./dubu bench` (README.md)."""
