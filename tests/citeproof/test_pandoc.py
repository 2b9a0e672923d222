"""Speaking to pandoc: its complaints become findings with places, its log becomes remarks, its failures are ours."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from citeproof import pandoc
from citeproof.errors import InternalError
from citeproof.findings import Place
from citeproof.pandoc import Failure

if TYPE_CHECKING:
    from pathlib import Path

PLACE = Place("paper.md")


def test_a_document_comes_back_as_json(tmp_path: Path) -> None:
    parsed = pandoc.parse("# Ünï\n", tmp_path)
    assert isinstance(parsed, str)
    assert '"Ünï"' in parsed


def test_a_bare_address_is_a_link_as_in_our_defaults(tmp_path: Path) -> None:
    assert '"Link"' in str(pandoc.parse("See https://example.org/@name here.", tmp_path))


def test_a_page_is_put_together_when_it_is_asked_for(tmp_path: Path) -> None:
    """Where pandoc has written, there may be no room for it once more: the disk of temporary files is another one."""
    (tmp_path / "paper.md").write_text("# One\n\nA sentence.\n", "utf-8")
    page = tmp_path / "page.html"
    begun = pandoc.start("html", "paper.md", page, tmp_path, epoch=0, options=pandoc.NOTHING_TO_EMBED)
    assert begun.end()[0] is None
    frame = page.read_bytes()
    assert b"A sentence." not in frame
    assert b'<main id="main" tabindex="-1">\n<section id="one"' in begun.content()
    assert b"<p>A sentence.</p>\n</section>\n</main>" in begun.content()
    assert page.read_bytes() == frame


def test_the_version_is_pandocs_own() -> None:
    assert tuple(int(part) for part in pandoc.version().split(".")) >= (3, 9)


def test_a_complaint_about_front_matter_has_its_line_in_the_file(tmp_path: Path) -> None:
    failure = pandoc.parse("Text first.\n\n---\ntitle: One: Two\n---\n", tmp_path)
    assert isinstance(failure, Failure)
    found = pandoc.front_matter_fault(failure, "paper.md")
    assert found is not None
    assert (found.code, found.place) == ("F001", Place("paper.md", 4, 11))


def test_another_complaint_is_not_about_the_front_matter() -> None:
    assert pandoc.front_matter_fault(Failure(1, "something else"), "paper.md") is None


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"verbosity": "INFO", "type": "LoadedResource", "pretty": "x"}, []),
        ({"verbosity": "WARNING", "type": "CouldNotFetchResource", "pretty": "x"}, []),
        (
            {
                "verbosity": "WARNING",
                "type": "CiteprocWarning",
                "pretty": "citation a not found",
                "message": "citation a not found",
            },
            [],
        ),
        (
            {"verbosity": "WARNING", "type": "CiteprocWarning", "pretty": "Citeproc: odd", "message": "odd"},
            ["paper.md: warning P001: citeproc: odd"],
        ),
        (
            {"verbosity": "WARNING", "type": "DuplicateLinkReference", "pretty": "Duplicate\n link"},
            ["paper.md: warning P001: Duplicate link"],
        ),
    ],
)
def test_a_warning_of_pandoc_is_a_remark_unless_a_check_of_ours_says_it_better(
    message: dict[str, str], told: list[str]
) -> None:
    assert [str(found) for found in pandoc.remarks([message], PLACE)] == told


def test_the_files_that_pandoc_read_are_known() -> None:
    assert pandoc.resources_read([{"type": "LoadedResource", "from": "a.png"}, {"type": "Other"}]) == ["a.png"]


def test_a_conversion_gives_its_log_and_leaves_none_behind(tmp_path: Path) -> None:
    (tmp_path / "cited.json").write_text(str(pandoc.parse("Text.", tmp_path)))
    failure, messages = pandoc.start(
        "html", "cited.json", tmp_path / "o.html", tmp_path, epoch=0, options=["-f", "json"]
    ).end()
    assert failure is None
    assert isinstance(messages, list)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cited.json", "o.html"]


def test_a_failed_conversion_gives_pandocs_status(tmp_path: Path) -> None:
    options = ["-f", "json"]
    failure, _ = pandoc.start("html", "none.json", tmp_path / "o.html", tmp_path, epoch=0, options=options).end()
    assert failure is not None
    assert failure.status == 1  # pandoc's manual: PandocIOError


def test_a_failure_on_what_passed_every_check_is_ours() -> None:
    pandoc.expect(None, "citing")
    with pytest.raises(InternalError, match=r"^pandoc failed while citing \(status 83\): boom$") as caught:
        pandoc.expect(Failure(83, " boom\n"), "citing")
    assert caught.value.hint == "this is a fault of citeproof, not of the paper: please report it with the paper"


def test_a_full_disk_is_not_a_fault_of_ours() -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        pandoc.expect(Failure(1, "o.html: hPutBuf: resource exhausted (No space left on device)"), "writing o.html")
    assert caught.value.errno == errno.ENOSPC


def test_a_remark_of_a_filter_comes_without_its_name_and_place_on_this_machine() -> None:
    message = {
        "type": "ScriptingWarning",
        "verbosity": "WARNING",
        "message": "floats.lua: Table 1 has a column without a head.",
        "source": "/somewhere/filters/floats.lua",
        "pretty": "Scripting warning at /somewhere/filters/floats.lua line 3 column 1: floats.lua: Table 1 has …",
    }
    (found,) = pandoc.remarks([message], Place("paper.md"))
    assert (found.code, found.message) == ("P001", "Table 1 has a column without a head.")
