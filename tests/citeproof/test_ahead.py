"""Citing a paper while it is read, and writing it in the same run: it counts only if what was guessed was right."""

from __future__ import annotations

import json
import re
import tempfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from citeproof import bibliography, pandoc, programs, proving
from citeproof import build as building
from citeproof.cache import Cache
from citeproof.findings import Place, warning
from citeproof.project import Project
from citeproof.stages import cite, prove, read, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import Manuscript
    from citeproof.reuse import Outcome

BIBLIOGRAPHY = """\
@article{ames2001, author = {Ames, Ann}, title = {One thing after another}, journaltitle = {Journal of Things},
  date = {2001}, volume = {1}, pages = {1--2}, abstract = {All of it}}
@book{berg2002, author = {Berg, Bo}, title = {Two things at once}, publisher = {Press}, date = {2002}}
"""
TEXT = "As @ames2001 says, things happen [@berg2002, p. 3].\n"
OWN_STYLE = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>Own</title>'
    '<id>own</id></info><citation><layout prefix="&lt;" suffix="&gt;"><text variable="title"/>'
    '<text variable="locator"/></layout></citation>'
    '<bibliography><layout><text variable="title"/></layout></bibliography></style>'
)


class Bench:
    """A folder with a paper, and what pandoc was started for while it was built."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the folder, and watch pandoc."""
        self.folder = folder / "paper"
        self.folder.mkdir()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.started: list[str] = []
        self.formats: list[str] = []
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))
        (self.folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
        (self.folder / "own.csl").write_text(OWN_STYLE, "utf-8")
        real = pandoc.start

        def start(defaults: str, source: str, output: Path, *rest: object, **more: object) -> object:
            where = "ahead" if output.is_relative_to(self.temporary) else "after"
            cites = "common" in more.get("first", ())  # type: ignore[operator]
            self.started += [where] if cites else []
            self.formats += [f"{'cites, ' if cites else ''}{defaults}"]
            return real(defaults, source, output, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(pandoc, "start", start)

    def build(
        self,
        front: str,
        text: str = TEXT,
        *,
        at_once: int = 2,
        name: str = "dist",
        formats: tuple[str, ...] = ("html",),
    ) -> Outcome:
        """Build the page of a paper, or other formats."""
        (self.folder / "paper.md").write_text(f"---\ntitle: A Paper\nauthor: Eve East\n{front}---\n\n{text}", "utf-8")
        project = Project(self.folder / "paper.md", self.folder / name, formats, at_once=at_once, cache=Cache())
        return building.build(project, lambda _: None)

    def page(self, name: str = "dist") -> str:
        """Give the page that was built."""
        return (self.folder / name / "paper.html").read_text("utf-8")

    def left(self) -> list[str]:
        """List what lies about."""
        return [path.name for path in self.temporary.iterdir()]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


SEEN = {
    "named": "bibliography: references.bib\n",
    "quoted": 'bibliography: "references.bib"\n',
    "not named": "",
    "a list": "bibliography:\n  - references.bib\n",
    "a list in a line": "bibliography: [references.bib]\n",
    "a style": "bibliography: references.bib\ncsl: ieee\n",
    "a style in quotation marks": "csl: 'own.csl' # mine\n",
    "citation-style": "citation-style: ieee\n",
}
NOT_SEEN = {
    "a style on a line of its own": ("csl:\n  ieee\n", ["ahead", "after"]),
    "a name in two words": ('bibliography: ["more references.bib", references.bib]\n', ["ahead"]),  # all cited is seen
    "all of them in a file of two words": ('bibliography: ["copied references.bib"]\n', ["ahead", "after"]),
    "a style that another field holds": ("note: &style ieee\ncsl: *style\n", ["after"]),
    "a style in a folded text": ("csl: >-\n  ieee\n", ["after"]),
}


@pytest.mark.parametrize("front", SEEN.values(), ids=SEEN)
def test_what_is_plainly_said_is_cited_once_and_ahead(bench: Bench, front: str) -> None:
    assert bench.build(front).findings == ()
    assert bench.started == ["ahead"]
    page, files = bench.page(), json.loads((bench.folder / "dist" / "manifest.json").read_text("utf-8"))["inputs"]
    bench.started.clear()
    assert bench.build(front, at_once=1, name="again").findings == ()
    assert bench.started == ["after"]
    assert bench.page("again") == page
    assert json.loads((bench.folder / "again" / "manifest.json").read_text("utf-8"))["inputs"] == files
    assert bench.left() == []


@pytest.mark.parametrize(("front", "started"), NOT_SEEN.values(), ids=NOT_SEEN)
def test_what_is_said_otherwise_is_cited_as_it_is_meant(bench: Bench, front: str, started: list[str]) -> None:
    (bench.folder / "more references.bib").write_text("@book{cole1990, title = {Zero}, date = {1990}}\n", "utf-8")
    (bench.folder / "copied references.bib").write_text(BIBLIOGRAPHY.replace("Two", "2"), "utf-8")
    assert bench.build(front).outputs
    assert bench.started == started
    page = bench.page()
    bench.build(front, at_once=1, name="again")
    assert bench.page("again") == page
    assert bench.left() == []


def test_an_unknown_style_is_told_and_nothing_is_begun(bench: Bench) -> None:
    with pytest.raises(building.UsageError, match="there is no citation style named apaa"):
        bench.build("csl: apaa\n")
    assert (bench.started, bench.left()) == ([], [])


def test_a_paper_with_an_error_is_not_waited_for(bench: Bench) -> None:
    outcome = bench.build("", "As @nobody says.\n")
    assert [finding.code for finding in outcome.findings if finding.severity == "error"] == ["C001"]
    assert (bench.started, bench.left()) == (["ahead"], [])
    assert not (bench.folder / "dist").exists()


def test_a_supplement_has_a_say(bench: Bench) -> None:
    (bench.folder / "supplement.md").write_text("# More\n\nText.\n", "utf-8")
    assert bench.build("").outputs
    assert "ahead" not in bench.started


def test_without_room_for_it_it_is_cited_later(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(bench.folder / "none"))
    assert bench.build("").findings == ()
    assert bench.started == ["after"]


def test_a_run_that_failed_ahead_is_made_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk that temporary files lie on may be full where that of the output is not."""
    real = pandoc.Conversion.end
    ends: list[str] = []

    def end(self: pandoc.Conversion) -> object:
        failure, messages = real(self)
        if self.log.is_relative_to(bench.temporary):
            ends.append("failed")
            return pandoc.Failure(1, "No space left on device"), []
        return failure, messages

    def cited(self: pandoc.Conversion) -> object:
        return None if self.log.is_relative_to(bench.temporary) else real_cited(self)

    real_cited = pandoc.Conversion.cited
    monkeypatch.setattr(pandoc.Conversion, "end", end)
    monkeypatch.setattr(pandoc.Conversion, "cited", cited)
    assert bench.build("").findings == ()
    assert (bench.started, ends) == (["ahead", "after"], ["failed"])


@pytest.mark.parametrize("half", [b"", b"[{"])
def test_a_log_that_is_cut_off_is_not_relied_on(bench: Bench, monkeypatch: pytest.MonkeyPatch, half: bytes) -> None:
    real = programs.Running.line
    halves = [half]
    monkeypatch.setattr(programs.Running, "line", lambda self: halves.pop() if halves else real(self))
    assert bench.build("").findings == ()
    assert bench.started == ["ahead", "after"]
    assert bench.left() == []


def test_pandoc_is_started_before_the_bibliographies_are_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []
    real = bibliography.read

    def noted(*what: str) -> object:
        opened.append([*bench.started])
        return real(*what)

    monkeypatch.setattr(bibliography, "read", noted)
    assert bench.build("").findings == ()
    assert (opened, bench.started) == ([["ahead"]], ["ahead"])
    bench.build("", at_once=1, name="again")
    assert bench.page("again") == bench.page()


@pytest.mark.parametrize(("short", "order"), [(10**6, ["read", "works"]), (0, ["works", "read"])])
def test_a_long_paper_is_read_when_what_cites_it_has_its_works(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, short: int, order: list[str]
) -> None:
    """There may be two processors, and the one run waits for works, while the checks can wait for the other."""
    done: list[str] = []
    begin, handed = programs.begin, cite.Ahead.works

    def begun(work: Callable[[], object]) -> Callable[[], object]:
        done.extend(["read"] if work.__qualname__.startswith("_read.") else [])
        return begin(work)

    def works(self: cite.Ahead, manuscript: Manuscript) -> None:
        done.append("works")
        handed(self, manuscript)

    monkeypatch.setattr(read, "_SHORT", short)
    monkeypatch.setattr(programs, "begin", begun)
    monkeypatch.setattr(cite.Ahead, "works", works)
    assert bench.build("").findings == ()
    assert done == order


def test_where_pandoc_cannot_be_held_back_it_is_started_when_the_works_are_known(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.build("", at_once=1, name="again")
    bench.started.clear()
    monkeypatch.setattr(programs, "CAN_HOLD_BACK", False)
    assert bench.build("").findings == ()
    assert bench.started == ["ahead"]
    assert bench.page("again") == bench.page()


def test_a_bibliography_that_is_gone_when_it_is_opened_is_not_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(read, "_open", gone)
    assert {finding.code for finding in bench.build("").findings} == {"B001"}
    assert (bench.started, bench.left()) == (["ahead"], [])


FOLLOWED = {
    "a page": (("html",), ["cites, html"]),
    "a page and a PDF": (("html", "pdf"), ["cites, typst", "html"]),
    "a Word document": (("docx",), ["cites, docx"]),
    "markup": (("jats",), ["cites, cited", "jats"]),
}


@pytest.mark.parametrize(("formats", "started"), FOLLOWED.values(), ids=FOLLOWED)
@pytest.mark.parametrize("at_once", [1, 2])
def test_the_run_that_cites_goes_on_to_write_one_format(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, formats: tuple[str, ...], started: list[str], at_once: int
) -> None:
    outcome = bench.build("", formats=formats, at_once=at_once)
    assert outcome.findings == ()
    assert sorted(bench.formats) == sorted(started)
    monkeypatch.setattr(write, "following", lambda *_: None)
    assert bench.build("", formats=formats, name="again").findings == ()
    made = [path for path in outcome.outputs if path.name.startswith("paper")]
    assert len(made) == len(formats)
    assert [path.read_bytes() for path in made] == [(bench.folder / "again" / path.name).read_bytes() for path in made]


def test_a_word_document_that_lacks_words_is_no_format_that_follows(bench: Bench) -> None:
    """In a page and in markup the words are put back into what was made without them, in a Word document before."""
    words = "They went to the house by the sea and there they stayed until the end of that summer. " * 8
    assert bench.build("", "".join(f"{TEXT}{words}\n\n" for _ in range(30)), formats=("docx",)).findings == ()
    assert bench.formats == ["cites, cited", "docx"]


SHOWS = {
    "an image": "![A *cat*](cat.png){alt=Cat}\n",
    "an element of HTML": "<b>bold</b>\n",
    "raw markup": "`<i>`{=html}x`</i>`{=html}\n",
}


@pytest.mark.parametrize("text", SHOWS.values(), ids=SHOWS)
def test_what_may_show_files_has_a_run_of_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    Image.new("RGB", (8, 8), "red").save(bench.folder / "cat.png")
    bench.build("", TEXT + "\n" + text)
    assert bench.formats == ["cites, cited", "html"]
    bench.formats.clear()
    monkeypatch.setattr(write, "_MAY_SHOW_FILES", re.compile("(?!)"))
    bench.build("", TEXT + "\n" + text, name="again")
    assert bench.formats == ["cites, html", "html"], "it shows after all, and is written anew"
    assert bench.page("again") == bench.page()


def test_what_went_wrong_in_the_format_that_follows_is_made_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pandoc.Conversion.end

    def end(self: pandoc.Conversion) -> object:
        failure, messages = real(self)
        follows = self.output.name == "following"
        return (pandoc.Failure(1, "No space left on device"), []) if follows else (failure, messages)

    monkeypatch.setattr(pandoc.Conversion, "end", end)
    assert bench.build("").findings == ()
    assert bench.formats == ["cites, html", "html"]


def test_a_remark_is_told_once(bench: Bench) -> None:
    """What the log held when the paper was cited, it still holds when the page is written."""
    outcome = bench.build("", TEXT + "\n[^1]: A note that nothing calls.\n")
    assert [(finding.code, finding.place.line) for finding in outcome.findings] == [("P001", 8)]


def proof(bench: Bench, name: str = "dist") -> bytes:
    return b"".join((bench.folder / name / f"proof.{form}").read_bytes() for form in ("html", "json"))


def test_the_proof_is_worked_out_while_the_page_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.build("", at_once=1, name="again")
    made: list[bool] = []
    real = proving._contents
    monkeypatch.setattr(
        proving,
        "_contents",
        lambda *given: made.append((bench.folder / "dist" / "proof.html").exists()) or real(*given),
    )
    bench.build("")
    assert made == [False], "once, and before the files are there"
    assert proof(bench) == proof(bench, "again")


def test_a_proof_that_was_worked_out_too_soon_is_worked_out_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found in the finished page, and what anchors it has, nobody can foresee."""
    told = warning("V007", Place("paper.html"), "it says of @ames2001 what the paper does not", "look at it")
    monkeypatch.setattr(building, "_judge", lambda *_: [told])
    bench.build("")
    held = json.loads((bench.folder / "dist" / "proof.json").read_text("utf-8"))
    assert [one["message"] for one in held["findings"]] == [told.message]
    bench.build("", at_once=1, name="again")
    assert proof(bench) == proof(bench, "again")


def test_a_proof_with_another_anchor_is_worked_out_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = prove.with_anchors
    monkeypatch.setattr(prove, "with_anchors", lambda made, _: real(made, ""))
    bench.build("")
    bench.build("", at_once=1, name="again")
    assert proof(bench) == proof(bench, "again")
    assert b"#citation-1-of-ames2001" not in proof(bench)


def test_the_words_of_a_long_paper_come_back(bench: Bench) -> None:
    words = "They went to the house by the sea and there they stayed until the end of that summer. " * 8
    text = "".join(f"{TEXT}{words}\n\n" for _ in range(30))
    assert len(text) > 15_000
    assert bench.build("", text).findings == ()
    assert bench.started == ["ahead"]
    assert len(re.findall("until the end of that summer", bench.page())) == 240


def test_a_build_that_is_stopped_leaves_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    from citeproof.stages import check  # noqa: PLC0415

    monkeypatch.setattr(check, "check", stopped)
    with pytest.raises(KeyboardInterrupt):
        bench.build("")
    assert (bench.started, bench.left()) == (["ahead"], [])
