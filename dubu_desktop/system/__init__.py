"""This machine: paths, files, sticks, clock, randomness. What differs between Windows and Linux lives here."""
