"""Writes the artefacts from the one cited document: pandoc for each format, Typst for the PDF, side by side."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from citeproof import pandoc, resources
from citeproof.abridged import HTML, TYPST
from citeproof.cache import digest
from citeproof.document import restored
from citeproof.errors import InternalError
from citeproof.findings import Place, error, has_errors, warning
from citeproof.project import FURTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import typst

    from citeproof import figures
    from citeproof.abridged import Abridged
    from citeproof.document import CitedDocument, Image
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
    images: Sequence[Image] = (),
    begun: pandoc.Conversion | None = None,
) -> tuple[dict[str, Path], list[Finding]]:
    """Write every format that the project asks for into `folder`, from `json` of the cited document.

    `images` are those that the paper shows: one that a format cannot show is made into another file for it. `begun` is
    the run that cited the paper, and goes on to write what is `following`. An error among the findings means that a
    figure could not be made, and its format was not written. `judge` is handed each file as soon as it is there, while
    others are still written. Gives format → file, and all that was remarked and judged. Raises InternalError if a
    writer fails on a paper that passed every check, OSError if the disk does not take the files.
    """
    (folder / CITED).write_bytes(cited.json)
    soon = _followed(project) if begun else None

    def one(name: str) -> tuple[Path, list[Finding]]:
        findings = _figure_files(project, name, images, folder)
        if has_errors(findings):
            return folder / f"{project.stem}.{name}", findings
        followed = _taken(project, name, begun, cited, folder) if begun and name == soon else None
        findings += _drafts(project, name, folder / CITED, folder) if followed is None else followed
        if name in _FORMS and not cited.abridged.fits(_draft(project, name, folder).read_text("utf-8"), _FORMS[name]):
            findings = _drafts(project, name, _whole(project, name, cited.abridged, folder), folder)
        path, remarks = _finished(project, name, cited.abridged, folder, is_there=followed is not None)
        tell(f"wrote {path.name}")
        findings += remarks
        return path, [*findings, *judge(name, path, findings)]

    return _side_by_side(project, one)


_FORMS = {"html": HTML, "pdf": TYPST}
"""How paragraphs stand in a draft. A DOCX has none: it is no text in which words can be put back later."""


def following(project: Project, text: str, short: Abridged) -> pandoc.Following | None:
    """Say which format the run that cites a paper may go on to write; None if files of images have a say in it.

    The one that takes longest: pandoc need not be started again for it, and need not read the cited document.
    """
    name = _followed(project)
    if name is None or _MAY_SHOW_FILES.search(text + project.inherited) or (name not in _FORMS and short.words):
        return None
    return pandoc.Following("typst" if name == "pdf" else name, pandoc.NOTHING_TO_EMBED if name == "html" else ())


def _followed(project: Project) -> str | None:
    return next((name for name in ("pdf", "html", "docx") if name in project.formats), None)


_MAY_SHOW_FILES = re.compile(r"!\[|<(?!!--)[a-z/?!]|\{=|\\[a-z@]", re.IGNORECASE)
"""What in a manuscript may bring a file into a page: an image, or markup of another language."""


def _taken(
    project: Project, name: str, begun: pandoc.Conversion, cited: CitedDocument, folder: Path
) -> list[Finding] | None:
    """Take what the run that cited the paper made of it, and give what pandoc remarked.

    None if it must be made in a run of its own: it shows files after all, or something went wrong, which is told then.
    """
    if _SHOWS_FILES.search(cited.json):
        begun.running.stop()
        return None
    failure, messages = begun.end()
    if failure:
        return None
    path = _draft(project, name, folder) if name in _FORMS else folder / project.file_name(name)
    path.write_bytes(begun.content())
    return pandoc.remarks(messages, Place(project.shown(project.paper)))


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
    needed += [listed for name in project.formats if (listed := _figure_list(project, name, folder)).is_file()]
    made = (path for name in (_FIGURES, _MEDIA) for path in (folder / name).rglob("*"))
    return [*needed, *sorted(path for path in made if path.is_file())]


def _side_by_side(
    project: Project, one: Callable[[str], tuple[Path, list[Finding]]]
) -> tuple[dict[str, Path], list[Finding]]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (loaded while pandoc cites)

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


def _drafts(project: Project, name: str, source: Path, folder: Path) -> list[Finding]:
    """Let pandoc write a page, or the markup of a PDF, from the cited document."""
    path = _draft(project, name, folder)
    if name == "html":
        options: tuple[str, ...] = () if _SHOWS_FILES.search(source.read_bytes()) else pandoc.NOTHING_TO_EMBED
        return _written(project, "html", source, path, project.folder, *options)
    if name == "pdf":
        # pandoc runs in the folder that Typst takes as its root, so that images it copies there are found by name.
        media = ("--resource-path", str(project.folder), "--extract-media", _MEDIA)
        findings = _written(project, "typst", source, path, folder, *media)
        for picture in sorted((folder / _MEDIA).rglob("*.svg")):
            from citeproof import figures  # noqa: PLC0415  (only a paper with figures needs it)

            picture.write_bytes(figures.with_carried_fonts(picture.read_bytes()))
        return findings
    return []


def _finished(
    project: Project, name: str, abridged: Abridged, folder: Path, *, is_there: bool = False
) -> tuple[Path, list[Finding]]:
    """Make the finished file with all of its words, unless a file that has no draft `is_there`."""
    path, draft = folder / project.file_name(name), _draft(project, name, folder)
    if name in FURTHER:
        return path, _markup_with_images(project, name, abridged, folder, path)
    if name == "docx" and is_there:
        return path, []
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
    from citeproof import beside, figures  # noqa: PLC0415  (few papers are made into such a format)

    document = json.loads(restored((folder / CITED).read_bytes(), abridged))
    images = beside.images(document, project.stem, project.folder, name)
    findings = []
    for image in images:
        try:
            content = beside.content(image)
        except figures.FigureError as fault:
            what = f"the image {image.target} cannot be made one that {name} takes: {fault}"
            findings.append(error("I002", Place(project.shown(project.paper)), what, fault.hint))
        else:
            (folder / image.name).write_bytes(content)
    source = folder / f"{project.stem}.{name}.json"
    source.write_text(json.dumps(beside.named(document, images), ensure_ascii=False), "utf-8")
    return [*findings, *_written(project, name, source, path, project.folder)]


def images_beside(project: Project, folder: Path) -> list[Path]:
    """List the images that `write` put into `folder` beside files of markup that name them; sorted."""
    return sorted(path for path in folder.iterdir() if path.name.startswith(f"{project.stem}-image-"))


def _written(project: Project, defaults: str, source: Path, path: Path, cwd: Path, *options: str) -> list[Finding]:
    """Let pandoc write the cited document in one format, and give what it remarks."""
    name = "pdf" if defaults == "typst" else defaults
    first: tuple[str, ...] = ()
    listed = _figure_list(project, name, path.parent)
    if listed.is_file():
        first = ("figures",)
        places = [option for place in (project.folder, path.parent) for option in ("--resource-path", str(place))]
        options = (*options, *places, "--metadata-file", str(listed))
    begun = pandoc.start(
        defaults, str(source), path, cwd, epoch=project.epoch, options=["-f", "json", *options], first=first
    )
    failure, messages = begun.end()
    pandoc.expect(failure, f"writing {project.file_name(name)}")
    if begun.body:
        path.write_bytes(begun.content())
    return pandoc.remarks(messages, Place(project.shown(project.paper)))


# --- figures that a format cannot show as they are --------------------------------------------------------------------

_FIGURES = "figures"
"""The folder of what is made of figures; each file is named by what it was made from."""

_FIGURE_CACHE = "figures"


def _figure_list(project: Project, name: str, folder: Path) -> Path:
    """Say where it is listed which file takes the place of which in a format, for filters/figure-files.lua."""
    return folder / f"{project.stem}.figures.{name}.json"


def _figure_files(project: Project, name: str, images: Sequence[Image], folder: Path) -> list[Finding]:
    """Make the files that a format shows in the place of figures that it cannot show, and list them.

    I002: a figure cannot be made into what the format needs. A paper whose figures are shown as they are gets no list.
    """
    files: dict[str, dict[str, str]] = {}
    findings: list[Finding] = []
    shown: dict[str, list[Image]] = {}
    for image in images:
        path = image.path
        if path and path.suffix.lower() not in {".csv", ".tsv"} and path.is_file():  # pandoc tells of one that is gone
            shown.setdefault(image.target, []).append(image)
    if not shown or name in FURTHER:  # markup has its images beside it (`beside`)
        return []
    from citeproof import figures  # noqa: PLC0415  (as above)

    for target, places in shown.items():
        try:
            made = _figure_file(project, name, places, folder)
        except figures.FigureError as fault:
            what = f"the image {target} cannot be shown in the {name.upper()}: {fault}"
            findings.append(error("I002", places[0].place, what, fault.hint))
        else:
            if made:
                files[target] = made
    if files:
        told = json.dumps({"figure-files": files}, sort_keys=True)
        _figure_list(project, name, folder).write_text(told, encoding="utf-8")
    return findings


def _figure_file(project: Project, name: str, places: Sequence[Image], folder: Path) -> dict[str, str]:
    """Make what a format shows in the place of one figure; gives `file` and `fallback`, or nothing if it needs none.

    `places` are those where the paper shows it: the picture beside a drawing is sharp enough for the widest.
    """
    path = places[0].path
    assert path is not None  # noqa: S101  (for the type checker: asked by who calls)
    from citeproof import figures  # noqa: PLC0415  (as above)

    figure = figures.inspect(path)
    form = figures.form(figure, name)
    made = {}
    if form:
        made["file"] = _made(project, figure, form, folder)
    if name == "docx" and figure.kind == "vector":
        widths = (figures.printed_width(dict(one.attributes), figures.TEXT_WIDTH, figure) for one in places)
        made["fallback"] = _made(project, figure, "png", folder, max(widths))
    return made


def _made(project: Project, figure: figures.Figure, form: str, folder: Path, width_in: float | None = None) -> str:
    """Make a file of a figure, or take it from the cache; gives its name as seen from `folder`."""
    from citeproof import figures  # noqa: PLC0415  (as above)

    content = figure.path.read_bytes()
    ours = (path.read_bytes() for path in sorted((resources.PACKAGE / "figures").glob("*.py")))
    versions = (resources.version(name) for name in ("pillow", "pypdfium2", "typst"))
    key = digest(content, form, str(width_in), *ours, *versions)
    path = folder / _FIGURES / f"{key}{figures.ending(figure, form)}"
    if not path.is_file():
        if form != "copy":
            kept = project.cache.get(_FIGURE_CACHE, key)
            content = kept or figures.made(figure.path, figures.wanted(form, width_in))
            if kept is None:
                project.cache.put(_FIGURE_CACHE, key, content)
        path.parent.mkdir(exist_ok=True)
        # Another format may make the same file at this moment: each reader gets all of it.
        half = path.with_name(f"{path.name}.{threading.get_ident()}")
        half.write_bytes(content)
        half.replace(path)
    return f"{_FIGURES}/{path.name}"


def _markup(project: Project, folder: Path) -> Path:
    return folder / f"{project.stem}.typ"


@functools.lru_cache(maxsize=1)
def fonts(*, system: bool) -> typst.Fonts:
    """Find the fonts that a PDF may be set in: ours, Typst's own and, if asked for, those of this system."""
    import typst  # noqa: PLC0415  (a large library that only the PDF needs)

    folders = [str(path) for path in resources.font_folders()]
    return typst.Fonts(include_system_fonts=system, font_paths=folders)


def _pdf(project: Project, markup: Path, path: Path) -> list[Finding]:
    """Let Typst set the markup, and give what is to be said of it."""
    import typst  # noqa: PLC0415  (a large library that only the PDF needs)

    def compiled(standards: list[typst.PDFStandard]) -> bytes:
        content = typst.compile(
            markup,
            root=markup.parent,
            font_paths=fonts(system=project.system_fonts),
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
    return face_of(markup.read_text("utf-8"), fonts(system=project.system_fonts).families())


def face_of(markup: str, families: Iterable[str]) -> tuple[str, str]:
    """Give the first font that Typst markup asks for, and the first of those asked for that is among `families`."""
    found = re.search(r"#let font = \(((?:\"[^\"]+\",? ?)+)\)", markup)
    if found is None:
        raise InternalError("the markup of the PDF names no font", "please report it with the paper")
    asked: list[str] = re.findall(r"\"([^\"]+)\"", found[1])
    there = {name.casefold() for name in families}
    return asked[0], next((name for name in asked if name.casefold() in there), asked[-1])
