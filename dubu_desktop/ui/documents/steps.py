"""What can be done with a paper: 送审, 签发, 印发, 撤销, printing; and how a draft begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dubu_desktop.domain.papers.kind import Carries, Goes
from dubu_desktop.ui import choices, files, written
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.kit import Action, AskPanel, Choice, Field, Kind, Tone

if TYPE_CHECKING:
    from dubu_desktop.actions.papers import Printable
    from dubu_desktop.actions.reads.drafts import DraftView
    from dubu_desktop.actions.reads.parts import Available
    from dubu_desktop.ui.documents.newpaper import Basis
    from dubu_desktop.ui.documents.page import DocumentsPage
    from dubu_desktop.ui.page import Page
    from dubu_desktop.ui.window import MainWindow

PAPERS, PDF = ("文书", ("docx",)), ("PDF", ("pdf",))


def draft_from(window: MainWindow, findings: Sequence[str]) -> None:
    """F8 in 问题: draft a 通报 of these findings (ids or numbers, in this order) and open it."""
    window.desk.do(
        window,
        "draft_bulletin",
        findings=list(findings),
        then=lambda outcome: window.go("documents", outcome.ids[-1]),
    )


def actions(page: DocumentsPage, view: DraftView) -> list[Action]:
    """The buttons under a paper, the next step first."""
    made = [_step(page, view, one) for one in view.detail.actions]
    if page.office:
        made.append(
            Action("打印成文件", lambda: print_paper(page, view), keys="Ctrl+P", primary=not _has_primary(made))
        )
        made.append(Action("存为 PDF", lambda: print_pdf(page, view)))
        if view.editable and view.detail.row.findings:
            made.append(Action("增列问题", page.add))
        if view.detail.row.status in ("signed", "issued"):
            made.append(Action("更正", partial(_correct, page, view)))
            made.append(Action("收回定稿", partial(_take_final, page, view)))
    if view.final and (page.office or view.kind.goes is Goes.GROUP):
        made.append(Action("取出定稿", partial(_export_final, page, view)))
    return made


def _take_final(page: DocumentsPage, view: DraftView) -> None:
    """收回定稿: the .docx as it was finished in the word processor."""

    def chosen(path: Path) -> None:
        page.desk.long(
            page, "attach_final", label="正在查看定稿", document=view.detail.row.id, file=str(path),
            then=lambda _outcome: page.desk.tell("已收好定稿，与签发时的文本一并保存。"),
        )  # fmt: skip

    files.choose_file(page, "选定稿文件", [PAPERS], chosen)


def _export_final(page: DocumentsPage, view: DraftView) -> None:
    """取出定稿: the same bytes as a file."""
    name = f"{view.number} {view.title} 定稿"
    written.ask_and_write(page, "取出定稿", name, PAPERS, "export_final", "正在取出定稿", document=view.detail.row.id)


def _correct(page: DocumentsPage, view: DraftView) -> None:
    """更正: a new paper of the same kind that cites this one."""
    page.desk.do(
        page, "draft_document", kind=view.kind.id, corrects=view.detail.row.id,
        then=lambda outcome: page.window_.go("documents", outcome.ids[-1]),
    )  # fmt: skip


def _has_primary(made: Sequence[Action]) -> bool:
    return any(one.primary for one in made)


def _step(page: DocumentsPage, view: DraftView, offered: Available) -> Action:
    """One lifecycle step as an action; those that cannot be undone say so before."""
    forms: dict[str, Callable[[DocumentsPage, DraftView, Available], object]] = {
        "submit_document": _submit,
        "sign_document": _sign,
        "issue_document": _issue,
        "revoke_document": _revoke,
        "send_back_document": _send_back,
    }
    run = forms[offered.verb]
    action = Action(offered.label, lambda: run(page, view, offered), primary=offered.primary)
    if offered.primary:
        action = replace(action, keys="Ctrl+Return")
    if offered.verb == "submit_document" and view.refused:
        return replace(action, enabled=False, why=view.refused)
    if offered.verb == "submit_document" and view.held:
        return replace(action, enabled=False, why=f"{'、'.join(view.held[:5])} 还没有核定")
    return action


def _do(page: DocumentsPage, offered: Available, sentence: Callable[[Any], str], **more: Any) -> None:
    def told(outcome: Any) -> None:
        """One sentence: a message of its own would be covered by this one."""
        warned = "".join(f"{one}。" for one in outcome.warnings[:3])
        (page.desk.warn if warned else page.desk.tell)(sentence(outcome) + warned)

    page.desk.do(page, offered.verb, then=told, **{**offered.params, **more})


def _submit(page: DocumentsPage, view: DraftView, offered: Available) -> None:
    _do(page, offered, lambda _outcome: "已送审，等主任签发。")


def _sign(page: DocumentsPage, view: DraftView, offered: Available) -> None:
    page.ask_about(
        view,
        f"签发《{view.title}》",
        (),
        lambda _answer: _do(page, offered, _signed),
        note=f"{_warned(view)}{_takes(view)}正文就此定稿，不能再改；要改就另出一份更正。",
        ok="签发并取号" if view.kind.numbered else "签发",
    )


def _warned(view: DraftView) -> str:
    """Where texts and records differ and which photos are not here yet, said before a step nobody can take back."""
    return "".join(f"{Tone.WARN.shape} {one}。\n" for one in (*view.doubts[:5], view.moved, view.lacking) if one)


def _takes(view: DraftView) -> str:
    """What signing takes, said beforehand."""
    if view.kind.numbered:
        return f"将取用 {view.number}。取号以后不能撤销，撤销文书时号码也不再用；"
    return f"随任务编号 {view.number}。" if view.number else "这种文书不编号。"


def _signed(outcome: Any) -> str:
    return f"已签发，取号 {outcome.number}。" if outcome.number else "已签发。"


def _issue(page: DocumentsPage, view: DraftView, offered: Available) -> None:
    asked: list[Field] = []
    if view.to_verify:
        asked.append(
            Field(
                "group", "核查组", Kind.PICKER, missing="选由哪一组核查",
                note=f"办公室登记的：{'、'.join(view.to_verify[:3])}",
                supply=choices.supply(page.desk, page, choices.groups),
            )
        )  # fmt: skip

    def answer(given: dict[str, Any]) -> None:
        group = given.get("group")
        _do(page, offered, partial(_issued, view.kind.carries), verify_group=group.id if group else "")

    page.ask_about(
        view,
        f"印发 {view.number or view.title}",
        asked,
        answer,
        note=f"{_warned(view)}{_CARRIES[view.kind.carries]}印发不能撤销，只能撤销文书并写明理由。",
        ok="印发",
    )


_CARRIES = {
    Carries.ASSIGN: "还没有交整改的问题，凭主任的签发随文一并交整改。",
    Carries.URGE: "列入的问题，正在整改的各记一次督促。",
    Carries.NOTHING: "",
}
_DONE = (("assigned", "{}个问题交整改"), ("urged", "{}个问题记督促"), ("extended", "{}个问题改期"))
_NONE = {Carries.ASSIGN: "没有新交整改的问题", Carries.URGE: "没有记督促"}


def _issued(carries: Carries, outcome: Any) -> str:
    """What 印发 really did, by its own counts."""
    done = [words.format(outcome.extra[name]) for name, words in _DONE if outcome.extra[name]]
    if not done and carries is not Carries.NOTHING:
        done = [_NONE[carries]]
    return "，".join(("已印发", *done)) + "。"


def _revoke(page: DocumentsPage, view: DraftView, offered: Available) -> None:
    number = view.detail.row.number
    reason = [Field("reason", "理由", Kind.MULTILINE, missing="写明理由")] if number else []
    note = f"{number} 不再使用，号码留着不给别的文书。" if number else "草稿撤销后不再列出，可在“已撤销”里看到。"
    page.ask_about(
        view,
        f"撤销《{view.title}》",
        reason,
        lambda given: _do(page, offered, lambda _outcome: "已撤销。", reason=given.get("reason", "")),
        note=f"{note}这一步不能撤回。",
        ok="撤销文书",
    )


def _send_back(page: DocumentsPage, view: DraftView, offered: Available) -> None:
    page.ask_about(
        view,
        "退回修改",
        [Field("reason", "意见", Kind.MULTILINE)],
        lambda given: _do(page, offered, lambda _outcome: "已退回修改。", reason=given["reason"] or ""),
        ok="退回",
    )


# --- printing ----------------------------------------------------------------------------------------------------


def print_paper(page: DocumentsPage, view: DraftView) -> None:
    """Ctrl+P: choose where, write the .docx, offer to open it."""
    row = view.detail.row
    name = f"{row.number or '草稿'} {view.title}"
    written.ask_and_write(page, "打印成文件", name, PAPERS, "print_document", "正在排印文书", document=row.id)


def print_pdf(page: DocumentsPage, view: DraftView) -> None:
    """The same as PDF, where LibreOffice is."""
    row = view.detail.row
    name = f"{row.number or '草稿'} {view.title}"
    written.ask_and_write(page, "存为 PDF", name, PDF, "print_document", "正在排成 PDF", document=row.id)


_ONE_PDF, _EACH = Choice("pdf", "一个 PDF，全部在内"), Choice("docx", "每份一个 .docx，放到一个文件夹")


def print_orders(page: Page, ask: AskPanel) -> None:
    """All 交办单 of a day in one go: as one PDF for the printer, or a .docx each."""
    fields = [
        Field("day", "交办日期", Kind.DATE, page.desk.clock.today(), missing="选一个日期"),
        Field("form", "写成", Kind.ENUM, _ONE_PDF.id, choices=[_ONE_PDF, _EACH], missing="选一种"),
    ]
    ask.ask("打印当天的交办单", fields, partial(_orders_to, page), ok="选存放位置 …")


def _orders_to(page: Page, given: dict[str, Any]) -> None:
    day, as_one = plain(given["day"]), plain(given["form"]) == _ONE_PDF.id

    def done(outcome: Any) -> None:
        made, target = outcome.extra["papers"], str(outcome.extra["file"])
        act = "打开" if as_one else "打开文件夹"
        page.desk.tell(f"已写好{made}份交办单：{target}。", act=act, on_act=lambda: written.open_file(target))

    def write(target: Path) -> None:
        page.desk.long(page, "print_task_orders", label="正在排印当天的交办单", out=str(target), day=day, then=done)

    if as_one:
        files.choose_target(page, "当天的交办单存为 PDF", f"交办单 {day}.pdf", PDF, write)
    else:
        files.choose_folder(page, "当天的交办单放到哪个文件夹", write)


def write_made(page: DocumentsPage, kind: str, basis: Basis, made: Printable) -> None:
    """The same for a paper a group makes straight from its records."""
    name = f"{made.label} {made.subject or made.title}"
    written.ask_and_write(page, "打印成文件", name, PAPERS, "make_paper", "正在排印文书", kind=kind, **basis.params)
