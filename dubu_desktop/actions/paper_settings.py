"""How this office's papers look: 发文机关, 机关代字, usual addressees, typefaces.

Kept in the local table `setting`, not as a record: they are the office's alone, papers are printed on its one machine,
nothing is judged or merged by them, and what was signed carries its own copy (`frozen`), so a later change touches no
paper. They are in the workspace file and so in every backup. What a group or a second machine would have to know
(word of the number series, head, seal) has its default in the RuleProfile, which does travel; a value set here is this
office's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from dubu_desktop.db.workspace import get_json, put_json
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.glyphs import repertoire_of
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.domain.rules import Rules
    from dubu_desktop.export.docx.fonts import FontProfile
    from dubu_desktop.export.docx.geometry import PageProfile

_KEY = "paper_settings"
_ISSUE_MARK = "督导巡查通报"
_BULLETIN = "bulletin"
#: style of a RuleProfile -> of a paper
_STYLES = {"document": HeadStyle.RED_HEAD, "issue": HeadStyle.ISSUE}


@dataclass(frozen=True)
class PaperSettings:
    """The office's choices for its papers; empty text and None mean the default.

    `mark` 发文机关标志 (default: the organ with 文件; for 第N期 督导巡查通报); `code` 机关代字; `fonts` a key of
    `font_choices`; `body_font` the name of another body face; `contact` who answers questions; `page` a key of
    `page_choices`; `used_before`: {year, or kind/year for another kind than the 通报: the last number used on paper
    before the program}, so that the series goes on without a double; `codes`: {kind: 机关代字} of the other kinds.
    """

    mark: str = ""
    organ: str = "督导巡查领导小组办公室"
    code: str = ""
    addressees: tuple[str, ...] = ("各镇人民政府", "各街道办事处", "各有关部门、单位")
    cc: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    style: str = ""
    sealed: bool | None = None
    fonts: str = "windows"
    body_font: str = ""
    contact: str = ""
    page: str = "practice"
    used_before: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def head_style(self, rules: Rules) -> HeadStyle:
        """红头 or 第N期."""
        return HeadStyle(self.style) if self.style else _STYLES[rules.bulletin.style]

    def is_sealed(self, rules: Rules) -> bool:
        """Whether papers carry the seal."""
        return rules.bulletin.sealed if self.sealed is None else self.sealed

    def mark_for(self, style: HeadStyle, organ: str) -> str:
        """发文机关标志 of a paper of this style and organ (GB/T 9704-2012 7.2.4)."""
        return self.mark or (_ISSUE_MARK if style is HeadStyle.ISSUE else f"{organ}文件")

    def code_for(self, rules: Rules, doc_kind: str) -> str:
        """机关代字 of a kind of document: the office's own, the RuleProfile's, else the usual one of the kind."""
        own = self.code if doc_kind == _BULLETIN else self.codes.get(doc_kind, "")
        return own or rules.numbers.documents.get(doc_kind, "") or kind_of(doc_kind).word

    def used_of(self, doc_kind: str) -> dict[int, int]:
        """{year: highest number used on paper before the program} of a kind of document."""
        front = "" if doc_kind == _BULLETIN else f"{doc_kind}/"
        mine = {key.removeprefix(front): used for key, used in self.used_before.items() if key.startswith(front)}
        return {int(year): used for year, used in mine.items() if year.isdecimal()}


_TUPLES = frozenset(f.name for f in fields(PaperSettings) if f.type == "tuple[str, ...]")


def load(conn: Any) -> PaperSettings:
    """The settings in force."""
    kept: dict[str, Any] = get_json(conn, _KEY, {})
    known = {f.name for f in fields(PaperSettings)}
    given: dict[str, Any] = {k: tuple(v) if k in _TUPLES else v for k, v in kept.items() if k in known}
    return PaperSettings(**given)


def save(conn: Any, values: Mapping[str, Any]) -> PaperSettings:
    """Change what `values` names, {name: value}; returns all. D-305 for a name or D-310 for a value that is none."""
    known = {f.name for f in fields(PaperSettings)}
    wrong = [name for name in values if name not in known]
    if wrong:
        raise DubuError("D-305", detail=f"文书设置没有 {'、'.join(wrong)}")
    changed = replace(load(conn), **{name: _clean(name, value) for name, value in values.items()})
    put_json(conn, _KEY, asdict(changed))
    return changed


def _clean(name: str, value: Any) -> Any:
    try:
        if name in _TUPLES:
            lines = [value] if isinstance(value, str) else value
            return tuple(_short(name, line) for line in (clean_line(str(v)) for v in lines) if line)
        if name == "used_before":
            last = {_year_key(str(key)): _serial(key, used) for key, used in value.items()}
            return {key: used for key, used in last.items() if used}
        if name == "codes":
            words = {kind_of(key).id: _code(name, word) for key, word in value.items()}
            return {key: word for key, word in words.items() if word}
        if name == "code":
            return _code(name, value)
        if name == "sealed":
            if value is not None and not isinstance(value, bool):
                raise TypeError(value)
            return value
        text = _short(name, clean_line(value))
        if name == "style" and text:
            return HeadStyle(text).value
        if name == "fonts":
            return font_choices_key(text)
        if name == "page":
            return page_choices()[text] and text
        return text
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise DubuError("D-310", field=_LABELS[name], detail=str(value)[:40]) from error


def _year_key(key: str) -> str:
    """2026, or reminder_letter/2026; ValueError, D-306."""
    kind, _, year = key.rpartition("/")
    if not 1949 <= int(year) <= 9999:
        raise ValueError(year)
    return f"{kind_of(kind).id}/{int(year)}" if kind and kind_of(kind).id != _BULLETIN else str(int(year))


def _serial(key: str, used: Any) -> int:
    """A last number used on paper: a whole number a register of paper can reach; D-310 naming what was given."""
    text = str(used).strip()
    if isinstance(used, bool) or not (text.isascii() and text.isdigit()) or int(text) > _HIGHEST:
        raise DubuError("D-310", field=_LABELS["used_before"], detail=f"“{text[:20]}”，要写0到{_HIGHEST}的整数")
    return int(text)


def _code(name: str, value: Any) -> str:
    """A 机关代字: what may stand before 〔2026〕3号 and is still told apart from it; D-309, D-310."""
    word = _short(name, clean_line(value))
    if len(word) > _CODE_LENGTH or _NO_CODE & set(word):
        why = f"“{word[:20]}”，要写{_CODE_LENGTH}字以内，不带括号、数字和空格"
        raise DubuError("D-310", field=_LABELS[name], detail=why)
    return word


def _short(name: str, text: str) -> str:
    """`text` if it is not longer than a name may be (contracts.md §8); D-309."""
    if len(text) > _LONGEST:
        raise DubuError("D-309", field=_LABELS[name], length=len(text), limit=_LONGEST)
    return text


_LONGEST = 200
#: of a number in a year, of a 机关代字
_HIGHEST, _CODE_LENGTH = 9999, 12
_NO_CODE = frozenset("〔〕[]（）()【】0123456789０１２３４５６７８９ 　")
_LABELS = {
    "mark": "发文机关标志",
    "organ": "发文机关",
    "code": "机关代字",
    "addressees": "主送",
    "cc": "抄送",
    "report_to": "报送",
    "style": "版式",
    "sealed": "盖章",
    "fonts": "字体方案",
    "body_font": "正文字体",
    "contact": "联系人和电话",
    "page": "页边距方案",
    "used_before": "已用序号",
    "codes": "各种文书的代字",
}


def font_choices() -> dict[str, str]:
    """{key: label} of the typefaces to choose from."""
    from dubu_desktop.export.docx.fonts import PROFILES

    return {key: profile.label for key, profile in PROFILES.items()}


def font_choices_key(key: str) -> str:
    """`key` if it is one of `font_choices`; KeyError."""
    return font_choices()[key] and key


def page_choices() -> dict[str, str]:
    """{key: label} of the margins to choose from."""
    from dubu_desktop.export.docx.geometry import PAGES

    return {key: page.label for key, page in PAGES.items()}


def page_profile(settings: PaperSettings) -> PageProfile:
    """Margins and line pitch of papers."""
    from dubu_desktop.export.docx.geometry import PAGES, PRACTICE

    return PAGES.get(settings.page, PRACTICE)


def font_profile(settings: PaperSettings) -> FontProfile:
    """The typefaces that papers name."""
    from dubu_desktop.export.docx.fonts import PROFILES, WINDOWS

    chosen = PROFILES.get(settings.fonts, WINDOWS)
    if not settings.body_font:
        return chosen
    return replace(chosen, body=settings.body_font, repertoire=repertoire_of(settings.body_font))
