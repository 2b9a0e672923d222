"""Joins the proof to a build: makes its drafts while files are written, its two files at the end, and keeps the drafts.

What the proof says is worked out by `stages.prove` and shown by `proof_page`; here it only gets what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from citeproof import resources
from citeproof.project import parts_of
from citeproof.stages import package as packing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from citeproof.abridged import Abridged
    from citeproof.document import CitedDocument, Manuscript
    from citeproof.findings import Place
    from citeproof.policy import Ruling
    from citeproof.project import Project
    from citeproof.stages.prove import Draft

Pages = dict["Path", "tuple[str, ...]"]
"""PDF → the text of its pages, folded; a PDF whose text does not stand in the order of reading is not in it."""


Part = tuple["Draft", "Abridged", "Mapping[str, Path]"]
"""The draft of a part, the words of the part, and its files by their formats."""


def draft(
    project: Project, manuscript: Manuscript, cited: CitedDocument, standings: Mapping[str, dict[str, Any]]
) -> Draft:
    """Make the draft of a part's proof from what was read and cited."""
    from citeproof import bibliography  # noqa: PLC0415  (what is loaded here, an unchanged paper does not wait for)
    from citeproof.stages import prove  # noqa: PLC0415  (loaded while pandoc is at work)

    is_supplement = parts_of(project)[0].paper != project.paper or dict(project.choices).get("part") == "supplement"
    return prove.draft(
        manuscript,
        cited.in_short(),
        standings,
        part="supplement" if is_supplement else "paper",
        restore=_restoring(cited.abridged),
        all_read=all(path.stat().st_size <= bibliography.SMALL for path in manuscript.bibliographies),
    )


def _restoring(short: Abridged) -> Callable[[str], str]:
    from citeproof.stages import prove  # noqa: PLC0415

    return lambda text: short.restore(text, prove.FORM)


def made(drafted: Draft | None, short: Abridged, files: Mapping[str, Path]) -> list[Part]:
    """Give a part with what was made of it, naming only anchors that the page has; [] without a draft."""
    from citeproof.stages import prove  # noqa: PLC0415

    if drafted and "html" in files:
        drafted = prove.with_anchors(drafted, files["html"].read_text("utf-8"))
    return [(drafted, short, files)] if drafted else []


@dataclass(slots=True)
class Ahead:
    """The files of a proof, worked out before those of the paper are there, by what can be told of them.

    They count only if they were given just what they would be given now.
    """

    _given: tuple[object, ...] = ()
    _contents: dict[str, bytes] = field(default_factory=dict)

    def work_out(self, project: Project, parts: Sequence[Part], ruling: Ruling) -> None:
        """Work out the proof of parts whose files are what they are to be; no PDF among them: its pages are read."""
        self._contents = _contents(project, parts, ruling, {})
        self._given = _told(parts, ruling, {})

    def taken(self, parts: Sequence[Part], ruling: Ruling, pages: Pages) -> dict[str, bytes] | None:
        """Give what was worked out, if that is the proof."""
        return self._contents if self._given == _told(parts, ruling, pages) else None


def _told(parts: Sequence[Part], ruling: Ruling, pages: Pages) -> tuple[object, ...]:
    return [(*one[:2], [*one[2].items()]) for one in parts], ruling, pages


def write(
    project: Project, parts: Sequence[Part], ruling: Ruling, pages: Pages, folder: Path, ahead: Ahead | None = None
) -> list[Path]:
    """Write the proof into a folder and give its files; none if there are no parts to prove anything of.

    It may have been worked out `ahead`.
    """
    if not parts:
        return []
    known = ahead.taken(parts, ruling, pages) if ahead else None
    return packing.put(folder, known or _contents(project, parts, ruling, pages))


def _contents(project: Project, parts: Sequence[Part], ruling: Ruling, pages: Pages) -> dict[str, bytes]:
    """Give the files of a proof: name → content."""
    from citeproof import proof_page  # noqa: PLC0415
    from citeproof.stages import prove  # noqa: PLC0415

    made = [
        prove.Made(
            drafted,
            _restoring(short),
            {name: path.name for name, path in files.items()},
            pages.get(files["pdf"]) if "pdf" in files else None,
        )
        for drafted, short, files in parts
    ]
    told = prove.proof(made, ruling.findings, packing.portable(project), ruling.allowed, ruling.off)
    stem = packing.proof_stem(project)
    style = (resources.root() / "filters" / "templates" / "proof.css").read_text("utf-8")
    return {f"{stem}.html": proof_page.page(told, f"{stem}.json", style), f"{stem}.json": prove.as_bytes(told)}


def kept(made: Draft, place_in_short: Callable[[Place], tuple[int, int] | None]) -> dict[str, Any] | None:
    """Give a draft as plain data, for a later run; None if one of its places is not in the abridged text."""
    places = []
    for place in made.places:
        short = place_in_short(place)
        if short is None:
            return None
        places.append([*short, place.file, place.line, place.column])
    return {"draft": made.as_data(), "places": places}


def known(told: dict[str, Any], placed: Callable[[Place, int, int], Place]) -> Draft:
    """Read back what `kept` gave; `placed` gives a place in the text as it is now."""
    from citeproof.findings import Place  # noqa: PLC0415
    from citeproof.stages.prove import Draft  # noqa: PLC0415

    places = (placed(Place(file, line, column), part, offset) for part, offset, file, line, column in told["places"])
    return Draft.from_data(told["draft"], tuple(places))
