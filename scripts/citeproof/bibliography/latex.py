"""LaTeX of a bibliography's values as text: CSL's rich text, plain text, or the bare characters of an address.

Reads any value without raising and without losing a letter, however broken its LaTeX is. Never runs a command: one that
is not known gives way to its argument.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterable

Styles = tuple[str, ...]
"""The tags around a letter, from the outermost; NOCASE, if it is there, is the first."""

NOCASE = "nocase"
_OPENED = {
    NOCASE: '<span class="nocase">',
    "i": "<i>",
    "b": "<b>",
    "sup": "<sup>",
    "sub": "<sub>",
    "sc": '<span style="font-variant: small-caps;">',
}
_CLOSED = {tag: "</span>" if opened.startswith("<span") else f"</{tag}>" for tag, opened in _OPENED.items()}

_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "h": "\u0309",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "U": "\u030e",
    "G": "\u030f",
    "C": "\u030f",
    "f": "\u0311",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
"""An accent's command → its combining character (LaTeX's encodings OT1, T1, T2A, T4 and T5)."""
_BELOW = {"d", "c", "k", "b"}
"""Accents that leave an i its dot."""

_CHARACTERS = {
    "%": "%",
    "/": "",
    "-": "",
    "@": "",
    "\\": " ",
    "(": "",
    ")": "",
    "[": "",
    "]": "",
    ",": "\u202f",
    "SS": "ẞ",
    "slash": "/",
    "textasciicircum": "^",
    "textperiodcentered": "·",
    "textquotedbl": '"',
    "guillemetleft": "«",
    "guillemetright": "»",
    "flqq": "«",
    "frqq": "»",
    "glqq": "\u201e",
    "grqq": "\u201c",
    "glq": "\u201a",
    "grq": "\u2018",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2ε",
    "TeX": "TeX",
    "BibTeX": "BibTeX",
    "hyphen": "-",
    "emdash": "\u2014",
    "textless": "<",
    "textgreater": ">",
    "less": "<",
    "greater": ">",
    "lt": "<",
    "gt": ">",
    "textbar": "|",
    "textunderscore": "_",
    "textampersand": "&",
    "textpercent": "%",
    "texthash": "#",
    "textbraceleft": "{",
    "textbraceright": "}",
    "degree": "°",
    "copyright": "©",
    "S": "§",
    "P": "¶",
    "ddag": "‡",
    "pounds": "£",
    "euro": "€",
    "hyp": "-",
    "bibrangedash": "\u2013",
    "bibdash": "\u2014",
    "bibrangessep": ", ",
    "psq": "f.",
    "psqq": "ff.",
    "adddot": ".",
    "addcomma": ",",
    "addcolon": ":",
    "addspace": " ",
    "space": " ",
    "quad": " ",
    "qquad": " ",
    "par": " ",
    "newline": " ",
    "newblock": " ",
    "linebreak": " ",
    "nobreakspace": "\u00a0",
    "addnbspace": "\u00a0",
    "thinspace": "\u202f",
    "textcompwordmark": "",
    "epsilon": "ε",
    "phi": "φ",
    "prime": "\u2032",
    "circ": "°",
    "ast": "*",
    "colon": ":",
    "cdots": "…",
}
"""Commands for characters that pylatexenc's table lacks, or has as LaTeX sets them where text has another character."""
_NOTHING = frozenset(
    re.findall(
        r"\S+",
        "relax protect unskip ignorespaces allowbreak xspace isdot autocap nohyphens sloppy left right big Big bigl "
        "bigr displaystyle textstyle limits nolimits nolinebreak noindent leavevmode begingroup endgroup bgroup "
        "egroup",
    )
)
"""Commands that print nothing."""
_UNPRINTED = frozenset(
    re.findall(
        r"\S+",
        "noopsort SortNoop sortnoop noop begin end label hspace vspace phantom hphantom",
    )
)
"""Commands that print nothing of their argument."""
_BIBSTRINGS = {
    "inpreparation": "in preparation",
    "submitted": "submitted",
    "forthcoming": "forthcoming",
    "inpress": "in press",
    "prepublished": "pre-published",
    "and": "and",
    "nodate": "n.d.",
    "others": "et al.",
    "phdthesis": "PhD thesis",
    "mathesis": "Master\u2019s thesis",
    "bathesis": "Bachelor\u2019s thesis",
    "techreport": "technical report",
    "resreport": "research report",
    "newseries": "new series",
    "oldseries": "old series",
}
"""Words that biblatex prints for a key (its manual, 4.9.2)."""
_STYLED: dict[str, Styles] = {
    "emph": ("i",),
    "textit": ("i",),
    "textsl": ("i",),
    "mkbibemph": ("i",),
    "mkbibitalic": ("i",),
    "mathit": ("i",),
    "textbf": ("b",),
    "mkbibbold": ("b",),
    "mathbf": ("b",),
    "bm": ("b",),
    "boldsymbol": ("b",),
    "textsc": ("sc",),
    "mkbibacro": ("sc",),
    "textsuperscript": ("sup",),
    "mkbibsuperscript": ("sup",),
    "textsubscript": ("sub",),
    "mkbibsubscript": ("sub",),
}
_SWITCHES: dict[str, Styles] = {
    "em": ("i",),
    "it": ("i",),
    "sl": ("i",),
    "itshape": ("i",),
    "slshape": ("i",),
    "bf": ("b",),
    "bfseries": ("b",),
    "sc": ("sc",),
    "scshape": ("sc",),
    **dict.fromkeys(("rm", "sf", "tt", "normalfont", "upshape", "mdseries", "rmfamily", "sffamily", "ttfamily"), ()),
    **dict.fromkeys(("tiny", "small", "footnotesize", "large", "Large"), ()),
}
"""Commands that hold until their group ends."""
_WRAPPED = {
    "enquote": ("\u201c", "\u201d"),
    "enquote*": ("\u2018", "\u2019"),
    "mkbibquote": ("\u201c", "\u201d"),
    "mkbibparens": ("(", ")"),
    "parentext": ("(", ")"),
    "mkbibbrackets": ("[", "]"),
    "brackettext": ("[", "]"),
}
_FORMULA_TEXT = frozenset(
    re.findall(
        r"\S+",
        "text mathrm textrm mbox hbox operatorname mathsf mathtt textup textnormal textsf mathnormal mathcal mathbb",
    )
)
"""Commands whose argument stands upright in a formula."""
_FORMULA_ACCENTS = {
    "acute": "\u0301",
    "bar": "\u0304",
    "breve": "\u0306",
    "check": "\u030c",
    "ddot": "\u0308",
    "dot": "\u0307",
    "grave": "\u0300",
    "hat": "\u0302",
    "overline": "\u0304",
    "tilde": "\u0303",
    "vec": "\u20d7",
    "widehat": "\u0302",
    "widetilde": "\u0303",
}

