"""Writes the artefacts from the one cited document: pandoc for each format, Typst for the PDF, side by side."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from citeproof import pandoc, resources
from citeproof.errors import InternalError
from citeproof.findings import Place, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding
    from citeproof.project import Project


def write(
    project: Project,
    cited: CitedDocument,
    folder: Path,
    tell: Callable[[str], None],
    judge: Callable[[str, Path, list[Finding]], list[Finding]] = lambda _name, _path, _remarks: [],
) -> tuple[dict[str, Path], list[Finding]]:
    """Write every format that the project asks for into `folder`.

    `judge` is handed each file as soon as it is there, with its format and what its writer remarked, while others are
    still written. Gives format → file, and all that was remarked and judged. Raises InternalError if a writer fails on
    a paper that passed every check, OSError if the disk does not take the files.
    """
    source = folder / "cited.json"
    source.write_bytes(cited.json)
    writers = {"pdf": _pdf, "docx": _pandoc_writer("docx"), "html": _pandoc_writer("html")}

    def one(name: str) -> tuple[str, Path, list[Finding]]:
        path = folder / f"{project.stem}.{name}"
        findings = writers[name](project, source, path)
        tell(f"wrote {path.name}")
        return name, path, [*findings, *judge(name, path, findings)]

    with ThreadPoolExecutor(max_workers=min(project.at_once, len(project.formats))) as pool:
        done = list(pool.map(one, project.formats))
    # What two formats remark in the same words is said once.
    return {name: path for name, path, _ in done}, list(dict.fromkeys(f for _, _, found in done for f in found))


_SHOWS_FILES = re.compile(rb'"t":"(?:Image|RawInline|RawBlock)"')
"""What in pandoc's JSON may bring a file into a page."""


def _pandoc_writer(defaults: str) -> Callable[[Project, Path, Path], list[Finding]]:
    def written(project: Project, source: Path, path: Path) -> list[Finding]:
        options = ["-f", "json"]
        if defaults == "html" and not _SHOWS_FILES.search(source.read_bytes()):
            options.append("--embed-resources=false")  # pandoc would read the whole page once more to find none
        failure, messages = pandoc.convert(
            defaults, str(source), path, project.folder, epoch=project.epoch, options=options
        )
        pandoc.expect(failure, f"writing {path.name}")
        return pandoc.remarks(messages, Place(project.shown(project.paper)))

    return written


def _pdf(project: Project, source: Path, path: Path) -> list[Finding]:
    import typst  # noqa: PLC0415  (a large library that only the PDF needs)

    folder, markup = path.parent, path.with_suffix(".typ")
    # pandoc runs in the folder that Typst takes as its root, so that the images it copies there are found by name.
    failure, messages = pandoc.convert(
        "typst",
        str(source),
        markup,
        folder,
        epoch=project.epoch,
        options=["-f", "json", "--resource-path", str(project.folder), "--extract-media", "media"],
    )
    pandoc.expect(failure, f"writing {path.name}")
    place = Place(project.shown(project.paper))
    findings = pandoc.remarks(messages, place)
    for picture in sorted((folder / "media").rglob("*.svg")):
        picture.write_bytes(with_carried_fonts(picture.read_bytes()))

    def compiled(standards: list[typst.PDFStandard]) -> bytes:
        content = typst.compile(
            markup,
            root=folder,
            font_paths=list(resources.font_folders()),
            ignore_system_fonts=not project.system_fonts,
            timestamp=project.epoch,
            format="pdf",
            pdf_standards=standards,
        )
        if not isinstance(content, bytes):
            raise InternalError("Typst gave no PDF", "please report it with the paper")
        return content

    try:
        content = compiled(["ua-1"])
    except typst.TypstError as refusal:
        # What is refused may be the paper's accessibility only: then the PDF is made without the claim.
        try:
            content = compiled([])
        except typst.TypstError as fault:
            raise InternalError(
                f"Typst could not set the PDF: {fault.message}",
                "this is a fault of citeproof, not of the paper: please report it with the paper",
            ) from fault
        findings.append(_not_accessible(place, refusal.message, refusal.diagnostic))
    path.write_bytes(content)
    return findings


