"""Pinyin of names, so that a picker finds 青石镇 by 青石, qingshi and qsz, with the input method on or off.

pypinyin reads words well but surnames badly (单雄信 → dan) and some place names too; a name does not say whether it is
a person's or a place's. So both readings are kept wherever a character has one that names really use. pypinyin is
imported when the first name is read, not before (stack.md §2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from dubu_desktop.domain.text import HAN, clean_line

#: How many readings of one name are kept; a name of four polyphones has more than anybody types.
MAX_READINGS = 8

# Readings used at the head of a name, in surnames above all: 单雄信 is Shan, 大城 is Dai.
_AT_THE_HEAD = (
    "单dan,shan 仇chou,qiu 曾ceng,zeng 区qu,ou 查cha,zha 尉wei,yu 盖gai,ge 缪miao,miu,mou 朴pu,piao 翟di,zhai "
    "洗xi,xian 员yuan,yun 召zhao,shao 种zhong,chong 折zhe,she 黑hei,he 秘mi,bi 繁fan,po,shi 覃tan,qin 能neng,nai "
    "祭ji,zhai 句ju,gou 阚kan 隗wei,kui 郇xun,huan 谌chen,shen 宓mi,fu 郗xi,chi 薄bao,bo 宿su,xiu 万wan,mo "
    "澹dan,tan 卜bo,bu 冯feng,ping 贾jia,gu 大da,dai"
)
# Readings used anywhere in a place name: 惠安堡 bao, bu or pu.
_ANYWHERE = (
    "解jie,xie,hai 乐le,yue,lao 牟mou,mu 长chang,zhang 佴nai 重zhong,chong 行hang,xing 厦sha,xia 堡bao,bu,pu "
    "埔pu,bu 圩xu,wei 沌dun,zhuan 泌mi,bi 浚jun,xun 莘xin,shen 涡wo,guo 铅qian,yan 番fan,pan 蔚wei,yu 六liu,lu "
    "枞cong,zong 歙she,xi 洞dong,tong 峙zhi,shi 会hui,kuai 朝chao,zhao 尾wei,yi 阿a,e 都dou,du 泷long,shuang "
    "百bai,bo 柏bai,bo 落luo,la 咀zui,ju 澄cheng,deng 拓ta,tuo 藏cang,zang 什shi,shen 省sheng,xing 传chuan,zhuan "
    "调diao,tiao 弹dan,tan 降jiang,xiang 称cheng,chen 参can,shen 差cha,chai 巷xiang,hang 壳ke,qiao 佛fo,fu "
    "崖ya,ai 蕃fan,bo 荥xing,ying 渑mian,sheng 栟bing 珲hun 筠jun,yun 犍jian,qian"
)


@dataclass(frozen=True, slots=True)
class PinyinKeys:
    """How a name can be typed. `full` and `initials` are the likeliest reading; `alternates` the others, as pairs."""

    name: str
    full: str
    initials: str
    alternates: tuple[tuple[str, str], ...] = ()

    @property
    def column(self) -> str:
        """All readings as one text to store and search with LIKE '%query%': |full|initials|full|initials|.

        The bar marks the beginning of a key: '%|qsz%' finds the prefix alone.
        """
        readings = ((self.full, self.initials), *self.alternates)
        return "|" + "|".join(dict.fromkeys(key for pair in readings for key in pair)) + "|"


def keys(name: str) -> PinyinKeys:
    """The keys of one name; figures and letters stand for themselves, other marks are left out."""
    return next(keys_of([name]))


def keys_of(names: Iterable[str]) -> Iterator[PinyinKeys]:
    """The keys of many names, in their order (41,352 townships in about a second)."""
    from pypinyin import lazy_pinyin

    at_the_head, anywhere = _readings(_AT_THE_HEAD), _readings(_ANYWHERE)
    for name in names:
        cleaned = clean_line(name)
        text = _plain(cleaned)
        # `list` gives one entry per character that is no Chinese, as pypinyin documents; its stub does not know.
        likeliest = [_ascii(one) for one in lazy_pinyin(text, errors=list)]  # type: ignore[arg-type]
        choices = [
            tuple(
                dict.fromkeys((first, *anywhere.get(character, ()), *at_the_head.get("" if place else character, ())))
            )
            for place, (character, first) in enumerate(zip(text, likeliest, strict=True))
        ]
        pairs = list(dict.fromkeys(("".join(one), _initials(text, one)) for one in _likeliest_first(choices)))
        yield PinyinKeys(cleaned, *pairs[0], tuple(pairs[1:]))


def _likeliest_first(choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """At most `MAX_READINGS` readings, those with the fewest unusual syllables first."""
    readings = list(islice(product(*choices), 256))
    usual = readings[0]
    readings.sort(key=lambda one: sum(a != b for a, b in zip(one, usual, strict=True)))
    return readings[:MAX_READINGS]


def _readings(table: str) -> dict[str, tuple[str, ...]]:
    return {entry[0]: tuple(entry[1:].split(",")) for entry in table.split()}


_MARKS = re.compile(r"[^\w]|_")


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _ascii(syllable: str) -> str:
    return syllable.replace("ü", "v")


def _initials(text: str, reading: Iterable[str]) -> str:
    pairs = zip(text, reading, strict=True)
    return "".join(syllable[:1] if HAN.match(character) else syllable for character, syllable in pairs)


def query_form(query: str) -> str:
    """A query as keys are spelt: cleaned, lower case, without spaces, marks and the apostrophes of xi'an; ü as v."""
    return _ascii(_plain(clean_line(query)))


_RUNS = re.compile(f"{HAN.pattern}+|[^\u3400-\U000323af]+")


def matches(query: str, keys: PinyinKeys) -> bool:
    """True if the name contains the query, as Chinese, full pinyin, initials, or both in turn (青石z).

    An empty query matches everything. Pinyin is found anywhere in the name: shichang and sc find 广源市场.
    """
    wanted = query_form(query)
    if not wanted:
        return True
    name, column = _plain(keys.name), keys.column
    return all(run in name or (not HAN.match(run) and run in column) for run in _RUNS.findall(wanted))


def rank(query: str, keys: PinyinKeys) -> int | None:
    """How well the query fits, for sorting a picker; None: not at all.

    0 the name itself, 1 its beginning, 2 a whole key (all initials), 3 the beginning of a key, 4 anywhere.
    """
    if not matches(query, keys):
        return None
    wanted, name, column = query_form(query), _plain(keys.name), keys.column
    if wanted == name:
        return 0
    if name.startswith(wanted):
        return 1
    if f"|{wanted}|" in column:
        return 2
    return 3 if f"|{wanted}" in column else 4
