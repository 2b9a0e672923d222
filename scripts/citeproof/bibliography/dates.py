"""Dates of works as CSL has them, from ISO 8601-2 (biblatex, EDTF), from BibTeX's fields and from free text.

A date is `{"date-parts": [[year, month, day]]}`, with two lists for a range. A season is the month 21 (spring) to 24
(winter), an open end the year 0, and a year before the common era is below 0, 1 B.C.E. being -1, as pandoc 3.9 reads
them. What is no date but says when (in press) is `{"literal": …}`. Knows no clock: no date is made up.
"""

from __future__ import annotations

import re
from typing import Any

from citeproof.bibliography import latex
from citeproof.patterns import late

Date = dict[str, Any]
Moment = list[int]
"""A year, or a year and month, or a year, month and day."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_LAST_MONTH, _LAST_DAY = 12, 31
_ENDS = 2

_DASH = r"(?:-{1,3}|[\u2010-\u2015\u2212])"
_EDTF = late(
    r"""(?P<sign>[-\u2212]?) (?: y(?P<long>-?\d{1,9}) | (?P<year>\d[\dXxu]{3}) )
        (?: -(?P<month>[\dXxu]{1,2}) (?: -(?P<day>[\dXxu]{1,2}) (?: [T\ ]\d{1,2}:.* )? )? )?
        (?P<doubt>[~?%]*)""",
    re.VERBOSE,
)
_PLAIN = late(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
"""A date as nearly all entries have it, which needs no more than to be read."""
_OPEN = {"", "..", "open", "unknown"}
_UNDATED = late(r"n\.?\s*d\.?|no\s+date|undated|s\.\s*[ad]\.?|[./?\s]*", re.IGNORECASE)
_CIRCA = late(r"(?:circa|ca\.?|c\.|c(?=\s)|approx(?:\.|imately)?|around|about|~)\s*(?=[\d-])", re.IGNORECASE)
_COPYRIGHT = late(r"(?:©|c|cop\.?|copyright)\s*(?=\d{4}\Z)", re.IGNORECASE)
_BEFORE = late(r"\s*B\.?\s?C\.?(?:\s?E\.?)?\Z", re.IGNORECASE)
_AFTER = late(r"\s*(?:C\.?\s?E\.?|A\.?\s?D\.?)\Z|\AA\.?\s?D\.?\s*", re.IGNORECASE)


def date(value: str) -> Date | None:
    """Read a date of biblatex or EDTF (ISO 8601-2), else free text; None if it says nothing ("", "n.d.").

    `2017-03-05`, `2017-21` (spring), `1826/1827`, `2017/`, `../2010`, `1990~`, `199X` (the years 1990 to 1999), `-0349`
    (350 B.C.E.: ISO counts a year 0), `circa 350 B.C.E.`, `12 March 2018`. Of `3/4/2018`, whose month and day stand in
    nobody knows which order, the year is kept. Text that holds no date is `{"literal": …}`.
    """
    if _PLAIN.fullmatch(value):
        moment = [int(part) for part in value.split("-")]
        if all(moment) and _are_valid([moment]):
            return {"date-parts": [moment]}
    text = latex.plain(value.replace("~", r"\textasciitilde{}"))
    text = re.sub(r"[\s\u00a0]+", " ", re.sub(r"(?<=[\dXxu])\s+~", "~", text)).replace("~ ", "~").strip()
    if _UNDATED.fullmatch(text.strip("()[]")):
        return None
    return _iso(text) or _free(text) or {"literal": text}


def of(year: str, month: str = "", day: str = "") -> Date | None:
    """Read the fields year, month and day of BibTeX.

    A month is a number or an English name, whole or short; `mar-apr` and `3/4` are ranges, `jan # "~1"` holds the day,
    and `Spring` is a season. "in press" or "forthcoming" as a year come back as `{"literal": "in press"}`: whether
    that is the work's status is for the caller to say.
    """
    whole = date(year) if year else None
    if whole is None or not month:
        return whole
    parts: list[Moment] = whole.get("date-parts", [])
    moments = _with_days(_months(month), [int(number) for number in re.findall(r"\d{1,4}", day)][:_ENDS])
    if not parts or not moments or len(parts[0]) > 1 or len(moments) < len(parts):
        return whole
    years = [part[0] for part in parts] if len(parts) == len(moments) else parts[0] * len(moments)
    made = [[number, *moment] for number, moment in zip(years, moments, strict=True)]
    return {**whole, "date-parts": made} if _are_valid(made) else whole


def _with_days(months: list[Moment], days: list[int]) -> list[Moment]:
    if not months or not days or len(months[0]) > 1 or not all(1 <= each <= _LAST_DAY for each in days):
        return months
    if len(months) == 1:
        return [[*months[0], each] for each in days]
    return [[*month, each] for month, each in zip(months, days, strict=True)] if len(days) == len(months) else months


def _iso(text: str) -> Date | None:
    ends = [end.strip() for end in text.split("/")]
    read = [_end(end) for end in ends]
    found = [one for one in read if one is not None]
    if len(ends) > _ENDS or len(found) < len(read):
        return None
    parts = [found[0][0], found[-1][1]]
    made: Date = {"date-parts": parts[:1] if parts[0] == parts[1] else parts}
    if any(circa for _, _, circa in found):
        made["circa"] = True
    return made


def _end(text: str) -> tuple[Moment, Moment, bool] | None:
    """Read one end of a range: the first and the last moment that it may mean, and whether it is approximate."""
    if text in _OPEN:
        return [0], [0], False
    found = _EDTF.fullmatch(text.lstrip("~"))
    if not found:
        return None
    if found["long"] or found["year"].isdecimal():
        first = last = int(found["long"] or found["year"])
    else:
        first, last = (int(re.sub("[Xxu]", digit, found["year"])) for digit in "09")
    if found["sign"]:
        first, last = -last, -first
    first, last = (number if number > 0 else number - 1 for number in (first, last))
    rest: Moment = []
    for part in (found["month"], found["day"]):
        if not part or not part.isdecimal() or not int(part):
            break
        rest.append(int(part))
    moments = [[first, *rest], [last, *rest]] if first == last else [[first], [last]]
    circa = text.startswith("~") or "~" in found["doubt"] or "%" in found["doubt"]
    return (moments[0], moments[1], circa) if _are_valid(moments) else None


def _are_valid(moments: list[Moment]) -> bool:
    for _, *rest in moments:
        if not rest:
            continue
        month, day = (*rest, 1, 1)[:2]
        is_season = month in _SEASONS.values() and len(rest) == 1
        if not (1 <= month <= _LAST_MONTH or is_season) or not 1 <= day <= _LAST_DAY:
            return False
    return True


def _free(text: str) -> Date | None:
    """Read a date as people write it; None if it is none."""
    bare = _COPYRIGHT.sub("", text.strip("[]() ").removesuffix("?").strip(",; "))
    if made := _single(bare):
        return made
    ends = re.split(rf"\s*{_DASH}\s*|\s+to\s+|\s*/\s*", bare)
    if len(ends) != _ENDS or not all(ends):
        return None
    first, last = _single(ends[0]), _single(ends[1])
    if not first or not last or len(first["date-parts"]) > 1 or len(last["date-parts"]) > 1:
        return None
    return {**last, **first, "date-parts": [*first["date-parts"], *last["date-parts"]]}


def _single(text: str) -> Date | None:
    """Read a date, or a range whose years stand together, with "circa" and an era."""
    shorter = _CIRCA.sub("", text, count=1) if _CIRCA.match(text) else text
    before = _BEFORE.search(shorter)
    core = shorter[: before.start()] if before else _AFTER.sub("", shorter)
    moments = _years(core.strip()) or _numbers(core) or _with_month(core)
    if not moments or any(not moment[0] for moment in moments[:1]):
        return None
    if before:
        moments = [[-abs(number), *rest] for number, *rest in moments]
    made: Date = {"date-parts": moments}
    if shorter != text:
        made["circa"] = True
    return made


def _years(text: str) -> list[Moment]:
    """Read "1990", "-350", "1990a", "1990-1995", "1990-95", "1990-"; [] if it is none of these."""
    if found := re.fullmatch(rf"({_DASH}\s*)?(\d{{1,4}})", text):
        return [[-int(found[2]) if found[1] else int(found[2])]]
    if found := re.fullmatch(r"(\d{4})[a-rt-z]", text):
        return [[int(found[1])]]  # 2018a: the letter is for the style to give; 1990s is a decade
    found = re.fullmatch(rf"(\d{{1,4}})\s*(?:{_DASH}|/)\s*(\d{{1,4}})?", text)
    if not found:
        return []
    first, last = found[1], found[2] or "0"
    if found[2] and len(last) < len(first) and first[: -len(last)] + last > first:
        last = first[: -len(last)] + last
    return [[int(first)], [int(last)]]


def _numbers(text: str) -> list[Moment]:
    """Read "2018/3/5", "2018.03", "31/12/2018", "12/31/2018"; [] if it is none of these."""
    if found := re.fullmatch(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?", text):
        moment = [int(part) for part in found.groups() if part]
        return [moment] if _are_valid([moment]) else []
    found = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text)
    if not found:
        return []
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    orders = [
        order
        for order in ([year, first, second], [year, second, first])
        if _are_valid([order]) and order[1] <= _LAST_MONTH
    ]
    is_clear = len(orders) == 1 or first == second or found[2] == "."  # 5.3.2018 is the fifth of March
    return [orders[-1] if is_clear else [year]] if orders else []


def _with_month(text: str) -> list[Moment]:
    """Read "12 March 2018", "March 12, 2018", "2018 Jan-Feb", "Spring 2018"; [] if it is none of these."""
    years = list(re.finditer(r"(?<!\d)\d{4}(?!\d)", text))
    if len(years) != 1:
        return []
    rest = text[: years[0].start()] + " " + text[years[0].end() :]
    moments = [[int(years[0][0]), *one] for one in _months(rest.strip(" ,.-\u2013/"))]
    return moments if _are_valid(moments) else []


def _months(text: str) -> list[Moment]:
    """Read "3", "mar", "March 5", "5 March", "Mar-Apr", "3/4", "Spring", "June 5-7"; [] if it is none of these."""
    text = re.sub(r"[{}~\\.,\"#\s]+", " ", text).strip().lower()
    ends = [end for end in re.split(rf"\s*(?:{_DASH}|/|\band\b|&)\s*", text) if end]
    if not ends or len(ends) > _ENDS:
        return []
    read = [_month(end) for end in ends]
    if len(read) == _ENDS:
        days = [int(end) if re.fullmatch(r"\d{1,2}", end) else 0 for end in ends]
        if len(read[0]) == _ENDS and days[1]:
            read[1] = [read[0][0], days[1]]  # June 5-7
        elif len(read[1]) == _ENDS and days[0]:
            read[0] = [read[1][0], days[0]]  # 5-7 June
    return read if all(read) else []


def _month(text: str) -> Moment:
    if re.fullmatch(r"\d{1,2}", text):
        return [int(text)] if _are_valid([[1, int(text)]]) else []
    words = [word for word in re.findall(r"[^\W\d_]+|\d{1,4}", text) if word not in {"st", "nd", "rd", "th", "of"}]
    names = [word for word in words if not word.isdecimal()]
    days = [int(word) for word in words if word.isdecimal()]
    if len(names) != 1 or len(days) > 1:
        return []
    if names[0] in _SEASONS:
        return [] if days else [_SEASONS[names[0]]]
    return next(([at, *days] for at, name in enumerate(_MONTHS, 1) if names[0].startswith(name)), [])
