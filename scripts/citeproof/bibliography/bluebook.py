"""Abbreviations of United States courts, reporters and states, as the Bluebook has them (tables T1, T7 and T10).

APA 11.1 sends authors there. A name that is not in the tables is given back as it was: nothing is abbreviated by guess.
"""

from __future__ import annotations

import re

STATES = {
    "alabama": "Ala.",
    "alaska": "Alaska",
    "arizona": "Ariz.",
    "arkansas": "Ark.",
    "california": "Cal.",
    "colorado": "Colo.",
    "connecticut": "Conn.",
    "delaware": "Del.",
    "florida": "Fla.",
    "georgia": "Ga.",
    "hawaii": "Haw.",
    "idaho": "Idaho",
    "illinois": "Ill.",
    "indiana": "Ind.",
    "iowa": "Iowa",
    "kansas": "Kan.",
    "kentucky": "Ky.",
    "louisiana": "La.",
    "maine": "Me.",
    "maryland": "Md.",
    "massachusetts": "Mass.",
    "michigan": "Mich.",
    "minnesota": "Minn.",
    "mississippi": "Miss.",
    "missouri": "Mo.",
    "montana": "Mont.",
    "nebraska": "Neb.",
    "nevada": "Nev.",
    "new hampshire": "N.H.",
    "new jersey": "N.J.",
    "new mexico": "N.M.",
    "new york": "N.Y.",
    "north carolina": "N.C.",
    "north dakota": "N.D.",
    "ohio": "Ohio",
    "oklahoma": "Okla.",
    "oregon": "Or.",
    "pennsylvania": "Pa.",
    "rhode island": "R.I.",
    "south carolina": "S.C.",
    "south dakota": "S.D.",
    "tennessee": "Tenn.",
    "texas": "Tex.",
    "utah": "Utah",
    "vermont": "Vt.",
    "virginia": "Va.",
    "washington": "Wash.",
    "west virginia": "W. Va.",
    "wisconsin": "Wis.",
    "wyoming": "Wyo.",
    "district of columbia": "D.C.",
    "puerto rico": "P.R.",
    "guam": "Guam",
    "virgin islands": "V.I.",
}
"""State or territory in lower case → its abbreviation (T10.1)."""

# fmt: off
_REPORTERS = (
    "U.S.", "S. Ct.", "L. Ed.", "L. Ed. 2d", "F.", "F.2d", "F.3d", "F.4th", "F. App'x", "F. Supp.", "F. Supp. 2d",
    "F. Supp. 3d", "F.R.D.", "B.R.", "Fed. Cl.", "T.C.", "A.", "A.2d", "A.3d", "N.E.", "N.E.2d", "N.E.3d", "N.W.",
    "N.W.2d", "N.W.3d", "P.", "P.2d", "P.3d", "S.E.", "S.E.2d", "So.", "So. 2d", "So. 3d", "S.W.", "S.W.2d",
    "S.W.3d", "N.Y.S.", "N.Y.S.2d", "N.Y.S.3d", "N.Y.", "N.Y.2d", "N.Y.3d", "A.D.", "A.D.2d", "A.D.3d", "Misc.",
    "Misc. 2d", "Misc. 3d", "Cal.", "Cal. 2d", "Cal. 3d", "Cal. 4th", "Cal. 5th", "Cal. App.", "Cal. App. 2d",
    "Cal. App. 3d", "Cal. App. 4th", "Cal. App. 5th", "Cal. Rptr.", "Cal. Rptr. 2d", "Cal. Rptr. 3d", "Ill.",
    "Ill. 2d", "Ill. App.", "Ill. App. 2d", "Ill. App. 3d", "Wash.", "Wash. 2d", "Wash. App.", "Ohio St.",
    "Ohio St. 2d", "Ohio St. 3d",
)
# fmt: on


def _bare(text: str) -> str:
    return re.sub(r"[\s.'\u2019]", "", text).lower()


_BY_LETTERS = {_bare(reporter): reporter for reporter in _REPORTERS} | {
    "unitedstatesreports": "U.S.",
    "supremecourtreporter": "S. Ct.",
    "federalreporter": "F.",
    "federalreporter,secondseries": "F.2d",
    "federalreporter,thirdseries": "F.3d",
    "federalsupplement": "F. Supp.",
    "federalsupplement,secondseries": "F. Supp. 2d",
    "federalsupplement,thirdseries": "F. Supp. 3d",
    "fedappx": "F. App'x",
}
_SUPREME = frozenset({"U.S.", "S. Ct.", "L. Ed.", "L. Ed. 2d"})
_ORDINALS = {
    "first": "1st",
    "second": "2d",
    "third": "3d",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
    "eleventh": "11th",
}
_DISTRICTS = {
    "northern": "N.D.",
    "southern": "S.D.",
    "eastern": "E.D.",
    "western": "W.D.",
    "central": "C.D.",
    "middle": "M.D.",
}
_FEDERAL = r"(?:the )?(?:united states|u\.? ?s\.?)"
_SUPREME_COURT = rf"{_FEDERAL} supreme court|(?:the )?supreme court of {_FEDERAL}(?: of america)?|scotus|u\.? ?s\.?"
_STATE_COURTS = (
    (r"(?:supreme (?:judicial )?court(?: of appeals)?)", ""),
    (r"(?:intermediate )?courts? of criminal appeals?", "Crim. App."),
    (r"district courts? of appeals?", "Dist. Ct. App."),
    (r"(?:intermediate )?(?:courts? of (?:civil )?appeals?|appeals? courts?)", "Ct. App."),
    (r"(?:appellate division|app\.? div\.?)", "App. Div."),
    (r"appellate courts?", "App. Ct."),
    (r"superior courts?", "Super. Ct."),
    (r"commonwealth courts?", "Commw. Ct."),
    (r"courts? of chancery", "Ch."),
    (r"circuit courts?", "Cir. Ct."),
    (r"district courts?", "Dist. Ct."),
)
# "Court of Appeals of New York", "Texas Court of Appeals" and Google Scholar's "NY: Court of Appeals".
_WAYS = tuple(
    (
        (
            re.compile(rf"(?:the )?{kind} (?:of|for) (?:the )?(?:state of |commonwealth of )?(?P<place>.+)"),
            re.compile(rf"(?:the )?(?P<place>.+?)(?: state)? {kind}"),
            re.compile(rf"(?P<place>[^:]+): {kind}(?:, .*)?"),
        ),
        abbreviation,
    )
    for kind, abbreviation in _STATE_COURTS
)
_APPEALS_IS_HIGHEST = frozenset({"N.Y.", "D.C.", "Md."})


