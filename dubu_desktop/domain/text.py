"""Text as it is taken in, compared, masked and spoken: the one place that knows which characters deceive.

Everything typed or imported passes `clean_line` or `clean_text` (reliability.md T10): names differing by an invisible
character must not exist. The character sets are written out instead of asking `unicodedata.category`, because two
machines with different Python versions must clean alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

#: The one time zone (contracts.md §5); a fixed offset, so that no time zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

# Format characters (Cf of Unicode 16, reserved default-ignorables included), and what looks like nothing though it is
# not Cf: Hangul and Khmer fillers, the combining grapheme joiner, the blank braille cell.
_INVISIBLE = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
)
# Controls without \t \n, and noncharacters, which no XML (docx, xlsx) can carry.
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
_DROPPED = re.compile(f"[{_INVISIBLE}{_CONTROL}]")
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_RUN = re.compile("[ \u3000]+")
_REPLACEMENT = "\ufffd"

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN = re.compile(f"[{_HAN}]")


def clean_line(text: str) -> str:
    """One line as it may be stored: NFC, nothing invisible, breaks and runs of spaces as one space, trimmed.

    A lone surrogate (from a damaged file name or clipboard) becomes U+FFFD, visibly. Variation selectors and private
    use characters stay: rare characters in names depend on them. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _RUN.sub(" ", _cleaned(text).replace("\n", " ")).strip(" ")


def clean_text(text: str) -> str:
    """Text of several lines as it may be stored: as `clean_line`, but line breaks (as \\n) and inner spaces stay.

    Spaces at line ends and empty lines at both ends go; an ideographic space at the head of a paragraph stays.
    """
    lines = (line.rstrip(" \u3000") for line in _cleaned(text).split("\n"))
    return "\n".join(lines).strip("\n")


def file_name(*parts: str) -> str:
    """A name for a file that every system takes: no separators, no marks Windows refuses, at most 80 characters."""
    words = " ".join(clean_line(part) for part in parts if part)
    kept = "".join(" " if c in '\\/:*?"<>|' else c for c in words)
    return clean_line(kept)[:80].strip(" .") or "文书"


def _cleaned(text: str) -> str:
    text = _SURROGATE.sub(_REPLACEMENT, text)
    text = _SPACES.sub(" ", _BREAKS.sub("\n", text))
    # Dropping may bring a base and its mark together, hence before NFC.
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def has_hidden(text: str) -> bool:
    """True if `text` holds a character that cannot be seen but changes or reverses what is read."""
    return bool(_DROPPED.search(text) or _SURROGATE.search(text))


# Letters of other scripts and characters that a reader takes for another one; target: what it is read as.
_TWINS = {
    **dict(zip("авеѕіјкмнорсԁԛтухһԍ", "abesijkmhopcdqtyxhg", strict=True)),  # Cyrillic
    **dict(zip("αβεζηικμνορτυχωγ", "abezhikuvoptuxwy", strict=True)),  # Greek
    **dict(zip("ıɑɡǀ│∣", "iaglll", strict=True)),
    **dict(zip("エロニカタトハーノムメ", "工口二力夕卜八一丿厶乂", strict=True)),
    **dict(zip("已巳未士曰戌戍毌母冂帀丨", "己己末土日戊戊毋毋门币l", strict=True)),
    **dict.fromkeys("○◯零", "〇"),
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("•‧∙⋅・･●", "·"),
    **dict.fromkeys("〔〕［］【】〖〗", ""),
}
_SKELETON = str.maketrans(_TWINS)
_IGNORED = re.compile("[\\s\u3000\ufe00-\ufe0f\U000e0100-\U000e01ef()\\[\\]<>《》〈〉'\"“”‘’`,，.。、_|!]")


def similar_key(text: str) -> str:
    """What a hurried reader sees of a name: equal keys call for the warning "名称相近", never for a merge.

    NFKC and casefold (T10), then spaces, brackets, quotes and commas dropped and look-alike characters folded
    (Cyrillic а = a, katakana エ = 工, 未 = 末).
    """
    text = unicodedata.normalize("NFKC", clean_line(text)).casefold()
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text.translate(_SKELETON)))


