"""Compares what a finished file says with what the paper says, piece by piece, and names each difference.

Three files that each say what the paper says, in its order, say the same. Pure functions; opens nothing.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from citeproof.document import FORMULA
from citeproof.findings import error
from citeproof.said import CALL, HEADING, MARK, PARAGRAPH, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citeproof.findings import Finding, Place
    from citeproof.said import Due, Paper, Said

_REPORT = "this is a fault of citeproof: please report it with the paper"
_TOLD = 5
"""Differences that are told of one file; what is wrong once is often wrong everywhere."""


def differences(
    paper: Paper, said: Sequence[Said], notes: Sequence[Said], place: Place, *, visual: bool = False
) -> list[Finding]:
    """Name each difference (V007) between the pieces of a paper and those of a file, `place`.

    What the format may do is no difference: run blocks of a list item together, break a paragraph at a displayed
    formula, set a table or a part of the title page elsewhere as a whole. `visual`: where a paper is written from right
    to left, words and brackets come in the order of the eye, so that letters are compared, and not their order.
    """
    told = [
        *_told(_Comparison(paper.flow, _without_marks(paper.flow, said), visual, paper.own_markup)),
        *_told(_Comparison(paper.notes, notes, visual, paper.own_markup)),
    ]
    if len(told) > _TOLD:
        rest = len(told) - _TOLD
        told[_TOLD:] = [f"it differs from the paper in {rest} more place{'s' if rest > 1 else ''}"]
    return [error("V007", place, message, _REPORT) for message in told]


def _told(comparison: _Comparison) -> list[str]:
    """Compare in order; if there is a difference, once more without what stands elsewhere as a whole and may."""
    found = comparison.tell()
    if not found:
        return []
    rest = comparison.without_moved()
    again = rest.tell() if rest else found
    return again if len(again) < len(found) else found


def _without_marks(dues: Sequence[Due], said: Sequence[Said]) -> list[Said]:
    """Leave out the bullets and numbers of lists, which are nobody's words; a term and an entry's number are."""
    if not any(piece.kind == MARK for piece in said):
        return list(said)
    keys = sorted(fold(due.text) for due in dues)
    terms = {fold(due.text) for due in dues if not due.kind}
    kept = []
    for piece, following in zip(said, [*said, None][1:], strict=True):
        if piece.kind == MARK:
            mark = fold(piece.text)
            line = mark + (fold(following.text)[:_LONGEST] if following else "")
            at = bisect.bisect_left(keys, line)  # the keys that begin so stand there
            if mark not in terms and not (at < len(keys) and keys[at].startswith(line)):
                continue
        kept.append(replace(piece, kind=PARAGRAPH) if piece.kind == MARK else piece)
    return kept


_WINDOW = 400
"""Pieces in which a place is looked for where both agree again, after a long difference."""
_NEAR = 8
"""Pieces of a short difference."""
_RUN = 400
"""Pieces that may make up one: the lines of a program, each by itself."""
_MOST = 40
"""Differences after which the comparison ends."""
_ALIKE = 0.5
"""How much of two pieces must agree for one to be the other, read otherwise."""


@dataclass(slots=True)
class _Comparison:
    """One sequence of pieces that are due, and one of pieces that are there."""

    dues: Sequence[Due]
    said: Sequence[Said]
    visual: bool
    own_markup: bool
    lost: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """What stands in the same place and reads otherwise: (due, said)."""
    told: list[tuple[int, str]] = field(default_factory=list)
    """(place in what is due, message)."""
    due_keys: list[str] = field(default_factory=list)
    said_keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.due_keys = [fold(due.text) for due in self.dues]
        self.said_keys = [fold(piece.text) for piece in self.said]

    def tell(self) -> list[str]:
        """Compare, and give a message for each difference, in the paper's order."""
        at, there = 0, 0
        while (at < len(self.dues) or there < len(self.said)) and len(self.lost) + len(self.added) < _MOST:
            step = self._step(at, there, tell=True)
            if step is None:
                step = self._agreement_after(at, there)
                self._differ(range(at, step[0]), range(there, step[1]))
            at, there = step
        return [message for _, message in sorted([*self.told, *self._messages()])]

    def without_moved(self) -> _Comparison | None:
        """Give the comparison of what is left when each group that is found whole is taken out on both sides."""
        taken: set[int] = set()
        found: set[int] = set()
        for group in sorted({due.group for due in self.dues} - {0}):
            members = [at for at, due in enumerate(self.dues) if due.group == group]
            wanted = (members[0], members[-1] + 1)
            run = self._run_of(wanted, taken) if members == list(range(*wanted)) else None
            if run:
                taken.update(run)
                found.add(group)
        if not found:
            return None
        return _Comparison(
            [due for due in self.dues if due.group not in found],
            [piece for n, piece in enumerate(self.said) if n not in taken],
            self.visual,
            self.own_markup,
        )

    def _run_of(self, wanted: tuple[int, int], taken: set[int]) -> range | None:
        """Find pieces one after the other, none of them taken, that say what is due."""
        key = self._due_key(*wanted)
        exact = not self.visual and not any(due.pattern for due in self.dues[slice(*wanted)])
        for start, first in enumerate(self.said_keys):
            if start in taken or (exact and not key.startswith(first.rstrip("."))):
                continue
            for end in range(start + 1, min(start + _RUN, len(self.said)) + 1):
                size = len(self._said_key(start, end))
                if end - 1 in taken or (exact and size > len(key) + 1):
                    break
                if self._same(wanted, (start, end)):
                    return range(start, end)
                if not exact and end - start > 2 * (wanted[1] - wanted[0]) + _NEAR:
                    break
        return None

    # --- where both agree ---

    def _due_key(self, first: int, last: int) -> str:
        return "".join(self.due_keys[first:last])

    def _said_key(self, first: int, last: int) -> str:
        return "".join(self.said_keys[first:last])

    def _same(self, dues: tuple[int, int], said: tuple[int, int]) -> bool:
        one, other = self._due_key(*dues), self._said_key(*said)
        if one == other:
            return True
        # A format ends a heading that runs into its paragraph with a stop (APA 2.27).
        if any(piece.kind == HEADING for piece in self.said[slice(*said)]) and one.rstrip(".") == other.rstrip("."):
            return True
        if any(due.pattern for due in self.dues[slice(*dues)]):
            parts = (
                due.pattern.pattern if due.pattern else re.escape(fold(due.text)) for due in self.dues[slice(*dues)]
            )
            if re.fullmatch("".join(parts), other, re.DOTALL):
                return True
        return self.visual and _bag(one) == _bag(other)

    def _step(self, at: int, there: int, *, tell: bool = False) -> tuple[int, int] | None:
        """Go on by the least number of pieces that agree; None if none do."""
        if at >= len(self.dues) or there >= len(self.said):
            return None
        last, end = at + 1, there + 1
        for _ in range(_RUN):
            if self._same((at, last), (there, end)):
                if tell:
                    self._judge_form(at, last, there, end)
                return last, end
            one, other = self._due_key(at, last), self._said_key(there, end)
            shorter = min(len(one), len(other))
            patterned = any(due.pattern for due in self.dues[at:last])
            if not patterned and not self.visual and one[:shorter] != other[:shorter]:
                return None
            if (patterned or self.visual) and (last - at > _NEAR or end - there > _NEAR):
                return None
            if len(one) <= len(other):
                last += 1
            else:
                end += 1
            if last > len(self.dues) or end > len(self.said):
                return None
        return None

    def _agreement_after(self, at: int, there: int) -> tuple[int, int]:
        """Find the next place where both agree: near, or else with the fewest pieces between."""
        for distance in range(1, 2 * _NEAR):
            for down in range(min(distance, _NEAR) + 1):
                across = distance - down
                if across > _NEAR:
                    continue
                step = self._step(at + down, there + across)
                if step:
                    return at + down, there + across
        one, other = self.due_keys[at : at + _WINDOW], self.said_keys[there : there + _WINDOW]
        matched = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
        if matched.size:
            return at + matched.a, there + matched.b
        return at + len(one), there + len(other)

    def _judge_form(self, at: int, last: int, there: int, end: int) -> None:
        """Tell what agrees in its words and not in its form."""
        if self.own_markup:
            return
        due, piece = self.dues[at], self.said[there]
        if last - at == 1 and due.kind and (due.kind, due.level) != (piece.kind, piece.level):
            self.told.append((at, _other_kind(due, piece)))
        if last - at == end - there == 1 or self.visual or any(due.pattern for due in self.dues[at:last]):
            return
        starts = {len(self._due_key(at, n)): n for n in range(at, last)}
        breaks = {len(self._said_key(there, n)): n for n in range(there, end)}
        for offset in sorted({*starts} - {*breaks}):
            if not self.dues[starts[offset]].joins:
                due = self.dues[starts[offset]]
                self.told.append((starts[offset], f"the {due.name} {_shown(due.text)} runs on in the piece before it"))
        for offset in sorted({*breaks} - {*starts}):
            broken = max(n for length, n in starts.items() if length < offset)
            if not self.dues[broken].breaks:
                due, piece = self.dues[broken], self.said[breaks[offset]]
                self.told.append(
                    (broken, f"the {due.name} {_shown(due.text)} is broken in two before {_shown(piece.text)}")
                )

    # --- where they do not ---

    def _differ(self, dues: range, said: range) -> None:
        """Note what lies between two places of agreement; a piece and one much like it are one, read otherwise."""
        left = list(said)
        for at in dues:
            one = self.due_keys[at]
            alike = ((_likeness(one, self.said_keys[n], visual=self.visual), -n) for n in left[:_NEAR])
            likeness, n = max(alike, default=(0.0, 0))
            if likeness > _ALIKE:
                self.pairs.append((at, -n))
                self.added += [other for other in left if other < -n]
                left = [other for other in left if other > -n]
            else:
                self.lost.append(at)
        self.added += left

    def _messages(self) -> Iterator[tuple[int, str]]:
        added = {n: self.said_keys[n] for n in self.added}
        for at in self.lost:
            due, key = self.dues[at], self.due_keys[at]
            elsewhere = next((n for n, other in added.items() if other == key), None)
            if elsewhere is None and due.optional:
                continue
            if elsewhere is None:
                yield at, f"it lacks the {due.name} {_shown(due.text)}"
            else:
                del added[elsewhere]
                yield at, f"the {due.name} {_shown(due.text)} stands in another place than in the paper"
        for at, n in self.pairs:
            due, piece = self.dues[at], self.said[n]
            whole = _shown(due.text), _shown(piece.text)
            wanted, found = whole if self.visual else _where_they_part(due.text, piece.text)
            yield at, f"the {due.name} that should read {wanted} reads {found}"
        if not self.own_markup:
            for n in added:
                yield len(self.dues), f"it says what the paper does not: {_shown(self.said[n].text)}"


