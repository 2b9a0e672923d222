"""Writes the artefacts from the one cited document: pandoc for each format, Typst for the PDF, side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import pandoc, resources
from citeproof.abridged import HTML, TYPST
from citeproof.document import restored
from citeproof.errors import InternalError
from citeproof.findings import Place, error, warning
from citeproof.project import FURTHER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from citeproof.abridged import Abridged
    from citeproof.document import CitedDocument
    from citeproof.findings import Finding
    from citeproof.project import Project


Judge = Callable[[str, "Path", "list[Finding]"], "list[Finding]"]
"""Is handed a format, its finished file and what its writer remarked, and gives what is wrong with the file."""


def write(
    project: Project,
    cited: CitedDocument,
    folder: Path,
    tell: Callable[[str], None],
    judge: Judge = lambda _name, _path, _remarks: [],
) -> tuple[dict[str, Path], list[Finding]]:
    """Write every format that the project asks for into `folder`, from `json` of the cited document.

    `judge` is handed each file as soon as it is there, while others are still written. Gives format → file, and all
    that was remarked and judged. Raises InternalError if a writer fails on a paper that passed every check, OSError if
    the disk does not take the files.
    """
    (folder / CITED).write_bytes(cited.json)

    def one(name: str) -> tuple[Path, list[Finding]]:
        findings = _drafts(project, name, folder / CITED, folder)
        if name in _FORMS and not cited.abridged.fits(_draft(project, name, folder).read_text("utf-8"), _FORMS[name]):
            findings = _drafts(project, name, _whole(project, name, cited.abridged, folder), folder)
        path, remarks = _finished(project, name, cited.abridged, folder)
        tell(f"wrote {path.name}")
        findings += remarks
        return path, [*findings, *judge(name, path, findings)]

    return _side_by_side(project, one)


def rewrite(
    project: Project, abridged: Abridged, folder: Path, tell: Callable[[str], None], judge: Judge
) -> tuple[dict[str, Path], list[Finding]]:
    """Write every format from what `write` left in `folder` for the same paper with other words in its long runs.

    A page is the old one with the new words; `judge` is handed what else is made, as in `write`.
    """

    def one(name: str) -> tuple[Path, list[Finding]]:
        path, findings = _finished(project, name, abridged, folder)
        tell(f"wrote {path.name}")
        return path, findings if name == "html" else [*findings, *judge(name, path, findings)]

    return _side_by_side(project, one)


def kept(project: Project, abridged: Abridged, folder: Path) -> list[Path]:
    """List what `rewrite` needs of what `write` left in `folder`; nothing if words could not be put into it."""
    if not {*FURTHER}.isdisjoint(project.formats):
        return []  # their writers need the bibliography that the paper was cited with
    needed = [_draft(project, name, folder) for name in _FORMS if name in project.formats]
    if not all(abridged.stands_in(path.read_text("utf-8")) for path in needed):
        return []
    if set(project.formats) - {"html"}:
        needed.append(folder / CITED)
    return [*needed, *sorted(path for path in (folder / _MEDIA).rglob("*") if path.is_file())]


def _side_by_side(
    project: Project, one: Callable[[str], tuple[Path, list[Finding]]]
) -> tuple[dict[str, Path], list[Finding]]:
    with ThreadPoolExecutor(max_workers=min(project.at_once, len(project.formats))) as pool:
        done = list(pool.map(one, project.formats))
    # What two formats remark in the same words is said once.
    files = {name: path for name, (path, _) in zip(project.formats, done, strict=True)}
    return files, list(dict.fromkeys(finding for _, found in done for finding in found))


CITED = "cited.json"
_MEDIA = "media"
_SHOWS_FILES = re.compile(rb'"t":"(?:Image|RawInline|RawBlock)"')
"""What in pandoc's JSON may bring a file into a page."""


def _draft(project: Project, name: str, folder: Path) -> Path:
    """Say where a page or the markup of a PDF lies as its writer made it, abridged if the cited document is."""
    return folder / f"{project.stem}.draft.{'typ' if name == 'pdf' else name}"


_FORMS = {"html": HTML, "pdf": TYPST}
"""How paragraphs stand in a draft. A DOCX has none: it is no text in which words can be put back later."""


def _drafts(project: Project, name: str, source: Path, folder: Path) -> list[Finding]:
    """Let pandoc write a page, or the markup of a PDF, from the cited document."""
    path = _draft(project, name, folder)
    if name == "html":
        # pandoc would read the whole page once more to find that there is no file to take into it.
        options = [] if _SHOWS_FILES.search(source.read_bytes()) else ["--embed-resources=false"]
        return _written(project, "html", source, path, project.folder, *options)
    if name == "pdf":
        # pandoc runs in the folder that Typst takes as its root, so that images it copies there are found by name.
        options = ["--resource-path", str(project.folder), "--extract-media", _MEDIA]
        findings = _written(project, "typst", source, path, folder, *options)
        for picture in sorted((folder / _MEDIA).rglob("*.svg")):
            picture.write_bytes(with_carried_fonts(picture.read_bytes()))
        return findings
    return []


