"""Tab goes where the eye goes: through the widgets as their layouts place them, not as they happened to be made.

Qt's own order is the order of making. Here cells, chips and buttons are made anew whenever other records are shown,
and would all end up behind the status strip.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QGridLayout, QLayout, QScrollArea, QSplitter, QWidget


def reading_order(root: QWidget) -> list[QWidget]:
    """Every visible widget below `root`, itself included, in the order in which it is read."""
    return list(_walk(root))


def step(root: QWidget, forward: bool) -> bool:
    """Move the focus within `root` to the next (or former) widget that takes Tab; round the end. False if none does."""
    order = reading_order(root)
    here = root.window().focusWidget()
    at = order.index(here) if here in order else (-1 if forward else 0)
    turned = [*order[at + 1 :], *order[: at + 1]] if forward else [*reversed(order[:at]), *reversed(order[at:])]
    target = next((widget for widget in turned if takes_tab(widget)), None)
    if target is None:
        return False
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    _bring_into_view(target)
    return True


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab may stop here."""
    wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return wants and widget.isEnabled() and widget.focusProxy() is None


def _walk(widget: QWidget) -> Iterator[QWidget]:
    if not widget.isVisible():
        return
    yield widget
    for child in _children(widget):
        yield from _walk(child)


def _children(widget: QWidget) -> list[QWidget]:
    if isinstance(widget, QScrollArea):
        return [widget.widget()] if widget.widget() is not None else []
    if isinstance(widget, QAbstractScrollArea):
        return []  # a list or a text is one stop
    if isinstance(widget, QSplitter):
        return [widget.widget(place) for place in range(widget.count())]
    layout = widget.layout()
    placed = list(_placed(layout)) if layout is not None else []
    others = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    return [*placed, *(child for child in others if child not in placed)]


def _placed(layout: QLayout) -> Iterator[QWidget]:
    """Widgets of a layout; those of a grid row by row."""
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: layout.getItemPosition(place)[:2])  # type: ignore[index]  # a tuple
    for place in places:
        item = layout.itemAt(place)
        if item is None:
            continue
        if item.widget() is not None:
            yield item.widget()
        elif item.layout() is not None:
            yield from _placed(item.layout())


def _bring_into_view(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
