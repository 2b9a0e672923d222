"""Names of people and groups as CSL has them, from BibTeX's and biblatex's lists and from other programs' CSL.

A particle in lower case (de, von, al-) is a `non-dropping-particle`, so that it stays with the family name wherever
that is printed; one with a capital (De Vries) is a part of the family name. Never judges whether a name is right.
"""

import functools
import re
from typing import Any

from citeproof.bibliography import latex
from citeproof.patterns import late

Name = dict[str, Any]

OTHERS = "others"
"""The literal that pandoc 3.9 prints as the style's "et al." where it stands last, as its BibTeX reader makes it."""

_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "'s 't aan af auf aus bin bint d' da dal dalla das de de' degli dei del dela della delle dello den der des di "
        "do dos du het ibn im la las le les li lo los lou op opde te ten ter thoe toe tot uit uijt und van vande "
        "vanden vander vd ver vom von voor zu zum zur",
    )
)
"""Words in lower case at the end of a given name that belong to the family name: the usual ones of Arabic, Dutch,
French, German, Italian, Portuguese and Spanish. Those that stand in given names too (y, e, ben, san) are left out."""

_BOUND = late(
    r"""( (?:all|d|dall|de|dell|l|nell|sull)['\u2018\u2019\u02bc]
        | (?:a[dlnrstz]|ash|ath|e[dlnrst]|esh|ul)-
        ) (?=['\u2018\u02bb\u02bf]?[^\W\d_a-z])""",
    re.VERBOSE,
)
"""A particle in lower case that is written together with its name: d'Alembert, al-Hassan."""

_AND = frozenset({"y", "e", "i"})
"""Joins two family names in Spanish, Portuguese and Catalan: Ortega y Gasset."""

_SUFFIX = late(r"[JjSs][Rr]\.?|II|III|IV|2nd|3rd|4th")
_SUFFIXES = {"jr": "Jr.", "sr": "Sr.", "2nd": "II", "3rd": "III", "4th": "IV"}
"""APA prints a period and numerals in capitals (APA 9.8)."""

_ET_AL = late(r"(?:and\s+)?(?:others|et\.?\s*al\.?|al\.?,?\s+et|colleagues)", re.IGNORECASE)
_EXTENDED = late(
    r"\"?(?:given|family|prefix|suffix|useprefix|nametype|(?:given|family|prefix)-i|id|hash)\s*=", re.IGNORECASE
)
_OPENING = late(r"(?<!\w)['\u2018\u02bb\u02bc`](?=[a-z])")
_CAPITALS = late(r"[^\W\d_]{2,3}\.?")
_MOST_INITIALS = 4
_ALSO_INITIALS = frozenset({"JR", "SR"})
_PUBMED = late(
    r"(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]el|[Dd]i|[Dd]a|[Ll]a|[Ll]e|[Ee]l|[Aa]l)(?: [Dd]e[nr]?)? )?"
    r"(?:Mc|Mac|[A-Z]['\u2019]|[A-Z][a-z]+-)?[A-Z\u00c0-\u00de][a-z\u00df-\u017f]+ "
    r"(?!(?:I|V|X|II|III|IV|VI)\Z)[A-Z]{1,3}"
)
"""A name as PubMed writes it, the initials behind the family name without a comma: Rush AJ. No numeral (Pius X)."""
_FAMILY_FIRST = late(
    r"(?:[^\W\d_]+ ){0,2}[^\W\d_][^\W\d_]+(?:[-'\u2019][^\W\d_]+)* ((?!U\.S|U\.K|D\.C)[A-Z]\.(?:[ -]?[A-Z]\.){0,3})"
)
"""A name as Scopus writes an editor's, the initials with periods behind the family name: Rush A.J."""


def names(value: str, *, useprefix: bool = True) -> list[Name]:
    """Read a list of names in LaTeX ("Ana da Costa and {World Health Organization} and others") into CSL names.

    A name in braces is a group, `{"literal": …}`. "others" at the end is `{"literal": OTHERS}`, which pandoc's citeproc
    prints as "et al." (APA has no such thing: whoever judges the entry asks for the names). The n-th name is the one
    that the number n of its annotations means. `useprefix` is biblatex's option: without it particles are dropped where
    the family name stands alone.
    """
    people = [dict(name) for part in _people(value) if (name := _name(part, useprefix=useprefix))]
    return [] if people == [{"literal": OTHERS}] else people