_CARRIED = {
    "TeX Gyre Termes": {"serif", "times", "times new roman", "liberation serif", "georgia", "cambria"},
    "Carlito": {"calibri"},
    "DejaVu Sans Mono": {"monospace", "courier", "courier new", "consolas", "menlo"},
}
"""Face that the PDF carries → the families that it stands in for in drawings; for every other it is SANS_SERIF."""

SANS_SERIF = "TeX Gyre Heros"
"""What words in figures are set in (APA 7.26 wants a sans serif); it has Arial's metrics."""

_FAMILY = re.compile(r"(font-family\s*:\s*)([^;}]+)")


def with_carried_fonts(svg: bytes) -> bytes:
    """Let each family that a drawing (SVG) names be followed by the carried face that stands in for it.

    Typst would take any font for a family that it does not have, one with serifs too. What is no XML is given as it is.
    """
    from lxml import etree  # noqa: PLC0415  (only a drawing needs it)

    try:
        root = etree.fromstring(svg)
    except etree.XMLSyntaxError:
        return svg

    def extended(families: str) -> str:
        names = [name.strip().strip("'\"").casefold() for name in families.split(",")]
        faces = (face for name in names for face, stands_for in _CARRIED.items() if name in stands_for)
        return f"{families.rstrip()}, '{next(faces, SANS_SERIF)}'"

    for element in root.iter(etree.Element):
        if element.get("font-family"):
            element.set("font-family", extended(element.get("font-family")))
        if "font-family" in element.get("style", ""):
            element.set("style", _FAMILY.sub(lambda found: found[1] + extended(found[2]), element.get("style")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = _FAMILY.sub(lambda found: found[1] + extended(found[2]), element.text)
    if not root.get("font-family"):
        root.set("font-family", f"'{SANS_SERIF}'")
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


_HINDRANCES = (
    (r"missing alt text", "an image says nowhere in words what it shows", 'write them: ![Title](file.png){alt="..."}'),
    (
        r"skipped from heading level (\d) to (\d)",
        r"headings go from level \1 to level \2",
        "leave out no level: ## follows #, and ### follows ##",
    ),
    (r"the first heading must be of level 1", "the first heading is not of level 1", "begin with a # heading"),
    (
        r"the text `?\"?(.+?)\"?`? could not be displayed.*",
        r"no font has the characters \1",
        "install a font that has them and add --system-fonts",
    ),
)
"""What Typst says against PDF/UA-1 (ISO 14289-1), the same in an author's words, and what to do about it."""


def _not_accessible(place: Place, message: str, diagnostic: str) -> Finding:
    """Say in plain words what keeps the PDF from being PDF/UA-1.

    P004: the PDF is not PDF/UA-1.
    """
    said = re.findall(r"PDF/UA-1 error: (.+)", diagnostic) or [message]
    reasons: list[str] = []
    remedies: list[str] = []
    for one in said:
        for pattern, words, remedy in _HINDRANCES:
            if found := re.fullmatch(pattern, one):
                reasons.append(found.expand(words))
                remedies.append(remedy)
                break
        else:
            reasons.append(one)
    return warning(
        "P004",
        place,
        f"the PDF is not PDF/UA-1, which readers with a screen reader need: {'; '.join(dict.fromkeys(reasons))}",
        "\n".join(dict.fromkeys(remedies)),
    )


def typeface(project: Project, folder: Path) -> tuple[str, str] | None:
    """Give the font that the paper is to be set in, and the one that its PDF is set in: the same, or what stands in.

    `folder` is the one that `write` wrote into. None if no PDF was written there.
    """
    markup = folder / f"{project.stem}.typ"
    if not markup.is_file():
        return None
    import typst  # noqa: PLC0415

    families = typst.Fonts(
        include_system_fonts=project.system_fonts, font_paths=[str(path) for path in resources.font_folders()]
    ).families()
    return face_of(markup.read_text("utf-8"), families)


def face_of(markup: str, families: Iterable[str]) -> tuple[str, str]:
    """Give the first font that Typst markup asks for, and the first of those asked for that is among `families`."""
    found = re.search(r"font: \(((?:\"[^\"]+\",? ?)+)\)", markup)
    if found is None:
        raise InternalError("the markup of the PDF names no font", "please report it with the paper")
    asked: list[str] = re.findall(r"\"([^\"]+)\"", found[1])
    there = {name.casefold() for name in families}
    return asked[0], next((name for name in asked if name.casefold() in there), asked[-1])
