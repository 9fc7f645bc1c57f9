"""Pictures of the widgets with invented data: `python -m dubu_desktop.ui.gallery OUTDIR`. For looking, not for use."""
