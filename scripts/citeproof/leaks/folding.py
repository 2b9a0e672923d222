"""Brings texts into a shape in which a name is found however it is written: accents, other letters, escapes of formats.

Pure. A reading keeps the lines of the text, so that a find in it has a line in the file.
"""

from __future__ import annotations

import html
import re
import unicodedata
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "\u0131": "i",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ß": "ss",
        "\u1e9e": "SS",
        "þ": "th",
        "Þ": "Th",
        **dict.fromkeys("\u00a8\u00b4\u00b8\u02c6\u02c7\u02d8\u02d9\u02da\u02db\u02dc\u02dd", ""),
    }
)
"""Letters that Unicode does not take apart into a letter and an accent; and accents that a PDF sets beside letters."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_IN_ASCII = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ø": "oe",
    "å": "aa",
    "æ": "ae",
    "đ": "dj",
    "þ": "th",
}
"""How passports and addresses spell such letters (German, Nordic and South Slavic custom)."""


def without_accents(text: str) -> str:
    """Give a text with letters in place of accented ones; capitals stay."""
    if text.isascii():
        return text
    return "\n".join(line if line.isascii() else _without_accents(line) for line in text.split("\n"))


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", _UNSEEN.sub("", text).translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Give the words of a name, as they are looked for."""
    return re.findall(r"[^\W_]+", without_accents(text).casefold())


def spellings(text: str) -> list[tuple[str, ...]]:
    """Give the words of a name, each in all of its spellings: "Müller" is muller, or mueller in ASCII."""
    whole = unicodedata.normalize("NFC", text).casefold()
    spelt = "".join(_IN_ASCII.get(char, char) for char in whole)
    plain, other = words(whole), words(spelt)
    if len(plain) != len(other):
        return [(word,) for word in plain]
    return [tuple(dict.fromkeys(pair)) for pair in zip(plain, other, strict=True)]


def is_unspaced(text: str) -> bool:
    """Tell whether a text is in a script that puts no spaces between words, as Chinese names are."""
    return any(
        "\u1100" <= char <= "\u11ff" or "\u2e80" <= char <= "\ud7ff" or "\uf900" <= char <= "\ufaff" for char in text
    )


# --- what a format writes in place of letters -------------------------------------------------------------------------

_TEX_ACCENT = re.compile(r"\\(?:[`'^\"~=.]|[uvHtcdbkrh](?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z]{1,2})\s*\}|\\?([A-Za-z]))")
_TEX_LETTER = re.compile(r"\\(ss|SS|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|dh|DH|dj|DJ|th|TH)(?![A-Za-z])(?:\{\}|[ \t])?")
_TEX_LETTERS = {"aa": "a", "AA": "A", "dh": "d", "DH": "D", "dj": "d", "DJ": "D"}
_TEX_FONT = re.compile(
    r"\\(?:text(?:sc|bf|it|rm|sf|tt|sl|up|md|normal)?|emph|mbox|MakeUppercase|MakeLowercase"
    r"|(?:sc|bf|it|rm|em|sl)(?:shape|series|family)?)(?![A-Za-z])[ \t]*"
)

_TEX_COMMAND = re.compile(r"(\\[A-Za-z]+\*?(?:\[[^\]\n]*\])?)\{")


def _from_tex(text: str) -> str:
    r"""Read TeX's accents as letters, and take out what sets letters in another font: `D\"{o}e` is Doe."""
    text = _TEX_ACCENT.sub(lambda found: found[1] or found[2], text)
    text = _TEX_LETTER.sub(lambda found: _TEX_LETTERS.get(found[1], found[1]), text)
    text = _TEX_COMMAND.sub(r"\1 ", _TEX_FONT.sub("", text).replace("}{", "} {"))
    return re.sub(r"\\-|\\?[{}]|\\(?=[@_])", "", text)


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|[nrt/])")


def _from_escapes(text: str) -> str:
    r"""Read the escapes of JSON and of programs: `D\u00f6e` is Döe."""

    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3] or found[4]
        if code is None:
            return "/" if found[0] == "\\/" else " "
        return chr(min(int(code, 16), 0x10FFFF))

    text = _ESCAPE.sub(letter, text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _from_percent(text: str) -> str:
    return urllib.parse.unquote(re.sub("%0[adAD]", " ", text))


def _from_quoted(text: str) -> str:
    """Read the escapes of mail (RFC 2045, 6.7; RFC 2047): `=?utf-8?q?D=C3=B6e?=` is Döe."""
    text = re.sub(r"=\?[\w-]+\?[qQ]\?|\?=", " ", text.replace("%", "%25"))
    return urllib.parse.unquote(re.sub("=([0-9A-F]{2})", r"%\1", text))


_NAME_FIELD = re.compile(
    r"[\"']?\b(?:given(?:[-_ ]?names?)?|family(?:[-_ ]?name)?|(?:first|last)(?:[-_ ]?name)?|surname|forename)"
    r"[\"']?[ \t]*[:=](?!=)[ \t]*",
    re.IGNORECASE,
)


def _from_fields(text: str) -> str:
    """Take out the names of the fields that the parts of a name stand in, as JSON, YAML and R have them."""
    return _NAME_FIELD.sub("", text)


_RTF = re.compile(r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,5}) ?(?:\\'[0-9a-fA-F]{2}|\?)?|\\[a-zA-Z]+-?\d* ?|[{}]")


def from_rtf(text: str) -> str:
    """Give the words of a text in Rich Text Format (RTF 1.9.1: escapes in code page 1252)."""

    def letter(found: re.Match[str]) -> str:
        if found[1]:
            return bytes([int(found[1], 16)]).decode("cp1252", "ignore")
        return chr(int(found[2]) % 0x10000) if found[2] else ""

    return _RTF.sub(letter, text)


_READINGS: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = (
    (("%",), _from_percent),
    (("\\",), _from_escapes),
    (("&",), html.unescape),
    (("=?", "=C3", "=C4", "=C5"), _from_quoted),
    (("\\", "{"), _from_tex),
    (("amily", "urname", "astname", "astName", "ast_name", "ast-name", "ast name"), _from_fields),
)


def readings(text: str) -> Iterator[Callable[[str], str]]:
    """Give the ways to read a text: as it stands, and where it may hold escapes of some format, as they are meant."""
    yield str
    for signs, reading in _READINGS:
        if any(sign in text for sign in signs):
            yield reading