def _finished(project: Project, name: str, abridged: Abridged, folder: Path) -> tuple[Path, list[Finding]]:
    """Make the finished file with all of its words."""
    path, draft = folder / project.file_name(name), _draft(project, name, folder)
    if name in FURTHER:
        return path, _markup_with_images(project, name, abridged, folder, path)
    if name == "docx":
        return path, _written(project, "docx", _whole(project, name, abridged, folder), path, project.folder)
    if name == "pdf":
        markup = _markup(project, folder)
        markup.write_bytes(restored(draft.read_bytes(), abridged, TYPST))
        return path, _pdf(project, markup, path)
    path.write_bytes(restored(draft.read_bytes(), abridged, HTML))
    return path, []


def _whole(project: Project, name: str, abridged: Abridged, folder: Path) -> Path:
    """Write the cited document with all of its words for the writer of one format, and give its file."""
    path = folder / f"{project.stem}.{name}.json"
    path.write_bytes(restored((folder / CITED).read_bytes(), abridged))
    return path


def _markup_with_images(project: Project, name: str, abridged: Abridged, folder: Path, path: Path) -> list[Finding]:
    """Let pandoc write a format that names its images, and put those beside it."""
    from citeproof import beside  # noqa: PLC0415  (few papers are made into such a format)

    document = json.loads(restored((folder / CITED).read_bytes(), abridged))
    images = beside.images(document, project.stem, project.folder, name)
    findings = []
    for image in images:
        try:
            content = beside.content(image, lambda drawing: _drawing(drawing, project.epoch))
        except ValueError as fault:
            what = f"the image {image.target} cannot be made one that {name} takes: {fault}"
            place = Place(project.shown(project.paper))
            findings.append(error("I002", place, what, "export it again, as PNG, JPEG or PDF"))
        else:
            (folder / image.name).write_bytes(content)
    source = folder / f"{project.stem}.{name}.json"
    source.write_text(json.dumps(beside.named(document, images), ensure_ascii=False), "utf-8")
    return [*findings, *_written(project, name, source, path, project.folder)]


def images_beside(project: Project, folder: Path) -> list[Path]:
    """List the images that `write` put into `folder` beside files of markup that name them; sorted."""
    return sorted(path for path in folder.iterdir() if path.name.startswith(f"{project.stem}-image-"))


def _drawing(path: Path, epoch: int) -> bytes:
    """Make a PDF of a drawing (SVG), as large as it says it is. Raises ValueError if it cannot be drawn."""
    import tempfile  # noqa: PLC0415

    import typst  # noqa: PLC0415

    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")\n'
    with tempfile.TemporaryDirectory(prefix="citeproof-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_bytes(with_carried_fonts(path.read_bytes()))
        (folder / "page.typ").write_bytes(page)
        try:
            content = typst.compile(
                folder / "page.typ",
                root=folder,
                font_paths=list(resources.font_folders()),
                ignore_system_fonts=True,
                timestamp=epoch,
            )
        except typst.TypstError as fault:
            raise ValueError(fault.message) from fault
    if not isinstance(content, bytes):
        raise InternalError("Typst gave no PDF of a drawing", "please report it with the paper")
    return content


def _written(project: Project, defaults: str, source: Path, path: Path, cwd: Path, *options: str) -> list[Finding]:
    """Let pandoc write the cited document in one format, and give what it remarks."""
    failure, messages = pandoc.start(
        defaults, str(source), path, cwd, epoch=project.epoch, options=["-f", "json", *options]
    ).end()
    pandoc.expect(failure, f"writing {project.file_name('pdf' if defaults == 'typst' else defaults)}")
    return pandoc.remarks(messages, Place(project.shown(project.paper)))


def _markup(project: Project, folder: Path) -> Path:
    return folder / f"{project.stem}.typ"


def _pdf(project: Project, markup: Path, path: Path) -> list[Finding]:
    """Let Typst set the markup, and give what is to be said of it."""
    import typst  # noqa: PLC0415  (a large library that only the PDF needs)

    def compiled(standards: list[typst.PDFStandard]) -> bytes:
        content = typst.compile(
            markup,
            root=markup.parent,
            font_paths=list(resources.font_folders()),
            ignore_system_fonts=not project.system_fonts,
            timestamp=project.epoch,
            format="pdf",
            pdf_standards=standards,
        )
        if not isinstance(content, bytes):
            raise InternalError("Typst gave no PDF", "please report it with the paper")
        return content

    findings = []
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
        place = Place(project.shown(project.paper))
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
    markup = _markup(project, folder)
    if not markup.is_file():
        return None
    import typst  # noqa: PLC0415

    families = typst.Fonts(
        include_system_fonts=project.system_fonts, font_paths=[str(path) for path in resources.font_folders()]
    ).families()
    return face_of(markup.read_text("utf-8"), families)


def face_of(markup: str, families: Iterable[str]) -> tuple[str, str]:
    """Give the first font that Typst markup asks for, and the first of those asked for that is among `families`."""
    found = re.search(r"#let font = \(((?:\"[^\"]+\",? ?)+)\)", markup)
    if found is None:
        raise InternalError("the markup of the PDF names no font", "please report it with the paper")
    asked: list[str] = re.findall(r"\"([^\"]+)\"", found[1])
    there = {name.casefold() for name in families}
    return asked[0], next((name for name in asked if name.casefold() in there), asked[-1])
