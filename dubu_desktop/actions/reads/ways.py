"""What a person can do about an op without effect, by its reason: every one of them has a way out."""

from __future__ import annotations

from dubu_desktop.domain.facts import Inert

WAYS = {
    Inert.NO_AUTHORITY: "这一方没有这项职权。内容属实的，请由有职权的一方另外办理；督巡组可以写一条意见，交办公室采纳",
    Inert.ILLEGAL_STEP: "办这一步的时候，状态已经变了。请看这条记录现在的状态，确需办理的再办一次",
    Inert.MISSING: "它所接的前一项还没有收到。请对方再导出一次数据包，收到以后自动生效，不用再办",
    Inert.UNKNOWN: "是更新版本的程序写的，原样留着。请给这台电脑装上新版本，装好以后自动生效",
    Inert.ON_INERT: "它接在另一项没有生效的操作后面。请先看那一项；内容属实的，由有职权的一方另外办理",
    Inert.QUARANTINED: "发来它的电脑已经吊销，吊销以后写的都隔离着。核实属实的，由办公室工作人员接管，记在自己名下",
    Inert.PURGED: "这条记录已由办公室清除，晚到的内容不再起作用。确有必要的，请另行登记一条新的",
}
#: for a reason that only a newer version knows
_ELSE = "原样留在历史里，不改变任何内容。请给这台电脑装上新版本再看"


def way_out(reason: str) -> str:
    """What to do about an op that has no effect for this reason, one or two sentences without the last full stop."""
    return WAYS[Inert(reason)] if reason in set(Inert) else _ELSE
