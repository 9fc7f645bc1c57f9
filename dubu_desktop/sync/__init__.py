"""The bundle file: container, signatures, roster, enrolment. Keys come as arguments, none is stored.

Its byte layouts are written down in docs/bundle-format.md.
"""
