"""The finished files as the rules look at them: lines of a PDF in points, paragraphs of a DOCX, elements of a page in Chromium."""

from __future__ import annotations

import functools
import io
import shutil
import statistics
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pdfplumber
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

    from rules import Check, Edit
    from specimen import Specimen

INCH = 72.0
NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}
W = f"{{{NAMES['w']}}}"


def opened(paper: Specimen, browser: Browser, check: Check, edits: tuple[Edit, ...] = ()) -> Pdf | Docx | Page:
    """Open what a check looks at: the specimen's variant in its format, shown by the program that the check names."""
    path = paper.built(check.variant, check.format, edits)
    read = Pdf if edits else read_once  # a mutant is looked at once
    if check.through == "pdf":
        return read(path)
    if check.through == "docx":
        return Docx(path)
    if check.through == "libreoffice":
        return read(paper.in_libreoffice(path))
    if check.through == "print":
        return read(browser.printed(path))
    return browser.page(path, "screen" if check.through == "screen" else "print")


# PDF ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on a page of a PDF; lengths in points from the page's top left corner."""

    page: int
    """The page's number, from 1."""
    text: str
    x0: float
    x1: float
    baseline: float
    chars: tuple[dict[str, Any], ...]

    @property
    def fonts(self) -> set[str]:
        """Names of the fonts in the line, without the letters that mark a subset."""
        return {char["fontname"].partition("+")[2] or char["fontname"] for char in self.chars if char["text"].strip()}

    @property
    def bold(self) -> bool:
        """Whether every letter is bold."""
        return all("bold" in font.lower() for font in self.fonts)

    @property
    def italic(self) -> bool:
        """Whether every letter is italic."""
        return all("italic" in font.lower() or "oblique" in font.lower() for font in self.fonts)

    @property
    def size(self) -> float:
        """The size of most of its letters, in points."""
        return statistics.mode(round(char["size"], 1) for char in self.chars)

    @property
    def middle(self) -> float:
        """Halfway between its ends."""
        return (self.x0 + self.x1) / 2


class Pdf:
    """A PDF, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = pdfplumber.open(io.BytesIO(path.read_bytes()))

    @property
    def pages(self) -> list[Any]:
        """The pages, as pdfplumber has them."""
        return self.document.pages

    @functools.cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines in reading order, the page header's included; letters on a raised baseline belong to their line."""
        found: list[Line] = []
        for number, page in enumerate(self.document.pages, 1):
            rows: list[list[dict[str, Any]]] = []
            # matrix[5] is the height of the baseline above the page's foot (PDF 32000-1, 9.4.4).
            for char in sorted(page.chars, key=lambda char: (-char["matrix"][5], char["x0"])):
                height = char["matrix"][5]
                if rows and abs(rows[-1][0]["matrix"][5] - height) < 7:
                    rows[-1].append(char)
                else:
                    rows.append([char])
            for row in rows:
                line = _line(number, float(page.height), row)
                if line.text:
                    found.append(line)
        return tuple(found)

    @functools.cached_property
    def body(self) -> tuple[Line, ...]:
        """All lines but those of the page header."""
        return tuple(line for line in self.lines if line.baseline > 66)

    @functools.cached_property
    def headers(self) -> dict[int, str]:
        """Page number → the text of its page header."""
        found = dict.fromkeys(range(1, len(self.pages) + 1), "")
        for line in self.lines:
            if line.baseline <= 66:
                found[line.page] = f"{found[line.page]} {line.text}".strip()
        return found

    def on(self, page: int) -> list[Line]:
        """The lines of one page without its header."""
        return [line for line in self.body if line.page == page]

    def index(self, beginning: str, after: int = -1) -> int:
        """The place, in `body`, of the first line that begins so, behind `after`."""
        for index, line in enumerate(self.body):
            if index > after and line.text.startswith(beginning):
                return index
        raise AssertionError(f"no line begins with {beginning!r}")

    def line(self, beginning: str, after: int = -1) -> Line:
        """The first line that begins so."""
        return self.body[self.index(beginning, after)]

    def exact_index(self, text: str, after: int = -1) -> int:
        """The place, in `body`, of the first line that is this text, behind `after`."""
        for index, line in enumerate(self.body):
            if index > after and line.text == text:
                return index
        raise AssertionError(f"no line is {text!r}")

    def exact(self, text: str, after: int = -1) -> Line:
        """The first line that is this text."""
        return self.body[self.exact_index(text, after)]

    def holding(self, text: str) -> Line:
        """The first line that this text stands in."""
        for line in self.body:
            if text in line.text:
                return line
        raise AssertionError(f"no line holds {text!r}")

    @functools.cached_property
    def text(self) -> str:
        """All text without page headers, lines joined by blanks."""
        return " ".join(line.text for line in self.body)


