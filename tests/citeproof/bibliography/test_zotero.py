"""What Zotero and Better BibTeX write of their own: their JSON, the lines of Extra, fields that lead astray."""

from __future__ import annotations

import json
from typing import Any

import pytest

from citeproof.bibliography import csl_item, csl_json, zotero

ARTICLE = {
    "itemType": "journalArticle",
    "title": "One thing",
    "creators": [
        {"creatorType": "author", "firstName": "Ann", "lastName": "Ames"},
        {"creatorType": "author", "name": "Thing Group"},
        {"creatorType": "translator", "firstName": "Bo", "lastName": "Berg"},
    ],
    "date": "2019-03",
    "publicationTitle": "Journal of Things",
    "volume": "1",
    "DOI": "https://doi.org/10.1000/ames",
    "accessDate": "2024-05-01T10:20:30Z",
    "extra": "Original Date: 1970",
    "tags": [{"tag": "unverified"}],
}
AS_CSL = {
    "id": "ames2019",
    "type": "article-journal",
    "title": "One thing",
    "container-title": "Journal of Things",
    "volume": "1",
    "DOI": "10.1000/ames",
    "author": [{"family": "Ames", "given": "Ann"}, {"literal": "Thing Group"}],
    "translator": [{"family": "Berg", "given": "Bo"}],
    "issued": {"date-parts": [[2019, 3]]},
    "accessed": {"date-parts": [[2024, 5, 1]]},
    "original-date": {"date-parts": [[1970]]},
    "keyword": "unverified",
}


def item(kind: str, **fields: Any) -> dict[str, Any]:
    made, wrong = csl_item.made(
        {"id": "a", "type": kind, **{name.replace("_", "-"): text for name, text in fields.items()}}
    )
    assert wrong == []
    return made


def test_better_bibtex_s_own_json_is_read_with_authors_and_dates() -> None:
    export = {"config": {"id": "x"}, "collections": {}, "items": [{**ARTICLE, "citationKey": "ames2019"}]}
    held = csl_json.read("r.json", json.dumps(export))
    assert held.items == {"ames2019": AS_CSL}
    assert held.entries[0].unverified
    assert held.faults == ()


def test_the_json_of_zotero_s_api_is_read_and_its_attachments_are_no_works() -> None:
    data = {**ARTICLE, "key": "ABCD2345", "extra": "Citation Key: ames2019\nOriginal Date: 1970"}
    attachment = {"key": "WXYZ2345", "data": {"key": "WXYZ2345", "itemType": "attachment", "title": "PDF"}}
    text = json.dumps(
        [{"key": "ABCD2345", "version": 3, "library": {}, "meta": {}, "data": data}, attachment], indent=1
    )
    held = csl_json.read("r.json", text)
    assert held.items == {"ames2019": {**AS_CSL, "citation-key": "ames2019"}}
    (record,) = held.records
    assert record.type == "journalArticle"
    title = record.fields["title"]
    assert text[title.start : title.end] == '"One thing"'


def test_an_item_of_zotero_without_a_citation_key_goes_by_its_key() -> None:
    assert list(csl_json.read("r.json", json.dumps([{**ARTICLE, "key": "ABCD2345"}])).items) == ["ABCD2345"]


@pytest.mark.parametrize(
    ("kind", "fields", "made"),
    [
        ("film", {"distributor": "D"}, {"type": "motion_picture", "publisher": "D"}),
        (
            "thesis",
            {"university": "U", "thesisType": "PhD thesis"},
            {"type": "thesis", "publisher": "U", "genre": "PhD thesis"},
        ),
        ("tvBroadcast", {"programTitle": "P"}, {"container-title": "P", "genre": "TV series episode"}),
        ("presentation", {"meetingName": "M", "place": "Rome"}, {"event-title": "M", "event-place": "Rome"}),
        ("preprint", {"repository": "R", "archiveID": "x1"}, {"type": "article", "publisher": "R", "number": "x1"}),
    ],
)
def test_each_field_of_zotero_goes_into_its_variable(kind: str, fields: dict[str, str], made: dict[str, str]) -> None:
    assert zotero.csl({"itemType": kind, **fields}).items() >= made.items()


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("Original Date: 1970", "original-date", {"date-parts": [[1970]]}),
        ("original-date: 1970", "original-date", {"date-parts": [[1970]]}),
        ("{:original-date: 1970}", "original-date", {"date-parts": [[1970]]}),
        ("Issued: 2018-02-26", "issued", {"date-parts": [[2018, 2, 26]]}),
        ("Original Title: Le livre", "original-title", "Le livre"),
        ("Reviewed Title: The book", "reviewed-title", "The book"),
        ("tex.shortauthor: APA", "shortauthor", "APA"),
        ("DOI: https://doi.org/10.1000/x", "DOI", "10.1000/x"),
        ("PMID: 123", "PMID", "123"),
        ("Status: in press", "status", "in press"),
        ("Archive Place: Rome", "archive-place", "Rome"),
        ("Publisher Place: Rome", "publisher-place", "Rome"),
        ("Series Title: S", "collection-title", "S"),
        ("Director: Lynch || David", "director", [{"family": "Lynch", "given": "David"}]),
        ("Narrator: Radio Group", "narrator", [{"literal": "Radio Group"}]),
        ("author-role: Host", "author-role", "Host"),
    ],
)
def test_a_line_of_extra_is_a_variable_and_the_rest_stays_a_note(line: str, name: str, value: object) -> None:
    made = item("book", note=f"{line}\nRead this: again")
    assert (made[name], made["note"]) == (value, "Read this: again")
    assert item("book", note=line).get("note") is None


