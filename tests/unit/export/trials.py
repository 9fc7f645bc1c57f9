"""Papers to be measured: number i is always the same paper, and 192 in a row hold each kind with each page fill.

`./dubu prove papers` measures them by the hundred (docs/proof); the test command a fixed few.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dubu_desktop.domain.papers.addressees import settled
from dubu_desktop.domain.papers.blocks import Block, Colophon, Format, Head, Paper, Paragraph
from dubu_desktop.domain.papers.bulletin import bulletin as printed_bulletin
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.told import Unseen
from dubu_desktop.export.docx import paper_bytes
from dubu_desktop.export.docx.geometry import GB33476, PRACTICE, PageProfile
from dubu_desktop.export.render import render_pdfs
from tests import proofbook
from tests.unit.export import dossiers
from tests.unit.export.geometry import pages
from tests.unit.export.measure import faults
from tests.unit.export.samples import bulletin_data

FILLS = 16
LONG = ("reminder_letter", "rectification_notice", "photo_card")
MOST_ITEMS, MOST_PHOTOS = 200, 60
RARE = "堃喆玥昇犇珺翀祎𬘭龘"
_LONG_UNIT = "澄川县人民政府推进重点工程项目建设和城乡环境综合整治工作领导小组联席会议办公室"
_TITLES = (
    "关于督导巡查情况的通报",
    "关于2026年6月上旬安全生产和生态环保领域督导巡查发现问题情况的通报",
    "关于2026年6月上旬全县安全生产、生态环保、建筑垃圾和停车管理领域督导巡查发现突出问题整改落实情况的通报",
    "关于2026年6月上旬全县安全生产、生态环保、建筑垃圾、停车管理、作风纪律、营商环境、民生保障和重点项目领域督导巡查发现突出问题"
    "整改落实情况的通报",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One paper and the margins it is printed with."""

    name: str
    paper: Paper
    page: PageProfile = PRACTICE


def trial(seed: int, number: int) -> Trial:
    """Paper `number`: its kind and its fill follow from the number, all else from the dice."""
    dice = proofbook.chance(seed, number, "paper")
    kinds = list(all_kinds())
    kind, fill = kinds[number % len(kinds)], number // len(kinds) % FILLS
    # most papers are short; each fourth is as long as it gets
    count = dice.randint(1, MOST_ITEMS) if dice.random() < 0.25 else dice.randint(1, 24)
    photos = dice.choice((0, 0, 1, 7, dice.randint(0, MOST_PHOTOS)))
    lines = dice.randint(1, 4)
    options = {"title": _TITLES[lines - 1]} if dice.random() < 0.6 else {}
    made = dossiers.dossier(kind, count, photos)
    made = replace(made, options={**made.options, **options}, office=_office(kind, dice))
    made = _odd(made, dice)
    paper = _filled(dossiers.make(dossiers.kind_of(kind), made), fill)
    page = GB33476 if dice.random() < 0.25 else PRACTICE
    name = f"{number} {kind} items {count} photos {photos} title {lines} fill {fill} {page.key}"
    return Trial(name, _headed(paper, dice), page)


def _office(kind: str, dice: random.Random) -> bool:
    return not dossiers.kind_of(kind).may_make(office=False) or dice.random() < 0.7


def _odd(d: dossiers.Dossier, dice: random.Random) -> dossiers.Dossier:
    """Long unit names, rare characters, an organ of the group."""
    if dice.random() < 0.3:
        long = tuple(replace(f, territory_unit=_LONG_UNIT, place=f"{RARE}商店") for f in d.findings)
        d = replace(d, findings=long)
    if dice.random() < 0.2:
        d = replace(d, letterhead=replace(d.letterhead, organ=_LONG_UNIT[: dice.randint(4, 38)]))
    if not d.office:
        d = replace(d, letterhead=replace(d.letterhead, organ="第三督导巡查组", mark=""))
    return replace(d, letterhead=replace(d.letterhead, sealed=dice.random() < 0.6))


def _filled(paper: Paper, fill: int) -> Paper:
    """More lines before the end of the body, so that signature and 版记 meet the foot of the page everywhere."""
    if paper.format is Format.FORM or not isinstance(paper.body[-1], Paragraph):
        return paper
    more: tuple[Block, ...] = tuple(Paragraph(f"补充说明第{line}行。") for line in range(fill))
    return replace(paper, body=(*paper.body[:-1], *more, paper.body[-1]))