@functools.cache
def read_once(path: Path) -> Pdf:
    """A PDF that many checks look at."""
    return Pdf(path)


def _line(page: int, height: float, row: list[dict[str, Any]]) -> Line:
    chars = sorted(row, key=lambda char: char["x0"])
    text = ""
    for index, char in enumerate(chars):
        gap = char["x0"] - chars[index - 1]["x1"] if index else 0
        text += (" " if gap > 1 and not text.endswith(" ") and char["text"] != " " else "") + char["text"]
    inked = [char for char in chars if char["text"].strip()] or chars
    baseline = statistics.mode(round(height - char["matrix"][5], 1) for char in inked)
    return Line(page, " ".join(text.split()), inked[0]["x0"], max(char["x1"] for char in inked), baseline, tuple(inked))


# DOCX ---------------------------------------------------------------------------------------------------------------------


class Paragraph:
    """One paragraph of a DOCX, with its properties as its styles and the defaults of the document make them."""

    def __init__(self, docx: Docx, element: Any) -> None:
        self.docx, self.element = docx, element

    @property
    def style(self) -> str:
        """The name of its style."""
        return self.docx.style_name(self._style_id)

    @property
    def _style_id(self) -> str:
        return next(iter(self.element.xpath("./w:pPr/w:pStyle/@w:val", namespaces=NAMES)), "Normal")

    @property
    def text(self) -> str:
        """What a reader sees: results of fields, and not their instructions."""
        return text_of(self.element)

    def get(self, path: str, default: str = "") -> str:
        """A property such as `w:ind/@w:firstLine`: of the paragraph, else of its styles, else of the defaults."""
        for properties in self._sources("pPr"):
            found = properties.xpath(f"./{path}", namespaces=NAMES)
            if found:
                return str(found[0])
        return default

    def has(self, name: str) -> bool:
        """Whether a switch of the paragraph such as `pageBreakBefore` is on (ECMA-376, 17.7.3)."""
        for properties in self._sources("pPr"):
            found = properties.find(f"{W}{name}")
            if found is not None:
                return found.get(f"{W}val", "true") not in {"0", "false", "off"}
        return False

    def run(self, path: str, default: str = "") -> str:
        """A property that all of its letters share, such as `w:b`; the default if they do not share one."""
        runs = [run for run in self.element.iter(f"{W}r") if text_of(run).strip()]
        values = {self._of_run(run, path) for run in runs} or {""}
        return values.pop() if len(values) == 1 else default

    def is_on(self, name: str) -> bool:
        """Whether a switch such as `b` or `i` is on for all of its letters."""
        runs = [run for run in self.element.iter(f"{W}r") if text_of(run).strip()]
        return bool(runs) and all(self.run_is_on(run, name) for run in runs)

    def run_is_on(self, run: Any, name: str) -> bool:
        """Whether a switch is on in one run (ECMA-376, 17.7.3: present and not false)."""
        for properties in self._run_sources(run):
            found = properties.find(f"{W}{name}")
            if found is not None:
                return found.get(f"{W}val", "true") not in {"0", "false", "off"}
        return False

    def _of_run(self, run: Any, path: str) -> str:
        for properties in self._run_sources(run):
            found = properties.xpath(f"./{path}", namespaces=NAMES)
            if found:
                return str(found[0])
        return ""

    def _run_sources(self, run: Any) -> list[Any]:
        own = run.findall(f"{W}rPr")
        character = run.xpath("./w:rPr/w:rStyle/@w:val", namespaces=NAMES)
        styles = self.docx.style_chain(character[0]) if character else []
        return [*own, *(found for style in styles for found in style.findall(f"{W}rPr")), *self._sources("rPr")[0:]]

    def _sources(self, kind: str) -> list[Any]:
        own = self.element.findall(f"{W}pPr") if kind == "pPr" else []
        styles = [found for style in self.docx.style_chain(self._style_id) for found in style.findall(f"{W}{kind}")]
        return [*own, *styles, *self.docx.defaults(kind)]


