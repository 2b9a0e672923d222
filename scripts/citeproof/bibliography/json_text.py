"""Reads JSON as authors have it: every object with the offsets of its values, and what can be read of a broken text.

The values themselves are decoded by the standard library's `json`, which gives no offsets: only objects and lists of
objects are walked here. Knows nothing of bibliographies.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Member:
    """A value of an object: where its name begins, where the value begins and ends (offsets), and what it is."""

    name: str
    value: Any
    named: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a JSON text, whole if `broken` is "", else as far as it could be read."""

    members: Mapping[str, Member]
    start: int
    end: int
    broken: str = ""
    """What is wrong with it."""
    broken_at: int = -1

    @property
    def value(self) -> dict[str, Any]:
        """The object as data."""
        return {name: member.value for name, member in self.members.items()}


@dataclass(slots=True)
class Found:
    """What a text holds: its objects in order, and slips that cost nothing as (offset, what, remedy)."""

    objects: list[Object] = field(default_factory=list)
    slips: list[tuple[int, str, str]] = field(default_factory=list)


class _BrokenError(Exception):
    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


_SPACE = re.compile(r"[\s\ufeff]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BACKSLASH = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_NUMBERLESS = re.compile(r"-?\b(?:NaN|Infinity)\b")

_STRICT = json.JSONDecoder(parse_constant=lambda _: None)
_LENIENT = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def objects(text: str, at: int, heads: re.Pattern[str]) -> Found:
    """Read the objects of a list that begins at an offset, or objects that stand one after another from there on.

    `heads` matches where an object begins that belongs to the list itself, such as `{"id":`: behind a broken object
    reading goes on at the next of these.
    """
    found = Found()
    at = _skip(text, at)
    in_list = text.startswith("[", at)
    at = _skip(text, at + 1 if in_list else at)
    follows = False
    while at < len(text) and text[at] != "]":
        if text[at] == ",":
            if not follows:
                found.slips.append((at, "a comma stands here with nothing before it", "delete the comma"))
            comma, follows = at, False
            at = _skip(text, at + 1)
            if in_list and at < len(text) and text[at] == "]":
                found.slips.append((comma, "a comma stands behind the last entry", "delete the comma"))
            continue
        if text[at] != "{":
            step = heads.search(text, at)
            found.slips.append(
                (at, f"{_shown(text, at)} stands where an entry should begin", "delete it, or mend the entry before it")
            )
            at = step.start() if step else len(text)
            follows = False
            continue
        if follows and in_list:
            found.slips.append((at, "a comma is missing before this entry", "put a comma behind the entry before it"))
        one = read_object(text, at, found, heads)
        found.objects.append(one)
        at = _skip(text, one.end)
        follows = not one.broken
    if in_list and at >= len(text) and not (found.objects and found.objects[-1].broken):
        found.slips.append((len(text), "the list is never closed", "put a ] at the end of the file"))
    return found


def read_object(text: str, at: int, found: Found, heads: re.Pattern[str]) -> Object:
    """Read the object that begins at an offset; slips in it go to `found`."""
    start = at
    members: dict[str, Member] = {}
    slips: list[tuple[int, str, str]] = []
    try:
        end = _members(text, at, members, slips)
    except _BrokenError as fault:
        further = heads.search(text, start + 1)
        end = further.start() if further else len(text)
        return Object(members, start, end, fault.what, fault.at)
    found.slips.extend(slips)
    return Object(members, start, end)


def _members(text: str, start: int, members: dict[str, Member], slips: list[tuple[int, str, str]]) -> int:
    """Put the members of an object into `members` as far as they can be read; gives where the object ends."""
    at = _skip(text, start + 1)
    while not text.startswith("}", at):
        if at >= len(text):
            raise _BrokenError("it is never closed", start)
        if text[at] == ",":
            slips.append((at, "a comma stands here that separates nothing", "delete the comma"))
            at = _skip(text, at + 1)
            continue
        member = _member(text, at, slips)
        if member.name in members:
            slips.append((at, f"the field {member.name} stands twice", "keep one of them: the last one counts"))
        members[member.name] = member
        at = _skip(text, member.end)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
            if text.startswith("}", at):
                slips.append((at, "a comma stands behind the last field", "delete the comma before the brace"))
        elif text.startswith('"', at):
            slips.append((at, "a comma is missing before this field", "put a comma behind the field before it"))
        elif not text.startswith("}", at):
            what = f"behind its field {member.name} stands {_shown(text, at)} where a comma or a closing brace belongs"
            raise _BrokenError(what, at)
    return at + 1


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _shown(text: str, at: int) -> str:
    word = re.compile(r"\S{1,20}").match(text, at)
    return f"\u201c{word[0]}\u201d" if word else "the end of the file"


def _member(text: str, at: int, slips: list[tuple[int, str, str]]) -> Member:
    if text[at] != '"':
        raise _BrokenError(f"{_shown(text, at)} stands where a field's name in quotation marks belongs", at)
    try:
        name, end = _LENIENT.raw_decode(text, at)
    except JSONDecodeError as fault:
        raise _BrokenError("a quotation mark is opened and never closed", at) from fault
    colon = _skip(text, end)
    if not text.startswith(":", colon):
        raise _BrokenError(f"a colon is missing behind \u201c{name[:40]}\u201d", colon)
    start = _skip(text, colon + 1)
    value, end = _value(text, start, name, slips)
    return Member(name, value, at, start, end)


def _value(text: str, start: int, name: str, slips: list[tuple[int, str, str]]) -> tuple[Any, int]:
    try:
        value, end = _STRICT.raw_decode(text, start)
    except (ValueError, StopIteration) as fault:
        return _odd_value(text, start, name, slips, fault)
    except RecursionError as fault:
        raise _BrokenError(f"its field {name} is nested too deep", start) from fault
    if _NUMBERLESS.search(_STRING.sub("", text[start:end])):
        slips.append((start, f"the field {name} holds a number that is none (NaN)", "delete it, or write the number"))
    return value, end


def _odd_value(
    text: str, start: int, name: str, slips: list[tuple[int, str, str]], fault: Exception
) -> tuple[Any, int]:
    try:
        value, end = _LENIENT.raw_decode(text, start)
    except (ValueError, StopIteration) as why:
        string = _STRING.match(text, start)
        if string and any(not found[1] for found in _BACKSLASH.finditer(string[0])):
            slips.append((start, f"a backslash stands alone in the field {name}", "write it as two: \\\\"))
            doubled = _BACKSLASH.sub(lambda found: found[0] if found[1] else "\\\\", string[0])
            return json.loads(doubled, strict=False), string.end()
        at = why.pos if isinstance(why, JSONDecodeError) else start
        if text.startswith('"', start) and not string:
            raise _BrokenError(f"the quotation mark of its field {name} is never closed", start) from fault
        raise _BrokenError(f"the value of its field {name} is not JSON", at) from fault
    slips.append(
        (
            fault.pos if isinstance(fault, JSONDecodeError) else start,
            f"a line break or tab stands in the field {name}",
            "write \\n or \\t, or a space",
        )
    )
    return value, end
