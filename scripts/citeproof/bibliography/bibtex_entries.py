"""Finds the entries in a BibTeX or biblatex text, with the offsets of keys and values, and says where one is broken.

Reads as pandoc and Biber do, piece by piece, so that a fault is named and costs no more than the entry in which it
stands. Knows nothing of what fields mean.
"""

from __future__ import annotations

import bisect
import html
import re
from dataclasses import dataclass, field
from functools import cached_property

from citeproof.patterns import late


@dataclass(frozen=True, slots=True)
class Raw:
    """A field as it stands: the offset of its name, and those of its value with its delimiters."""

    name: str
    at: int
    start: int
    end: int
    mended: str | None = None
    """The value, where what stands there is not what was meant."""


@dataclass(frozen=True, slots=True)
class Block:
    """An entry as it stands, or a @string, whose names and values are its fields."""

    type: str
    key: str
    start: int
    end: int
    fields: tuple[Raw, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong at an offset. If it `hurts`, nothing of its entry is used."""

    key: str
    at: int
    what: str
    remedy: str
    hurts: bool
    look: int = -1
    """Where in the entry to look, if that is not where it begins."""


@dataclass(slots=True)
class Found:
    """The entries of a text in order, the keys of those that are broken with their offsets, and all that is wrong."""

    blocks: list[Block] = field(default_factory=list)
    broken: list[tuple[str, int]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


# --- the grammar -----------------------------------------------------------------------------------------------------

_SPACE = late(r"(?:\s++|%[^\n]*+)*+")
"""What may stand between the parts of an entry: white space, and comments as pandoc and Biber know them."""

_FLAT = r"[^{}\\]*+(?:\\.[^{}\\]*+)*+"
_NESTED = rf"\{{{_FLAT}\}}"
for _ in range(3):
    _NESTED = rf"\{{{_FLAT}(?:{_NESTED}{_FLAT})*+\}}"
_GROUP = late(_NESTED, re.DOTALL)
"""A group in braces, four deep; a backslash takes a brace its meaning, as in pandoc. Deeper ones are counted."""

_BRACES = {True: re.compile(r"\\.|[{}]", re.DOTALL), False: re.compile(r"[{}]")}
_BRACES_AND_QUOTES = {True: re.compile(r'\\.|[{}"]', re.DOTALL), False: re.compile(r'[{}"]')}
"""Whether a backslash protects what follows it (pandoc), or not (BibTeX) → what counts in a value."""

_WORD = late(r"""[^\s{}"#,=()%]++""")
_IS_NAME_OR_NUMBER = late(r"\d+|[^\W\d][\w:.+/'*-]*")
"""What may stand in a value without delimiters: a number, or the name of a @string."""

_UNBRACED = late(r"""[^\s{}"#=,%][^{}"#=\n]*?(?=[ \t]*(?:,[ \t]*(?:\n|\Z)|\s*\}))""")
"""Words that stand as a value without delimiters, to the end of their line or of the entry."""

_JABREF = late(rf"({_NESTED})((?:\s#\s[^{{}}#]*\s#\s{_NESTED})+)(?=\s*[,}})])", re.DOTALL)
"""JabRef takes two # in a field for the marks of a string, and closes and opens braces around them (its issue 7010)."""

_NAME = late(r"""[^\s,={}"#%()']++""")
_SPACED_NAME = late(r"""[^\W\d][\w-]*+(?:[^\S\n]+\w+)+(?=\s*+=\s*+[{"])""")
"""A name with a space in it, such as Scopus's "funding_text 1": its field means nothing to anyone, and is whole."""

_PLAIN_FIELD = late(rf"([A-Za-z][\w-]*+)\s*+=\s*+({_NESTED})\s*+([,}})])", re.DOTALL)
"""What nearly every field is, to the mark behind it: a name and a value in braces, with no comment between."""

_TOO_LATE = late(r"""(?:[^\n@%]*+\n)?\s*+,?\s*+([A-Za-z][\w:+-]*+)\s*+=\s*+(?=[{"\w])|(?=[{"]\s*[^@\s])""", re.ASCII)
"""A field or a value that stands after the end of its entry, perhaps after the rest of a line."""

_SWALLOWED = late(r"""[,"}]\s*\n\s*([A-Za-z][\w:+-]*+)\s*+=\s*+[{"]""")
"""A field within the value of another."""

_HEAD = late(r"@[ \t]*([^\W\d_][\w-]*+)\s*+([{(])")
_KEY = {"{": re.compile(r"\s*+([^,{}=\n]*+)"), "(": re.compile(r"\s*+([^,{}=\n)]*+)")}
_KEY_AND_FIELD = late(r"""[^{}=,\n]*+,(?:\s++|%[^\n]*+)*+[^\s,={}"#%()']++\s*+=""")
"""What follows the head where certainly an entry begins: a key, and the name of a field."""

_COMMON = late(
    r"(?:mv)?(?:book|collection|proceedings|reference)|in(?:book|collection|proceedings|reference)|supp\w+|article|artwork"
    r"|audio|bookinbook|booklet|conference|dataset|jurisdiction|legislation|letter|manual|(?:masters|phd)?thesis|misc|online"
    r"|patent|performance|periodical|(?:tech)?report|software|standard|unpublished|video|xdata|comment|preamble|string",
    re.IGNORECASE,
)
"""Types whose name after an @, at the beginning of a line, shows that an entry was meant."""

_TEXTS = frozenset({"abstract", "annotation", "annote", "comment", "note", "review"})
_MOST_QUOTED = 3
"""So many entries may be quoted in one of these fields; with more it is taken for never closed."""
_MOST_COMMENTED = 30
"""So many entries may be commented out by one @comment."""

_INDENT = 200
"""Characters before the @ of an entry that are looked at."""


class _BrokenError(Exception):
    """An entry that does not follow the grammar: its key, what is so, and what to do about it where."""

    def __init__(self, key: str, what: str, remedy: str, *, at: int = -1, unclosed: str = "") -> None:
        super().__init__(what)
        self.key = key
        self.what = what
        self.remedy = remedy
        self.at = at
        """Where to look; -1 for the entry as a whole."""
        self.unclosed = unclosed
        """The field that is still open where the next entry begins."""


def _closes(text: str, at: int, limit: int, *, escapes: bool = True) -> int:
    """Find the end of the group that a brace begins; -1 if it is not closed before the limit."""
    if escapes and (found := _GROUP.match(text, at, limit)):
        return found.end()
    depth = 0
    for mark in _BRACES[escapes].finditer(text, at, limit):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if not depth:
                return mark.end()
    return -1


def _unquotes(text: str, at: int, limit: int, *, escapes: bool = True) -> int:
    """Find the end of the string that a quotation mark begins; -1 if it is not closed before the limit."""
    depth = 0
    for mark in _BRACES_AND_QUOTES[escapes].finditer(text, at + 1, limit):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth < 0:
                return -1
        elif mark[0] == '"' and not depth:
            return mark.end()
    return -1


def _past(text: str, at: int, limit: int) -> int:
    """Find where the white space and the comments at an offset end."""
    found = _SPACE.match(text, at, limit)
    return found.end() if found else at


def pieces(text: str, start: int, end: int, *, escapes: bool = True) -> tuple[list[tuple[int, int]], bool]:
    """Find the pieces of the value at an offset, which # joins; also tells whether all are closed before `end`."""
    found: list[tuple[int, int]] = []
    while start < end:
        if text[start] == "{":
            close = _closes(text, start, end, escapes=escapes)
        elif text[start] == '"':
            close = _unquotes(text, start, end, escapes=escapes)
        else:
            word = _WORD.match(text, start, end)
            if not word:
                break
            close = word.end()
        if close < 0:
            return found, False
        found.append((start, close))
        after = _past(text, close, end)
        if after >= end or text[after] != "#":
            break
        start = _past(text, after + 1, end)
    return found, True


# --- one entry, piece by piece ---------------------------------------------------------------------------------------


def _value(text: str, name: str, at: int, start: int, limit: int, *, escapes: bool) -> tuple[Raw, str]:
    """Read a value; gives it, and what to say of it if it is read though it does not follow the grammar."""
    parts, closed = pieces(text, start, limit, escapes=escapes)
    end = parts[-1][1] if parts else start
    after = _past(text, end, limit)
    ends = closed and after < limit and text[after] in ",})"
    sound = all(text[begin] in '{"' or _IS_NAME_OR_NUMBER.fullmatch(text, begin, close) for begin, close in parts)
    if ends and sound:
        return Raw(name, at, start, end), ""
    if (torn := _JABREF.match(text, start, limit)) and torn.end() >= end:
        whole = torn[1] + torn[2]
        mended = re.sub(r"\s#\s\{|\}\s#\s", "#", whole)[1:-1]
        return Raw(name, at, start, torn.end(), _characters(mended)), "torn"
    if closed and (bare := _UNBRACED.match(text, start, limit)) and bare.end() >= end:
        return Raw(name, at, start, bare.end()), "unbraced"
    if not closed:
        raise _BrokenError("", _NOT_CLOSED[0], _MEND.format(name=name), at=at, unclosed=name)
    return Raw(name, at, start, end), ""


def _characters(value: str) -> str:
    """Put the characters for HTML's numbers for them, such as &#252;."""
    return re.sub(r"&#\w+;", lambda found: html.unescape(found[0]), value)


_NOT_CLOSED = (
    "a brace or quotation mark is opened and never closed",
    "mend the entry: look for the closing brace that is missing at its end",
)
_MEND = "mend the entry: look for a missing brace or quotation mark in its field {name}"


def _swallowed(text: str, raw: Raw) -> re.Match[str] | None:
    """Find a field within the value of another, whose closing brace is missing."""
    if raw.name in _TEXTS or text.find("=", raw.start, raw.end) < 0:
        return None
    return _SWALLOWED.search(text, raw.start + 1, raw.end - 1)


_ENDS_OF_ABSTRACT = late(r"\}(?=,?[ \t]*\n\s*+(?:[^\W\d][\w-]*+\s*+=\s*+[{\"\d]|\}))")
"""The brace at the end of a line behind which the next field begins, or the entry ends."""

_SAYS = {
    "uneven": (
        "the braces of its field {name} do not match",
        "take the odd one out: the field was read to the end of its line",
    ),
    "torn": (
        "two number signs in its field {name} were taken for marks of BibTeX, as JabRef does",
        "write the field as one value in braces, and a number sign in it as \\#",
    ),
    "unbraced": (
        "the value of its field {name} stands without braces",
        "put braces around it",
    ),
}


@dataclass(slots=True)
class _Entry:
    """Reads one entry within limits."""

    text: str
    head: re.Match[str]
    limit: int
    escapes: bool = True
    is_uneven: bool = False
    """Whether an abstract ends with its line, whatever its braces: exports cut them, and nobody prints it."""
    key: str = ""
    fields: list[Raw] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def read(self) -> Block:
        """Read the entry; raises _BrokenError where it does not follow the grammar."""
        text, limit = self.text, self.limit
        closer = "}" if self.head[2] == "{" else ")"
        at = self.head.end() if self.is_string else self.after_key(closer)
        while True:
            at = _past(text, at, limit)
            if at < limit and text[at] == closer:
                return Block(self.head[1].lower(), self.key, self.head.start(), at + 1, tuple(self.fields))
            if at < limit and text[at] == ",":
                self.troubles.append(
                    Trouble(
                        self.key, at, f"in the entry {self.key} stands a comma too many", "take it out", hurts=False
                    )
                )
                at += 1
                continue
            at = self.after_field(at, closer)

    @property
    def is_string(self) -> bool:
        return self.head[1].lower() == "string"

    def after_key(self, closer: str) -> int:
        """Read the key and the comma after it."""
        text, limit, head = self.text, self.limit, self.head
        found = _KEY[head[2]].match(text, head.end(), limit)
        self.key = found[1].strip() if found else ""
        end = found.end() if found else head.end()
        at = _past(text, end, limit)
        if at < limit and (text[at] == "," or (text[at] == closer and self.key)):
            return at + (text[at] == ",")
        first, *others = self.key.split() or [""]
        if at < limit and text[at] == "=" and not others:
            raise _BrokenError(
                "", f"this @{head[1]} has no key", f"give it one: @{head[1]}{head[2]}key,", at=head.start()
            )
        if at >= limit:
            raise _BrokenError(first, *_NOT_CLOSED)
        braced = re.match(r"\{+([^\s{}=,]+)", text[end : min(limit, end + _INDENT)]) if not first else None
        raise _BrokenError(
            first.rstrip(";.") or (braced[1] if braced else ""),
            "after its key something stands that does not belong there",
            "look for a missing comma after the key",
        )

    def after_field(self, at: int, closer: str) -> int:
        """Read a field and the comma after it."""
        text, limit = self.text, self.limit
        plain = _PLAIN_FIELD.match(text, at, limit) if self.escapes and not self.is_uneven else None
        if plain and plain[3] in {",", closer}:
            self.fields.append(Raw(plain[1].lower(), at, *plain.span(2)))
            return plain.end() if plain[3] == "," else plain.start(3)
        found = _SPACED_NAME.match(text, at, limit) or _NAME.match(text, at, limit)
        equals = _past(text, found.end(), limit) if found else at
        if not found or equals >= limit or text[equals] != "=":
            raise self.astray(at)
        name = "_".join(found[0].lower().split())
        try:
            start = _past(text, equals + 1, limit)
            ends = _ENDS_OF_ABSTRACT.search(text, start, limit) if self.is_uneven and name == "abstract" else None
            if ends:
                raw, odd = Raw(name, at, start, ends.end()), "uneven"
            else:
                raw, odd = _value(text, name, at, start, limit, escapes=self.escapes)
        except _BrokenError as broken:
            broken.key = self.key
            raise
        self.fields.append(raw)
        if odd:
            what, remedy = _SAYS[odd]
            what = f"in the entry {self.key} {what.format(name=name)}"
            self.troubles.append(Trouble(self.key, raw.start, what, remedy, hurts=False))
        at = _past(text, raw.end, limit)
        if at < limit and text[at] in {",", closer}:
            return at + (text[at] == ",")
        raise self.astray(at)

    def astray(self, at: int) -> _BrokenError:
        """Say what is wrong where neither a field nor the end of the entry stands."""
        if at >= self.limit:
            open_ = next((raw for raw in self.fields if _swallowed(self.text, raw)), None)
            if open_:
                return _BrokenError(self.key, _NOT_CLOSED[0], _MEND.format(name=open_.name), at=open_.at)
            return _BrokenError(self.key, *_NOT_CLOSED)
        if not self.fields:
            return _BrokenError(
                self.key, "after its key something stands that does not belong there", "look for a missing = or comma"
            )
        return _BrokenError(
            self.key,
            f"after its field {self.fields[-1].name} something stands that does not belong there",
            "look for a missing comma at the end of that field",
        )


# --- the whole text --------------------------------------------------------------------------------------------------


def find(text: str) -> Found:
    """Find the entries in a text, whatever else stands in it."""
    return _Text(text).find()


class _Text:
    """A text that is gone through from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Found()

    def find(self) -> Found:
        text = self.text
        at = 0
        while head := _HEAD.search(text, at):
            line = text.rfind("\n", at, head.start()) + 1 or at
            before = text[line : head.start()]
            if "%" in before:
                at = _line_end(text, head.start())
            elif not _is_head(text, head, before):
                at = head.end()
            elif head[1].lower() in {"comment", "preamble"}:
                at = self.after_comment(head)
            else:
                at = self.read(head)
        return self.found

    @cached_property
    def heads(self) -> list[int]:
        """Where entries certainly begin: there reading goes on after a broken one."""
        return [head.start() for head in _HEAD.finditer(self.text) if _begins(self.text, head)]

    def limits(self, head: re.Match[str], most: int) -> list[int]:
        """List where the next heads stand, or the text ends."""
        index = bisect.bisect_right(self.heads, head.start())
        return [*self.heads[index : index + most], len(self.text)][:most]

    def read(self, head: re.Match[str]) -> int:
        """Read an entry; gives where to go on."""
        first, *others = self.limits(head, _MOST_QUOTED + 1)
        try:
            entry = _Entry(self.text, head, first)
            return self.taken(entry.read(), entry.troubles)
        except _BrokenError as broken:
            attempts = [_Entry(self.text, head, first, escapes=False)]
            if broken.unclosed in _TEXTS:
                attempts += [_Entry(self.text, head, limit) for limit in others]
            attempts.append(_Entry(self.text, head, first, is_uneven=True))
            for entry in attempts:
                try:
                    return self.taken(entry.read(), entry.troubles)
                except _BrokenError:
                    continue
            self.lost(head[1].lower(), broken, head.start())
            return first

    def taken(self, block: Block, troubles: list[Trouble]) -> int:
        """Keep an entry, or say why it cannot be used; gives where to go on."""
        text = self.text
        after = _past(text, block.end, len(text))
        if text[after : after + 1] not in {"@", ""} and (late := _TOO_LATE.match(text, after)):
            what = f"it ends before its field {late[1].lower()}" if late[1] else "it ends before a value"
            remedy = "look for a brace too many before that"
            self.lost(
                block.type, _BrokenError(block.key, what, remedy, at=late.start(1) if late[1] else after), block.start
            )
            return block.end
        for raw in block.fields:
            if within := _swallowed(text, raw):
                what = f"its field {raw.name} holds the field {within[1].lower()}"
                self.lost(
                    block.type, _BrokenError(block.key, what, _MEND.format(name=raw.name), at=raw.at), block.start
                )
                return block.end
        self.found.troubles += troubles
        if block.type != "string" and not block.key:
            at = f"give it one: @{text[block.start + 1 :].split('{')[0].split('(')[0].strip()}{{key,"
            self.found.troubles.append(
                Trouble("", block.start, f"this @{block.type} has no key: it cannot be cited", at, hurts=True)
            )
        else:
            self.found.blocks.append(block)
        return block.end

    def lost(self, kind: str, broken: _BrokenError, at: int) -> None:
        """Note an entry that cannot be read."""
        if broken.key:
            self.found.broken.append((broken.key, at))
        what = "the @string" if kind == "string" else f"the entry {broken.key or '(without a key)'}"
        self.found.troubles.append(
            Trouble(broken.key, at, f"{what} cannot be read: {broken.what}", broken.remedy, hurts=True, look=broken.at)
        )

    def after_comment(self, head: re.Match[str]) -> int:
        """Find the end of a @comment or @preamble; entries in it are commented out."""
        if head[2] == "{":
            end = _closes(self.text, head.end() - 1, self.limits(head, _MOST_COMMENTED)[-1])
            if end > 0:
                return end
        return _line_end(self.text, head.start())


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _is_head(text: str, head: re.Match[str], before: str) -> bool:
    """Tell whether what looks like the head of an entry, outside of entries, is one; `before` stands in its line."""
    if not before.strip(" \t,;})\ufeff"):
        return head[2] == "{" or bool(_COMMON.fullmatch(head[1])) or bool(_KEY_AND_FIELD.match(text, head.end()))
    return not re.match(r"\w", before[-1]) and bool(_KEY_AND_FIELD.match(text, head.end()))


def _begins(text: str, head: re.Match[str]) -> bool:
    """Tell whether certainly an entry begins at a head, wherever it stands."""
    before = text[max(0, head.start() - _INDENT) : head.start()].rstrip(" \t,;\ufeff")[-1:]
    if before in {"", "\n", "\r"} and head[2] == "{" and bool(_COMMON.fullmatch(head[1])):
        return True
    return before in {"", "\n", "\r", "}", ")"} and bool(_KEY_AND_FIELD.match(text, head.end()))