def annotations(value: str) -> dict[int, str]:
    """Read biblatex's annotations of a list: `1="@x";2=host` says something of the first and the second name.

    What is said of a part of a name (`1:family=…`) is passed over; what is said of the whole list (`=…`) is number 0.
    """
    found: dict[int, str] = {}
    for part in _cut(value, ";", quotes=True):
        number, sign, said = (piece.strip() for piece in part.partition("="))
        if sign and re.fullmatch(r"\d{0,4}", number):
            found[int(number or 0)] = latex.plain(_unquoted(said))
    return found


def mended(name: Name) -> Name:
    """Put the parts of a CSL name where CSL has them; give the same name again if nothing is out of place.

    Moves lower-case particles from the end of the given name or the beginning of the family name into
    `non-dropping-particle`, and "Jr.", "Sr.", "II" to "IV" into `suffix`; divides initials that are written together
    ("SM"), of which citeproc would print the first alone; makes any "et al." the literal OTHERS. A `dropping-particle`
    that somebody has set stays, and so do groups, names in capitals and particles with a capital.
    """
    made = {key: " ".join(part.split()) if isinstance(part, str) else part for key, part in name.items()}
    made = {key: part for key, part in made.items() if part not in ("", None)}
    if made.keys() == {"family", "given"} and _PLAIN.fullmatch(f"{made['family']}, {made['given']}"):
        return made
    if _is_et_al(made):
        return {"literal": OTHERS}
    if "literal" in made or not isinstance(made.get("family"), str):
        return made
    while (better := _moved(made)) != made:
        made = better
    return made


def _moved(name: Name) -> Name:
    """Move one suffix and one run of particles to where they belong; what has its suffix and particles stays."""
    made = dict(name)
    family, given = made["family"], str(made.get("given", ""))
    if "," in family and not given:
        first, _, rest = (part.strip() for part in family.partition(","))
        if first and rest and not _SUFFIX.fullmatch(rest):
            family, given = first, rest
    suffix = str(made.get("suffix", ""))
    if not suffix:
        family, suffix = _without_suffix(family, roman=bool(given))
    if not suffix:
        given, suffix = _without_suffix(given, roman=True)
    particle = str(made.get("non-dropping-particle", ""))
    if not particle and "dropping-particle" not in made:
        particle, family = _leading(family)
        if not particle and not _is_lower(family):
            given, particle = _trailing(given)
    parts = {
        "family": family,
        "given": _initials(given, family),
        "non-dropping-particle": _apostrophe(particle),
        "suffix": _SUFFIXES.get(suffix.rstrip(".").lower(), suffix),
    }
    made.update(parts)
    return {key: part for key, part in made.items() if part != ""}


def _is_et_al(name: Name) -> bool:
    said = " ".join(str(name[part]) for part in ("literal", "given", "family") if part in name)
    return bool(_ET_AL.fullmatch(said))


def _without_suffix(text: str, *, roman: bool) -> tuple[str, str]:
    """Take "Jr." or "III" from either end of a part of a name, if something is left."""
    words = text.replace(",", " , ").split()
    for at, side in ((-1, slice(None, -1)), (0, slice(1, None))):
        rest = " ".join(words[side]).replace(" ,", ",").strip(" ,")
        if not (rest and words and _SUFFIX.fullmatch(words[at])):
            continue
        is_roman = words[at][0] == "I"
        if not is_roman or (roman and at):
            return rest, words[at]
    return text, ""


def _leading(family: str) -> tuple[str, str]:
    """Divide a family name into the particles in lower case that it begins with, and the rest, which is never empty."""
    words = family.split(" ")
    count = 0
    while count < len(words) - 1 and re.fullmatch(r"[^\W\d_A-Z]*(?:['\u2018\u2019\u02bc.-][^\W\d_]*)*", words[count]):
        if not words[count].islower():
            break
        count += 1
    particle, rest = " ".join(words[:count]), " ".join(words[count:])
    if not particle and (bound := _BOUND.match(rest)):
        particle, rest = bound[0], rest[bound.end() :]
    return (particle, rest) if particle and not _is_lower(rest) else ("", family)


def _trailing(given: str) -> tuple[str, str]:
    """Divide a given name into the name and the particles in lower case at its end."""
    words = given.split()
    count = len(words)
    while count and _is_particle(words[count - 1].strip(",")):
        count -= 1
    return " ".join(words[:count]).rstrip(",") if count < len(words) else given, " ".join(words[count:]).strip(",")


def _is_particle(word: str) -> bool:
    return re.sub("[\u2018\u2019\u02bb\u02bc`]", "'", word) in _PARTICLES


def _is_lower(text: str) -> bool:
    return next((char for char in text if char.isalpha()), "").islower()


def _apostrophe(particle: str) -> str:
    """Write 't and 's with an apostrophe, where pandoc would see the beginning of a quotation."""
    return _OPENING.sub("\u2019", particle)


