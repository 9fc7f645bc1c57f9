"""Progress of what is under way, and the report of a bug. Both lie over the window and say what is going on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.messages import Report
from dubu_desktop.ui.operation import Desk, Job
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.overlay import Overlay

_ABOVE_STRIP = 84  # px from the lower edge of the window: the message bar stays free
SHOWN_AFTER, CANCELLABLE_AFTER = 300, 2000  # ms; ui.md "Answering"


class AsideBar(QFrame):
    """Work that was put aside: a small bar in the corner of the window, over nothing that is written in."""

    def __init__(self, window: QWidget, back: Callable[[], None]) -> None:
        super().__init__(window)
        self.setProperty("surface", "float")
        self.setFixedWidth(360)
        self.setAccessibleName("放到一边的工作")
        self.label = PlainLabel("", "small", elide="middle")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        row.addWidget(Button("显示", small=True, on_click=back))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.bar)
        column.addLayout(row)
        window.installEventFilter(self)
        self.hide()

    def place(self) -> None:
        """In the corner, above the strip."""
        window = self.parentWidget()
        assert window is not None
        self.adjustSize()
        self.move(window.width() - self.width() - 16, window.height() - self.height() - _ABOVE_STRIP)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return False


class ProgressPanel(Overlay):
    """Watches a Desk; opens after 0.3 s of work that changes something, offers 取消 after 2 s where it can.

    Work that may go on beside other things (`Job.aside`) can be put aside: lists are there again meanwhile. Whoever
    then wants to change something waits for it, and so sees it again.
    """

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, name="进度", width=420, closable=False)
        self._job: Job | None = None
        self._title = PlainLabel("", "strong", wrap=True)
        self._detail = PlainLabel("", "small", elide="middle")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = Button("取消", keys="Esc", on_click=self._stop)
        self._away = Button("放到一边", keys="B", on_click=self.put_aside)
        self.aside = AsideBar(window, self._show)
        row = QHBoxLayout()
        row.addWidget(self._detail, 1)
        row.addWidget(self._away)
        row.addWidget(self._cancel)
        self.body.addWidget(self._title)
        self.body.addWidget(self._bar)
        self.body.addLayout(row)
        self._show_soon = QTimer(self, singleShot=True, interval=SHOWN_AFTER)
        self._show_soon.timeout.connect(self._show)
        self._cancel_soon = QTimer(self, singleShot=True, interval=CANCELLABLE_AFTER)
        self._cancel_soon.timeout.connect(self._offer_cancel)
        desk.began.connect(self._began)
        desk.ended.connect(self._ended)

    @property
    def job(self) -> QObject | None:
        """What is watched now."""
        return self._job

    def _began(self, job: Job) -> None:
        if not job.writes:
            return
        if self._job is not None:
            if self.aside.isVisible():
                self._show()
            return
        self._job = job
        job.progressed.connect(self._step)
        self._title.setText(job.label)
        self._detail.setText("")
        self._bar.setRange(0, 0)
        self._cancel.hide()
        self._away.setVisible(job.aside)
        self._show_soon.start()
        self._cancel_soon.start()

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._show_soon.stop()
            self._cancel_soon.stop()
            self.aside.hide()
            self.close_overlay()

    def _show(self) -> None:
        if self._job is not None:
            self.aside.hide()
            self.open()

    def put_aside(self) -> None:
        """Let it go on in the corner."""
        if self._job is not None and self._job.aside:
            self.close_overlay()
            self.aside.show()
            self.aside.place()

    def _offer_cancel(self) -> None:
        if self._job is not None and self._job.cancellable:
            self._cancel.show()
            self._cancel.setEnabled(True)

    def _step(self, step: object) -> None:
        done, total, label = (getattr(step, name, None) for name in ("done", "total", "label"))
        if total:
            for bar in (self._bar, self.aside.bar):
                bar.setRange(0, 1000)
                bar.setValue(min(1000, round(1000 * (done or 0) / total)))
        counted = getattr(step, "said", "") or (f"{done} / {total}" if total else "")
        said = " · ".join(part for part in (label or "", counted) if part)
        self._detail.setText(said)
        self.aside.label.setText(said)

    def _stop(self) -> None:
        if self._job is not None and self._job.cancellable:
            self._job.cancel()
            self._cancel.setEnabled(False)
            self._detail.setText("正在取消，很快就好 …")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._cancel.isVisible():
            self._stop()
        elif event.key() == Qt.Key.Key_B and guard().may_act(single=True):
            self.put_aside()


class BugPanel(Overlay):
    """程序出错: the redacted report, to be read and copied."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, name="程序出错", width=560)
        self._what = PlainLabel("", "strong", wrap=True)
        self._next = PlainLabel("", "sub", wrap=True)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFixedHeight(200)
        self._text.setAccessibleName("错误报告")
        row = QHBoxLayout()
        row.addWidget(Button("复制报告", kind="primary", on_click=self._copy))
        row.addWidget(Button("关闭", keys="Esc", on_click=self.close_overlay))
        row.addStretch(1)
        for widget in (self._what, self._next, PlainLabel("报告里没有您填写的内容。", "hint"), self._text):
            self.body.addWidget(widget)
        self.body.addLayout(row)

    def show_report(self, report: Report) -> None:
        """Open with a report; while one is open the first stays, it is the cause of the rest."""
        if self.isVisible():
            return
        self._what.setText(report.what)
        self._next.setText(report.next_step)
        self._text.setPlainText(report.text)
        self.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