def test_the_type_and_dates_of_extra_go_before_those_of_the_item_and_other_lines_fill_gaps() -> None:
    made = item("book", note="Type: dataset\nIssued: 2018\nTitle: other", title="Own", issued="2017")
    assert (made["type"], made["issued"], made["title"]) == ("dataset", {"date-parts": [[2018]]}, "Own")


def test_several_lines_of_one_role_are_several_people() -> None:
    made = item("speech", note="Chair: Ames || Ann\nChair: Berg || Bo")
    assert [one["family"] for one in made["chair"]] == ["Ames", "Berg"]


@pytest.mark.parametrize("note", ["Read in May: good", "see p. 3", "A title: with a colon", "{:nothing: x}"])
def test_a_plain_note_stays(note: str) -> None:
    assert item("book", note=note)["note"] == note


def test_a_podcast_has_its_show_its_host_and_what_it_is() -> None:
    made = item("broadcast", collection_title="Show", number="3", medium="mp3", author=[{"family": "Ames"}])
    assert made.items() >= {"container-title": "Show", "medium": "Audio podcast episode", "author-role": "Host"}.items()
    assert "collection-title" not in made


def test_the_makers_of_an_episode_have_their_roles() -> None:
    both = {"family": "Ames", "given": "Ann"}
    made = item("broadcast", container_title="Show", script_writer=[both, {"family": "Berg"}], director=[both])
    assert (made["author-role"], made["genre"]) == ("Writer & Director; Writer", "TV series episode")
    assert "director" not in made


def test_a_video_of_a_site_has_its_uploader_for_author() -> None:
    made = item(
        "motion_picture", URL="https://www.youtube.com/watch?v=x", source="YouTube", director=[{"literal": "Ames"}]
    )
    assert made.items() >= {"author": [{"literal": "Ames"}], "genre": "Video", "publisher": "YouTube"}.items()
    assert {"director", "source"}.isdisjoint(made)


def test_a_tweet_is_a_post_by_a_user() -> None:
    made = item("post-weblog", container_title="Twitter", genre="Tweet", author=[{"literal": "Ames Team [@ames]"}])
    assert (made["type"], made["author"], made["author-username"]) == ("post", [{"literal": "Ames Team"}], "@ames")


def test_an_older_export_of_an_arxiv_preprint_is_one() -> None:
    made = item("article-journal", container_title="arXiv:1706.03762 [cs]", note="arXiv: 1706.03762")
    assert made == {"id": "a", "type": "article", "publisher": "arXiv", "apa-number": "arXiv:1706.03762"}


def test_what_a_numbered_work_is_called_does_not_go_before_its_number() -> None:
    made = item("dataset", genre="Data set", number="ICPSR 1")
    assert (made.get("genre"), made["medium"], made["number"]) == (None, "Data set", "ICPSR 1")
    assert item("report", genre="Issue Brief", number="1")["genre"] == "Issue Brief"


def test_the_people_of_a_hearing_are_its_witnesses() -> None:
    made = item(
        "hearing", title="Schools", section="U.S. House Committee", contributor=[{"family": "Ames", "given": "Ann"}]
    )
    assert (made["author"], made.get("contributor")) == ([{"family": "Ames", "given": "Ann"}], None)
