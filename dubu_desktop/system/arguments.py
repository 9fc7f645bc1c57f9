"""Words typed on a command line, taken apart; what is wrong with them is said in Chinese and raised, not printed."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from dubu_desktop.errors import DubuError

_COMPLAINTS = (
    (r"the following arguments are required: ", "缺少 "),
    (r"unrecognized arguments: ", "不认识 "),
    (r"one of the arguments (.*) is required", r"缺少 \1 之一"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 不能与 \2 同用"),
    (r"argument (.*): expected (one|at least one) argument", r"\1 后面要有值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 没有 \2，可用：\3"),
    (r"argument (.*): ignored explicit argument (.*)", r"\1 不带值：\2"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 不明确：\2"),
)


class Parser(argparse.ArgumentParser):
    """argparse that raises D-381, its complaint in Chinese."""

    def error(self, message: str) -> NoReturn:
        """What argparse calls when the words make no sense."""
        for pattern, words in _COMPLAINTS:
            message = re.sub(pattern, words, message)
        raise DubuError("D-381", detail=message)