_GIVES_WAY = frozenset(
    re.findall(
        r"\S+",
        "mbox hbox fbox makebox text textrm textsf texttt textup textnormal textmd textgreek textcyr textlatin "
        "underline uline uppercase lowercase MakeUppercase MakeLowercase MakeCapital MakeSentenceCase NoCaseChange "
        "natexlab nocase ensuremath operatorname mathrm mkbibfootnote textquote bibinfo",
    )
)
"""Commands that only say how their argument is set: it is printed."""
_AFTER_FIRST = frozenset(
    re.findall(r"\S+", "textcolor colorbox foreignlanguage textlang raisebox hyperlink texorpdfstring")
)
"""Commands whose last argument is printed, and those before it are not."""

_DEEPEST = 50
"""Groups within groups beyond this are noise."""

_COMMAND = late(r"\\([A-Za-z]+\*?|[^A-Za-z])", re.DOTALL)
_RUN = late(r"[^\\{}$`'~-]+")
_SPACE = late(r"[ \t\r\n\f\v]+")
_DIFFICULT = late(r"[\\{}$~<&`]|--|''|[ \t\r\n\f\v]{2}|[\t\r\n\f\v]")
_MORE_THAN_DASHES = late(r"[\\{}$~<&`\u2018]|''|[ \t\r\n\f\v]{2}|[\t\r\n\f\v]")
_NOT_AS_MEANT = late(r"[\\{}$<>&]")
"""What an address, DOI or number has in it if it is not as it was meant."""
_ENTITY = late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG = late(r"<(?P<end>/?)(?P<space>[a-z]+:)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:\s[^<>]*)?)(?P<empty>/?)>")
_TAGS: dict[str, Styles] = {
    **dict.fromkeys(("i", "em", "italic"), ("i",)),
    **dict.fromkeys(("b", "strong", "bold"), ("b",)),
    **dict.fromkeys(("sc", "scp", "small-caps"), ("sc",)),
    **dict.fromkeys(("sub", "inf"), ("sub",)),
    "sup": ("sup",),
    **dict.fromkeys(
        ("span", "p", "u", "underline", "roman", "sans-serif", "monospace", "tt", "div", "title", "label"), ()
    ),
}
_QUOTED = late("\u2018((?:[^\u2018\u2019']|'(?=\\w))*)'(?!\\w)")
"""A quotation, of whose marks LaTeX has told the first from an apostrophe; citeproc needs both."""
_EMPTY_TAGS = {"br", "break", "hr"}
_PREFIXES = {"jats:", "mml:", "xhtml:", "html:"}