def _initials(given: str, family: str) -> str:
    """Divide initials that are written together ("SM" → "S. M."); take the period from a whole name (Alan-Louis.)."""
    if len(family) > 2 and family.isupper():  # noqa: PLR2004  (capitals say nothing in a name that stands in capitals)
        return given
    words: list[str] = []
    for word in given.split(" "):
        if _CAPITALS.fullmatch(word) and word.isupper():
            words.extend(f"{char}." for char in word.rstrip("."))
        else:
            words.append(word[:-1] if re.fullmatch(r"[^\W\d_]{2,}-[^\W\d_]{3,}\.", word) else word)
    return " ".join(words)


def _people(value: str) -> list[str]:
    """Divide a list at "and", or at semicolons or commas between whole names where an export has written those."""
    parts = latex.split(value)
    if len(parts) != 1 or not re.search(r"[;,]", parts[0]):
        return parts
    pieces = [piece.strip() for piece in _cut(parts[0], ";")]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > 1 and all("," in piece and "&" not in piece for piece in pieces):
        return pieces
    pieces = _cut(parts[0], ",")
    if len(pieces) > 1 and all(_FAMILY_FIRST.fullmatch(piece.strip()) for piece in pieces):
        return pieces
    if len(pieces) >= _MOST_INITIALS and len(pieces) % 2 == 0 and all(_are_initials(piece) for piece in pieces[1::2]):
        return [f"{family},{given}" for family, given in zip(pieces[::2], pieces[1::2], strict=True)]
    return parts


def _are_initials(text: str) -> bool:
    letters = re.sub(r"[\s.-]", "", text)
    return letters.isalpha() and letters.isupper() and len(letters) <= _MOST_INITIALS


_BRACE_OR_QUOTE = late(r'[\\{}"]')


def _cut(text: str, mark: str, *, quotes: bool = False) -> list[str]:
    """Divide a text at a character that stands outside braces, and outside quotation marks if told."""
    if not _BRACE_OR_QUOTE.search(text):
        return text.split(mark)
    parts: list[str] = []
    depth, start, quoted = 0, 0, False
    for found in re.finditer(r"\\.|[{}\"]|" + re.escape(mark), text, re.DOTALL):
        if found[0] in {"{", "}"}:
            depth = max(0, depth + (1 if found[0] == "{" else -1))
        elif found[0] == '"':
            quoted = quotes and not quoted
        elif found[0] == mark and not depth and not quoted:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


@functools.lru_cache(maxsize=16_384)  # item, linter and citation keys each ask for the names of a work
def _name(text: str, *, useprefix: bool) -> Name:
    text = text.strip(" ,\t\r\n")
    if found := _PLAIN.fullmatch(text):
        return {"family": found[1], "given": found[2]}
    return _name_in_parts(text, useprefix=useprefix)


_PLAIN = late(
    r"(?!Others,|Colleagues,)([A-Z][a-z]{2,}), (?!.*\b[JS]r\b)([A-Z](?:\.|[a-z]+)(?: [A-Z](?:\.|[a-z]+)){0,2})",
    re.ASCII,
)
"""A name as most are typed, which has no particle, suffix or accent, and nothing that could be one."""


def _name_in_parts(text: str, *, useprefix: bool) -> Name:
    if not _text(text):
        return {}
    if _ET_AL.fullmatch(_text(text)):
        return {"literal": OTHERS}
    if _EXTENDED.match(text):
        return _extended(text, useprefix=useprefix)
    if group := _group(text):
        return {"literal": _text(group)}
    parts = [part.strip() for part in _cut(text, ",") if _text(part)]
    if len(parts) > 1:
        at = next((at for at, part in enumerate(parts[1:], 1) if _SUFFIX.fullmatch(_text(part))), 1)
        if len(parts) == 2 and _text(parts[1]) in _ALSO_INITIALS and len(_words(parts[0])) == 1:  # noqa: PLR2004
            return _made(parts[1], "", parts[0], "", useprefix=useprefix)
        suffix = parts.pop(at) if len(parts) > 2 or _SUFFIX.fullmatch(_text(parts[at])) else ""  # noqa: PLR2004
        if len(parts) > 1:
            particle, family = _von_last(_words(parts[0]))
            return _made(", ".join(parts[1:]), particle, family, suffix, useprefix=useprefix)
        return _made(*_first_von_last(_words(parts[0])), suffix, useprefix=useprefix)  # Martin Luther King, Jr.
    words = _words(parts[0])
    if behind := _initials_behind(_text(parts[0])):
        return _made(" ".join(words[-behind:]), *_von_last(words[:-behind]), "", useprefix=useprefix)
    suffix = words.pop() if len(words) > 1 and _SUFFIX.fullmatch(_text(words[-1])) else ""
    if suffix[:1] == "I" and len(words) == 1:  # Elizabeth II
        return {"family": f"{_text(words[0])} {suffix}"}
    return _made(*_first_von_last(words), suffix, useprefix=useprefix)


