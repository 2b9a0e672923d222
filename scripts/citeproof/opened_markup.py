"""Opens a finished JATS article or LaTeX source and tells what is in it, as `opened` does of PDF, DOCX and HTML."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from citeproof.document import FORMULA
from citeproof.opened import Opened, Writer
from citeproof.said import CALL, CELL, HEADING, MARK, NOTE, PARAGRAPH, fold

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.document import CitedDocument


def identifier(text: str) -> str:
    """Write an identifier as the layout filters do (filters/apa/xml.lua): letters, figures, and . - _ stay."""
    safe = re.sub(r"[^A-Za-z0-9._-]", lambda found: f"_x{ord(found[0]):X}_", text)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"


# --- JATS -------------------------------------------------------------------------------------------------------------

_UNSEEN = frozenset(
    {
        *("alt-text", "alt-title", "contrib-group", "element-citation", "funding-group", "institution-id", "meta-name"),
        "tex-math",
    }
)
"""Elements whose text stands elsewhere, too, or for programs only."""

_BLOCKS = frozenset(
    {
        *("abstract", "aff", "app", "article-meta", "author-notes", "back", "body", "caption", "corresp"),
        *("custom-meta", "def-list"),
        *("def", "def-item", "disp-quote", "fig", "front", "list", "list-item", "p", "preformat", "ref", "ref-list"),
        *("sec", "table", "table-wrap", "table-wrap-foot", "tbody", "term", "tfoot", "thead", "title-group", "tr"),
        *("article-title", "verse-group", "verse-line", "boxed-text", "floats-group", "app-group", "note", "kwd-group"),
    }
)


def open_jats(path: Path, cited: CitedDocument) -> Opened:
    """Open a JATS article."""
    from lxml import etree  # noqa: PLC0415  (each format loads what it needs)

    root = etree.fromstring(path.read_bytes(), parser=etree.XMLParser(load_dtd=False, no_network=True, huge_tree=True))
    keys = {identifier(f"ref-{key}"): key for item in cited.citations for key in item.keys}
    keys |= {identifier(f"ref-{key}"): key for key in cited.references}
    links: dict[str, str] = defaultdict(str)
    for link in root.iter("xref"):
        key = keys.get(link.get("rid", "")) if link.get("ref-type") == "bibr" else None
        if key is not None:
            links[key] += fold("".join(link.itertext()))
    landings: dict[str, str] = {}
    entries = Counter[str]()
    for entry in root.iter("ref"):
        key = keys.get(entry.get("id", ""))
        if key is not None:
            entries[key] += 1
            landings[key] = fold("".join("".join(part.itertext()) for part in entry.iter("label", "mixed-citation")))
    for about in root.iterfind("front/article-meta"):  # JATS has all abstracts before the keywords, the paper has not
        about.extend([*about.iterfind("abstract[@abstract-type]")])
    reader = _JatsReader()
    reader.read(root, 0)
    writer = reader.writer
    writer.end()
    whole = "".join(fold(piece.text) for piece in (*writer.flow, *writer.notes))
    return Opened(
        (whole,),
        links,
        landings,
        entries,
        said=tuple(writer.flow),
        notes=tuple(writer.notes),
        people=tuple(_person(each) for each in root.iterfind("front/article-meta/contrib-group/contrib")),
    )


def _person(contributor: Any) -> str:
    """Give the name of a contributor as it is printed: given name first."""
    parts = [contributor.findtext(f".//{tag}") or "" for tag in ("given-names", "surname", "suffix", "collab")]
    return " ".join(part for part in parts if part)


class _JatsReader:
    """Reads an article in order: a piece for each heading, paragraph, cell and note."""

    def __init__(self) -> None:
        self.writer = Writer()

    def read(self, element: Any, depth: int) -> None:
        """Read what is in an element; `depth` is the number of sections that it stands in."""
        self.writer.text(element.text)
        for child in element:
            self._element(child, depth)
            self.writer.text(child.tail)

    def _element(self, element: Any, depth: int) -> None:  # noqa: C901, PLR0912, PLR0915  (a case each)
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if not tag or tag in _UNSEEN:
            return
        parent = element.getparent().tag
        match tag:
            case "inline-formula" | "disp-formula":
                self.writer.text(FORMULA)
            case "xref" if element.get("ref-type") == "fn":
                self.writer.text(CALL)
            case "td" | "th":
                self._end()
                self.writer.apart(lambda: self.read(element, depth), CELL)
            case "fn" if parent == "fn-group" and element.getparent().find("title") is None:
                self.writer.apart(lambda: self._note(element, depth), NOTE)
            case "sec" | "app":
                self._block(element, depth + 1)
            case "label" if parent == "app":
                self._end()
                self.read(element, depth)
                self.writer.text(" ")  # the title goes on
            case "title" if parent in {"sec", "app"}:
                if parent == "sec":
                    self._end()
                self.read(element, depth)
                self.writer.end(HEADING, depth)
            case "title" if parent in {"ack", "ref-list", "fn-group"}:
                self._end()
                self.read(element, depth)
                self.writer.end(HEADING, 1)
            case "title" if parent == "kwd-group":
                self.read(element, depth)
                self.writer.text(": ")
            case "label" if parent == "list-item":
                self.read(element, depth)
                self.writer.end(MARK)
            case "title" | "label" if parent in {"caption", "table-wrap", "fig"}:
                self._block(element, depth)
            case "kwd":
                self.read(element, depth)
                following = element.getnext()
                self.writer.text(", " if following is not None else None)
            case "break":
                self.writer.text(" ")
            case "fn" if parent == "fn-group":
                self._end()
                self._numbered(element, depth)
            case "fn":
                self._block(element, depth)
            case _ if tag in _BLOCKS:
                self._block(element, depth)
            case _:
                self.read(element, depth)

    def _block(self, element: Any, depth: int) -> None:
        self._end()
        self.read(element, depth)
        self._end()

    def _numbered(self, element: Any, depth: int) -> None:
        """Read a footnote on a page of its own, whose sign runs on in its first paragraph."""
        for child in element:
            if child.tag == "label":
                self.writer.text("".join(child.itertext()))
            else:
                self.read(child, depth)
                self._end()

    def _note(self, element: Any, depth: int) -> None:
        """Read a footnote without the sign that it begins with."""
        for child in element:
            if child.tag != "label":
                self._element(child, depth)

    def _end(self) -> None:
        self.writer.end(PARAGRAPH)


# --- LaTeX ------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*\n[ \t]*)|(?P<break>\n[ \t]*\n\s*)|\\(?P<name>[A-Za-z@]+\*?)[ \t]*\n?|\\(?P<sign>[^A-Za-z@])"
    r"|(?P<open>\{)|(?P<close>\})|(?P<tie>~)|(?P<cell>&)|(?P<text>[^\\{}~&%\n]+|\n)"
)
_SIGNS = {
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbackslash": "\\",
    "textquotesingle": "'",
    "textasciigrave": "`",
    "ldots": "…",
    "textendash": "\u2013",
    "textemdash": "—",
    "footnotemark": CALL,
}
"""Commands without an argument that stand for a character, as pandoc's writer has them where Unicode stays Unicode."""