def _headed(paper: Paper, dice: random.Random) -> Paper:
    """份号, 密级, 紧急程度, more 签发人, a joint issue, a 签名章."""
    head = paper.head
    if dice.random() < 0.4:
        head = replace(head, copy_number="000123", secrecy="机密★1年", urgency="特急")
    if head.signers:
        head = replace(head, signers=("沈怀志", "王明", "欧阳修文")[: dice.randint(1, 3)])
    sign = paper.signature
    if paper.format is Format.DOCUMENT and sign is not None and dice.random() < 0.2:
        count = dice.randint(2, 5)
        head = replace(head, mark="文件", organs=_ORGANS[:count])
        sign = replace(sign, organs=_ORGANS[1:count])
    elif sign is not None and dice.random() < 0.1:
        sign = replace(sign, post="主任")
    return replace(paper, head=head, signature=sign)


_ORGANS = ("澄川县督导巡查领导小组办公室", "澄川县应急管理局", "澄川县公安局", "澄川县住房和城乡建设局", "澄川县林业局")


def _names(count: int) -> str:
    """So many organs of nine characters each."""
    return "、".join(f"澄川县{chr(0x4E00 + place)}镇人民政府" for place in range(count))


def _copied(paper: Paper, count: int) -> Colophon:
    """Its 版记 with so many 抄送."""
    assert paper.colophon is not None
    return replace(paper.colophon, lines=(("抄送：", f"{_names(count)}。"),))


def _classed(paper: Paper) -> Paper:
    """With 份号, 密级 and 紧急程度."""
    return replace(paper, head=replace(paper.head, copy_number="000123", secrecy="机密★1年", urgency="特急"))


def _joint(paper: Paper, count: int, first: str = _ORGANS[0]) -> Paper:
    """A sealed joint issue of so many organs."""
    assert paper.signature is not None
    head = Head("文件", "督联〔2026〕7号", organs=_ORGANS[:count])
    sign = replace(paper.signature, organ=first, organs=_ORGANS[1:count])
    return replace(paper, head=head, signature=sign)