def _initials_behind(text: str) -> int:
    """Count the words at the end of a name that are the initials of one who stands family name first."""
    if found := _FAMILY_FIRST.fullmatch(text):
        return len(found[1].split())
    return 1 if _PUBMED.fullmatch(text) else 0


def _made(given: str, particle: str, family: str, suffix: str, *, useprefix: bool) -> Name:
    name: Name = {
        "family": _text(family) or _text(particle),
        "given": re.sub(r"(?<=\b[^\W\d_]\.)(?=[^\W\d_]\.)", " ", _text(given)),  # as pandoc has it: J.G. is J. G.
        "suffix": _text(suffix),
    }
    if family:
        name["non-dropping-particle" if useprefix else "dropping-particle"] = _text(particle)
    if not _group(family):
        return mended(name)
    whole = mended({**name, "family": "X"})  # the family name in braces stays whole
    return {**whole, "family": name["family"]}


def _text(part: str) -> str:
    return " ".join(latex.plain(part).replace("\u00a0", " ").strip(" ,").split())


def _group(text: str) -> str:
    """Give what one pair of braces around the whole text holds; "" if there is none or it holds a letter's command."""
    whole = re.fullmatch(r"\{(.*)\}", text.strip(), re.DOTALL)
    if not whole:
        return ""
    depth = 0
    for mark in re.finditer(r"\\.|[{}]", whole[1], re.DOTALL):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth < 0:
            return ""
    if depth or (whole[1].startswith("\\") and len(latex.plain(whole[1])) == 1):
        return ""
    return whole[1]


def _words(text: str) -> list[str]:
    r"""Divide a name at spaces and ties outside braces; a command that is a word takes its letter (`\v Capek`)."""
    words: list[str] = []
    depth, start = 0, 0
    for mark in re.finditer(r"\\[A-Za-z]+\s+|\\.|[{}]|[\s~]+", text, re.DOTALL):
        if mark[0] in {"{", "}"}:
            depth += 1 if mark[0] == "{" else -1
        elif depth <= 0 and not mark[0].startswith("\\"):
            words.append(text[start : mark.start()])
            start = mark.end()
    return [word for word in (*words, text[start:]) if _text(word)]


def _is_von(word: str) -> bool:
    """Tell whether BibTeX takes a word for a particle: its first letter outside braces is a small one."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    text = _text(word)
    return _is_lower(text) and not _BOUND.match(text)


def _first_von_last(words: list[str]) -> tuple[str, str, str]:
    """Divide a name without a comma into given name, particles and family name, as biblatex does.

    Beyond biblatex, "Ortega y Gasset" is one family name, and a name that stands in lower case as a whole (bell hooks)
    has a particle only if one of its words is known as one.
    """
    small = [at for at, word in enumerate(words[:-1]) if _is_von(word)]
    if all(_is_von(word) for word in words):
        small = [at for at in small if _is_particle(_text(words[at]))]
    if not small:
        return " ".join(words[:-1]), "", words[-1] if words else ""
    first = last = small[0]
    if _text(words[first]) in _AND and first > 1:
        return " ".join(words[: first - 1]), "", " ".join(words[first - 1 :])
    while last in small:
        last += 1
    return " ".join(words[:first]), " ".join(words[first:last]), " ".join(words[last:])


def _von_last(words: list[str]) -> tuple[str, str]:
    count = 0
    while count < len(words) - 1 and _is_von(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _extended(text: str, *, useprefix: bool) -> Name:
    """Read biblatex's extended format: `given=Hans, family=Harman, prefix=von, useprefix=true`."""
    parts: dict[str, str] = {}
    for piece in _cut(text, ",", quotes=True):
        key, _, said = _unquoted(piece.strip()).partition("=")
        parts[key.strip().lower()] = _unquoted(said.strip())
    given, family, prefix = (parts.get(part, "") for part in ("given", "family", "prefix"))
    if not given and not prefix and (not family or _group(family)):
        return {"literal": _text(family)} if family else {}
    if "useprefix" in parts:
        useprefix = parts["useprefix"].lower() != "false"
    if not family:
        family, given = given, ""
    return _made(given, prefix, family, parts.get("suffix", ""), useprefix=useprefix)
