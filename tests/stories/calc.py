"""LibreOffice Calc as a unit's clerk uses it: opens workbooks, types, pastes photos, moves rows, saves as .xlsx.

A macro in a profile of its own does what a script says, so no Python of LibreOffice's is needed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_MACRO = """
Sub Main(list As String)
  Dim files, stream, told, kept
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  ' a Calc without a window that closed its last workbook is about to end, and opens no other
  kept = StarDesktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden())
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = createUnoService("com.sun.star.io.TextInputStream")
  stream.setInputStream(files.openFileRead(list))
  stream.setEncoding("UTF-8")
  Do While Not stream.isEOF()
    told = Join(Split(stream.readLine(), Chr(10)), "")
    If told <> "" Then Work(told)
  Loop
  kept.close(True)
  StarDesktop.terminate()
End Sub

Sub Work(job As String)
  Dim files, stream, doc, sheet, parts, told
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = createUnoService("com.sun.star.io.TextInputStream")
  stream.setInputStream(files.openFileRead(job))
  stream.setEncoding("UTF-8")
  Do While Not stream.isEOF()
    told = Join(Split(stream.readLine(), Chr(10)), "")  ' the last line comes with its break
    parts = Split(told, Chr(9))
    If told <> "" Then
    Select Case parts(0)
      Case "open"
        Dim hidden(0) As New com.sun.star.beans.PropertyValue
        hidden(0).Name = "Hidden"
        hidden(0).Value = True
        doc = StarDesktop.loadComponentFromURL(parts(1), "_blank", 0, hidden())
        sheet = doc.Sheets.getByIndex(0)
      Case "text"
        sheet.getCellByPosition(CInt(parts(1)), CLng(parts(2))).setString(Join(Split(parts(3), "\\n"), Chr(10)))
      Case "number"
        sheet.getCellByPosition(CInt(parts(1)), CLng(parts(2))).setValue(CDbl(parts(3)))
      Case "photo"
        Photo(doc, sheet, CInt(parts(1)), CLng(parts(2)), parts(3))
      Case "insert"
        sheet.unprotect("")
        sheet.Rows.insertByIndex(CLng(parts(1)), 1)
      Case "sort"
        sheet.unprotect("")
        Sort(sheet, CInt(parts(1)), CLng(parts(2)), CLng(parts(3)), CInt(parts(4)))
      Case "save"
        Dim kind(0) As New com.sun.star.beans.PropertyValue
        kind(0).Name = "FilterName"
        kind(0).Value = "Calc MS Excel 2007 XML"
        doc.storeToURL(parts(1), kind())
        doc.close(True)
    End Select
    End If
  Loop
End Sub

Sub Photo(doc, sheet, column, row, address)
  Dim provider, shape, cell, place, measure
  Dim source(0) As New com.sun.star.beans.PropertyValue
  provider = createUnoService("com.sun.star.graphic.GraphicProvider")
  source(0).Name = "URL"
  source(0).Value = address
  shape = doc.createInstance("com.sun.star.drawing.GraphicObjectShape")
  shape.Graphic = provider.queryGraphic(source())
  sheet.DrawPage.add(shape)
  cell = sheet.getCellByPosition(column, row)
  place = cell.Position
  place.X = place.X + 100
  place.Y = place.Y + 100
  shape.setPosition(place)
  measure = shape.getSize()
  measure.Width = 2800
  measure.Height = 2000
  shape.setSize(measure)
  shape.Anchor = cell
End Sub

Sub Sort(sheet, column, first, last, width)
  Dim field(0) As New com.sun.star.table.TableSortField
  Dim how(1) As New com.sun.star.beans.PropertyValue
  field(0).Field = column
  field(0).IsAscending = False
  how(0).Name = "SortFields"
  how(0).Value = field()
  how(1).Name = "ContainsHeader"
  how(1).Value = False
  sheet.getCellRangeByPosition(0, first, width, last).sort(how())
End Sub
"""
_MODULE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<script:module xmlns:script="http://openoffice.org/2000/script" '
    'script:name="Module1" script:language="StarBasic">{}</script:module>'
)


def run(soffice: Path, folder: Path, jobs: Iterable[Sequence[tuple[object, ...]]]) -> None:
    """Carry out each job, a workbook each: steps open, text, number, photo, insert, sort, save; rows, columns from 0.

    One start for all of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = {**os.environ, "HOME": str(folder), "SAL_DISABLE_PRINTERLIST": "1"}
    home.pop("DISPLAY", None)
    profile = folder / "profile"
    program = [str(soffice), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore"]

    def start(last: str) -> None:
        subprocess.run([*program, last], env=home, cwd=folder, check=True, timeout=120, capture_output=True)

    # the first start makes the profile and would write over what stands in it
    start("--terminate_after_init")
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE.format(escape(_MACRO)), encoding="utf-8")
    made = []
    for at, steps in enumerate(jobs):
        lines = ["\t".join(part.as_uri() if isinstance(part, Path) else str(part) for part in step) for step in steps]
        made.append(folder / f"job{at}.txt")
        made[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    every = folder / "jobs.txt"
    every.write_text("".join(f"{job.as_uri()}\n" for job in made), encoding="utf-8")
    start(f'macro:///Standard.Module1.Main("{every.as_uri()}")')