def _bag(text: str) -> str:
    return "".join(sorted(re.sub(r"[\W_]+", "", text)))


def _likeness(one: str, other: str, *, visual: bool) -> float:
    """Tell how much two texts have in common, from 0 to 1."""
    if visual:
        common = Counter(one) & Counter(other)
        shared = 2 * sum(common.values()) / max(len(one) + len(other), 1)
        return max(2 * shared - 1, 0.0)  # any two texts of a language share half of their letters
    matcher = SequenceMatcher(None, one[:1000], other[:1000], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > _ALIKE and matcher.quick_ratio() > _ALIKE else 0.0


def _other_kind(due: Due, piece: Said) -> str:
    shown = f"the {due.name} {_shown(due.text)}"
    if due.kind == piece.kind == HEADING:
        return f"{shown} is of level {piece.level}, not {due.level}"
    if piece.kind == PARAGRAPH:
        return f"{shown} is a mere paragraph in it"
    return f"{shown} is a {'heading' if piece.kind == HEADING else 'cell of a table'} in it"


_LONGEST = 60
"""Characters of a text that a message shows."""


def _quoted(text: str) -> str:
    return f"“{text.replace(FORMULA, '[formula]').replace(CALL, '[note]')}”"


def _shown(text: str) -> str:
    """Quote a text by its first words."""
    if len(text) <= _LONGEST:
        return _quoted(text)
    cut = text[:_LONGEST]
    return _quoted((cut.rpartition(" ")[0] or cut) + " …")


def _where_they_part(one: str, other: str) -> tuple[str, str]:
    """Quote two texts around the first words in which they differ."""
    ours, theirs = one.split(), other.split()
    same = 0
    while same < min(len(ours), len(theirs)) and fold(ours[same]) == fold(theirs[same]):
        same += 1
    start = max(same - 3, 0)
    return tuple(  # type: ignore[return-value]
        _quoted(("… " if start else "") + " ".join(words[start : same + 4]) + (" …" if len(words) > same + 4 else ""))
        for words in (ours, theirs)
    )