_SKIPPED = dict.fromkeys(
    ("label", "includegraphics", "noalign", "vspace", "hspace", "tag", "stepcounter", "arabic", "linespread", "real"), 1
) | dict.fromkeys(("rule", "addtocounter", "setlength", "def"), 2)
"""Commands that say nothing → the number of their arguments."""

_HEADINGS = {"section": 1, "section*": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4, "subparagraph": 5}
_ENVIRONMENTS_WITH_ARGUMENT = frozenset({"tabular", "longtable", "minipage"})
_FORMULAS = frozenset(f"{name}{star}" for name in ("equation", "align", "gather", "multline") for star in ("", "*"))
_INLINE_ENVIRONMENTS = frozenset({"minipage"})


def open_latex(path: Path, cited: CitedDocument) -> Opened:
    """Open a source for LaTeX, as far as our own layout writes it; what it does not know it passes over.

    Raises ValueError if it is none, or if a group in it is not closed.
    """
    text = path.read_text("utf-8")
    head, begun, body = text.partition("\n\\begin{document}")
    body, ended, _ = body.partition("\n\\end{document}")
    if not begun or not ended:
        raise ValueError("it has no beginning or no end")
    keys = {identifier(f"ref-{key}"): key for item in cited.citations for key in item.keys}
    keys |= {identifier(f"ref-{key}"): key for key in cited.references}
    reader = _LatexReader(keys, dict(re.findall(r"\\def\\(\w+)\{(.*)\}\n", head)))
    reader.front(head)
    reader.read(body)
    reader.writer.end()
    flow, notes = reader.writer.flow, reader.writer.notes
    landings = {
        key: fold(flow[at].text)
        for key, at in reader.entries_at.items()
        if at < len(flow) and flow[at].kind == PARAGRAPH
    }
    whole = "".join(fold(piece.text) for piece in (*flow, *notes))
    return Opened((whole,), reader.links, landings, reader.entries, said=tuple(flow), notes=tuple(notes))