def chosen() -> list[Trial]:
    """The few of the test command: each kind short, the long ones long, and what a head or foot can have."""
    p = dossiers.paper
    found = [Trial(kind, p(kind, 3, 2)) for kind in all_kinds()]
    found += [Trial(f"{kind} of 25", p(kind, 25, 6)) for kind in LONG]
    short = p("special_report")
    no_column = p("special_report", options={"leader_column": False})
    found += [
        Trial("special_report on one page", replace(short, body=(Paragraph("督导巡查发现问题整改落实" * 6),))),
        Trial("special_report without the leader's column", no_column),
        Trial("special_report 33476", replace(short, body=(Paragraph("督导巡查发现问题整改落实" * 60),)), GB33476),
        *(Trial(f"special_report title {n}", replace(short, title=title)) for n, title in enumerate(_TITLES[1:], 2)),
    ]
    long = tuple(dossiers.told(n, number=f"WTABCD-2026-03B-{n:04d}") for n in range(4))
    found += [
        Trial(f"special_report by {length}", replace(short, head=replace(short.head, issue_left=_LONG_UNIT[:length])))
        for length in (20, 26, 38)
    ]
    persons = bulletin_data(6, naming=NamingLevel.PERSON)
    found += [
        *(Trial(f"{kind} long numbers", p(kind, findings=long)) for kind in ("bulletin", "reminder_letter")),
        Trial("bulletin naming persons", printed_bulletin(persons)),
    ]
    areas = tuple(Unseen(bytes([n]) * 16, f"{n}号镇人民政府") for n in range(12))
    found.append(Trial("special_report in full", p("special_report", 60, unseen_areas=areas, unseen_tasks=areas)))
    four = p("photo_card", 9, 9, options={"per_page": "4", "photos": 9})
    report, bulletin, letter = p("inspection_report", 8), p("bulletin", 5), p("recommendation_letter", 2)
    classes = Head(report.head.mark, "督报〔2026〕7号", copy_number="000123", secrecy="机密★1年", urgency="特急")
    joint = Head("文件", "督联〔2026〕7号", organs=("澄川县督导巡查领导小组办公室", "澄川县应急管理局"))
    sign = report.signature
    assert sign is not None
    group = dossiers.dossier("inspection_report", 8, office=False)
    group = replace(group, letterhead=replace(group.letterhead, organ="第三督导巡查组", mark=""))
    named = tuple(dossiers.told(n, territory_unit=_LONG_UNIT) for n in range(4))
    found += [
        Trial("four cards a page", four),
        Trial("three sign", replace(report, head=replace(classes, signers=("沈怀志", "王明", "欧阳修文")))),
        Trial("joint", replace(report, head=joint, signature=replace(sign, organs=("澄川县应急管理局",)))),
        *(Trial(f"joint of {n}", _joint(report, n)) for n in (2, 3, 4, 5)),
        *(Trial(f"joint of {n}, long", _joint(report, n, _LONG_UNIT[:25])) for n in (2, 3)),
        Trial("joint, 33476", _joint(report, 4), GB33476),
        Trial("stamp", replace(report, signature=replace(sign, post="主任"))),
        Trial("unsealed", replace(report, signature=replace(sign, sealed=False))),
        Trial("a group's report", dossiers.make(dossiers.kind_of("inspection_report"), group)),
        Trial("title of four lines", replace(bulletin, title=_TITLES[3])),
        *(Trial(f"{kind} with classes", _classed(p(kind, 2, 2))) for kind in ("rectification_notice", "photo_card")),
        *(Trial(f"{kind} with classes", _classed(p(kind, 2, 2))) for kind in ("flash_report", "task_order")),
        *(Trial(f"letter of {n}", replace(letter, head=replace(letter.head, mark=_LONG_UNIT[:n]))) for n in (4, 8, 17)),
        Trial("版记 of a page", replace(bulletin, colophon=_copied(bulletin, 90))),
        Trial("主送 in the 版记", settled(replace(bulletin, addressees=f"{_names(30)}："))),
        Trial("主送 just on page 1", settled(replace(bulletin, addressees=f"{_names(24)}："))),
        Trial("letter with classes", replace(letter, head=replace(letter.head, secrecy="机密★1年", urgency="特急"))),
        Trial("33476", replace(bulletin, body=(Paragraph("督导巡查发现问题整改落实" * 150),)), GB33476),
        Trial("33476 letter", letter, GB33476),
        Trial(
            "long names",
            p("bulletin", 4, findings=named),
        ),
        Trial("full text", replace(bulletin, body=(Paragraph("督导巡查发现问题整改落实" * 150),))),
    ]
    return found


def measured(trials: Sequence[Trial]) -> dict[str, list[str]]:
    """{name: faults} of papers laid out in one run of LibreOffice."""
    files = [paper_bytes(one.paper, page=one.page) for one in trials]
    return judged(trials, render_pdfs(files, timeout=120 + 20 * len(files)))


def judged(trials: Sequence[Trial], pdfs: Sequence[bytes]) -> dict[str, list[str]]:
    """{name: faults} of papers laid out before."""
    return {one.name: faults(one.paper, pages(pdf), one.page) for one, pdf in zip(trials, pdfs, strict=True)}


def spoilt(one: Trial) -> list[bytes]:
    """Two files that are not as they should be: text 5 mm too low and the title changed; both must be found."""
    low = replace(one.page, top=one.page.top + 283, bottom=one.page.bottom - 283)
    other = replace(one.paper, title=f"{one.paper.title}（续）")
    return [paper_bytes(one.paper, page=low), paper_bytes(other, page=one.page)]


def main(argv: Sequence[str]) -> int:
    """`./dubu prove papers`."""
    said = proofbook.options("papers", argv, n=192)

    def batch(first: int, count: int) -> Counter[str]:
        trials = [trial(said.seed, number) for number in range(first, first + count)]
        files = [paper_bytes(one.paper, page=one.page) for one in trials]
        files += spoilt(trials[0])
        pdfs = render_pdfs(files, timeout=120 + 20 * len(files))
        found = {name: wrong for name, wrong in judged(trials, pdfs[:count]).items() if wrong}
        if found:
            raise AssertionError("\n".join(f"{name}: {'; '.join(wrong[:5])}" for name, wrong in found.items()))
        for pdf in pdfs[count:]:
            if not judged(trials[:1], [pdf])[trials[0].name]:
                raise AssertionError(f"{trials[0].name}: spoilt, and nothing was found")
        counts = Counter(f"kind {one.name.split()[1]}" for one in trials)
        return counts + Counter(trials=count, faults=len(pdfs) - count)

    return proofbook.run("papers", batch, said, size=12)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