def rich(value: str) -> str:
    r"""Give a value as CSL rich text; what braces protect from a change of case stands in `<span class="nocase">`.

    A group in braces protects, and so does the argument of a command, unless its group begins with the command:
    `{NASA}` and `\emph{Drosophila}` are protected, `{\emph{In Vivo}}` and `{\"U}ber` are not (biblatex's manual on
    \MakeSentenceCase). A formula is protected. Tags and entities of HTML and JATS that an export left are understood;
    any other `<`, `>` and `&` stays, which pandoc 3.9 takes as it is.
    """
    if (simple := _simple(value)) is not None:
        return simple
    out: list[str] = []
    open_: Styles = ()
    for text, styles in _quoted(_read(value)):
        same = 0
        while same < min(len(open_), len(styles)) and open_[same] == styles[same]:
            same += 1
        out.extend(_CLOSED[tag] for tag in reversed(open_[same:]))
        out.extend(_OPENED[tag] for tag in styles[same:])
        out.append(text)
        open_ = styles
    out.extend(_CLOSED[tag] for tag in reversed(open_))
    return _with_quotes_outside("".join(out))


def _simple(value: str) -> str | None:
    """Give a value in which nothing is LaTeX but dashes at most; None for another one."""
    if not _DIFFICULT.search(value):
        return unicodedata.normalize("NFC", value.strip())
    if _MORE_THAN_DASHES.search(value):
        return None
    return unicodedata.normalize("NFC", value.strip(" ").replace("---", "\u2014").replace("--", "\u2013"))


def _with_quotes_outside(rich_text: str) -> str:
    """Put quotation marks at the ends of a protected text outside of it, where citeproc finds them.

    Else it would set the period of the reference behind the mark (APA 6.7): "Echoes of {``Moby Dick''}".
    """
    text = re.sub('(<span class="nocase">)(\u201c)', r"\2\1", rich_text)
    return re.sub("(\u201d)(</span>)", r"\2\1", text)


def _quoted(pieces: list[tuple[str, Styles]]) -> list[tuple[str, Styles]]:
    """Give each quotation in single marks its second one."""
    text = _QUOTED.sub("\u2018\\1\u2019", "".join(piece for piece, _ in pieces))  # each letter stays in its place
    made, at = [], 0
    for piece, styles in pieces:
        made.append((text[at : at + len(piece)], styles))
        at += len(piece)
    return made


@lru_cache(maxsize=1_024)  # a field is asked for several times while its entry is read
def plain(value: str) -> str:
    """Give a value as text without markup."""
    if (simple := _simple(value)) is not None:
        return simple
    return unicodedata.normalize("NFC", "".join(text for text, _ in _quoted(_read(value))))