class _LatexReader:
    """Reads a source in order: a piece for each heading, paragraph, cell and note."""

    def __init__(self, keys: dict[str, str], words: dict[str, str]) -> None:
        self.writer = Writer()
        self.links: dict[str, str] = defaultdict(str)
        self.entries = Counter[str]()
        self.entries_at: dict[str, int] = {}
        """Key → how many pieces stand before its entry."""
        self._keys = keys
        self._words = words
        self._number = ""

    # --- the title page and the abstract, in the order in which the class sets them ---

    def front(self, head: str) -> None:
        """Read what the commands before the document say."""
        for name in ("title", "authorsnames", "authorsaffiliations", "course", "professor", "duedate", "note"):
            for options, content in _commands(head, name):
                if name == "authorsnames":
                    self._paragraph(self._byline(options, content))
                elif name == "authorsaffiliations":
                    for number, line in enumerate(_listed(content), 1):
                        self._paragraph((str(number) if "\\authorsnames[" in head else "") + line)
                else:
                    self._paragraph(content)
        for name, label in (("authornote", "acksname"), ("abstract", "abstractname"), ("keywords", "keywordname")):
            for _, content in _commands(head, name):
                words = self._words.get(label, "")
                if name == "keywords":
                    content = f"{words}: {content}"  # noqa: PLW2901
                else:
                    self._paragraph(words)
                self._paragraph(content)

    def _paragraph(self, code: str) -> None:
        self.read(code)
        self.writer.end()

    def _byline(self, numbers: str, names: str) -> str:
        """Join names as the class does: "A1, B1, 2, and C2"."""
        signs = _listed(numbers)
        people = [name + (signs[n] if n < len(signs) else "") for n, name in enumerate(_listed(names))]
        if len(people) < 2:  # noqa: PLR2004
            return "".join(people)
        last = f"{self._words.get('lastauthorseparator', 'and')} {people[-1]}"
        return f"{people[0]} {last}" if len(people) == 2 else ", ".join([*people[:-1], last])  # noqa: PLR2004

    # --- text ---

    def read(self, code: str) -> None:
        """Read markup."""
        at = 0
        while at < len(code):
            found = _TOKEN.match(code, at)
            if not found:
                raise ValueError(f"it cannot be read from {code[at : at + 30]!r} on")
            at = found.end()
            kind = found.lastgroup
            if kind == "name":
                at = self._command(found["name"], code, at)
            elif kind == "sign":
                at = self._sign(found["sign"], code, at)
            elif kind == "break":
                self.writer.end()
            elif kind in {"text", "tie"}:
                self.writer.text(" " if found[0] in {"~", "\n"} else found[0])
            elif kind == "open":
                content, at = _group(code, at - 1)
                self.read(content)
            elif kind == "close":
                raise ValueError("it closes a group that is not open")

    def _sign(self, sign: str, code: str, at: int) -> int:
        if sign in "([":
            self.writer.text(FORMULA)
            return code.index("\\" + ")]"["([".index(sign)], at) + 2
        self.writer.text({"\\": " ", ",": " ", "-": "", "/": "", "\n": " "}.get(sign, sign))
        return at

    def _command(self, name: str, code: str, at: int) -> int:  # noqa: C901, PLR0912, PLR0915  (a case each)
        if name == "begin":
            return self._environment(code, at)
        if name in _SIGNS:
            self.writer.text(_SIGNS[name])
            return at + 2 if code.startswith("{}", at) else at
        options, at = _options(code, at)
        if name in _SKIPPED:
            for _ in range(_SKIPPED[name]):
                _, at = _argument(code, at)
            return at
        match name:
            case "par" | "floatnote" | "item":
                self.writer.end()
                if name == "floatnote":
                    content, at = _argument(code, at)
                    self._paragraph(content)
                elif options:
                    self._paragraph(options)
            case "entry":
                self.writer.end()
                label, at = _argument(code, at)
                key = self._keys.get(label)
                if key is not None:
                    self.entries[key] += 1
                    self.entries_at[key] = len(self.writer.flow)
                if options:
                    self.read(options + " ")
            case "hyperref":
                content, at = _argument(code, at)
                key = self._keys.get(options)
                if key is not None:
                    inner = _LatexReader({}, {})
                    inner.read(content)
                    inner.writer.end()
                    self.links[key] += fold("".join(piece.text for piece in inner.writer.flow))
                self.read(content)
            case "href" | "multirow" | "multicolumn" | "texorpdfstring":
                parts = []
                for _ in range({"href": 2, "texorpdfstring": 2}.get(name, 3)):
                    part, at = _argument(code, at)
                    parts.append(part)
                self.read(parts[0] if name == "texorpdfstring" else parts[-1])
            case "url" | "nolinkurl":
                content, at = _argument(code, at)
                self.writer.text(re.sub(r"\\(.)", r"\1", content))
            case "footnote" | "footnotetext":
                content, at = _argument(code, at)
                if name == "footnote":
                    self.writer.text(CALL)
                self.writer.apart(lambda: self.read(content), NOTE)
            case "renewcommand":  # what the class writes before the title: "Table 1"
                what, at = _argument(code, at)
                number, at = _argument(code, at)
                word = self._words.get(what.removeprefix("\\the") + "name", "")
                self._number = f"{word} {number}"
            case "caption":
                content, at = _argument(code, at)
                self.writer.end()
                self._paragraph(self._number)
                self._paragraph(content)
            case _ if name in _HEADINGS:
                content, at = _argument(code, at)
                self.writer.end()
                self.read(content)
                self.writer.end(HEADING, _HEADINGS[name])
        return at

    # --- environments ---

    def _environment(self, code: str, at: int) -> int:
        name, at = _argument(code, at)
        end = _end_of(name, code, at)
        content = code[at:end]
        after = end + len(f"\\end{{{name}}}")
        if name in _FORMULAS:
            self.writer.text(FORMULA)
            return after
        if name not in _INLINE_ENVIRONMENTS:
            self.writer.end()
        if name == "verbatim":
            self.writer.text(content)
            self.writer.end()
            return after
        start = _options(content, 0)[1]
        if name in _ENVIRONMENTS_WITH_ARGUMENT:
            _, start = _argument(content, start)
        content = content[start:]
        if name in {"tabular", "longtable"}:
            self._table(content)
        else:
            self.read(content)
        if name not in _INLINE_ENVIRONMENTS:
            self.writer.end()
        return after

    def _table(self, content: str) -> None:
        content = content.replace("\\noalign{}", "")
        first, apart, rest = content.partition("\\endfirsthead\n")
        if apart:  # the caption, and the head for the first page; then the head for further pages
            caption = first.partition("\\\\\n")
            self._paragraph(caption[0])
            content = caption[2] + rest.partition("\\endhead\n")[2]
        content = re.sub(
            r"\\(?:top|mid|bottom)rule|\\cmidrule(?:\([^)]*\))?\{[^}]*\}|\\end(?:head|lastfoot)", "", content
        )
        for cell in _cells(content):
            self.writer.apart(lambda cell=cell: self.read(cell), CELL)  # type: ignore[misc]


