"""What the frame asks the house: counts for the rail, the strip, who may sit here, the password, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import locks
from dubu_desktop.actions.reads import frame, home
from dubu_desktop.ui.rail import Waiting
from dubu_desktop.ui.strip import StripItem
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.popup import Choice
from dubu_desktop.ui.window import Hooks

if TYPE_CHECKING:
    from dubu_desktop.ui.program import Program

_BENEATH = {"office": "领导小组", "group": "督巡组"}


def hooks_for(program: Program) -> Hooks:
    """The frame's hooks for an open workspace."""
    house, desk = program.house, program.desk
    profile = house.ws.profile

    def choose(choice: Choice) -> None:
        desk.on_writer(program, house.be, choice.id, then=lambda actor: desk.tell(f"现在是{actor.name}在用。"))

    def undo() -> None:
        desk.do(program, "undo", then=lambda outcome: desk.tell(f"{outcome.extra['sentence']}。"))

    return Hooks(
        who="办公室" if house.edition == "office" else (profile.group_name or profile.group_code),
        beneath=_BENEATH[house.edition],
        persons=lambda _reader, text: _persons(house, text),
        person=house.person.name if house.person else "",
        choose_person=choose,
        verify=lambda password: locks.password_fits(house, password),
        waiting=_waiting,
        strip=_strip,
        settings={},
        save_setting=program.remember,
        undo=undo,
        idle_minutes=program.preferences.number("idle_minutes", 10),
    )


def _waiting(reader: Any) -> dict[str, Waiting]:
    """Counts for the rail (on the reader thread)."""
    return {page: Waiting(c.count, Tone(c.tone)) for page, c in home.rail_counts(reader).items()}


def _strip(reader: Any) -> list[StripItem]:
    """The facts of the status strip (on the reader thread)."""
    facts = frame.strip(reader).facts
    shown = {Tone.OK, Tone.WARN, Tone.BAD}
    return [
        StripItem(
            f.key,
            ((f.label, False), (f.value, True)),
            f.page,
            Tone(f.tone) if Tone(f.tone) in shown else None,
            f.tip,
        )
        for f in facts
    ]


def _persons(house: Any, text: str) -> list[Choice]:
    """Who may sit at the keyboard and is found by `text` (on the reader thread)."""
    people = [Choice(row["uuid"], row["name"]) for row in house.people()]
    return [choice for choice in people if choice.matches(text)]
