"""The catalogue of expected failures: code, what happened, what to do next.

Two kinds of failure exist. *Expected* ones (stick full, wrong password, bundle for another group) are a
`DubuError` with a code of `CATALOGUE`; everything else is a bug. They are told apart by class, never by text.
Each sentence says what happened and, where it is not obvious, that nothing was lost; `next_step` says what to do.

Codes: D-1xx workspace, D-2xx bundle, D-3xx rules and input, D-4xx files from outside, D-5xx paper, D-6xx disk
and machine, D-9xx bugs. A code is permanent: it is read over the telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One catalogue entry; `what` and `next_step` may hold named `{placeholders}`."""

    code: str
    what: str
    next_step: str


class DubuError(Exception):
    """An expected failure: shown as code + one Chinese sentence + next step, never as a stack trace."""

    def __init__(self, code: str, **params: Any) -> None:
        self.entry = CATALOGUE[code]
        self.code = code
        self.params = params
        super().__init__(self.sentence)

    @property
    def what(self) -> str:
        """What happened, placeholders filled."""
        return self.entry.what.format(**self.params)

    @property
    def next_step(self) -> str:
        """What the person can do next, placeholders filled."""
        return self.entry.next_step.format(**self.params)

    @property
    def sentence(self) -> str:
        """The whole message as it is shown: code, what, next step."""
        return f"{self.code} {self.what}。{self.next_step}。"


class Cancelled(Exception):
    """The person cancelled long work; everything is as it was before it began."""


def _catalogue(*rows: tuple[str, str, str]) -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    for code, what, next_step in rows:
        if code in table:
            raise ValueError(f"error code listed twice: {code}")
        table[code] = Entry(code, what, next_step)
    return table