def _options(code: str, at: int) -> tuple[str, int]:
    """Give what stands in brackets from an offset on, and the offset behind it; nothing if there are none."""
    if not code.startswith("[", at):
        return "", at
    depth = 0
    for place in range(at, len(code)):
        if code[place] == "{":
            depth += 1
        elif code[place] == "}":
            depth -= 1
        elif code[place] == "]" and depth == 0:
            return code[at + 1 : place], place + 1
    raise ValueError("a bracket in it is not closed")


def _group(code: str, at: int) -> tuple[str, int]:
    """Give what stands in the braces that open at an offset, and the offset behind them."""
    depth, place = 0, at
    while place < len(code):
        sign = code[place]
        if sign == "\\":
            place += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return code[at + 1 : place], place + 1
        place += 1
    raise ValueError("a group in it is not closed")


def _argument(code: str, at: int) -> tuple[str, int]:
    """Give the argument at an offset, a group or one character or command, and the offset behind it."""
    while at < len(code) and code[at] in " \n":
        at += 1
    if code.startswith("{", at):
        return _group(code, at)
    found = re.compile(r"\\[A-Za-z@]+|\\?.|$", re.DOTALL).match(code, at)
    return (found[0], found.end()) if found else ("", at)


def _end_of(name: str, code: str, at: int) -> int:
    """Find the end of an environment that began before an offset."""
    depth = 1
    for found in re.compile(rf"\\(begin|end)\{{{re.escape(name)}\}}").finditer(code, at):
        depth += 1 if found[1] == "begin" else -1
        if depth == 0:
            return found.start()
    raise ValueError(f"its {name} is not ended")


