"""The whole widget kit in one place for pages: `from dubu_desktop.ui.kit import RowList, ActionBar` (docs/ui.md)."""

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.area import TextArea
from dubu_desktop.ui.widgets.ask import AskPanel
from dubu_desktop.ui.widgets.button import Action, ActionBar, Button
from dubu_desktop.ui.widgets.card import Card, Figure, Scroll, SectionHead, Spread
from dubu_desktop.ui.widgets.chips import ChipLabel, Filter, FilterChips, FlowLayout
from dubu_desktop.ui.widgets.command import Command, CommandBox, ShortcutsSheet
from dubu_desktop.ui.widgets.draft import DraftText
from dubu_desktop.ui.widgets.editors import Field, Kind
from dubu_desktop.ui.widgets.gauge import ClarityGauge
from dubu_desktop.ui.widgets.head import DetailHead
from dubu_desktop.ui.widgets.keyvalue import KeyValueCard
from dubu_desktop.ui.widgets.label import PlainLabel, plain_tip, restyle
from dubu_desktop.ui.widgets.linked import LinkedRows
from dubu_desktop.ui.widgets.messagebar import EmptyState, MessageBar
from dubu_desktop.ui.widgets.options import Option, OptionCards
from dubu_desktop.ui.widgets.photos import Photo, PhotoStrip
from dubu_desktop.ui.widgets.picker import MultiPicker, Picker
from dubu_desktop.ui.widgets.popup import Choice, Supply, supply_list, supply_read
from dubu_desktop.ui.widgets.progress import BugPanel, ProgressPanel
from dubu_desktop.ui.widgets.rowlist import RowList
from dubu_desktop.ui.widgets.rowpaint import Row
from dubu_desktop.ui.widgets.search import SearchBox
from dubu_desktop.ui.widgets.steps import StepStrip
from dubu_desktop.ui.widgets.table import Column, DataTable
from dubu_desktop.ui.widgets.timeline import Happening, Timeline
from dubu_desktop.ui.widgets.viewer import CompareSlider, PhotoViewer

__all__ = [
    "Action", "ActionBar", "AskPanel", "BugPanel", "Button", "Card", "Chip", "ChipLabel", "Choice", "ClarityGauge",
    "Column", "Command", "CommandBox", "CompareSlider", "DataTable", "DetailHead", "DraftText", "EmptyState", "Field",
    "Figure", "Filter", "FilterChips", "FlowLayout", "Happening", "KeyValueCard", "Kind", "LinkedRows", "MessageBar",
    "MultiPicker", "Option", "OptionCards", "Photo", "PhotoStrip", "PhotoViewer", "Picker", "PlainLabel",
    "ProgressPanel", "Row", "RowList", "Scroll", "SearchBox", "SectionHead", "ShortcutsSheet", "Spread", "StepStrip",
    "Supply", "TextArea", "Timeline", "Tone", "plain_tip", "restyle", "supply_list", "supply_read",
]  # fmt: skip
