#!/usr/bin/env python3
"""Make a table of each image that is a CSV file: ``![Title](tables/sample.csv){#tbl-sample}``.

Why: statistics programs write CSV, and a table copied by hand into a manuscript goes stale (APA 7.8-7.21).
The first row is the head. Cells are inline Markdown, citations included. The image's caption becomes the table's,
its identifier, classes and remaining attributes move to the table.

Run after: nothing, but before citeproc. Plain pandoc: ``pandoc --filter csv-table.py``; in this project csv-tables.lua
calls it when it is needed. File names count from the working folder.
Formats: all; it never asks for the format.
Options (attributes of the image): ``align="lcr"`` one letter for each column, ``header=false`` for a file without a
head, ``delimiter`` as ``,`` ``;`` or ``tab`` where the guess is wrong.
Reports, on standard error as ``file:line: error: ...``, a file that is missing, not UTF-8, empty, ragged or badly
quoted, and a wrong option; all of them in one run, then it exits with 1. It never repairs or guesses a cell.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import panflute as pf

DELIMITERS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "\\t": "\t"}
ALIGNMENTS = {"l": "AlignLeft", "c": "AlignCenter", "r": "AlignRight", "d": "AlignDefault"}
OWN_ATTRIBUTES = {"align", "header", "delimiter"}
ROWS_TO_GUESS_FROM = 50


class CsvFileError(Exception):
    """What is wrong with one CSV file, at which line, and what its author can do."""

    def __init__(self, file: str, line: int, what: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: error: {what}\n  {remedy}")


class Row(NamedTuple):
    """One record of a CSV file, with the line of the file on which it begins."""

    line: int
    cells: list[str]


def read_text(file: str) -> str:
    """Give the text of a UTF-8 file, with or without a byte order mark."""
    try:
        content = Path(file).read_bytes()
    except FileNotFoundError:
        raise CsvFileError(
            file, 1, "there is no such file", "Check the name; it counts from the paper's folder."
        ) from None
    except OSError as error:
        raise CsvFileError(file, 1, f"cannot be read ({error.strerror})", "Check the file's permissions.") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CsvFileError(
            file, line, "is not UTF-8", 'Save it as UTF-8 (in a spreadsheet: "CSV UTF-8"); nothing was guessed.'
        ) from None


def parse(file: str, text: str, delimiter: str) -> list[Row]:
    """Give the records of a CSV text, without blank lines and without empty records at the end."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                rows.append(Row(start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        raise CsvFileError(
            file,
            start,
            "the record that begins here has a quotation mark that does not pair",
            'Put a cell that holds quotation marks in quotation marks and double those inside: "a ""b"" c".',
        ) from None
    while rows and not any(rows[-1].cells):
        rows.pop()
    return rows


def guess_delimiter(file: str, text: str) -> str:
    """Give the delimiter under which the first records agree best: comma, semicolon or tab.

    Agreement comes before number of columns, so that "1,5;2,5" is two columns and not three.
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in (",", ";", "\t"):
        try:
            widths = [len(row.cells) for row in parse(file, text, delimiter)[:ROWS_TO_GUESS_FROM]]
        except CsvFileError:
            continue
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def check_width(file: str, rows: list[Row]) -> None:
    """Refuse a file whose records differ in their number of cells."""
    expected = len(rows[0].cells)
    for row in rows[1:]:
        if len(row.cells) != expected:
            raise CsvFileError(
                file,
                row.line,
                f"this row has {len(row.cells)} cells, the first row has {expected}",
                "Give every row as many cells; put a cell that holds the delimiter in quotation marks.",
            )


def read_rows(file: str, delimiter_option: str | None) -> list[Row]:
    """Give the records of a CSV file, all of the same width; raise CsvFileError if it is not such a file."""
    text = read_text(file)
    if delimiter_option is None:
        delimiter = guess_delimiter(file, text)
    elif delimiter_option in DELIMITERS:
        delimiter = DELIMITERS[delimiter_option]
    else:
        raise CsvFileError(file, 1, f'the delimiter "{delimiter_option}" is not known', "Write , or ; or tab.")
    rows = parse(file, text, delimiter)
    if not rows:
        raise CsvFileError(file, 1, "is empty", "Put the rows of the table into it, the head first.")
    check_width(file, rows)
    return rows


def pandoc_path() -> str | None:
    """Give the pandoc that pypandoc knows, whether it carries it or found it; None leaves the search to panflute."""
    try:
        import pypandoc  # noqa: PLC0415 - plain pandoc users need not have it
    except ImportError:
        return None
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        return None


def convert_cells(rows: list[Row]) -> list[list[list[pf.Inline]]]:
    """Turn the Markdown of all cells into inlines, with one call of pandoc.

    Each line of each cell is a line of one line block: there pandoc reads inline Markdown only and lets no markup
    reach from one line into the next.
    """
    lines = [line.strip() for row in rows for cell in row.cells for line in cell.split("\n")]
    converted = pf.convert_text("\n".join(f"| {line}" if line else "|" for line in lines), pandoc_path=pandoc_path())
    found = [list(item.content) for item in converted[0].content]
    if len(converted) != 1 or len(found) != len(lines):
        message = f"csv-table.py: {len(lines)} lines went to pandoc and {len(found)} came back"
        raise RuntimeError(message)
    inlines = iter(found)
    result: list[list[list[pf.Inline]]] = []
    for row in rows:
        cells: list[list[pf.Inline]] = []
        for cell in row.cells:
            content: list[pf.Inline] = next(inlines)
            for _ in range(cell.count("\n")):
                content += [pf.LineBreak(), *next(inlines)]
            cells.append(content)
        result.append(cells)
    return result


def column_alignments(file: str, letters: str | None, columns: int) -> list[str]:
    """Give pandoc's name for the alignment of each column."""
    if letters is None:
        return ["AlignDefault"] * columns
    if len(letters) != columns or not set(letters) <= set(ALIGNMENTS):
        raise CsvFileError(
            file,
            1,
            f'align="{letters}" does not fit the {columns} columns',
            "Write one letter for each column: l (left), c (centre), r (right) or d (default).",
        )
    return [ALIGNMENTS[letter] for letter in letters]


