"""What the frame asks the house: counts for the rail, the strip, who may sit here, the password, undo, records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dubu_desktop.domain.records import KINDS
from dubu_desktop.ui.operation import Changes
from dubu_desktop.ui.preferences import RULE_MINUTES
from dubu_desktop.ui.rail import Waiting
from dubu_desktop.ui.rows import short_group
from dubu_desktop.ui.strip import StripItem
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.popup import Choice, Deliver
from dubu_desktop.ui.window import Hooks

if TYPE_CHECKING:
    from dubu_desktop.ui.program import Program

_BENEATH = {"office": "领导小组", "group": "督巡组"}
#: how many of each kind the command box offers
_FOUND = 6
_EVERYTHING = frozenset(kind.name for kind in KINDS)


def hooks_for(program: Program, kept: dict[str, Any]) -> Hooks:
    """The frame's hooks for an open workspace; `kept`: what its window remembers."""
    house, desk = program.house, program.desk
    profile = house.ws.profile

    def chosen(actor: Any) -> None:
        desk.tell(f"现在是{actor.name}在用。")
        desk.changed.emit(Changes(_EVERYTHING))  # what may be done depends on who it is

    def choose(choice: Choice) -> None:
        desk.on_writer(program, house.be, choice.id, then=chosen)

    def undo() -> None:
        desk.do(program, "undo", then=lambda outcome: desk.tell(f"{outcome.extra['sentence']}。"))

    return Hooks(
        who="办公室" if house.edition == "office" else short_group(profile.group_name or profile.group_code),
        beneath=_BENEATH[house.edition],
        waiting=waiting,
        strip=strip,
        saved=saved,
        persons=persons,
        person=house.person.name if house.person else "",
        choose_person=choose,
        verify=partial(_fits, house),
        settings=kept,
        save_setting=program.remember,
        undo=undo,
        idle_minutes=program.preferences.number("idle_minutes", kept.get(RULE_MINUTES, 10)),
        searchers=(partial(_search, program),),
    )


# --- on the reader thread ----------------------------------------------------------------------------------------


def waiting(reader: Any) -> dict[str, Waiting]:
    """How much waits on each page."""
    from dubu_desktop.actions.reads import home

    return {page: Waiting(found.count, Tone(found.tone)) for page, found in home.rail_counts(reader).items()}


def strip(reader: Any) -> list[StripItem]:
    """The things people worry about."""
    from dubu_desktop.actions.reads import frame

    return [
        StripItem(
            fact.key,
            ((fact.label, False), (fact.value, True)),
            fact.page,
            Tone(fact.tone) if Tone(fact.tone).shape else None,
            fact.tip,
        )
        for fact in frame.strip(reader).facts
    ]


def saved(reader: Any) -> str:
    """When something was last saved here."""
    from dubu_desktop.actions.reads import frame

    return frame.strip(reader).saved


def _fits(house: Any, password: str) -> bool:
    """Whether this is the password of the workspace (on the pool)."""
    from dubu_desktop.actions.locks import password_fits

    return password_fits(house, password)


def persons(reader: Any, text: str) -> list[Choice]:
    """Who may sit at the keyboard, by Chinese, pinyin or initials."""
    from dubu_desktop.actions.reads import pick

    return [Choice(bytes.fromhex(one.id), one.label, one.hint) for one in pick.people(reader, text)]


def found(reader: Any, text: str) -> list[tuple[str, str, str, str]]:
    """Records that `text` finds: (page, id, what it is called, hint), a few of each kind."""
    from dubu_desktop.actions.reads import documents, pick, tasks
    from dubu_desktop.actions.reads.lists import ListFilter

    out = [("findings", one.id, f"{one.label} {one.hint}", "问题") for one in pick.findings(reader, text, _FOUND)]
    words = ListFilter(text=text)
    for page, module, kind in (("tasks", tasks, "任务"), ("documents", documents, "文书")):
        rows: Sequence[Any] = module.rows(reader, module.ids(reader, words)[:_FOUND])  # type: ignore[attr-defined]
        out += [(page, row.id, f"{row.number} {row.title}".strip(), kind) for row in rows]
    out += [("units", one.id, one.label, "单位") for one in pick.units(reader, text, _FOUND)]
    return out


# --- on the GUI thread -------------------------------------------------------------------------------------------


def _search(program: Program, text: str, deliver: Deliver) -> None:
    """A supplier of the command box: records, each of which opens on its page."""

    def show(rows: list[tuple[str, str, str, str]]) -> None:
        deliver([Choice(_open(program, page, record), label, hint) for page, record, label, hint in rows])

    program.desk.read(program, found, text, then=show, newest="found")


def _open(program: Program, page: str, record: str) -> Callable[[], Any]:
    return lambda: program.window.go(page, record) if program.window is not None else None
