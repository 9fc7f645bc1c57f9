"""The command line: the same verbs and reads without a window.

What goes to stdout is for programs to read: JSON in UTF-8 with "\\n" on every platform. A refusal is one sentence on
stderr, its code first. Exit codes: 0 done, 2 misuse, 3 refused and nothing changed, 4 some files of an import applied
and some refused.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.system.arguments import Parser

if TYPE_CHECKING:
    from dubu_desktop.actions.house import House
    from dubu_desktop.actions.registry import Outcome, Progress

DONE, BUG, MISUSE, REFUSED, IN_PART = 0, 1, 2, 3, 4
#: what was asked cannot be asked: the others are refusals
_MISUSES = frozenset({"D-304", "D-305", "D-381"})

Options = argparse.Namespace
T = TypeVar("T")


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    _speak_utf8()
    try:
        options = _parser().parse_args(list(argv))
        return int(options.run(options))
    except SystemExit as end:  # --help
        return int(end.code or 0)
    except DubuError as error:
        print(error.sentence, file=sys.stderr)
        return MISUSE if error.code in _MISUSES else REFUSED


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _say(value: Any) -> None:
    """One JSON value on one line; bytes (ids, hashes) as hexadecimal digits."""
    print(json.dumps(value, ensure_ascii=False, default=_plain), flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for people")


# --- the words ---------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    top = Parser(prog="dubu", description="督簿：与窗口相同的动作和查阅", allow_abbrev=False)
    commands = top.add_subparsers(metavar="命令", required=True, dest="命令")

    def command(name: str, run: Callable[[Options], int], words: str, *places: str) -> Parser:
        made: Parser = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
        made.set_defaults(run=run)
        for place in places:
            made.add_argument(place, metavar=place.upper())
        return made

    def keyed(parser: Parser) -> Parser:
        parser.add_argument("--password-file", metavar="FILE", required=True, help="第一行是工作区密码的文件")
        return parser

    def personal(parser: Parser, *, required: bool = False) -> Parser:
        parser.add_argument("--as", dest="person", metavar="NAME", required=required, help="谁在操作")
        return parser

    p = personal(keyed(command("init", _init, "新建工作区", "path")), required=True)
    p.add_argument("--edition", choices=("office", "group"), required=True, help="办公室版或督巡组版")
    p.add_argument("--starter", metavar="FILE", help="办公室给的开通文件（督巡组版）")
    p.add_argument("--code-file", metavar="FILE", help="第一行是纸上开通码的文件（督巡组版）")

    p = personal(keyed(command("do", _do, "做一个动作", "path", "verb")), required=True)
    p.add_argument("json", metavar="JSON|@FILE", nargs="?", default="{}", help="参数")

    p = command("actions", _actions, "列出所有动作和参数")
    p.add_argument("--json", action="store_true", help="供程序读取")

    p = keyed(command("show", _show, "查阅一类记录，每行一条 JSON", "path", "kind"))
    p.add_argument("--where", metavar="JSON|@FILE", default="{}", help="各项等于什么")

    p = personal(keyed(command("export", _export, "导出数据包", "path")))
    p.add_argument("--to", required=True, metavar="office|GROUP", help="给谁：office 或组号；all 为所有已报到的组")
    p.add_argument("--out", required=True, metavar="DIR", help="写到哪个文件夹")
    p.add_argument("--volume-mb", type=float, default=2048, metavar="MB", help="每个文件至多多大，默认2048")

    p = personal(keyed(command("import", _import, "收数据包，每个文件报告一行 JSON", "path")))
    p.add_argument("files", nargs="+", metavar="FILE")

    p = personal(keyed(command("print", _print, "打印一份文书", "path", "document")))
    p.add_argument("--out", required=True, metavar="FILE", help="写成哪个文件")

    p = personal(keyed(command("ledger", _ledger, "打印问题台账", "path")))
    p.add_argument("--out", required=True, metavar="FILE", help="写成哪个文件")

    p = personal(keyed(command("papers", _papers, "制作各种文书，各成一个文件", "path")))
    p.add_argument("--into", required=True, metavar="DIR", help="写到哪个文件夹")
    p.add_argument("--kind", action="append", default=[], metavar="KIND", help="只做这一种；可写多次")
    p.add_argument("--each", type=int, default=1, metavar="N", help="每种最多几份，默认1")

    p = keyed(command("check", _check, "自检；最后一行是校验值", "path"))
    how = p.add_mutually_exclusive_group()
    how.add_argument("--rebuild", action="store_true", help="从日志重建各表并比对")
    how.add_argument("--audit", action="store_true", help="复核全部签名和链条")
    p.add_argument("--for", dest="group", metavar="GROUP", help="某组应当显示的校验值")

    p = personal(keyed(command("backup", _backup, "备份并验证", "path")))
    p.add_argument("--to", metavar="DIR", default="", help="连同照片备份到另一处")

    p = command("restore", _restore, "把备份恢复成一个新工作区", "backup", "new")
    by = p.add_mutually_exclusive_group(required=True)
    by.add_argument("--password-file", metavar="FILE", help="第一行是备份当日密码的文件")
    by.add_argument("--recovery-file", metavar="FILE", help="第一行是恢复码的文件")

    p = keyed(command("recover", _recover, "凭恢复码给工作区换上新密码（此后只读）", "path"))
    p.add_argument("--recovery-file", metavar="FILE", required=True, help="第一行是恢复码的文件")

    command("demo", _demo, "在新文件夹里演示全过程", "folder")
    return top


# --- what is handed over -----------------------------------------------------------------------------------------


def _first_line(path: str, what: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise DubuError("D-381", detail=f"读不到{what} {path}") from error


def _object(given: str) -> dict[str, Any]:
    """A JSON object typed as it is, or @FILE that holds one."""
    try:
        text = Path(given[1:]).read_text(encoding="utf-8-sig") if given.startswith("@") else given
    except (OSError, ValueError) as error:
        raise DubuError("D-381", detail=f"读不到参数文件 {given[1:]}") from error
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DubuError("D-381", detail=f"参数不是 JSON：{clean_line(given[:60])}") from error
    if not isinstance(value, dict):
        raise DubuError("D-381", detail="参数要是一个 JSON 对象 {…}")
    return value


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are Python's, not JSON's


def _folder(path: str) -> None:
    """Make the folder a person named for what they asked for."""
    from dubu_desktop.system.files import disk_error

    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(error, Path(path)) from error


def _open(o: Options) -> House:
    from dubu_desktop.actions.house import House

    house = House.open_(Path(o.path), _first_line(o.password_file, "密码文件"))
    try:
        if getattr(o, "person", None) is not None:  # an empty name is nobody's, and nobody may write
            house.be(o.person)
    except BaseException:
        house.close()
        raise
    return house


def _work(o: Options, verb: str, **params: Any) -> Outcome:
    """Do one verb on the workspace."""
    with _open(o) as house:
        return _watched(house.run(verb, **params))


def _watched(work: Generator[Progress, None, T]) -> T:
    """Long work to its end; its steps are told where somebody watches."""
    watched = sys.stderr.isatty()
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if watched:
            print(f"\r\x1b[K{step.label} {step.done}/{step.total}", end="", file=sys.stderr, flush=True)


# --- the commands ------------------------------------------------------------------------------------------------


def _init(o: Options) -> int:
    from dubu_desktop.actions import setup

    password = _first_line(o.password_file, "密码文件")
    if o.edition == "office":
        begun = setup.init_office(Path(o.path), password, o.person)
    else:
        if not o.starter or not o.code_file:
            raise DubuError("D-381", detail="督巡组版要有 --starter 和 --code-file")
        try:
            starter = Path(o.starter).read_bytes()
        except OSError as error:
            raise DubuError("D-381", detail=f"读不到开通文件 {o.starter}") from error
        begun = setup.init_group(Path(o.path), password, o.person, starter, _first_line(o.code_file, "开通码文件"))
    begun.house.close()
    _say({"recovery_code": begun.recovery_code})
    return DONE


def _do(o: Options) -> int:
    done = _work(o, o.verb, **_object(o.json))
    changes = {
        "kinds": sorted(done.kinds),
        "new": len(done.new),
        "changed": len(done.changed),
        "conflicts": done.conflicts,
    }
    told = {"ids": done.ids, "number": done.number, "changes": changes, "warnings": done.warnings}
    _say({**done.extra, **told})
    return DONE


def _actions(o: Options) -> int:
    from dubu_desktop.actions import registry

    rows: list[dict[str, Any]] = []
    for v in registry.all_verbs().values():
        row: dict[str, Any] = {"name": v.name, "label": v.label, "summary": v.summary, "editions": v.editions}
        row |= {"roles": [str(r) for r in v.roles], "undoable": v.undoable, "parameters": v.parameters}
        rows.append(row)
    if o.json:
        _say(rows)
        return DONE
    for row in rows:
        print(f"{row['name']}  {row['label']}：{row['summary']}")
        for p in row["parameters"]:
            needed = "" if p["required"] else "（可不填）"
            print(f"    {p['name']}: {p['type']}{needed}")
    return DONE


def _show(o: Options) -> int:
    from dubu_desktop.actions import reads

    where = _object(o.where)

    def tell(r: reads.Reader) -> None:
        for row in reads.show(r, o.kind, where):  # row by row, inside the snapshot: a list of any length
            _say(row)

    with _open(o) as house:
        house.read(tell)
    return DONE


def _export(o: Options) -> int:
    _folder(o.out)
    done = _work(o, "export_bundle", to=o.to, out=o.out, volume_mb=o.volume_mb)
    _say({name: done.extra[name] for name in ("files", "serial", "records", "photos", "left")})
    return DONE


def _import(o: Options) -> int:
    reports = _work(o, "import_bundles", files=o.files).extra["reports"]
    for report in reports:
        _say(report)
    refused = [r for r in reports if r["status"] == "refused"]
    for report in refused:
        print(f"{report['file']}：{report['sentence']}", file=sys.stderr)
    if not refused:
        return DONE
    return REFUSED if len(refused) == len(reports) else IN_PART


def _print(o: Options) -> int:
    return _file_made(_work(o, "print_document", document=o.document, out=o.out))


def _papers(o: Options) -> int:
    """One line of JSON per paper made, warnings on stderr."""
    done = _work(o, "make_papers", into=o.into, kinds=o.kind, each=o.each)
    for made in done.extra["papers"]:
        _say(made)
    for warning in done.warnings:
        print(warning, file=sys.stderr)
    return DONE


def _ledger(o: Options) -> int:
    return _file_made(_work(o, "export_ledger", out=o.out))


def _file_made(done: Outcome) -> int:
    _say({**done.extra, "warnings": done.warnings})
    return DONE


def _check(o: Options) -> int:
    """What was looked at as one JSON object, then the digest on a line of its own; 3 when something is wrong."""
    from dubu_desktop.actions import check

    with _open(o) as house:
        if o.group:
            check.digest(house, o.group)  # a group that is none is said before anything is looked at
        told: dict[str, Any] = {"check": "audit" if o.audit else "rebuild" if o.rebuild else "quick"}
        if o.rebuild:
            rebuilt = _watched(check.rebuild(house))
            told |= {"records": rebuilt.records, "differing": rebuilt.differing}
            sound = rebuilt.same
        elif o.audit:
            audit = _watched(check.audit(house))
            told |= {"segments": audit.segments, "ops": audit.ops, "unsealed": audit.unsealed}
            told["faults"] = [f"{fault.where}：{fault.what}" for fault in audit.faults]
            pictures = _watched(check.photos(house))
            told |= {"photos": pictures.read, "photos_gone": pictures.gone, "photos_damaged": pictures.damaged}
            sound = not audit.faults and not pictures.gone and not pictures.damaged
        else:
            house.verify()
            old = _watched(check.archives(house))
            told |= {"archives": old.read, "archives_healed": old.healed, "archives_lost": old.lost}
            sound = not old.lost
        found = check.digest(house, o.group)
        _say({**told, "sound": sound})
        print(found)
    return DONE if sound else REFUSED


def _backup(o: Options) -> int:
    done = _work(o, "make_backup", to=o.to)
    _say(done.extra)
    return DONE


def _restore(o: Options) -> int:
    from dubu_desktop.actions import recovery

    password = _first_line(o.password_file, "密码文件") if o.password_file else None
    code = _first_line(o.recovery_file, "恢复码文件") if o.recovery_file else ""
    made = recovery.restore(Path(o.backup), Path(o.new), password=password, recovery_code=code)
    told = {"path": made.path, "photos": made.photos, "missing": made.missing}
    _say({**told, "archives_missing": made.archives_missing})
    return DONE


def _recover(o: Options) -> int:
    from dubu_desktop.actions import recovery

    code = _first_line(o.recovery_file, "恢复码文件")
    recovery.recover(Path(o.path), code, _first_line(o.password_file, "密码文件"))
    _say({"path": o.path, "writes": False})
    return DONE


def _demo(o: Options) -> int:
    """The story is played by main.py, which alone joins the window and the demo; reached only past it."""
    raise DubuError("D-381", detail=f"演示由 ./dubu demo {o.folder} 播放")
