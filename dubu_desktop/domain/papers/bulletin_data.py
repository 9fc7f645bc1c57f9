"""What a 通报 says, as plain values: it can be frozen at issue and printed again, unchanged, a year later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.papers.blocks import Attachment, HeadStyle
from dubu_desktop.domain.papers.texts import SHIPPED, Texts
from dubu_desktop.domain.papers.told import FindingTold

SHIPPED_TEXTS = SHIPPED.of("bulletin")


class NamingLevel(LabelledEnum):
    """Whom a 通报 names (domain.md A54)."""

    #: units only; persons are nowhere in the file
    UNIT = "unit", "点名单位"
    #: units and, with name and post, persons
    PERSON = "person", "点人点事"


@dataclass(frozen=True, slots=True)
class BulletinData:
    """Everything one 通报 says. `number` is the whole 发文字号 (`wording.paper_number`), `serial` the year's count.

    A draft has neither number nor `issued_on` and says so in their places. `lead`, `overall`, `requirements` replace
    the generated sentences (a line break begins a paragraph). `table_rows_in_body`: a longer problem table goes to an
    attachment, so that 三、整改要求 is not found twenty pages after the lead. `method_rows` and `unit_rows`: the
    visits and units behind `methods` and `visited_units`, so that those figures open. `by_unit`: set out by responsible
    unit instead of by field of work. `texts`: how this office words a 通报.
    """

    mark: str
    organ: str
    title: str
    year: int
    items: tuple[FindingTold, ...]
    addressees: tuple[str, ...] = ()
    style: HeadStyle = HeadStyle.RED_HEAD
    sealed: bool = True
    number: str = ""
    serial: int | None = None
    total_serial: int | None = None
    issued_on: date | None = None
    naming: NamingLevel = NamingLevel.UNIT
    period_from: date | None = None
    period_to: date | None = None
    groups: tuple[str, ...] = ()
    methods: tuple[tuple[str, int], ...] = ()
    visited_units: int = 0
    method_rows: tuple[tuple[bytes, ...], ...] = ()
    unit_rows: tuple[bytes, ...] = ()
    good_practice: str = ""
    reply_due: date | None = None
    reply_to: str = ""
    lead: str = ""
    overall: str = ""
    requirements: str = ""
    report_to: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    printing_organ: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    notice: str = ""
    table_rows_in_body: int = 30
    reply_sheet: bool = True
    extra_attachments: tuple[Attachment, ...] = ()
    by_unit: bool = False
    texts: Texts = SHIPPED_TEXTS
