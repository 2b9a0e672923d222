"""What texts of exported bibliographies need, whatever their format: HTML to CSL's markup, bare DOIs, page ranges.

Pure functions; never judges.
"""

from __future__ import annotations

import html
import re

from citeproof.patterns import late

_KEPT = {
    "i": ("<i>", "</i>"),
    "em": ("<i>", "</i>"),
    "italic": ("<i>", "</i>"),
    "b": ("<b>", "</b>"),
    "strong": ("<b>", "</b>"),
    "bold": ("<b>", "</b>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
    "inf": ("<sub>", "</sub>"),  # Elsevier's
    "sc": ('<span style="font-variant: small-caps;">', "</span>"),
    "scp": ('<span style="font-variant: small-caps;">', "</span>"),
}
"""Names of HTML, JATS and publishers' own tags → CSL's rich text."""

_ELIDED = late(r"(?<![^\s([\u201c-])'(?=\d\ds?\b|(?:n|til|tis|twas|em|cause|round)\b)", re.IGNORECASE)


def apostrophes(value: str) -> str:
    """Write the apostrophe that begins a word ('08, rock 'n' roll), where pandoc would see a quotation begin."""
    return _ELIDED.sub("\u2019", value) if "'" in value else value


_DROPPED = frozenset(
    """
    a p br div font u tt span title sans-serif small big monospace underline jats:title jats:p mml:math math
    """.split()  # noqa: SIM905  (words read best as a line)
)
_TAG = late(r"<(/?)([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/?>")
_CSL_SPAN = late(r'\s*(?:class="(?:nocase|nodecor)"|style="font-variant:\s*small-caps;?")\s*\Z')


def rich(value: str) -> str:
    """Turn a text with HTML entities and tags, encoded once or twice, into CSL's rich text on one line.

    A tag that is not known to be one, such as the signs in "p <x and y> z", stays as it is; one that is never closed is
    dropped.
    """
    if "<" not in value and "&" not in value:
        return apostrophes(" ".join(value.split()))
    text = value
    for _ in range(2):  # some sites write &amp;lt;i&amp;gt;
        if re.search(r"&(?:[A-Za-z]\w+|#\d+|#[xX][0-9a-fA-F]+);", text):
            text = html.unescape(text)
    return apostrophes(" ".join(_with_our_tags(text).split()))


def _with_our_tags(text: str) -> str:
    pieces: list[str] = []
    open_tags: list[tuple[str, int, str]] = []
    end = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower().removeprefix("jats:")
        is_known = name in _KEPT or name in _DROPPED or tag[2].lower() in _DROPPED
        if not is_known:
            continue
        pieces.append(text[end : tag.start()])
        end = tag.end()
        if name == "br":
            pieces.append(" ")
        elif tag[1]:
            if open_tags and open_tags[-1][0] == name:
                pieces.append(open_tags.pop()[2])
        else:
            start, close = _KEPT.get(name, ("", ""))
            if name == "span" and _CSL_SPAN.match(tag[3]):
                start, close = tag[0], "</span>"
            open_tags.append((name, len(pieces), close))
            pieces.append(start)
    pieces.append(text[end:])
    for _, index, _ in open_tags:
        pieces[index] = ""
    return "".join(pieces)


def joined(rich_text: str) -> str:
    """Join tags that end and begin again at the same place, and put white space on one line."""
    text = rich_text
    for tag in ("i", "b", "sup", "sub"):
        text = re.sub(rf"</{tag}>(\s*)<{tag}>", r"\1", text)
        text = re.sub(rf"<{tag}>(\s*)</{tag}>", r"\1", text)
    return " ".join(text.split())


def plain(value: str) -> str:
    """Give `rich` without its markup."""
    text = rich(value)
    return " ".join(re.sub(r"</?(?:i|b|sup|sub|span)\b[^<>]*>", "", text).split()) if "<" in text else text


_DOI = late(r"10\.\d{4,9}(?:\.\d+)*/\S+")


_SHORT_DOI = late(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10/[a-z0-9]{3,8})|https?://(?:dx\.)?doi\.org/([a-z0-9]{3,8})",
    re.IGNORECASE,
)
_SHORTEST_DOI = late(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{4,8}")


def doi(value: str) -> str:
    """Give the bare DOI in a text such as an address, "doi:10…", a library's proxy, a doubled address; "" for none.

    A short DOI (10/abc12, or https://doi.org/abc12) stays one: APA takes either (9.36, 10.1:4).
    """
    if not value:
        return ""
    text = html.unescape(value.strip())
    if short := _SHORT_DOI.fullmatch(text):
        return short[1] or short[2]
    if re.match(r"https?:|10\.\d+%2f", text, re.IGNORECASE):
        text = re.sub(r"%2[fF]", "/", text)
        text = re.sub(r"%3[cC]", "<", re.sub(r"%3[eE]", ">", re.sub(r"%28", "(", re.sub(r"%29", ")", text))))
    found = _DOI.search(text)
    if not found:
        return ""
    bare = found[0]
    if doubled := re.search(r"https?://(?:dx\.)?doi\.org/(10\..+)", bare):
        bare = doubled[1]
    if re.search(r"<[^>]*>$", bare):
        return bare
    bare = bare.rstrip(".,;]>\u201d\"'")
    return bare[:-1] if bare.endswith(")") and bare.count("(") < bare.count(")") else bare


def short_doi(value: str) -> str:
    """Give what stands in a field for DOIs if it is a short DOI without its prefix 10/ (fg6rf9); else ""."""
    return value.strip() if _SHORTEST_DOI.fullmatch(value.strip()) else ""


def is_doi_address(value: str) -> bool:
    """Tell whether an address leads to the DOI resolver."""
    return bool(value and re.match(r"https?://(?:dx\.)?doi\.org/", value.strip(), re.IGNORECASE))


_BEHIND_A_LOGIN = late(
    r"ebscohost\.com/login|ovid(?:sp)?\.(?:ovid\.com|com)/|[?&]accountid=|scopus\.com/inward|gateway\.(?:webofknowledge|isiknowledge)"
    r"|[?&](?:rft_val_fmt|url_ver)=|[?&]sid=(?:ovid|ebsco|embase|proq|google)|serialssolutions\.com|embase\.com/search|://(?:\w+\.)*(?:ezproxy|proxy|libproxy)\b",
    re.IGNORECASE,
)
"""Addresses of databases and link resolvers that only the members of one library can follow (APA 9.34)."""


def is_behind_a_login(url: str) -> bool:
    """Tell whether an address of a database leads only the members of a library to the work."""
    return bool(_BEHIND_A_LOGIN.search(url))


_DASH = r"\s*(?:-{1,3}|[\u2010-\u2015\u2212])\s*"
_RANGE = late(rf"([A-Za-z]*)(\d+)([A-Za-z]?){_DASH}([A-Za-z]*)(\d+)([A-Za-z]?)")
_BY_CHAPTER = late(rf"(\w+-\d+){_DASH}(\w+-\d+)")
"""Pages counted by chapter: "12-1 to 12-14" is one range."""


def pages(value: str) -> str:
    """Write ranges of pages with an en dash (U+2013) and their last page in full ("1187-95" is 1187 to 1195).

    What may be a number of another kind, such as 2019-12, is not completed.
    """
    text = " ".join(value.split())
    if by_chapter := _BY_CHAPTER.fullmatch(text):
        return f"{by_chapter[1]}\u2013{by_chapter[2]}"
    return _RANGE.sub(_range, text)


def _range(found: re.Match[str]) -> str:
    before, first, after, before_last, last, after_last = found.groups()
    missing = len(first) - len(last)
    may_be_a_date = re.fullmatch("(?:1[89]|20)\\d\\d", first) and last in {f"{month:02}" for month in range(1, 13)}
    if missing > 0 and len(first) > 1 and not before_last and not may_be_a_date:
        full = first[:missing] + last
        if int(full) > int(first):
            before_last, last = before, full
    if before.isupper() and not before_last and int(last) > int(first):  # S1-5 are pages of a supplement
        before_last = before
    return f"{before}{first}{after}\u2013{before_last}{last}{after_last}"


def isbn13(number: str) -> str:
    """Give an ISBN as thirteen digits; "" for what is none (ISBN Users' Manual, 7th ed., section 4).

    Its last digit makes the sum of all, every second one counted three times, a multiple of ten. An older one has ten
    places, of which the last may be X for 10, and makes a multiple of eleven, counted ten times, nine times, and so on.
    """
    digits = re.sub(r"[\s\u2010-\u2015-]", "", number).upper().removeprefix("ISBN").lstrip(":")
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if char == "X" else int(char) for char in digits]
        if sum(value * (10 - place) for place, value in enumerate(values)) % 11:
            return ""
        digits = f"978{digits[:9]}"
        return digits + str(-_isbn_sum(digits) % 10)
    return digits if re.fullmatch(r"97[89]\d{10}", digits) and _isbn_sum(digits) % 10 == 0 else ""


def _isbn_sum(digits: str) -> int:
    return sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(digits))
