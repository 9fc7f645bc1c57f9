"""The cell formats of our workbooks, as the one part xl/styles.xml; `sheet.Look` numbers them."""

from __future__ import annotations

_FACE = "宋体"
_LINE = '<left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/>'


def _fill(colour: str) -> str:
    inner = f'<fgColor rgb="FF{colour}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{inner}</patternFill></fill>'


def _format(number: int, fill: int, align: str, *, font: int = 0, quote: bool = False) -> str:
    prefix = ' quotePrefix="1"' if quote else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="1" xfId="0"{prefix} applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment horizontal="{align}" vertical="center" wrapText="1"/></xf>'
    )


def _four(fill: int) -> str:
    """Text, number, day, moment on one background. quotePrefix: text stays text when somebody edits the cell."""
    return _format(0, fill, "left", quote=True) + "".join(_format(number, fill, "center") for number in (0, 164, 165))


STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    f'<fonts count="2"><font><sz val="10.5"/><name val="{_FACE}"/><charset val="134"/></font>'
    f'<font><b/><sz val="10.5"/><name val="{_FACE}"/><charset val="134"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f"{_fill('E7ECF2')}{_fill('F8CBC6')}</fills>"
    f'<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>{_LINE}</border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="10"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    f"{_format(0, 2, 'center', font=1)}{_four(0)}{_four(3)}</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