def reporter(name: str) -> str:
    """Give a reporter with the Bluebook's dots and spaces: "F2d", "F. 2d" → "F.2d"; others as they are."""
    return _BY_LETTERS.get(_bare(name), name)


def court(name: str, reporter: str = "") -> str:
    """Give what stands for a court before the year (Bluebook, rule 10.4); "" if the reporter says it.

    Understands what Google Scholar, CourtListener and the courts write: "Court of Appeals, 9th Circuit", "Dist. Court,
    SD New York", "Cal: Supreme Court", "United States District Court for the Northern District of Ohio". The highest
    court of a state goes by the state's name alone, and is left out beside its own reporter (Cal. 3d).
    """
    text = re.sub(r"\s+", " ", name).strip().rstrip(",")
    low = text.lower().replace("\u2019", "'")
    if re.fullmatch(r"(?:the )?supreme court", low) and reporter in _SUPREME:
        return ""
    if re.fullmatch(_SUPREME_COURT, low):
        return "" if reporter in _SUPREME else "U.S."
    found = _circuit(low) or _district(text)
    if found:
        return found
    found = _of_state(low)
    own = re.escape(found)
    if found and re.fullmatch(rf"{own}(?: ?\d(?:d|th))?", reporter):
        return ""
    return found or text


def state(name: str) -> str:
    """Give the abbreviation of a state, written in any way ("southcarolina", "South Carolina"); "" if it is none."""
    wanted = re.sub(r"[\s._-]", "", name).lower()
    return next((short for long, short in STATES.items() if wanted in {long.replace(" ", ""), _bare(short)}), "")


def state_in_full(name: str) -> str:
    """Give the name of a state, written in any way, in full: "southcarolina" → "South Carolina"; "" if it is none."""
    short = state(name)
    return next((long.title().replace(" Of ", " of ") for long, its in STATES.items() if its == short), "")


def _circuit(low: str) -> str:
    if "appeal" not in low and "cir" not in low:
        return ""
    found = re.search(r"\b(\d+)(?:st|nd|rd|th|d) cir", low) or re.search(rf"\b({'|'.join(_ORDINALS)}) cir", low)
    if found:
        number = found[1]
        if number.isdigit():
            number += {"1": "st", "2": "d", "3": "d"}.get(number, "th")
        return f"{_ORDINALS.get(number, number)} Cir."
    if re.search(r"\bfed(?:eral|\.)? cir", low):
        return "Fed. Cir."
    return "D.C. Cir." if re.search(r"\b(?:d\.?\s?c\.?|dist(?:rict|\.) of columbia) cir", low) else ""


def _district(text: str) -> str:
    low = text.lower()
    if not re.match(rf"(?:{_FEDERAL} )?dist(?:rict|\.) court", low):
        return ""
    low = re.sub(rf"^(?:{_FEDERAL} )?dist(?:rict|\.) court,? ?(?:for |of )?(?:the )?", "", low)
    found = re.fullmatch(r"(northern|southern|eastern|western|central|middle) district of (.+)", low)
    if found and (place := state(found[2])):
        return _joined(_DISTRICTS[found[1]], place)
    found = re.fullmatch(r"([nsewcm])\.? ?d\.?,? (.+)", low)
    if found and (place := state(found[2])):
        return _joined(f"{found[1].upper()}.D.", place)
    found = re.fullmatch(r"(?:d\.?,? |district of )(.+)", low)
    if found and (place := state(found[1])):
        return f"D.{place}" if re.fullmatch(r"(?:[A-Z]\.)+", place) else f"D. {place}"
    return ""


def _joined(district: str, place: str) -> str:
    return f"{district}{place}" if re.fullmatch(r"(?:[A-Z]\.)+", place) else f"{district} {place}"


def _of_state(low: str) -> str:
    for ways, abbreviation in _WAYS:
        found = next((match for way in ways if (match := way.fullmatch(low)) and state(match["place"])), None)
        if not found:
            continue
        short = state(found["place"])
        if not abbreviation and short == "N.Y.":
            return "N.Y. Sup. Ct."  # the lowest court there
        is_highest = not abbreviation or (abbreviation == "Ct. App." and short in _APPEALS_IS_HIGHEST)
        return short if is_highest else f"{short} {abbreviation}"
    return ""