# Sentences carry no full stop: `sentence` adds it. One section per room; add rows inside your room's section.
CATALOGUE: dict[str, Entry] = _catalogue(
    # --- D-1xx workspace (db/) ---------------------------------------------------------------------------------
    ("D-101", "这里没有督簿工作区：{path}", "请核对文件夹，或新建工作区"),
    ("D-102", "这个文件夹里已经有东西，不能在此新建工作区：{path}", "请另选一个空文件夹"),
    ("D-103", "密码不对，工作区没有打开", "请核对大小写和输入法后再试；忘记密码时可用恢复码打开一份副本"),
    ("D-104", "恢复码不对：{detail}", "请对照打印的恢复码逐组核对后再试"),
    ("D-105", "密码太短，至少要{minimum}个字符", "请换一个长一些的密码，例如几个不相干的词"),
    ("D-106", "工作区的钥匙文件缺失或已损坏：{path}", "请从备份恢复；每份备份里都有钥匙文件"),
    ("D-107", "工作区不能放在网络位置上：{path}", "请放在这台电脑自己的硬盘上；与别处交换请用数据包"),
    ("D-108", "工作区不能放在可移动磁盘上：{path}", "请放在这台电脑自己的硬盘上；程序本身可以从移动磁盘运行"),
    ("D-109", "这个工作区由较新的版本（{version}）使用过，本版不能打开，也没有改动它", "请安装{version}或更新的版本"),
    ("D-110", "这个工作区正在使用：{where}，自{since}起", "请到那个窗口继续，或先把它关闭"),
    ("D-111", "工作区的数据库已损坏：{detail}", "请从备份恢复，再把之后收到的数据包重新导入；损坏的文件请保留"),
    ("D-112", "这份备份不完整或已损坏：{path}", "请另选一份备份"),
    ("D-113", "升级工作区没有完成，工作区仍是原来的版本：{detail}", "请重新打开再试，或继续使用原来的版本"),
    ("D-114", "照片缺失或已损坏", "可从组里重新导入；其余内容没有受影响"),
    ("D-115", "工作区的数据库没有加密，不能打开：{path}", "这不是督簿的数据库，请从备份恢复"),
    ("D-116", "这把钥匙打不开签名身份", "用恢复码打开的工作区只能读取、打印和备份；要继续填写请重新登记"),
    ("D-117", "备份没有做成，原有的备份都还在：{detail}", "请核对备份位置和剩余空间后再试"),
    # --- D-2xx bundle (sync/) ----------------------------------------------------------------------------------
    ("D-253", "{group}还没有报到，不能给它导出数据包", "请先收下它的第一个数据包"),
    ("D-254", "没有这个督巡组：{group}", "请核对组号，或先登记督巡组"),
    ("D-255", "数据包里有不合规定的记录（{detail}），什么也没有改动", "请保留文件，并告诉办公室"),
    ("D-256", "同一身份在两台电脑上使用", "两份都已留存；请核实哪一台是真的，另一台停止使用"),
    ("D-252", "历史被改动：同一操作有两种内容，什么也没有改动", "请保留原文件，并联系办公室核对双方工作区"),
    ("D-201", "数据包不是发给本机的，或开头已损坏，什么也没有改动", "请核对是否拿错文件；没有拿错就请对方重新导出"),
    ("D-202", "签名者不在名册中（自称“{label}”），什么也没有改动", "请向办公室核实这个文件的来历"),
    ("D-203", "签名不符，内容可能被人改过，什么也没有改动", "请对方重新导出，并告诉办公室"),
    ("D-204", "数据包不完整或已损坏，什么也没有改动", "请对方重新导出"),
    ("D-205", "里面有本机程序还不认识的内容（{need}），什么也没有改动", "请先安装{program}再导入，文件请留着"),
    ("D-206", "这不是督簿的数据包", "请核对选中的文件"),
    ("D-207", "它属于另一个工作区，什么也没有改动", "请核对选中的文件和打开的工作区"),
    ("D-208", "发来它的电脑已被吊销（自称“{label}”），什么也没有改动", "请保留文件，并告诉办公室"),
    ("D-209", "超出限度：{limit}，什么也没有改动", "请对方分批导出"),
    ("D-210", "这个数据包是发给别处的，被人转到了这里，什么也没有改动", "请告诉办公室，并查清文件的来历"),
    ("D-211", "导入途中文件变了，什么也没有改动", "请先拷到本机，再重新导入"),
    ("D-212", "里面夹带了不属于发送者的内容，什么也没有改动", "请保留文件，并告诉办公室"),
    ("D-213", "加密方式不合规定：只收单独发给本机的数据包，什么也没有改动", "请对方用督簿重新导出"),
    ("D-214", "照片内容与登记的校验值不符，数据包没有写成", "请先运行自检，再重新导出"),
    ("D-215", "内容前后接不上，什么也没有改动", "请对方重新导出，并告诉办公室"),
    ("D-216", "名册里“{label}”的登记前后不一致，什么也没有改动", "请保留文件，并联系办公室核对"),
    ("D-230", "开通码里没有这样的字符：{signs}", "请对照纸条重新输入；开通码不用数字0、1和字母I、L、O"),
    ("D-231", "开通码应有{expected}个字符，现在是{length}个", "请对照纸条重新输入"),
    ("D-232", "开通码有字符输错或颠倒", "请对照纸条逐个核对"),
    ("D-233", "这不是开通文件，或文件已损坏", "请核对选中的文件，或请办公室重新拷贝"),
    ("D-234", "开通码打不开这个文件：码不是这份文件的，或文件被改过", "请核对纸条与文件是否成对"),
    ("D-235", "登记校验不符：不是凭纸上的开通码办理的，什么也没有改动", "请办公室重新开通"),
    ("D-236", "这份登记与另一台电脑相冲突：先是{one}，现在是{other}；什么也没有改动", "请核实哪一台是真的"),
    ("D-237", "办公室没有发过这份开通文件，或已经作废，什么也没有改动", "请办公室重新开通"),
    ("D-239", "密钥不合规定，什么也没有改动", "请对方重新办理开通"),
    # --- D-3xx rules and input (domain/, actions/) -------------------------------------------------------------
    ("D-301", "没有名叫“{name}”的人员", "请先在设置中登记此人，或核对姓名"),
    ("D-302", "{name}没有做这件事的职责（需要：{roles}）", "请由有此职责的人员办理"),
    ("D-303", "本版不能做这件事：{verb}", "请在{edition}的电脑上办理"),
    ("D-304", "没有这个动作：{verb}", "请用 actions 列出可用的动作"),
    ("D-305", "参数不对：{detail}", "请按 actions 列出的参数填写"),
    ("D-306", "找不到记录：{what}", "请核对编号"),
    ("D-307", "现在的状态是“{status}”，不能“{event}”", "请刷新后再看，或先办上一步"),
    ("D-308", "还缺：{missing}", "补齐后再办；现在的内容已保存为草稿"),
    ("D-309", "“{field}”太长：{length}字，最多{limit}字", "请删减后再存；原来的内容没有改动"),
    ("D-310", "“{field}”的值不对：{detail}", "请改正后再存；原来的内容没有改动"),
    ("D-311", "这一处有冲突，等办公室定", "请先导出数据包，待办公室裁定后再改"),
    ("D-312", "需要写明理由", "请填写理由后再办"),
    ("D-314", "{who}不能这样改：{detail}", "如确有需要，请写一条意见交办公室处理"),
    ("D-315", "这台电脑上的工作区只能读取：{why}", "请重新登记本机后再写入"),
    ("D-316", "“{name}”已经有了", "请核对后另起一个名称或代码"),
    ("D-313", "没有可以撤销的操作：{detail}", "可在经过里查看，另行更正"),
    ("D-331", "工作日历第{line}行不对：{detail}，日历没有更换", "请改正这一行后再导入"),
    ("D-332", "规则“{rule}”的值不对：{detail}，仍按原来的规则办", "请改正这一项后再存"),
    ("D-381", "命令用法不对：{detail}", "用 dubu --help 或 dubu 命令 --help 看用法"),
    # --- D-4xx files from outside (intake/) --------------------------------------------------------------------
    ("D-401", "读不到文件“{name}”", "请核对文件还在原处、没有被别的程序占用，再试一次"),
    ("D-402", "读“{name}”用时太久，已经停下，什么也没有改动", "请把文件另存、拆小或换一份后再试"),
    ("D-403", "读“{name}”占用内存太多，已经停下，什么也没有改动", "请把文件另存、拆小或换一份后再试"),
    ("D-404", "读“{name}”的过程意外中断，什么也没有改动", "请再试一次；仍不行时，请在表格或看图软件里另存一份再用"),
    ("D-410", "“{name}”不是能读的工作簿，或者已经损坏，什么也没有改动", "请在 Excel 或 WPS 里打开，另存为 .xlsx 后再试"),
    ("D-411", "“{name}”太大：{what}超过{limit}，没有读入", "请拆成几份分别读入"),
    ("D-412", "“{name}”里有宏，没有读入", "请另存为不带宏的 .xlsx 后再试"),
    ("D-413", "“{name}”里有外部链接或嵌入的对象，没有读入", "请断开链接、删去嵌入的对象，另存为 .xlsx 后再试"),
    ("D-414", "“{name}”设有打开密码，没有读入", "请在 Excel 或 WPS 里去掉密码，另存为 .xlsx 后再试"),
    ("D-415", "“{name}”是旧格式（.xls），没有读入", "请在 Excel 或 WPS 里打开，另存为 .xlsx 后再试"),
    ("D-416", "“{name}”里有不该有的声明（DOCTYPE），像是专门做来攻击的，没有读入", "请对方重新发一份，或在 WPS 里另存后再试"),
    ("D-417", "“{name}”里没有这样的工作表，或者表是空的", "请核对工作表，表里至少要有一行表头和一行内容"),
    ("D-418", "列的对应不对：{detail}", "请在对应表里调整后再试；什么也没有改动"),
    ("D-419", "“{name}”的表头与刚才看到的不一样，没有读入", "文件可能改过，请重新预览后再读入"),
    ("D-421", "“{name}”不是能用的照片，只收 JPEG、PNG、WebP、HEIC", "请另存为 JPEG 后再添加"),
    ("D-422", "“{name}”太大：{what}超过{limit}，没有添加", "请缩小后再添加"),
    ("D-423", "“{name}”已经损坏，读不全，没有添加", "请从相机或手机里重新拷一份"),
    # --- D-5xx paper (export/) ---------------------------------------------------------------------------------
    ("D-501", "这台电脑上没有 LibreOffice，不能生成 PDF 和页面图", "请用 WPS 或 Word 打开文书打印，或请管理员安装 LibreOffice"),
    ("D-502", "排版程序{seconds}秒内没有完成，已经停下，文书没有受影响", "请再试一次，或用 WPS、Word 打开文书"),
    ("D-503", "排版程序没有生成页面，文书没有受影响：{detail}", "请再试一次，或用 WPS、Word 打开文书"),
    ("D-504", "第{place}张照片的打印副本打不开，文书没有生成", "请核对这张照片，或不附照片再生成"),
    # --- D-6xx disk and machine (system/) ----------------------------------------------------------------------
    ("D-601", "磁盘空间不够：{path}", "请腾出空间后再试；原来的文件没有改动"),
    ("D-602", "磁盘已拔出或读写出错：{path}", "请重新插好再试；没有写完的文件不会被当成完整的文件"),
    ("D-603", "磁盘是只读的：{path}", "请打开写保护开关，或换一个磁盘"),
    ("D-604", "没有权限读写：{path}", "请换一个位置，或请管理员放开权限"),
    ("D-605", "文件被别的程序占用，没有换上新的：{path}", "请关闭占用它的程序（常见的是杀毒软件）后再试；原来的文件没有改动"),
    ("D-606", "写完后读回核对不一致：{path}", "请换一个移动磁盘再导出"),
    ("D-607", "文件太大，这个磁盘的格式放不下：{path}", "请换一个磁盘，或分成几份"),
    ("D-608", "剩余空间不够：需要{needed}，还剩{free}：{path}", "请腾出空间后再试；什么也没有改动"),
    ("D-609", "程序的组件不对：{detail}", "请重新安装本程序"),
    # --- D-9xx bugs --------------------------------------------------------------------------------------------
    ("D-901", "程序出错，您的内容已保存", "请复制报告交给管理员，并重新打开程序"),
)