def unknown(value: str) -> list[tuple[str, int]]:
    r"""List the commands of a value that nothing here knows, with their offsets; an address in `\url` holds none.

    Such a command is printed by its name; one that has arguments gives way to them.
    """
    addresses = [found.span() for found in re.finditer(r"\\(?:url|nolinkurl|path|href)\s*\{[^{}]*\}", value)]
    return [
        (found[1], found.start())
        for found in re.finditer(r"\\(?:([A-Za-z]+\*?)|.)", value, re.DOTALL)
        if found[1] and not _is_known(found[1]) and not any(at < found.start() < end for at, end in addresses)
    ]


_OTHER_COMMANDS = frozenset(
    {"url", "nolinkurl", "path", "href", "bibstring", "frac", "tfrac", "dfrac", "nicefrac", "sqrt"}
)


def _is_known(name: str) -> bool:
    tables = (_ACCENTS, _SWITCHES, _STYLED, _WRAPPED, _UNPRINTED, _FORMULA_TEXT, _FORMULA_ACCENTS, _GIVES_WAY)
    return any(name in table for table in (*tables, _AFTER_FIRST, _OTHER_COMMANDS)) or _character(name) is not None


def verbatim(value: str) -> str:
    r"""Give an address, DOI or number as it was meant, with `\_`, `{\&}`, `$\sim$`, `\url{…}` and `&lt;` undone."""
    text = _SPACE.sub(" ", value).strip()
    if not _NOT_AS_MEANT.search(text):
        return text
    if wrapped := re.fullmatch(r"\\(?:url|nolinkurl|path|href)\s*\{(.*?)\}(?:\s*\{.*\})?", text):
        text = wrapped[1]
    text = re.sub(r"\\textunderscore(?:\{\}| ?)", "_", text)
    text = re.sub(r"\$?\{?\\(?:sim|textasciitilde|~)(?:\s*\{\s*\})?\}?\$?", "~", text)
    text = re.sub(r"\\slash(?:\{\}| ?)|\\/", "/", text)
    text = re.sub(r"\\(?:textless|less)(?:\{\})?|&lt;|\$<\$", "<", text)
    text = re.sub(r"\\(?:textgreater|greater)(?:\{\})?|&gt;|\$>\$", ">", text)
    text = re.sub(r"\$([<>])\$", r"\1", text).replace("&amp;", "&")
    text = re.sub(r"\\(?:allowbreak|-)(?:\{\}| ?)", "", text)
    text = re.sub(r"\\([&%#$_{}^])|[{}]", r"\1", text)
    return text[1:-1] if re.fullmatch(r"<https?:[^<>]*>", text) else text.strip()


def split(value: str, word: str = "and") -> list[str]:
    """Divide a list at the word that stands alone outside braces ("and"), in any case; no part is empty."""
    return list(_split(value, word))


@lru_cache(maxsize=1_024)  # reading an entry and judging it each divide its names several times
def _split(value: str, word: str) -> tuple[str, ...]:
    if word not in value.lower():
        whole = value.strip()
        return (whole,) if whole else ()
    found = _parts(value, word, level=True)
    return tuple(found if found is not None else _parts(value, word, level=False) or ())


@cache
def _divider(word: str) -> re.Pattern[str]:
    return re.compile(
        rf"\\.|[{{}}]|(?:(?<=\s)|\A){re.escape(word)}(?=\s|\Z)",
        re.IGNORECASE | re.DOTALL,
    )


def _parts(value: str, word: str, *, level: bool) -> list[str] | None:
    """Divide at the word, heeding braces if `level`; None if the braces do not pair."""
    parts: list[str] = []
    depth = start = 0
    for mark in _divider(word).finditer(value):
        if mark[0] in {"{", "}"}:
            depth += (1 if mark[0] == "{" else -1) if level else 0
            if depth < 0:
                return None
        elif not depth and not mark[0].startswith("\\"):
            parts.append(value[start : mark.start()])
            start = mark.end()
    parts.append(value[start:])
    return None if depth else [part.strip() for part in parts if part.strip()]