def to_row(cells: list[list[pf.Inline]]) -> pf.TableRow:
    """Make one row of a table."""
    return pf.TableRow(*(pf.TableCell(*([pf.Plain(*cell)] if cell else [])) for cell in cells))


def make_table(image: pf.Image, identifier: str, classes: list[str], caption: list[pf.Block]) -> pf.Table:
    """Make the table that an image of a CSV file stands for; raise CsvFileError if it cannot be made."""
    file = unquote(image.url)
    options = image.attributes
    rows = read_rows(file, options.get("delimiter"))
    columns = len(rows[0].cells)
    alignments = column_alignments(file, options.get("align"), columns)
    has_head = options.get("header", "true").lower() not in {"false", "no", "0"}
    cells = [to_row(row) for row in convert_cells(rows)]
    head, body = (cells[:1], cells[1:]) if has_head else ([], cells)
    return pf.Table(
        pf.TableBody(*body),
        head=pf.TableHead(*head),
        caption=pf.Caption(*caption) if caption else pf.Caption(),
        colspec=[(alignment, "ColWidthDefault") for alignment in alignments],
        identifier=identifier,
        classes=classes,
        attributes={name: value for name, value in options.items() if name not in OWN_ATTRIBUTES},
    )


def is_csv_file(image: pf.Image) -> bool:
    """Tell whether an image is a CSV file of this machine."""
    return image.url.lower().endswith((".csv", ".tsv")) and "://" not in image.url


def csv_image(inlines: list[pf.Inline]) -> pf.Image | None:
    """Give the image if it is all that there is and a CSV file of this machine."""
    if len(inlines) != 1 or not isinstance(inlines[0], pf.Image):
        return None
    return inlines[0] if is_csv_file(inlines[0]) else None


def replace(element: pf.Element, doc: pf.Doc) -> pf.Table | None:
    """Give the table for a figure or paragraph that holds one CSV file and nothing else."""
    if isinstance(element, pf.Figure):
        blocks = list(element.content)
        image = csv_image(list(blocks[0].content)) if len(blocks) == 1 and isinstance(blocks[0], pf.Plain) else None
        caption = list(element.caption.content)
    elif isinstance(element, pf.Para):
        image = csv_image(list(element.content))
        caption = [pf.Plain(*image.content)] if image is not None and image.content else []
    else:
        return None
    if image is None:
        return None
    identifier = image.identifier or getattr(element, "identifier", "")
    classes = [*getattr(element, "classes", []), *image.classes]
    try:
        return make_table(image, identifier, classes, caption)
    except CsvFileError as error:
        doc.faults.append(str(error))
        doc.faulty.append(image)
        return None


def report_left_over(element: pf.Element, doc: pf.Doc) -> None:
    """Report a CSV file that stands where no table can: no writer could print it."""
    if isinstance(element, pf.Image) and is_csv_file(element) and not any(element is image for image in doc.faulty):
        doc.faults.append(
            f"{unquote(element.url)}:1: error: the table stands in a line of text\n"
            "  Put ![Title](file.csv) into a paragraph of its own, with a blank line before and after."
        )


def main() -> int:
    """Filter the document on standard input; give the exit status."""
    doc = pf.load()
    doc.faults, doc.faulty = [], []
    doc.walk(replace)
    doc.walk(report_left_over)
    if doc.faults:
        for fault in doc.faults:
            print(fault, file=sys.stderr)
        return 1
    pf.dump(doc)
    return 0


if __name__ == "__main__":
    sys.exit(main())
