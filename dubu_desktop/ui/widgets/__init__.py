"""The widget kit, one idea per file. Pages import from `dubu_desktop.ui.kit`, the start window single files."""
