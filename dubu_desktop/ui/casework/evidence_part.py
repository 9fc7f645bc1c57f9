"""佐证: photos before and after, their times and what is missing; large, compared, added, taken off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.records.finding import EvidenceRole
from dubu_desktop.ui import files
from dubu_desktop.ui.casework.pictures import AFTER, BEFORE, count_text, in_order, pair_of, thumb, tile
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.kit import AskPanel, Button, Choice, Field, Kind, Photo, PhotoStrip, PhotoViewer, SectionHead
from dubu_desktop.ui.operation import Desk

_ROLES = tuple(Choice(one.value, one.label) for one in EvidenceRole)
#: from here on a photo that is added shows the state after rectification
_AFTERWARDS = (FindingStatus.RECTIFYING, FindingStatus.REPLIED, FindingStatus.VERIFIED, FindingStatus.CLOSED)


class EvidencePart(QWidget):
    """The section of a pane. `ask` is the pane's panel for reasons."""

    def __init__(self, desk: Desk, window: QWidget, ask: AskPanel) -> None:
        super().__init__()
        self.desk, self._window, self._ask = desk, window, ask
        self._detail: FindingDetail | None = None
        self._viewer: PhotoViewer | None = None
        self.head = SectionHead("佐证", "", "空格键放大")
        self.compare = Button("前后对比", keys="C", small=True, on_click=self.show_pair)
        self.add = Button("加照片", icon="photo", small=True, on_click=self.choose)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.head, 1)
        line.addWidget(self.compare)
        line.addWidget(self.add)
        self.strip = PhotoStrip(desk, thumb, columns=2, accepts=True)
        self.strip.enlarge.connect(self.enlarge)
        self.strip.files_given.connect(self.take_files)
        self.strip.image_given.connect(lambda data: self._add(images=[data]))
        self.strip.removal_wanted.connect(self._remove)
        self.strip.words_wanted.connect(self._describe)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.strip)

    def show_finding(self, detail: FindingDetail) -> None:
        """Show the evidence of this one."""
        self._detail = detail
        self.strip.set_photos([tile(e) for e in in_order(detail.evidence)])
        self.head.set_note(count_text(detail.evidence, detail.photos_missing, detail.photos_asked))
        pair = pair_of(detail.evidence) is not None
        self.compare.setVisible(pair)
        self.head.set_hint("空格键放大，F2 写说明" if detail.evidence and not pair else "")
        self.add.setVisible(self._may_add())
        self.add.set_text("加整改后照片" if self.role() == AFTER else "加照片")

    def role(self) -> str:
        """What a photo added now would show."""
        return AFTER if self._detail is not None and self._detail.status in _AFTERWARDS else BEFORE

    def _may_add(self) -> bool:
        return self._detail is not None and any(a.verb == "add_photos" for a in self._detail.actions)

    # --- looking ----------------------------------------------------------------------------------------------

    def viewer(self) -> PhotoViewer:
        """The large view, made when first needed."""
        if self._viewer is None:
            self._viewer = PhotoViewer(self._window.window(), self.desk, thumb)
        return self._viewer

    def enlarge(self, at: int = 0, photos: list[Photo] | None = None) -> None:
        """One photo large."""
        shown = photos if photos is not None else self.strip.photos()
        if shown:
            self.viewer().show_photo(shown, min(at, len(shown) - 1))

    def show_pair(self) -> None:
        """Before and after with a slider."""
        pair = pair_of(self._detail.evidence) if self._detail is not None else None
        if pair is not None:
            self.viewer().show_pair(tile(pair[0]), tile(pair[1]))

    # --- adding and taking off --------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for photo files."""
        files.choose_files(self, "选照片", [files.PHOTOS], self.take_files)

    def take_files(self, chosen: list[Path]) -> None:
        """Photos by drop, paste or choice."""
        self._add(files=[str(path) for path in chosen])

    def _add(self, **given: Any) -> None:
        if self._detail is None or not self._may_add():
            self.desk.warn("这条问题现在不能加照片：已销号、已作出其他结论，或不归本机所在一方。")
            return
        said = "整改后照片已加上。" if self.role() == AFTER else "照片已加上。"
        self.desk.long(
            self, "add_photos", label="正在加照片", finding=self._detail.id, role=self.role(), **given,
            then=lambda outcome: self.desk.tell(said) if outcome.extra.get("added") else None,
        )  # fmt: skip

    def _describe(self, photo: Photo) -> None:
        """F2: what the photo shows, and of which side of the rectification."""
        shown = next((e for e in self._detail.evidence if e.id == photo.id), None) if self._detail else None
        if shown is None:
            return
        fields = (
            Field("caption", "说明", Kind.TEXT, shown.caption),
            Field("role", "用途", Kind.ENUM, shown.role, choices=_ROLES, missing="选一种用途"),
        )

        def answered(answers: dict[str, Any]) -> None:
            self.desk.do(
                self, "edit_evidence", evidence=photo.id, caption=answers["caption"] or "", role=plain(answers["role"]),
                then=lambda _outcome: self.desk.tell("照片说明已改。"),
            )  # fmt: skip

        self._ask.ask("照片说明", fields, answered, ok="记下")

    def _remove(self, photo: Photo) -> None:
        def answered(answers: dict[str, Any]) -> None:
            self.desk.do(
                self, "remove_evidence", evidence=photo.id, reason=answers["reason"],
                then=lambda _outcome: self.desk.tell("照片已移除，经过里仍可查到。"),
            )  # fmt: skip

        self._ask.ask("移除这张照片", (Field("reason", "理由", Kind.TEXT, missing="写明理由"),), answered, ok="移除")
