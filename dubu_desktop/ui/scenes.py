"""What is photographed besides the plain pages: each scene brings a real window into one state and has it drawn.

A scene is `scene(studio, name)`; it leaves the window as a person would who presses Esc.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from dubu_desktop.ui.pages import pages_for

if TYPE_CHECKING:
    from dubu_desktop.ui.pictures import Studio

Scene = Callable[["Studio", str], None]

OFFICE, GROUP, EMPTY = "office", "group03", "empty"
#: {page: (kind, number or title)} of the record a page is drawn with; the others show their first row.
_SHOWN = {
    "findings": ("finding", "WT-2026-03-0001"),
    "rectify": ("finding", "WT-2026-03-0001"),
    "tasks": ("task", "幸福河大桥下生活污水直排问题"),
    "documents": ("document", "督巡通〔2026〕1号"),
}
_CLASH = "WT-2026-06-0003"
_FIGURE = 3  # of the 通报: one in its first paragraphs
_CLOSED = "WT-2026-03-0002"


def chosen(look: str, scale: int) -> Iterator[tuple[str, Scene]]:
    """What is drawn in one theme at one scale: always every registered page, as the office sees it.

    Light at 100 % and dark at 150 % have the states and a group's pages as well; light at 100 % also the places inside
    a page (设置) and the pages of a workspace with nothing in it.
    """
    yield from _pages("office", OFFICE)
    if (look, scale) == ("light", 100):
        for spec in pages_for(OFFICE):
            for part in spec.places[1:]:  # the page opens with the first
                scene = partial(_page, place=OFFICE, key=spec.key, record=part.record)
                yield f"office-{spec.key}-{part.record}", scene
        yield from _pages("empty", EMPTY)
    if (look, scale) in (("light", 100), ("dark", 150)):
        yield from _pages("group", GROUP)
        yield from STATES


def _pages(name: str, place: str) -> Iterator[tuple[str, Scene]]:
    for spec in pages_for("group" if place == GROUP else "office"):
        yield f"{name}-{spec.key}", partial(_page, place=place, key=spec.key)


def _page(studio: Studio, name: str, *, place: str, key: str, record: str | None = None) -> None:
    window = studio.window(place)
    if key in _SHOWN and place == OFFICE:
        record = _record(studio, place, *_SHOWN[key])
    if window.go(key, record) is None:
        raise LookupError(f"no page {key}")
    studio.snap(window, name)


def _record(studio: Studio, place: str, kind: str, number: str) -> str:
    from dubu_desktop.actions import lookup

    return str(studio.house(place).read(lambda r: lookup.find(r.conn, kind, number).hex()))


# --- before the frame --------------------------------------------------------------------------------------------


def _start(studio: Studio, name: str, *, panel: Callable[[Studio], Any]) -> None:
    from dubu_desktop.ui.unlock import StartWindow

    window = StartWindow()
    studio.show(window)
    window.show_panel(panel(studio))
    studio.snap(window, name)
    studio.drop(window)


def _choice(_studio: Studio) -> Any:
    from dubu_desktop.ui.first_run import ChoicePanel

    return ChoicePanel(with_demo=True)


def _form(studio: Studio, *, kind: str) -> Any:
    from dubu_desktop.ui.first_run import FormPanel

    return FormPanel(kind, studio.home / "督簿")


def _unlock(studio: Studio) -> Any:
    from dubu_desktop.ui.start_panels import UnlockPanel

    return UnlockPanel([studio.home / "办公室", studio.home / "演示库"])


def _code(_studio: Studio) -> Any:
    from dubu_desktop.ui.start_panels import RecoveryPanel

    return RecoveryPanel("CMGSX-6K6VP-FA99R-4PTAK-8CTZF-Q2U6E-QMH88", "办公室")


# --- findings ----------------------------------------------------------------------------------------------------


def _new(studio: Studio, name: str) -> None:
    window = studio.window(GROUP)
    window.new_finding()
    studio.settle(window)
    studio.snap(window, name)
    window.current_page.entering.give_up()
    studio.settle(window)
    window.messages.hide()


def _same_again(studio: Studio, name: str) -> None:
    window = studio.window(GROUP)
    window.go("findings", _record(studio, GROUP, "finding", _CLOSED))
    studio.settle(window)
    window.current_page.same_again()
    studio.settle(window)
    studio.snap(window, name)
    window.current_page.entering.give_up()
    studio.settle(window)
    window.messages.hide()


def _clash(studio: Studio, name: str) -> None:
    window = studio.window(OFFICE)
    window.go("findings", _record(studio, OFFICE, "finding", _CLASH))
    studio.snap(window, name)


def _photo(studio: Studio, name: str, *, pair: bool) -> None:
    window = studio.window(OFFICE)
    page = window.go("findings", _record(studio, OFFICE, "finding", _CLOSED))
    studio.settle(window)
    if pair:
        page.compare()
    else:
        page.finding.evidence.enlarge()
    studio.snap(window, name)
    studio.escape(window)


def _search(studio: Studio, name: str, *, words: str) -> None:
    window = studio.window(OFFICE)
    page = window.go("findings")
    page.pane.search.setText(words)
    studio.settle(window)
    studio.snap(window, name)
    page.pane.search.clear()
    studio.settle(window)


# --- bundles and papers ------------------------------------------------------------------------------------------


def _preview(studio: Studio, name: str) -> None:
    window = studio.window(OFFICE)
    page = window.go("bundles")
    page.preview([str(path) for path in studio.waiting])
    studio.snap(window, name)
    page.go_home()
    studio.settle(window)


def _bulletin(studio: Studio, name: str, *, view: str) -> None:
    window = studio.window(OFFICE)
    page = window.go("documents", _record(studio, OFFICE, *_SHOWN["documents"]))
    studio.settle(window)
    page.show_view("pages" if view == "figure" else view)
    studio.settle(window)
    if view == "figure":
        page.preview.open_figure(_FIGURE)
    studio.snap(window, name)
    page.preview.side.shut()
    page.show_view("pages")
    studio.settle(window)


def _export(studio: Studio, name: str) -> None:
    window = studio.window(OFFICE)
    page = window.go("bundles")
    page.export()
    studio.snap(window, name)
    page.go_home()
    studio.settle(window)


# --- over the window ---------------------------------------------------------------------------------------------


def _over(studio: Studio, name: str, *, open_: str) -> None:
    window = studio.window(OFFICE)
    window.go("workbench")
    studio.settle(window)
    getattr(window, open_)()
    studio.snap(window, name)
    studio.escape(window)


def _visit(studio: Studio, name: str) -> None:
    from dubu_desktop.ui.visits.start import toggle

    window = studio.window(GROUP)
    toggle(window)
    studio.snap(window, name)
    studio.escape(window)


def _new_task(studio: Studio, name: str) -> None:
    window = studio.window(OFFICE)
    page = window.go("tasks")
    studio.settle(window)
    page.compose()
    studio.snap(window, name)
    studio.escape(window)


def _cover(studio: Studio, name: str) -> None:
    window = studio.window(OFFICE)
    window.hide_all()
    studio.snap(window, name)
    window.cover_sheet.hide()
    window.cover_sheet.uncovered.emit()


STATES: tuple[tuple[str, Scene], ...] = (
    ("first-run", partial(_start, panel=_choice)),
    ("first-run-office", partial(_start, panel=partial(_form, kind="office"))),
    ("first-run-group", partial(_start, panel=partial(_form, kind="group"))),
    ("unlock", partial(_start, panel=_unlock)),
    ("recovery-code", partial(_start, panel=_code)),
    ("new-finding", _new),
    ("same-again", _same_again),
    ("conflict", _clash),
    ("photo", partial(_photo, pair=False)),
    ("photo-pair", partial(_photo, pair=True)),
    ("search", partial(_search, words="xftd")),
    ("search-none", partial(_search, words="没有这样的事")),
    ("bundle-preview", _preview),
    ("bundle-export", _export),
    ("bulletin-content", partial(_bulletin, view="content")),
    ("bulletin-findings", partial(_bulletin, view="findings")),
    ("bulletin-numbers", partial(_bulletin, view="figures")),
    ("bulletin-figure", partial(_bulletin, view="figure")),
    ("command-box", partial(_over, open_="open_command_box")),
    ("shortcuts", partial(_over, open_="show_keys")),
    ("manual", partial(_over, open_="show_manual")),
    ("who", partial(_over, open_="ask_who")),
    ("visit-start", _visit),
    ("task-new", _new_task),
    ("cover", _cover),
)