def _commands(code: str, name: str) -> list[tuple[str, str]]:
    """List the options and the argument of each such command at the beginning of a line."""
    found = []
    for place in re.finditer(rf"(?m)^\\{name}(?=[\[{{])", code):
        options, at = _options(code, place.end())
        found.append((options, _argument(code, at)[0]))
    return found


def _listed(code: str) -> list[str]:
    """Give the groups of a list with commas."""
    items, at = [], 0
    while (at := code.find("{", at)) >= 0:
        item, at = _group(code, at)
        items.append(item)
    return items


def _cells(code: str) -> list[str]:
    r"""Split the rows of a table into cells: at each & and \\ that stands in no group and in no other environment."""
    cells, start, depth, at = [], 0, 0, 0
    for found in re.finditer(r"\\begin\{|\\end\{[a-z]+\}|\\\\[ \t]*\n|\\.|[{}&]", code, re.DOTALL):
        sign = found[0]
        if found.start() < at:
            continue
        if sign == "\\begin{":
            depth += 1
            at = code.index("}", found.end()) + 1
        elif sign.startswith("\\end{"):
            depth -= 1
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif depth == 0 and (sign == "&" or sign.startswith("\\\\")):
            cells.append(code[start : found.start()])
            start = found.end()
    return cells


OPENERS = {"jats": open_jats, "latex": open_latex}
"""Format → what opens it, as in `opened`."""