class Docx:
    """A DOCX, part by part."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    @functools.cache  # noqa: B019  (a check holds its file for a moment)
    def tree(self, part: str) -> Any:
        """The XML of a part such as `word/document.xml`."""
        return etree.fromstring(self.parts[part])

    def all(self, path: str, part: str = "word/document.xml") -> list[Any]:
        """Everything that an XPath finds in a part."""
        return self.tree(part).xpath(path, namespaces=NAMES)

    @functools.cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs of the document's body, those in tables included, in order."""
        return tuple(Paragraph(self, element) for element in self.all("//w:body//w:p"))

    def styled(self, style: str) -> list[Paragraph]:
        """The paragraphs of a style, by its name; there is at least one."""
        found = [paragraph for paragraph in self.paragraphs if paragraph.style.lower() == style.lower()]
        assert found, f"no paragraph has the style {style}; there are {sorted({p.style for p in self.paragraphs})}"
        return found

    def index(self, beginning: str, after: int = -1) -> int:
        """The place of the first paragraph that begins so, behind `after`."""
        for index, paragraph in enumerate(self.paragraphs):
            if index > after and paragraph.text.startswith(beginning):
                return index
        raise AssertionError(f"no paragraph begins with {beginning!r}")

    def paragraph(self, beginning: str, after: int = -1) -> Paragraph:
        """The first paragraph that begins so."""
        return self.paragraphs[self.index(beginning, after)]

    @functools.cached_property
    def sections(self) -> list[Any]:
        """All section properties, in order."""
        return self.all("//w:sectPr")

    def target(self, relationship: str, part: str = "document.xml") -> str:
        """Where a relationship of a part in `word/` leads: to another part, or to an address."""
        for found in self.tree(f"word/_rels/{part}.rels"):
            if found.get("Id") == relationship:
                return str(found.get("Target"))
        raise AssertionError(f"{part} refers to {relationship}, which is nowhere")

    def headers(self) -> list[Any]:
        """The XML of every page header."""
        return [self.tree(name) for name in sorted(self.parts) if name.startswith("word/header")]

    def style_name(self, identifier: str) -> str:
        """The name of a style."""
        style = self._styles.get(identifier)
        assert style is not None, f"the style {identifier} is used and is nowhere defined"
        return str(style.find(f"{W}name").get(f"{W}val"))

    def style_chain(self, identifier: str) -> list[Any]:
        """A style and those that it is based on."""
        chain = []
        while identifier in self._styles:
            chain.append(self._styles[identifier])
            identifier = next(iter(chain[-1].xpath("./w:basedOn/@w:val", namespaces=NAMES)), "")
        return chain

    @functools.cached_property
    def _styles(self) -> dict[str, Any]:
        return {style.get(f"{W}styleId"): style for style in self.all("//w:style", "word/styles.xml")}

    def defaults(self, kind: str) -> list[Any]:
        """The defaults of the document for paragraphs (pPr) or letters (rPr)."""
        return self.all(f"//w:docDefaults//w:{kind}", "word/styles.xml")

    @functools.cached_property
    def text(self) -> str:
        """All text of the body and of the footnotes."""
        notes = [text_of(note) for note in self.all("//w:footnote", "word/footnotes.xml")]
        return " ".join([*(paragraph.text for paragraph in self.paragraphs), *notes])