def _read(value: str) -> list[tuple[str, Styles]]:
    text = _SPACE.sub(" ", value).strip(" ")
    if _depth(text) > _DEEPEST:
        text = re.sub(r"[{}]", "", text)
    return _joined(_marked(_Reader(text).run()))


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in re.finditer(r"[{}]", text):
        depth = depth + 1 if mark[0] == "{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _with(styles: Styles, tags: Iterable[str]) -> Styles:
    made = list(styles)
    for tag in tags:
        if tag not in made:
            made.insert(0 if tag == NOCASE else len(made), tag)
    return tuple(made)


@cache
def _character(name: str) -> str | None:
    """Give the characters that a command stands for, our own before pylatexenc's; None if it is no such command."""
    if name in _CHARACTERS:
        return _CHARACTERS[name]
    if name in _NOTHING:
        return ""
    from pylatexenc import latex2text  # noqa: PLC0415  (many bibliographies do without)

    spec = latex2text.get_default_latex_context_db().get_macro_spec(name)
    found = getattr(spec, "simplify_repl", None) if spec else None
    if name == "today" or not isinstance(found, str) or "%" in found or "<" in found:
        return None
    return found if len(found) == 1 or found.isalpha() or name == "!" else None


class _Reader:
    """Walks through one value once, from left to right, and collects pieces of text with the tags around them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[tuple[str, Styles]] = []
        self.closing = _pairs(text)

    def run(self) -> list[tuple[str, Styles]]:
        self.read(len(self.text), (), depth=0)
        return self.out

    def add(self, text: str, styles: Styles) -> None:
        if text:
            self.out.append((text, styles))

    def read(self, end: int, styles: Styles, depth: int) -> None:
        """Read on to the offset `end`, `depth` groups deep."""
        while self.at < end:
            char = self.text[self.at]
            if char == "\\":
                styles = self.command(styles, depth)
            elif char == "{":
                self.group(styles, depth)
            elif char == "}":
                self.at += 1  # one that nobody opened
            elif char == "$":
                self.formula(end, styles)
            else:
                self.letters(end, styles)

    def letters(self, end: int, styles: Styles) -> None:
        """Read plain text, or one of LaTeX's signs for dashes, quotation marks and the tie."""
        text, at = self.text, self.at
        for sign, meant in (("---", "\u2014"), ("--", "\u2013"), ("``", "\u201c"), ("`", "\u2018"), ("~", "\u00a0")):
            if text.startswith(sign, at, end):
                self.at += len(sign)
                self.add(meant, styles)
                return
        if text.startswith("''", at, end):
            self.at += 2
            before = self.out[-1][0][-1:] if self.out else ""
            opens = (not before or before in " (\u00a0") and text[self.at : self.at + 1].isalnum()
            self.add("\u201c" if opens else "\u201d", styles)
            return
        found = _RUN.match(text, at, end)
        self.at = found.end() if found else at + 1
        self.add(text[at : self.at], styles)

    def group(self, styles: Styles, depth: int) -> None:
        close = self.closing.get(self.at)
        self.at += 1
        if close is None:
            return  # a brace that nobody closes
        found = _COMMAND.match(self.text, self.at)
        if not depth and not (found and found[1] not in _SWITCHES):
            styles = _with(styles, (NOCASE,))
        self.read(close, styles, depth + 1)
        self.at = close + 1

    def command(self, styles: Styles, depth: int) -> Styles:
        """Read a command and its arguments; give the styles for what follows it in its group."""
        found = _COMMAND.match(self.text, self.at)
        if not found:
            self.at += 1
            self.add("\\", styles)  # the last character of the value
            return styles
        name, start = found[1], self.at
        self.at = found.end()
        if name in _ACCENTS and self.accent(name, styles):
            return styles
        if name[-1].isalpha():
            self.space()
        inside = styles if depth else _with(styles, (NOCASE,))
        if name in _SWITCHES:
            return _with(styles, _SWITCHES[name])
        if name in _STYLED:
            self.argument(_with(inside, _STYLED[name]), depth)
        elif name in _WRAPPED:
            before, after = _WRAPPED[name]
            self.add(before, inside)
            self.argument(inside, depth)
            self.add(after, inside)
        elif name in _UNPRINTED:
            self.skipped()
        else:
            self.other(name, self.text[start : self.at], styles, depth)
        return styles

    def other(self, name: str, typed: str, styles: Styles, depth: int) -> None:
        """Read a command that stands for characters, an address or a word, else one that nobody knows."""
        inside = styles if depth else _with(styles, (NOCASE,))
        if name in {"url", "nolinkurl", "path"}:
            self.add(verbatim(self.skipped()), inside)
        elif name == "href" or (name in _AFTER_FIRST and self.at in self.closing):
            self.skipped()
            self.argument(inside, depth)
        elif name == "bibstring":
            key = self.skipped()
            self.add(_BIBSTRINGS.get(key, key), styles)
        elif (meant := _character(name)) is not None:
            self.add(meant, styles)
        elif self.text.startswith(("{", "["), self.at):
            self.options()
            while self.at in self.closing:
                self.argument(inside, depth)
        else:
            self.add(typed, styles)

    def options(self) -> None:
        """Pass over what stands in brackets before an argument."""
        while found := re.compile(r"\[[^\[\]{}]*\](?=[\[{])").match(self.text, self.at):
            self.at = found.end()

    def argument(self, styles: Styles, depth: int) -> None:
        """Read what a command applies to: a group, another command or one letter."""
        self.space()
        if self.at in self.closing:
            close = self.closing[self.at]
            self.at += 1
            self.read(close, styles, depth + 1)
            self.at = close + 1
        elif self.text.startswith("\\", self.at) and depth < _DEEPEST:
            self.command(styles, depth + 1)
        elif self.at < len(self.text) and self.text[self.at] not in "{}$":
            self.add(self.text[self.at], styles)
            self.at += 1

    def skipped(self) -> str:
        """Pass over an argument in braces; give it as it stands."""
        self.space()
        start, close = self.at, self.closing.get(self.at)
        if close is None:
            return ""
        self.at = close + 1
        return self.text[start + 1 : close]

    def space(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def accent(self, name: str, styles: Styles) -> bool:
        """Read the letter that carries an accent; False if the command is none, for lack of a letter."""
        start = self.at
        self.space()
        text, at = self.text, self.at
        if at in self.closing:
            under, self.at = text[at + 1 : self.closing[at]], self.closing[at] + 1
        elif found := _COMMAND.match(text, at):
            under, self.at = self.nested(found)
        elif at < len(text) and text[at] not in "{}$":
            under, self.at = text[at], at + 1
        else:
            under = ""
        letters = "".join(piece for piece, _ in _Reader(under).run())
        if not letters or not (letters[0].isalpha() or letters[0] in "\u25cc\u00a0 "):
            self.at = start
            if name in "~^" and text.startswith("{}", start):
                self.at += 2
                self.add(name, styles)
                return True
            return False
        size = 1
        while size < len(letters) and unicodedata.combining(letters[size]):
            size += 1
        base = letters[:size]
        if name not in _BELOW:
            base = base.replace("\u0131", "i").replace("\u0237", "j")
        self.add(unicodedata.normalize("NFC", base + _ACCENTS[name]) + letters[size:], styles)
        return True

    def nested(self, found: re.Match[str]) -> tuple[str, int]:
        r"""Give a command under an accent with its own argument (`\'\i`, `\'{\"u}`, `\d{\=a}`), and where it ends."""
        end = found.end()
        if found[1] in _ACCENTS:
            while self.text.startswith(" ", end):
                end += 1
            end = self.closing.get(end, end) + 1
        under = self.text[found.start() : end]
        if found[1].isalpha() and found[1] not in _ACCENTS:
            while self.text.startswith(" ", end):
                end += 1
        return under, end

    def formula(self, end: int, styles: Styles) -> None:
        """Read $…$; a dollar that nobody closes, or that stands for money, is a dollar."""
        mark = "$$" if self.text.startswith("$$", self.at, end) else "$"
        start = self.at + len(mark)
        close = start
        while close < end and not self.text.startswith(mark, close):
            close += 2 if self.text[close] == "\\" else 1
        inside = self.text[start:close]
        money = re.match(r"\d[^\\^_={}]*\s", inside) and (
            inside.endswith(" ") or self.text[close + 1 : close + 2].isdigit()
        )
        if close >= end or money:
            self.add(mark, styles)
            self.at = start
            return
        for piece, tags in _said(inside, (), upright=False):
            protecting = (NOCASE, *tags) if any(char.isalpha() for char in piece) else tags
            self.add(piece, _with(styles, protecting))
        self.at = close + len(mark)


def _pairs(text: str) -> dict[int, int]:
    """Find the brace that closes each brace; those without a partner are left out."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for mark in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if mark[0] == "{":
            waiting.append(mark.start())
        elif mark[0] == "}" and waiting:
            found[waiting.pop()] = mark.start()
    return found


def _said(text: str, styles: Styles, *, upright: bool) -> list[tuple[str, Styles]]:
    """Say a formula in letters: signs as characters, raised and lowered parts, variables of one letter in italics."""
    out: list[tuple[str, Styles]] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in "^_":
            under, at = _operand(text, at + 1)
            raised = () if char == "^" and under in {r"\circ", r"\prime"} else ("sup",) if char == "^" else ("sub",)
            out.extend(_said(under, _with(styles, raised), upright=upright))
        elif char == "\\":
            pieces, at = _said_command(text, at, styles, upright=upright)
            out.extend(pieces)
        elif found := re.compile(r"[^\W\d_]+").match(text, at):
            variable = len(found[0]) == 1 and found[0].isascii() and not upright
            out.append((found[0], _with(styles, ("i",)) if variable else styles))
            at = found.end()
        else:
            sign = {"-": "-" if upright else "\u2212", "'": "\u2032", "~": "\u00a0", "{": "", "}": ""}.get(char, char)
            out.append((sign, styles))
            at += 1
    return [(piece, tags) for piece, tags in out if piece]


def _said_command(text: str, at: int, styles: Styles, *, upright: bool) -> tuple[list[tuple[str, Styles]], int]:
    found = _COMMAND.match(text, at)
    if not found:
        return [("\\", styles)], at + 1
    name, at = found[1], found.end()
    if name in _FORMULA_TEXT or name in _STYLED:
        under, at = _operand(text, at)
        return _said(under, _with(styles, _STYLED.get(name, ())), upright=True), at
    if name in {"frac", "tfrac", "dfrac", "nicefrac"}:
        above, at = _operand(text, at)
        below, at = _operand(text, at)
        parts = (_said(part, styles, upright=upright) for part in (above, below))
        return [*next(parts), ("/", styles), *next(parts)], at
    if name in _FORMULA_ACCENTS or name == "sqrt":
        under, at = _operand(text, at)
        inside = _said(under, styles, upright=upright)
        if name == "sqrt":
            return [("√", styles), *inside], at
        if inside:
            letters, tags = inside[0]
            accented = unicodedata.normalize("NFC", letters[0] + _FORMULA_ACCENTS[name])
            inside[0] = (accented + letters[1:], tags)
        return inside, at
    if name in _SWITCHES or name == "ensuremath":
        return [], at
    meant = _character(name)
    if meant is None:
        meant = name
    after = re.compile(r" +(?=\w)").match(text, at) if name.isalpha() and len(meant) == 1 else None
    return [(meant, styles)], after.end() if after and meant.isalpha() else at


def _operand(text: str, at: int) -> tuple[str, int]:
    """Give what a sign or command in a formula applies to, and where it ends."""
    while text.startswith(" ", at):
        at += 1
    if text.startswith("{", at):
        close = _pairs(text[at:]).get(0)
        return (text[at + 1 : at + close], at + close + 1) if close is not None else (text[at + 1 :], len(text))
    if found := _COMMAND.match(text, at):
        close = _pairs(text[found.end() :]).get(0) if found[1] in _FORMULA_TEXT or found[1] in _STYLED else None
        end = found.end() + (close + 1 if close is not None else 0)
        return text[at:end], end
    return text[at : at + 1], at + 1


def _marked(pieces: list[tuple[str, Styles]]) -> list[tuple[str, Styles]]:
    """Understand tags and entities of HTML and JATS that an export left in the text."""
    whole = "".join(piece for piece, _ in pieces)
    if "<" not in whole and "&" not in whole:
        return pieces
    letters = _unescaped([(char, styles) for piece, styles in pieces for char in piece])
    whole = "".join(char for char, _ in letters)
    dropped: set[int] = set()
    waiting: list[re.Match[str]] = []
    for tag in _TAG.finditer(whole):
        name, prefix = tag["name"].lower(), tag["space"] or ""
        known = prefix in _PREFIXES or (not prefix and (name in _TAGS or name in _EMPTY_TAGS))
        if not known:
            continue
        if name in _EMPTY_TAGS or tag["empty"]:
            letters[tag.start()] = (" ", letters[tag.start()][1])
            dropped.update(range(tag.start() + 1, tag.end()))
        elif not tag["end"]:
            waiting = [*waiting, tag][-_DEEPEST:]
        elif opening := next((one for one in reversed(waiting) if one["name"].lower() == name), None):
            waiting.remove(opening)
            dropped.update(range(*opening.span()), range(*tag.span()))
            tags = _styles_of(opening)
            for at in range(opening.end(), tag.start()):
                letters[at] = (letters[at][0], _with(letters[at][1], tags))
    return [letter for at, letter in enumerate(letters) if at not in dropped]


def _styles_of(tag: re.Match[str]) -> Styles:
    name, attributes = tag["name"].lower(), tag["rest"]
    if name == "span":
        return (NOCASE,) if "nocase" in attributes else ("sc",) if "small-caps" in attributes else ()
    return _TAGS.get(name, ())


def _unescaped(letters: list[tuple[str, Styles]]) -> list[tuple[str, Styles]]:
    whole = "".join(char for char, _ in letters)
    made: list[tuple[str, Styles]] = []
    at = 0
    for found in _ENTITY.finditer(whole):
        meant = html.unescape(found[0])
        if meant != found[0]:
            made.extend(letters[at : found.start()])
            made.extend((char, letters[found.start()][1]) for char in meant)
            at = found.end()
    return [*made, *letters[at:]]


def _joined(pieces: list[tuple[str, Styles]]) -> list[tuple[str, Styles]]:
    """Join pieces under the same tags, with one space at a time and none at the ends, in Unicode's composed form."""
    made: list[tuple[str, Styles]] = []
    space = True
    for at, (piece, styles) in enumerate(pieces):
        text = _SPACE.sub(" ", piece)
        text = text.lstrip(" ") if space else text
        if not text:
            continue
        space = text.endswith(" ")
        if NOCASE not in styles and _is_between(pieces, at):
            styles = _with(styles, (NOCASE,))  # noqa: PLW2901  (so that protected neighbours are one)
        if made and made[-1][1] == styles:
            made[-1] = (made[-1][0] + text, styles)
        else:
            made.append((text, styles))
    while made and not made[-1][0].rstrip(" "):
        made.pop()
    if made:
        made[-1] = (made[-1][0].rstrip(" "), made[-1][1])
    return [(unicodedata.normalize("NFC", text), styles) for text, styles in made]


def _is_between(pieces: list[tuple[str, Styles]], at: int) -> bool:
    """Tell whether a piece without letters stands between two that are protected."""
    if any(char.isalpha() for char in pieces[at][0]) or not 0 < at < len(pieces) - 1:
        return False
    return NOCASE in pieces[at - 1][1] and NOCASE in pieces[at + 1][1]