_DOUBLE = (
    "欧阳 上官 司马 诸葛 尉迟 皇甫 慕容 令狐 东方 夏侯 司徒 公孙 长孙 宇文 端木 独孤 "
    "南宫 申屠 鲜于 轩辕 呼延 拓跋 澹台 万俟 太史 闻人 赫连 濮阳 淳于 单于 公冶 钟离 "
    "百里 东郭 西门 南门 公羊 第五 司空 亓官 仲孙 子车 颛孙 巫马"
)
_DOUBLE_SURNAMES = frozenset(_DOUBLE.split())


def mask_name(name: str) -> str:
    """A person's name as lists show it: the surname, then one * per character (张三 → 张*, 欧阳修文 → 欧阳**)."""
    name = clean_line(name)
    keep = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else 1
    if len(name) <= 1:
        return "*" * len(name)
    return name[:keep] + "".join(c if c in "·• " else "*" for c in name[keep:])


_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_NARROW = {ord(wide): ord(wide) - 0xFEE0 for wide in "０１２３４５６７８９％"} | {
    code: code - 0xFEE0 for code in (*range(ord("Ａ"), ord("Ｚ") + 1), *range(ord("ａ"), ord("ｚ") + 1))
}
_CHINESE = f"{_HAN}，。；：？！（）、《》“”〔〕【】"
_BESIDE_CHINESE = re.compile(f"(?<=[{_CHINESE}]) ?([,;:?!)(]) *| *([,;:?!)(]) *(?=[{_CHINESE}])")
_FULL_STOP = re.compile(f"(?<=[{_CHINESE}])\\.(?![.\\w])")
_QUOTED = re.compile(f'"([^"]*[{_HAN}][^"]*)"')
_PAIR = re.compile("\\(([^()（）]*)）|（([^()（）]*)\\)")


def full_width(text: str) -> str:
    """A Chinese sentence with Chinese punctuation: marks beside Chinese full-width, figures and Latin half-width.

    Times (08:46), decimals, thousands and Latin runs keep their own marks (ui.md "Answering").
    """
    text = _QUOTED.sub("“\\1”", text.translate(_NARROW))
    for _ in range(2):  # a mark between two marks sees its Chinese neighbour only after the first round
        text = _BESIDE_CHINESE.sub(lambda m: _WIDE[m[1] or m[2]], text)
    text = _PAIR.sub(lambda m: f"（{m[1] if m[1] is not None else m[2]}）", text)
    return _FULL_STOP.sub("。", text)


def sentence(text: str) -> str:
    """`text` as a whole sentence: Chinese punctuation and exactly one mark at its end."""
    text = full_width(clean_text(text)).rstrip("，、；：,;: ")
    return text if not text or text[-1] in "。？！…”" else text.rstrip(".") + "。"


def listed(names: Iterable[str], limit: int = 0, counter: str = "个") -> str:
    """Names as a sentence lists them: 甲、乙、丙; with a `limit`, 甲、乙等5个."""
    names = list(names)
    if limit and len(names) > limit:
        return "、".join(names[:limit]) + f"等{len(names)}{counter}"
    return "、".join(names)


def spoken_date(day: date, today: date | None = None) -> str:
    """A day as people say it: 6月2日; of another year than `today` (or with none given) 2025年12月3日."""
    day = _local(day).date() if isinstance(day, datetime) else day
    short = f"{day.month}月{day.day}日"
    return short if today is not None and day.year == today.year else f"{day.year}年{short}"


def spoken_datetime(moment: datetime, today: date | None = None) -> str:
    """A moment as people say it: 6月2日 08:46; an aware one is turned to Shanghai time."""
    moment = _local(moment)
    return f"{spoken_date(moment, today)} {moment:%H:%M}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI) if moment.tzinfo is not None else moment


def days_text(days: int, working: bool = False) -> str:
    """A length: 3天 (calendar days) or 3个工作日."""
    return f"{days}个工作日" if working else f"{days}天"