def text_of(node: Any) -> str:
    """The text of a piece of WordprocessingML: w:t, tabs and breaks, and what formulas hold."""
    pieces = []
    for element in node.iter():
        if element.tag == f"{W}t" or element.tag == f"{{{NAMES['m']}}}t":
            pieces.append(element.text or "")
        elif element.tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif element.tag == f"{W}tab" and element.getparent().tag == f"{W}r":
            pieces.append("\t")
        elif element.tag == f"{W}br":
            pieces.append("\n")
    return "".join(pieces).replace("\u00a0", " ")


# HTML ---------------------------------------------------------------------------------------------------------------------

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """Where Chromium is. These tests need it: nothing is skipped in silence."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    assert found, "this test needs chromium or google-chrome: install it and run again"
    return found


class Browser:
    """A Chromium without a window."""

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Any = None
        self._last: Any = None

    def tab(self, width: int = 1000, height: int = 1200, *, dark: bool = False) -> Any:
        """A new tab of a width and height in CSS pixels."""
        if self._browser is None:
            from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only checks of the page need it)

            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        return self._browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )

    def page(self, path: Path, media: str) -> Page:
        """Open a page as it is for the `screen` or for `print`."""
        if self._last is not None:
            self._last.close()
        self._last = tab = self.tab()
        tab.emulate_media(media=media)
        tab.goto(path.as_uri())
        return Page(path, tab)

    def printed(self, path: Path) -> Path:
        """Print a page to PDF, on the paper that it asks for."""
        pdf = path.with_suffix(".print.pdf")
        if not pdf.is_file():
            tab = self.tab()
            tab.goto(path.as_uri())
            made = tab.pdf(prefer_css_page_size=True, display_header_footer=False)
            tab.close()
            part = pdf.with_name(f"{pdf.name}.{id(self)}")
            part.write_bytes(made)
            part.replace(pdf)
        return pdf

    def close(self) -> None:
        """End Chromium."""
        if self._browser is not None:
            self._browser.close()
            self._playwright.stop()


class Page:
    """A web page in Chromium."""

    def __init__(self, path: Path, tab: Any) -> None:
        self.path, self.tab = path, tab
        self.source = path.read_text("utf-8")

    def css(self, selector: str, name: str, pseudo: str | None = None) -> str:
        """A computed property of the first element that the selector finds."""
        values = self.every(selector, name, pseudo)
        assert values, f"the page has no {selector}"
        return values[0]

    def every(self, selector: str, name: str, pseudo: str | None = None) -> list[str]:
        """A computed property of each element that the selector finds."""
        script = "(all, [name, pseudo]) => all.map(e => getComputedStyle(e, pseudo).getPropertyValue(name))"
        return list(self.tab.eval_on_selector_all(selector, script, [name, pseudo]))

    def points(self, selector: str, name: str) -> float:
        """A computed length in points."""
        value = self.css(selector, name)
        assert value.endswith("px"), f"{name} of {selector} is {value}, which is no length"
        return float(value.removesuffix("px")) * 0.75

    def texts(self, selector: str) -> list[str]:
        """The text of each element that the selector finds, white space as one blank."""
        script = "all => all.map(e => e.textContent.replace(/\\s+/g, ' ').trim())"
        return list(self.tab.eval_on_selector_all(selector, script))

    def box(self, selector: str) -> dict[str, float]:
        """Where the first element stands, in CSS pixels: left, top, right, bottom."""
        script = "e => { const b = e.getBoundingClientRect(); return {left: b.left, top: b.top, right: b.right, bottom: b.bottom} }"
        return dict(self.tab.eval_on_selector(selector, script))

    def attributes(self, selector: str, name: str) -> list[str | None]:
        """An attribute of each element that the selector finds."""
        return list(self.tab.eval_on_selector_all(selector, "(all, name) => all.map(e => e.getAttribute(name))", name))

    @functools.cached_property
    def text(self) -> str:
        """All text of the page, white space as one blank."""
        return " ".join(self.texts("body"))
