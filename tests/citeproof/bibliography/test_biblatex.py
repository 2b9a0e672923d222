"""What work an entry of BibTeX, biblatex or biblatex-apa means.

Expected values are from the Publication Manual (sections and examples named in the tests) and the biblatex manual.
"""

import re

import pytest

from citeproof.bibliography import bibtex, variants


def items(text, dialect="biblatex"):
    held = bibtex.read("references.bib", text, dialect=dialect)
    assert not [fault for fault in held.faults if fault.hurts]
    return {key: variants.for_apa(one) for key, one in held.items.items()}


def item(text, dialect="biblatex"):
    return next(iter(items(text, dialect).values()))


def made(type_, dialect="biblatex", **fields):
    """Make the item of an entry with an author, a title and a year, unless told otherwise; None leaves a field out."""
    whole = {"author": "Ana Lima", "title": "On Small Talk", "date": "2016", **fields}
    body = ",\n".join(f"  {name.rstrip('_')} = {{{value}}}" for name, value in whole.items() if value is not None)
    return item(f"@{type_}{{key,\n{body}\n}}", dialect)


def date(*parts):
    return {"date-parts": [list(part) for part in parts]}


UPRIGHT = '<span class="nodecor">[{}]</span>'


# --- types ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "csl"),
    [
        ("book", "book"),
        ("mvbook", "book"),
        ("collection", "book"),
        ("proceedings", "book"),
        ("reference", "book"),
        ("manual", "book"),
        ("booklet", "pamphlet"),
        ("inbook", "chapter"),
        ("incollection", "chapter"),
        ("suppbook", "chapter"),
        ("inproceedings", "paper-conference"),
        ("conference", "paper-conference"),
        ("report", "report"),
        ("techreport", "report"),
        ("thesis", "thesis"),
        ("phdthesis", "thesis"),
        ("mastersthesis", "thesis"),
        ("online", "webpage"),
        ("electronic", "webpage"),
        ("www", "webpage"),
        ("dataset", "dataset"),
        ("software", "software"),
        ("hardware", "software"),
        ("unpublished", "manuscript"),
        ("presentation", "speech"),
        ("image", "graphic"),
        ("artwork", "graphic"),
        ("video", "motion_picture"),
        ("movie", "motion_picture"),
        ("audio", "song"),
        ("music", "song"),
        ("performance", "performance"),
        ("standard", "standard"),
        ("letter", "personal_communication"),
        ("periodical", "periodical"),
        ("nameonly", "document"),
        ("misc", "document"),
    ],
)
def test_each_entry_type_has_its_type_of_csl(type_, csl):
    assert made(type_)["type"] == csl


@pytest.mark.parametrize(
    ("type_", "subtype", "csl", "genre"),
    [
        ("video", "film", "motion_picture", "Film"),
        ("video", "tvseries", "broadcast", "TV series"),
        ("video", "tvepisode", "broadcast", "TV series episode"),
        ("video", "Webinar", "motion_picture", "Webinar"),
        ("video", "video", "motion_picture", "Video"),
        ("audio", "album", "song", "Album"),
        ("audio", "song", "song", "Song"),
        (
            "audio",
            "Song recorded by {Orquestra Nova}",
            "song",
            'Song recorded by <span class="nocase">Orquestra Nova</span>',
        ),
        ("audio", "podcast", "broadcast", "Audio podcast"),
        ("audio", "podcastepisode", "broadcast", "Audio podcast episode"),
        ("audio", "interview", "interview", "Interview"),
        ("audio", "speech", "speech", "Speech audio recording"),
        ("image", "painting", "graphic", "Painting"),
        ("image", "photographs", "graphic", "Photographs"),
        ("image", "map", "map", "Map"),
        ("image", "Clip art", "graphic", "Clip art"),
        ("image", "powerpoint", "speech", "PowerPoint slides"),
        ("image", "lecturenotes", "speech", "Lecture notes"),
        ("software", "Mobile app", "software", "Mobile app"),
        ("hardware", "Apparatus", "software", "Apparatus"),
        ("dataset", "Data set and code book", "dataset", "Data set and code book"),
        ("book", "Audiobook", "book", "Audiobook"),
        ("online", "Tweet", "post", "Tweet"),
        ("online", "Facebook page", "post", "Facebook page"),
        ("online", "Database record", "webpage", "Database record"),
        ("presentation", "Conference session", "speech", "Conference session"),
        ("presentation", "Poster presentation", "speech", "Poster presentation"),
        ("unpublished", "Paper presentation", "speech", "Paper presentation"),
    ],
)
def test_a_subtype_gives_type_and_description(type_, subtype, csl, genre):
    found = made(type_, entrysubtype=subtype)
    assert (found["type"], found["genre"]) == (csl, genre)


# --- articles (10.1) ------------------------------------------------------------------------------------------------


def test_an_article_has_journal_volume_issue_and_pages_with_an_en_dash():
    found = made("article", journaltitle="Memory", volume="12", number="3", pages="201--215", doi="10.1080/1")
    assert found["container-title"] == "Memory"
    assert (found["volume"], found["issue"], found["page"], found["DOI"]) == ("12", "3", "201\u2013215", "10.1080/1")


@pytest.mark.parametrize(
    "fields",
    [
        {"eid": "e0151234"},
        {"eid": "Article e0151234"},
        {"pages": "e0151234"},
        {"pages": "Article e0151234"},
    ],
)
def test_an_article_number_is_no_page(fields):
    found = made("article", journaltitle="{PLOS ONE}", volume="11", number="4", **fields)
    assert (found["number"], found["issue"]) == ("e0151234", "4")
    assert "page" not in found


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"journal": "Frontiers in Psychology", "volume": "9", "pages": "412"}, "412"),
        ({"journal": "Appetite", "volume": "155", "pages": "104821"}, "104821"),
        ({"journal": "Implementation Science", "volume": "4", "pages": "50", "doi": "10.1186/1748-5908-4-50"}, "50"),
        ({"journal": "Journal of Transcultural Nursing", "volume": "27", "pages": "209"}, None),
        ({"journal": "Cortex", "volume": "7", "pages": "S12"}, None),
    ],
)
def test_a_single_number_is_an_article_number_where_the_journal_counts_articles(fields, number):
    found = made("article", **fields)
    assert found.get("number") == number
    assert found.get("page") == (None if number else fields["pages"])


@pytest.mark.parametrize(
    "pages", ["225-240", "225--240", "225\u2013240", "225-\u2013240", "225 \u2014 240", "pp. 225--240"]
)
def test_any_dash_stands_between_pages(pages):
    assert made("article", journaltitle="Mind", pages=pages)["page"] == "225\u2013240"


@pytest.mark.parametrize("nothing", ["n/a", "n/a--n/a", "n/a-n/a", "No pagination"])
def test_what_exports_write_for_no_pages_is_left_out(nothing):
    found = made("article", journaltitle="Addiction", volume="n/a", pages=nothing)
    assert "page" not in found
    assert "volume" not in found


@pytest.mark.parametrize(
    ("subtype", "journal", "further", "csl"),
    [
        ("nonacademic", "The Seattle Times", {}, "article-newspaper"),
        ("nonacademic", "Scientific American", {}, "article-magazine"),
        ("nonacademic", "The New York Times Magazine", {"volume": "3", "number": "2"}, "article-magazine"),
        ("nonacademic", "The Stranger", {"pages": "B4"}, "article-newspaper"),
        ("newspaper", "Wired", {}, "article-newspaper"),
        ("magazine", "Wired", {}, "article-magazine"),
        ("blog", "Language Log", {}, "post-weblog"),
        (None, "The Boston Globe", {}, "article-newspaper"),
        (None, "Wired", {}, "article-magazine"),
        (None, "Wired", {"volume": "3"}, "article-journal"),
        (None, "Psychological Review", {"doi": "10.1037/1"}, "article-journal"),
    ],
)
def test_periodicals_that_no_academy_reads_have_their_full_date(subtype, journal, further, csl):
    found = made("article", entrysubtype=subtype, journaltitle=journal, date="2019-11-05", **further)
    assert found["type"] == csl
    assert found["issued"] == date([2019, 11, 5])
    assert "genre" not in found


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pubstate": "inpress", "date": None}, "in press"),
        ({"year": "in press", "date": None}, "in press"),
        ({"note": "In press", "date": None}, "in press"),
        ({"pubstate": "forthcoming", "date": None}, "forthcoming"),
        ({"pubstate": "inpress"}, None),  # the date goes before (biblatex-apa)
        ({"howpublished": "Advance online publication"}, "Advance online publication"),
        ({"pubstate": "prepublished"}, "Advance online publication"),
        ({"note": "Advance online publication", "volume": "4", "pages": "1--9"}, None),
    ],
)
def test_an_article_says_how_far_it_has_come(fields, status):
    found = made("article", journaltitle="Cognition", **fields)
    assert found.get("status") == status
    assert "note" not in found or found["note"] == fields.get("note")
    assert ("issued" in found) == ("date" not in fields)


@pytest.mark.parametrize("state", ["submitted", "inpreparation"])
def test_a_journal_that_has_not_accepted_a_manuscript_is_not_named(state):
    # APA 10.8
    found = made("article", journaltitle="Cognition", pubstate=state)
    assert found["type"] == "manuscript"
    assert "container-title" not in found
    assert found["genre"].startswith("Manuscript ")


def test_an_editorial_has_a_description():
    assert made("article", journaltitle="Nursing", titleaddon="Letter to the Editor")["genre"] == "Letter to the editor"


def test_a_description_goes_to_medium_where_the_style_prints_genre_with_the_number():
    found = made("article", journaltitle="Nursing", titleaddon="Editorial", eid="77")
    assert (found.get("genre"), found["medium"]) == (None, "Editorial")


@pytest.mark.parametrize("said", ["Journal Article", "Article", "Review", "Original Article"])
def test_a_type_that_databases_write_is_no_description(said):
    assert "genre" not in made("article", journaltitle="Nursing", type=said)


def test_a_special_issue_is_a_periodical_with_a_description():
    found = made(
        "periodical", author=None, editor="R. Sato and M. Kim", title="Sleep at Sea", issuetitle="Special issue",
        journaltitle="Sleep Health", volume="5", number="2",
    )  # fmt: skip
    assert (found["title"], found["container-title"], found["genre"]) == (
        "Sleep at sea",
        "Sleep Health",
        "Special issue",
    )
    assert (found["volume"], found["issue"]) == ("5", "2")


def test_an_issue_in_the_words_of_biblatex_is_the_same():
    found = made(
        "periodical", author=None, editor="R. Sato", title="Sleep Health", issuetitle="Sleep at Sea", volume="5"
    )
    assert (found["title"], found["container-title"]) == ("Sleep at sea", "Sleep Health")
    assert found["genre"] == "Special issue"


@pytest.mark.parametrize(
    ("further", "retrieval"),
    [
        ({}, "1"),
        ({"volume": "3"}, None),
        ({"number": "3"}, None),
        ({"pages": "3"}, None),
        ({"eid": "3"}, None),
        ({"doi": "10.1000/3"}, None),
        ({"issn": "1234-5678"}, None),
        ({"date": "2019-03"}, None),
        ({"urldate": None}, None),
        ({"entrysubtype": "nonacademic"}, None),
    ],
)
def test_an_article_without_any_number_is_made_to_change(further, retrieval):
    # APA 9.16; 10.1, Example 14
    fields = {"journaltitle": "{UpToDate}", "url": "https://example.org/a", "urldate": "2019-07-22", **further}
    assert made("article", **fields).get("retrieval") == retrieval


@pytest.mark.parametrize("type_", ["online", "misc", "book", "report", "thesis", "dataset"])
def test_no_other_dated_work_of_an_export_is_made_to_change(type_):
    found = made(type_, url="https://example.org/a", urldate="2021-02-03")
    assert "retrieval" not in found
    assert found["accessed"] == date([2021, 2, 3])


# --- titles ---------------------------------------------------------------------------------------------------------


def test_a_title_stands_in_sentence_case_with_its_subtitle():
    found = made("book", title="The Art of {Zen} Listening", subtitle="A Guide for {U.S.} Nurses")
    assert found["title"] == (
        'The art of <span class="nocase">Zen</span> listening: A guide for <span class="nocase">U.S.</span> nurses'
    )


@pytest.mark.parametrize(
    "language", [{"langid": "ngerman"}, {"language": "German"}, {"langid": "spanish"}, {"language": "fr"}]
)
def test_a_title_in_another_language_keeps_its_letters(language):
    found = made("book", title="Die Kunst des Zuhörens", **language)
    assert found["title"] == "Die Kunst des Zuhörens"
    assert found["language"][:2] in {"de", "es", "fr"}


@pytest.mark.parametrize("language", ["american", "british", "UKenglish", "english", "en-US", "eng"])
def test_english_by_any_name_is_english(language):
    found = made("book", title="The Art of Listening", langid=language)
    assert found["title"] == "The art of listening"
    assert found["language"].startswith("en")


def test_braces_that_an_export_sets_around_a_whole_title_protect_nothing():
    assert (
        made("article", title="{The Art of Listening to Small Children}")["title"]
        == "The art of listening to small children"
    )


def test_journals_series_events_and_publishers_keep_their_letters():
    found = made(
        "inproceedings", journaltitle=None, booktitle="Acts of Talk", editor="R. Sato", series="Studies in Talk",
        eventtitle="Third Meeting on Talk", publisher="Talking Heads Press",
    )  # fmt: skip
    assert found["container-title"] == "Acts of talk"
    assert found["collection-title"] == "Studies in Talk"
    assert found["event-title"] == "Third Meeting on Talk"
    assert found["publisher"] == "Talking Heads Press"
    assert made("article", journaltitle="Journal of Talk")["container-title"] == "Journal of Talk"


def test_a_title_with_its_translation_is_one_title():
    found = made(
        "article", origtitle="La memoria y el olvido", title="Memory", subtitle="And Its Loss", journaltitle="Mente"
    )
    assert found["title"] == "La memoria y el olvido " + UPRIGHT.format("Memory: And its loss")
    assert "original-title" not in found


@pytest.mark.parametrize("further", [{"translator": "B. Stone"}, {"origdate": "1931"}])
def test_a_translated_work_has_an_original_title(further):
    found = made("book", origtitle="La memoria", title="On Memory", **further)
    assert (found["title"], found["original-title"]) == ("On memory", "La memoria")


def test_a_republished_work_has_two_dates():
    found = made("book", origdate="-0349~", translator="B. Stone")
    assert found["original-date"] == {"date-parts": [[-350]], "circa": True}
    assert found["translator"] == [{"family": "Stone", "given": "B."}]


def test_a_work_without_a_title_has_a_description_in_its_place():
    # APA 10.9, Example 76
    found = made(
        "dataset", title=None, titleaddon="Unpublished raw data on {Stroop} tasks", institution="University of Oslo"
    )
    assert "title" not in found
    assert found["genre"] == 'Unpublished raw data on <span class="nocase">Stroop</span> tasks'
    assert found["publisher"] == "University of Oslo"


def test_two_descriptions_stand_in_brackets_of_their_own():
    # APA 10.15, Example 103
    found = made("online", title="Look at this", titleaddon="Image attached", entrysubtype="Tweet", eprint="Twitter")
    assert found["title"] == "Look at this " + UPRIGHT.format("Image attached")
    assert (found["genre"], found["container-title"]) == ("Tweet", "Twitter")


# --- books and their parts (10.2, 10.3) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "edition"),
    [
        ("2", "2"),
        ("2nd", "2"),
        ("2nd ed.", "2"),
        ("Second", "2"),
        ("Third edition", "3"),
        ("Revised", "Rev. ed."),
        ("Rev. ed.", "Rev. ed."),
        ("Summer 2019 ed.", "Summer 2019 ed."),
        ("Winter 2020 Edition", "Winter 2020 ed."),
    ],
)
def test_an_edition_is_a_number_or_as_apa_abbreviates_it(said, edition):
    # APA 9.19
    assert made("book", edition=said)["edition"] == edition


def test_a_volume_of_several_has_the_title_of_the_whole():
    found = made(
        "collection", author=None, editor="R. Sato", maintitle="Handbook of Talk", title="Early Years", volume="I"
    )
    assert (found["title"], found["volume"], found["volume-title"]) == ("Handbook of talk", "1", "Early years")


def test_a_volume_may_be_counted_in_the_main_subtitle():
    fields = {"maintitle": "Notes on Talk", "mainsubtitle": "Vol. 77", "booktitle": "Early Years", "editor": "R. Sato"}
    found = made("inproceedings", pages="1--9", **fields)
    assert (found["container-title"], found["volume"], found["volume-title"]) == ("Notes on talk", "77", "Early years")
    found = made("proceedings", author=None, title=None, **fields)
    assert (found["title"], found["volume"], found["volume-title"]) == ("Notes on talk", "77", "Early years")


def test_a_chapter_has_book_editors_pages_and_edition():
    found = made(
        "incollection", editor="R. Sato and M. Kim", booktitle="Handbook of Talk", booksubtitle="Theory", pages="33-44",
        edition="4", publisher="Wiley", address="New York",
    )  # fmt: skip
    assert found["container-title"] == "Handbook of talk: Theory"
    assert [name["family"] for name in found["editor"]] == ["Sato", "Kim"]
    assert (found["page"], found["edition"], found["publisher-place"]) == ("33\u201344", "4", "New York")


@pytest.mark.parametrize(
    ("type_", "book", "csl"),
    [
        ("inreference", "A Companion to Talk", "entry-encyclopedia"),
        ("inreference", "A Dictionary of Talk", "entry-dictionary"),
        ("inbook", "Merriam-Webster.com Dictionary", "entry-dictionary"),
        ("inbook", "Wikipedia", "entry-encyclopedia"),
        ("inbook", "A Companion to Talk", "chapter"),
    ],
)
def test_an_entry_in_a_reference_work_is_known_by_its_book(type_, book, csl):
    assert made(type_, booktitle=book, url="https://example.org")["type"] == csl


def test_wikipedias_own_export_gives_an_entry_of_wikipedia():
    found = item("""@misc{ w,
      author = "{Wikipedia contributors}", title = "Small talk --- {Wikipedia}{,} The Free Encyclopedia", year = "2021",
      url = "https://en.wikipedia.org/w/index.php?title=Small_talk", note = "[Online; accessed 3-May-2021]" }""")
    assert (found["type"], found["title"], found["container-title"]) == (
        "entry-encyclopedia",
        "Small talk",
        "Wikipedia",
    )
    assert found["accessed"] == date([2021, 5, 3])
    assert "author" not in found


@pytest.mark.parametrize(
    ("said", "publisher"),
    [
        (
            "Gracie Films and Twentieth Century Fox Film Corporation",
            "Gracie Films; Twentieth Century Fox Film Corporation",
        ),
        (
            "American Psychological Association and De Gruyter Mouton",
            "American Psychological Association; De Gruyter Mouton",
        ),
        ("Parkwood and Columbia", "Parkwood; Columbia"),
        ("University of Chicago Press and MIT Press", "University of Chicago Press; MIT Press"),
        ("{Simon and Schuster}", "Simon and Schuster"),
        ("Simon and Schuster", "Simon and Schuster"),
        ("Taylor and Francis", "Taylor and Francis"),
        ("John Wiley and Sons", "John Wiley and Sons"),
        ("Farrar, Straus and Giroux", "Farrar, Straus and Giroux"),
        ("Department of Health and Human Services", "Department of Health and Human Services"),
        ("Centers for Disease Control and Prevention", "Centers for Disease Control and Prevention"),
        ("Food and Drug Administration", "Food and Drug Administration"),
        (
            "U.S. Department of Health and Human Services, National Institutes of Health",
            "U.S. Department of Health and Human Services, National Institutes of Health",
        ),
        (
            "Department of Control and Information Systems, University of Chile",
            "Department of Control and Information Systems, University of Chile",
        ),
        ("University of Chicago Press and Wiley", "University of Chicago Press; Wiley"),
        ("Museum of Art and Parkwood Press, Inc.", "Museum of Art; Parkwood Press, Inc."),
        ("John Wiley \\& Sons", "John Wiley & Sons"),
    ],
)
def test_several_publishers_are_divided_by_semicolons_and_one_is_not_divided(said, publisher):
    # APA 9.29
    assert made("book", publisher=said)["publisher"] == publisher


def test_in_bibtex_a_publisher_is_no_list():
    assert made("book", "bibtex", publisher="Parkwood and Columbia")["publisher"] == "Parkwood and Columbia"


def test_editors_by_their_type():
    found = made(
        "book", editor="R. Sato", editora="M. Kim", editoratype="compiler", editorb="O. Ek", editorbtype="series"
    )
    assert found["editor"] == [{"family": "Sato", "given": "R."}]
    assert found["compiler"] == [{"family": "Kim", "given": "M."}]
    assert found["collection-editor"] == [{"family": "Ek", "given": "O."}]


def test_further_people_of_a_book_have_variables_of_their_own():
    found = made("book", translator="R. Sato", narrator="M. Kim", with_="O. Ek", bookauthor="I. Ny")
    assert [found[name][0]["family"] for name in ("translator", "narrator", "contributor", "container-author")] == [
        "Sato", "Kim", "Ek", "Ny",
    ]  # fmt: skip


# --- reports, theses, manuscripts (10.4, 10.6, 10.8) ----------------------------------------------------------------


def test_a_report_has_type_and_number():
    found = made("report", type="Issue Brief", number="4", institution="Atlantic Council")
    assert (found["genre"], found["number"], found["publisher"]) == ("Issue Brief", "4", "Atlantic Council")
    assert "medium" not in found


def test_a_report_in_a_series_has_the_series():
    found = made("report", issue="Vital and Health Statistics Series", number="10, Issue 260")
    assert (found["collection-title"], found["collection-number"]) == (
        "Vital and Health Statistics Series",
        "10, Issue 260",
    )
    assert "number" not in found


def test_a_grant_has_its_project_and_its_investigator():
    # APA 10.4, Example 56
    found = item("""@report{g, author = {C. Blom}, author+an:role = {1="Principal Investigator"}, title = {Stress},
        type = {Project}, number = {5R01}, titleaddon = {Grant}, date = {2015/2020}}""")
    assert (found["genre"], found["number"], found["medium"]) == ("Project", "5R01", "Grant")
    assert found["author-role"] == "Principal Investigator"
    assert found["issued"] == date([2015], [2020])


def test_a_kind_of_report_without_a_number_is_a_description():
    assert made("report", titleaddon="Policy Brief")["genre"] == "Policy brief"
    assert made("techreport", type="Working Paper")["genre"] == "Working paper"


def test_a_press_release_has_its_full_date():
    found = made("report", titleaddon="Press release", date="2019-02-14")
    assert (found["type"], found["genre"]) == ("document", "Press release")


def test_a_note_on_how_a_code_was_amended_stands_in_parentheses():
    # APA 10.4, Example 55
    assert (
        made("report", note="2002, amended effective June 1, 2010")["edition"] == "2002, amended effective June 1, 2010"
    )


def test_an_institution_as_a_place_is_the_publishers_parent_and_a_town_is_none():
    # APA 9.29
    assert made("report", location="Department of Labor", publisher="Women's Bureau")["publisher"] == (
        "Department of Labor, Women's Bureau"
    )
    found = made("report", location="Geneva", publisher="World Health Organization")
    assert (found["publisher"], found["publisher-place"]) == ("World Health Organization", "Geneva")


def test_a_report_without_an_author_is_its_institutions():
    assert made("report", author=None, institution="World Bank")["author"] == [{"literal": "World Bank"}]


@pytest.mark.parametrize(
    ("type_", "said", "genre"),
    [
        ("phdthesis", None, "Doctoral dissertation"),
        ("mastersthesis", None, "Master's thesis"),
        ("thesis", "phdthesis", "Doctoral dissertation"),
        ("thesis", "mathesis", "Master's thesis"),
        ("thesis", "bathesis", "Bachelor's thesis"),
        ("thesis", "{PhD} {Thesis}", "Doctoral dissertation"),
        ("phdthesis", "Ph.D. dissertation", "Doctoral dissertation"),
        ("thesis", "Master", "Master's thesis"),
        ("phdthesis", "Thesis", "Doctoral dissertation"),
        ("thesis", "Unpublished Doctoral Dissertation", "Unpublished doctoral dissertation"),
        ("thesis", "Undergraduate Honors Thesis", "Undergraduate honors thesis"),
    ],
)
def test_a_thesis_is_called_as_apa_calls_it(type_, said, genre):
    assert made(type_, type=said, school="University of Oslo")["genre"] == genre


def test_a_published_thesis_has_university_database_and_number():
    found = made("phdthesis", institution="University of Oslo", publisher="ProQuest", number="10289")
    assert (found["publisher"], found["archive"], found["number"]) == ("University of Oslo", "ProQuest", "10289")


@pytest.mark.parametrize(
    ("fields", "genre"),
    [
        ({"howpublished": "manunpub"}, "Unpublished manuscript"),
        ({"howpublished": "maninprep"}, "Manuscript in preparation"),
        ({"howpublished": "mansub"}, "Manuscript submitted for publication"),
        ({"howpublished": "Manuscript in preparation"}, "Manuscript in preparation"),
        ({"note": "Manuscript submitted for publication"}, "Manuscript submitted for publication"),
        ({"pubstate": "submitted"}, "Manuscript submitted for publication"),
        ({"pubstate": "inpreparation"}, "Manuscript in preparation"),
        ({"note": "Unpublished manuscript"}, "Unpublished manuscript"),
    ],
)
def test_a_manuscript_says_how_far_it_has_come(fields, genre):
    found = made("unpublished", venue="Department of Psychology", institution="University of Oslo", **fields)
    assert (found["type"], found["genre"]) == ("manuscript", genre)
    assert found["publisher"] == "Department of Psychology, University of Oslo"
    assert "status" not in found
    assert "note" not in found


@pytest.mark.parametrize(
    ("type_", "fields", "archive"),
    [
        ("online", {"eprint": "PsyArXiv", "url": "https://psyarxiv.com/k1"}, "PsyArXiv"),
        ("online", {"eprint": "PubMed Central", "url": "https://example.org"}, "PubMed Central"),
        ("misc", {"eprint": "2005.14165", "archiveprefix": "arXiv"}, "arXiv"),
        ("online", {"eprint": "2005.14165", "eprinttype": "arxiv", "pubstate": "prepublished"}, "arXiv"),
        ("article", {"journal": "arXiv preprint arXiv:2005.14165"}, "arXiv"),
        ("article", {"journal": "CoRR", "volume": "abs/2005.14165"}, "arXiv"),
        ("article", {"journal": "bioRxiv", "publisher": "Cold Spring Harbor Laboratory"}, "bioRxiv"),
        ("article", {"publisher": "Center for Open Science", "doi": "10.31234/osf.io/k1"}, "PsyArXiv"),
        ("misc", {"url": "https://www.medrxiv.org/content/1"}, "medRxiv"),
    ],
)
def test_a_preprint_is_known_by_its_archive(type_, fields, archive):
    found = made(type_, **fields)
    assert (found["type"], found["publisher"]) == ("article", archive)
    assert "container-title" not in found
    assert "status" not in found
    if archive == "arXiv":
        assert (found["number"], found["URL"]) == ("arXiv:2005.14165", "https://arxiv.org/abs/2005.14165")


def test_a_journals_article_that_is_on_arxiv_too_is_the_journals():
    found = made("article", journal="Cognition", volume="3", eprint="2005.14165", archiveprefix="arXiv", doi="10.1/1")
    assert (found["type"], found["container-title"]) == ("article-journal", "Cognition")


def test_a_number_in_a_database_stands_behind_the_title():
    # APA 10.8, Example 74
    found = made("online", version="ED545393", eprint="ERIC")
    assert (found["number"], found["publisher"]) == ("ED545393", "ERIC")
    assert "version" not in found


@pytest.mark.parametrize("type_", ["online", "manual"])
def test_the_number_of_a_record_in_any_database_stands_behind_the_title(type_):
    # APA 10.11, Example 83
    found = made(type_, version="TC099999", eprint="TestLink", entrysubtype="Database record")
    assert (found["number"], found["medium"], found.get("version")) == ("TC099999", "Database record", None)


# --- conferences (10.5) ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["presentation", "unpublished"])
def test_a_session_has_the_days_name_and_place_of_its_conference(type_):
    found = made(
        type_, date=None, entrysubtype="Conference session", eventdate="2017-07-12/2017-07-15",
        eventtitle="Meeting on Talk", venue="Porto, Portugal",
    )  # fmt: skip
    assert (found["type"], found["genre"]) == ("speech", "Conference session")
    assert found["issued"] == date([2017, 7, 12], [2017, 7, 15])
    assert (found["event-title"], found["event-place"]) == ("Meeting on Talk", "Porto, Portugal")
    assert "event-date" not in found


def test_a_contribution_to_a_symposium_names_it_and_its_chairs():
    found = made(
        "presentation", editor="R. Sato and M. Kim", editortype="chair", maintitle="Views on Talk",
        maintitleaddon="Symposium", eventtitle="Meeting on Talk",
    )  # fmt: skip
    assert (found["container-title"], found["genre"]) == ("Views on talk", "Symposium")
    assert [name["family"] for name in found["chair"]] == ["Sato", "Kim"]
    assert "editor" not in found


@pytest.mark.parametrize(
    ("said", "genre"), [("Poster", "Poster presentation"), ("Paper", "Paper presentation"), ("Lecture", "Lecture")]
)
def test_a_presentation_of_an_export_is_called_as_apa_calls_it(said, genre):
    found = made("unpublished", type=said, eventtitle="Meeting on Talk")
    assert (found["type"], found["genre"]) == ("speech", genre)


def test_a_paper_that_was_presented_somewhere_is_a_presentation():
    found = made("misc", howpublished="Paper presented at the annual meeting of the Talk Society, Porto")
    assert (found["type"], found["genre"]) == ("speech", "Paper presentation")
    assert found["event-title"] == "annual meeting of the Talk Society, Porto"


def test_a_paper_in_proceedings_has_a_book_and_its_event():
    found = made(
        "inproceedings", booktitle="Acts of Talk", pages="1--9", number="4", eventtitle="Talk 4", eventdate="2016-05-02"
    )
    assert (found["type"], found["container-title"], found["issue"]) == ("paper-conference", "Acts of Talk", "4")
    assert found["event-date"] == date([2016, 5, 2])


# --- reviews, comments, reprints (10.1, 10.3, 10.7) -----------------------------------------------------------------


def related(kind, other, said="", type_="article", further="journaltitle = {Talk Review}, date = {2019-01-11}"):
    string = f"relatedstring = {{{said}}}," if said else ""
    fields = f"related = {{b}}, relatedtype = {{{kind}}}, {string} {further}"
    entry = f"@{type_}{{a, author = {{S. Mori}}, title = {{A View}}, {fields}}}"
    return items(f"{entry}\n{other}")["a"]


def test_a_review_names_the_book_and_its_author():
    found = related(
        "reviewof", "@book{b, author = {M. Çelik}, title = {On Silence}, subtitle = {A History}}", "Review of the book"
    )
    assert found["reviewed-genre"] == "book"
    assert found["reviewed-title"] == "On silence: A history"
    assert found["reviewed-author"] == [{"family": "Çelik", "given": "M."}]


def test_a_review_of_a_film_names_the_role_of_its_maker():
    # APA 10.7, Example 67
    found = related(
        "reviewof",
        "@video{b, author = {E. Brodin}, author+an:role = {1=director}, title = {Silence}}",
        "Review of the film",
    )
    assert found["reviewed-genre"] == "film"
    assert found["reviewed-author"] == [{"family": "Brodin", "given": "E.", "suffix": "Dir.", "comma-suffix": True}]


def test_a_review_of_an_episode_has_its_title_in_quotation_marks():
    # APA 10.7, Example 69
    found = related(
        "reviewof",
        "@video{b, entrysubtype = {tvepisode}, author = {M. Skau}, author+an:role = {1=writer,director},"
        " title = {Far Away}}",
        "Review of the {TV} series episode",
    )
    assert found["genre"] == "Review of the TV series episode \u201cFar away,\u201d by M. Skau, Writer & Dir."
    assert "reviewed-title" not in found


def test_the_place_of_an_episode_in_its_series_is_not_in_the_description_of_its_review():
    # APA 10.12, Example 87, has it in the reference of the episode, and 10.7, Example 69, not in that of the review
    found = related(
        "reviewof",
        "@video{b, entrysubtype = {tvepisode}, author = {M. Skau}, title = {Far (and) Away ({Season}~7, {Episode}~1)}}",
        "Review of the {TV} series episode",
    )
    assert found["genre"] == "Review of the TV series episode \u201cFar (and) away,\u201d by M. Skau"


def test_a_comment_names_the_article():
    found = related("commenton", "@article{b, title = {How Friends Help}}", "Comment on the article")
    assert found["genre"] == "Comment on the article \u201cHow friends help\u201d"


def test_a_reprint_names_the_article_that_it_was():
    # APA 10.1, Example 11
    found = related(
        "reprintfrom",
        "@article{b, title = {A View}, subtitle = {On Talk}, journaltitle = {Old Talk}, volume = {51}, number = {3},"
        " pages = {391--402}, date = {1981}, doi = {10.1111/1}}",
    )
    assert found["references"] == (
        "Reprinted from \u201cA view: On talk,\u201d 1981, <i>Old Talk</i>, <i>51</i>[3], 391\u2013402, "
        "https://doi.org/10.1111/1"
    )


def test_a_reprint_has_the_year_of_the_work_that_it_was():
    # APA 8.15: the text cites both years
    old = "@article{b, title = {T}, journaltitle = {J}, date = {1981}}"
    assert related("reprintfrom", old)["original-date"] == date([1981])
    assert related("reprintfrom", old, further="origdate = {1979}")["original-date"] == date([1979])


def test_a_reprint_names_the_book_that_it_was():
    # APA 10.3, Example 44
    found = related(
        "reprintfrom",
        "@book{b, editor = {F. Rich and T. Ek}, title = {Mind}, pages = {113--123}, publisher = {NEP}, date = {1973}}",
        type_="inbook",
        further="booktitle = {Talk}, date = {2005}",
    )
    assert found["references"] == "Reprinted from <i>Mind</i>, pp. 113\u2013123, by F. Rich & T. Ek, Eds., 1973, NEP"


def test_a_translation_of_an_entry_has_its_title_and_date():
    found = related(
        "translationof",
        "@book{b, title = {La Vue}, date = {1931}, langid = {french}}",
        type_="book",
        further="date = {2005}",
    )
    assert (found["original-title"], found["original-date"]) == ("La Vue", date([1931]))


# --- data, software, tests (10.9 to 10.11) --------------------------------------------------------------------------


def test_a_data_set_has_number_version_and_description():
    found = made("dataset", entrysubtype="Data set", number="ICPSR 37080", version="V1", publisher="ICPSR")
    assert (found["number"], found["version"], found["medium"]) == ("ICPSR 37080", "V1", "Data set")
    assert "genre" not in found


@pytest.mark.parametrize(
    ("said", "version"), [("3.3", "3.3"), ("Version 3.3", "3.3"), ("v3.3", "3.3"), ("ver. 2", "2")]
)
def test_the_style_writes_the_word_version(said, version):
    assert made("software", version=said)["version"] == version


def test_an_entry_in_an_app_is_a_part_of_it():
    found = made("software", entrysubtype="Mobile app", appentry="Drug {A} + Drug {B}", title="Medical References")
    assert found["title"] == 'Drug <span class="nocase">A</span> + drug <span class="nocase">B</span>'
    assert (found["container-title"], found["genre"]) == ("Medical references", "Mobile app")


def test_what_r_says_of_a_package_is_software_with_a_version_and_its_own_letters():
    found = item("""@Manual{p, title = {effsum: Sums of Effects}, author = {Ana Lima}, year = {2019},
        note = {R package version 1.1-21}, url = {https://CRAN.R-project.org/package=effsum}}""")
    assert (found["type"], found["version"]) == ("software", "1.1-21")
    assert found["title"] == '<span class="nocase">effsum</span>: Sums of effects'
    assert "note" not in found


# --- recordings (10.12, 10.13) and pictures (10.14) -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "roles"),
    [
        ("1=guestexpert;2=host;3=host", "Guest Expert; Host; Host"),
        ("1=writer;2=writer;3=director", "Writer; Writer; Director"),
        ("1=director,writer;2=writer;3=writer", "Writer & Director; Writer; Writer"),
        ("1=host;2=host;3=host", "; ; Hosts"),
        ("=execproducers", "; ; Executive Producers"),
        ('1="Principal Investigator"', "Principal Investigator; ; "),
        ("2=composer", "; Composer; "),
    ],
)
def test_each_person_has_a_role_and_a_shared_one_stands_once(annotation, roles):
    # APA 9.10
    found = item(
        f"@video{{v, author = {{A. Ek and B. Ny and C. Oe}}, author+an:role = {{{annotation}}}, title = {{Talk}}}}"
    )
    assert found["author-role"] == roles


def test_one_person_has_her_role_in_the_singular():
    assert item("@video{v, author = {A. Ek}, author+an:role = {=hosts}, title = {Talk}}")["author-role"] == "Host"


def test_a_user_name_belongs_to_its_name():
    found = item('@online{o, author = {{Parks} and B. Ny}, author+an:username = {1="@Parks\\_NPS"}, title = {Look}}')
    assert found["author-username"] == "@Parks_NPS; "


def test_an_episode_is_a_part_of_its_series():
    found = made(
        "video", entrysubtype="tvepisode", maintitle="Small Towns", execproducer="R. Sato and M. Kim", date="1995-05-21"
    )
    assert (found["type"], found["container-title"]) == ("broadcast", "Small towns")
    assert [name["family"] for name in found["executive-producer"]] == ["Sato", "Kim"]


def test_the_number_of_an_episode_stands_before_its_description():
    found = made("audio", entrysubtype="podcastepisode", maintitle="{Small} {Towns}", number="443")
    assert (found["number"], found["medium"]) == ("443", "Audio podcast episode")
    assert "genre" not in found


def test_a_note_on_the_edition_of_a_film_stands_behind_its_description():
    # APA 10.12, Example 84
    assert made("video", entrysubtype="film", note="director's cut on DVD")["genre"] == "Film; director's cut on DVD"


def test_zoteros_title_of_a_program_is_the_series():
    found = made("audio", titleaddon="Radiolab")
    assert (found["type"], found["container-title"]) == ("broadcast", "Radiolab")


@pytest.mark.parametrize("type_", ["video", "movie"])
def test_a_video_is_described_even_if_its_entry_does_not(type_):
    assert made(type_)["genre"] == {"video": "Video", "movie": "Film"}[type_]


def test_the_museum_that_holds_a_picture_is_its_archive():
    # APA 9.31
    found = made("image", entrysubtype="painting", location="National Gallery, Oslo, Norway", date="1826/1827")
    assert (found["archive"], found["archive-place"]) == ("National Gallery", "Oslo, Norway")
    assert found["issued"] == date([1826], [1827])


# --- the web (10.15, 10.16) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "csl", "site"),
    [
        ({"eprint": "HuffPost"}, "webpage", "HuffPost"),
        ({"eprint": "Reddit"}, "post", "Reddit"),
        ({"eprint": "Facebook", "entrysubtype": "video"}, "post", "Facebook"),
        ({"titleaddon": "The Conversation"}, "webpage", "The Conversation"),
        ({"titleaddon": "Harvard Business Review"}, "webpage", "Harvard Business Review"),
        ({"titleaddon": "Blog post"}, "webpage", None),
        ({}, "webpage", None),
    ],
)
def test_a_page_has_the_site_on_which_it_stands(fields, csl, site):
    found = made("online", url="https://example.org", **fields)
    assert (found["type"], found.get("container-title")) == (csl, site)


def test_the_organization_behind_a_page_is_its_publisher():
    assert made("online", organization="{Department of Commerce}")["publisher"] == "Department of Commerce"


@pytest.mark.parametrize(
    "fields",
    [
        {"howpublished": "\\url{https://example.org/a_b}", "note": "Accessed: 2019-05-14"},
        {"howpublished": "Available at \\url{https://example.org/a_b}", "note": "[Online; accessed 14-May-2019]"},
        {"url": "https://example.org/a_b", "urldate": "2019-05-14"},
        {"url": "https://example.org/a_b http://other.example.org", "note": "Retrieved May 14, 2019"},
        {"note": "Last accessed 14 May 2019, \\url{https://example.org/a_b}"},
    ],
)
def test_an_address_may_stand_anywhere(fields):
    found = made("misc", date=None, **fields)
    assert (found["type"], found["URL"]) == ("webpage", "https://example.org/a_b")
    assert found["accessed"] == date([2019, 5, 14])
    assert "publisher" not in found


@pytest.mark.parametrize(
    "fields",
    [
        {"doi": "10.1037/a0040251"},
        {"doi": "https://doi.org/10.1037/a0040251"},
        {"doi": "doi:10.1037/a0040251"},
        {"doi": "https://doi.org/https://doi.org/10.1037/a0040251"},
        {"doi": "https://doi-org.proxy.library.edu/10.1037/a0040251"},
        {"url": "http://dx.doi.org/10.1037/a0040251"},
        {"url": "https://doi.org/10.1037%2Fa0040251"},
    ],
)
def test_a_doi_is_bare(fields):
    assert made("article", journal="Memory", **fields)["DOI"] == "10.1037/a0040251"


def test_a_stable_address_is_made_of_the_number_in_an_archive():
    assert (
        made("article", journal="Mind", eprint="2251", eprinttype="jstor")["URL"] == "https://www.jstor.org/stable/2251"
    )
    assert made("article", journal="Mind", eprint="2251", eprinttype="pubmed")["PMID"] == "2251"


# --- the rest -------------------------------------------------------------------------------------------------------


def test_years_and_months_of_bibtex_are_dates():
    found = item("@article{a, author = {A. Ek}, title = {Talk}, journal = {Mind}, year = 2018, month = mar}", "bibtex")
    assert found["issued"] == date([2018, 3])


def test_undated_is_no_date():
    assert "issued" not in made("book", date=None, year="n.d.")


@pytest.mark.parametrize(
    ("further", "issued", "issue"),
    [
        ({"entrysubtype": "magazine", "issue": "Winter"}, [2016, 24], None),
        ({"entrysubtype": "magazine", "issue": "Jan."}, [2016, 1], None),
        ({"issue": "Spring", "number": "2"}, [2016, 21], "2"),
        ({"issue": "Spring"}, [2016], "Spring"),
        ({"entrysubtype": "magazine", "issue": "Markets"}, [2016], "Markets"),
        ({"entrysubtype": "magazine", "issue": "3"}, [2016], "3"),
        ({"entrysubtype": "magazine", "issue": "Winter", "date": "2016-12-03"}, [2016, 12, 3], "Winter"),
        ({"entrysubtype": "magazine", "issue": "Winter", "date": None}, None, "Winter"),
    ],
)
def test_the_season_by_which_an_issue_is_called_is_its_date(further, issued, issue):
    # biblatex manual, 2.2.2 and 2.3.11; APA 9.14
    found = made("article", journaltitle="Shore Quarterly", **further)
    assert found.get("issued") == (date(issued) if issued else None)
    assert found.get("issue") == issue


@pytest.mark.parametrize("said", ["Brochure", "[Brochure]", "Leaflet"])
def test_how_a_booklet_came_out_is_its_description(said):
    # APA 9.21
    found = made("booklet", howpublished=said)
    assert (found["genre"], found.get("publisher")) == (said.strip("[]"), None)
    assert made("booklet", howpublished="Nail Museum")["publisher"] == "Nail Museum"


def test_a_letter_is_its_description():
    found = made(
        "letter", author="C. Dahl", recipient="J. Hook", title="Letter to Hook", library="Oslo University Library"
    )
    assert (found["genre"], found["archive"]) == ("Letter", "Oslo University Library")
    assert found["recipient"] == [{"family": "Hook", "given": "J."}]
    assert "title" not in found


def test_paragraphs_of_an_annotation_are_divided():
    assert made("book", annotation="One \\emph{word}.\n\nTwo.")["annote"] == "One <i>word</i>.\u2029Two."


def test_small_fields_keep_their_place():
    found = made(
        "book", shortauthor="WHO", shorttitle="Small Talk", shorthand="ST", isbn="978-1", keywords="a, unverified",
        pagetotal="300", volumes="3", origpublisher="Deuticke", abstract="Of talk.",
    )  # fmt: skip
    assert (found["shortauthor"], found["title-short"], found["citation-label"]) == ("WHO", "Small talk", "ST")
    assert (found["ISBN"], found["keyword"], found["number-of-pages"]) == ("978-1", "a, unverified", "300")
    assert (found["number-of-volumes"], found["original-publisher"]) == ("3", "Deuticke")
    assert found["abstract"] == "Of talk."


def test_useprefix_false_lets_the_particle_drop():
    assert made("book", author="Ludwig van Beethoven", options="useprefix=false")["author"] == [
        {"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"}
    ]


@pytest.mark.parametrize(
    "type_", ["article", "book", "misc", "online", "thesis", "video", "audio", "image", "report", "wibble"]
)
def test_an_entry_with_nothing_in_it_is_still_an_item(type_):
    assert set(item(f"@{type_}{{empty, note = {{}}}}")) >= {"id", "type"}


@pytest.mark.parametrize(
    ("series", "printed"),
    [("newseries", "New series"), ("oldseries", "Old series"), ("3", "3rd series"), ("11", "11th series"), ("B", "B")],
)
def test_a_journal_s_series_is_named(series, printed):
    assert made("article", journaltitle="Mind", series=series)["collection-title"] == printed


def test_a_short_doi_is_a_doi():
    assert made("article", journaltitle="Mind", doi="10/cn2h9c")["DOI"] == "10/cn2h9c"
    assert made("article", journaltitle="Mind", doi="https://doi.org/10/cn2h9c")["DOI"] == "10/cn2h9c"
    assert made("article", journaltitle="Mind", doi="https://doi.org/fg6rf9")["DOI"] == "fg6rf9"
    assert made("article", journaltitle="Mind", url="https://doi.org/fg6rf9")["DOI"] == "fg6rf9"
    assert made("article", journaltitle="Mind", doi="fg6rf9")["DOI"] == "fg6rf9"
    assert "DOI" not in made("article", journaltitle="Mind", doi="unknown")


def test_a_doi_that_stands_as_number_of_an_article_too_is_no_number():
    assert "number" not in made("misc", eid="10.5281/zenodo.1", doi="10.5281/zenodo.1")


@pytest.mark.parametrize(
    ("pages", "count"), [("320", "320"), ("xiv, 402", "402"), ("xxi + 554", "554"), ("45 p.", "45")]
)
def test_pages_of_a_whole_book_are_counted(pages, count):
    got = made("book", pages=pages)
    assert got["number-of-pages"] == count
    assert "page" not in got


@pytest.mark.parametrize(("pages", "count"), [("20--40", None), ("1--320", "320")])
def test_a_range_of_pages_is_not_printed_of_a_whole_book(pages, count):
    # APA 10.2: the reference of a book has no element for pages
    got = made("book", pages=pages)
    assert (got.get("page"), got.get("number-of-pages")) == (None, count)


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        (
            "Modeling {Memory}: {Exploring} the {Word} {Norms} {Between} {Us}",
            "Modeling memory: Exploring the word norms between us",
        ),
        (
            "The {Failure} of {Bayesian} {Testing} in {Germany} {Today}",
            "The failure of Bayesian testing in Germany today",
        ),
        (
            "Stimulation modulates bias in the {Somatic} {Signal} {Detection} {Task}",
            "Stimulation modulates bias in the Somatic Signal Detection Task",
        ),
        ("The Effects of {Prozac} on {Freud} and {Beck}", "The effects of Prozac on Freud and Beck"),
    ],
)
def test_braces_that_zotero_sets_around_each_capital_protect_no_name(title, printed):
    entry = f"@article{{lima_first_2016, author = {{Lima, Ana}}, title = {{{title}}}, year = {{2016}}}}"
    assert re.sub(r"</?span[^>]*>", "", item(entry, "bibtex")["title"]) == printed


@pytest.mark.parametrize(
    ("key", "year"), [("lima2016", "year"), ("lima_first_2016", "date"), ("Lima_2016", "year"), ("l:a_b_2016", "year")]
)
def test_braces_are_a_law_in_any_entry_that_is_not_certainly_zoteros(key, year):
    title = "Minnesota {Multiphasic} {Personality} {Inventory}--2 {Restructured} {Form}"
    found = item(f"@book{{{key}, title = {{{title}}}, {year} = {{2016}}}}")["title"]
    expected = "Minnesota Multiphasic Personality Inventory\u20132 Restructured Form"
    assert re.sub(r"</?span[^>]*>", "", found) == expected


def test_a_german_title_keeps_its_capitals_without_a_language():
    title = "Die Bedeutung der Emotionen in der Psychotherapie"
    assert made("article", title=title)["title"] == title
    assert made("article", title="The Role of the Blaue Reiter and Der Sturm")["title"].startswith("The role of")


def test_small_words_of_other_languages_stay_small_in_the_name_of_a_journal():
    got = made("article", journaltitle="Zeitschrift für Psychologie")["container-title"]
    assert got == 'Zeitschrift <span class="nocase">für</span> Psychologie'


def test_a_page_whose_site_stands_as_its_journal_is_a_page():
    got = made("misc", journal="Centers for Disease Control", url="https://www.cdc.gov/x")
    assert (got["type"], got["container-title"]) == ("webpage", "Centers for Disease Control")
    assert made("misc", journal="Mind", volume="3", url="https://x.org")["type"] == "article-journal"


def test_author_as_publisher_is_left_out():
    assert "publisher" not in made("book", publisher="Author")


def test_where_an_unpublished_work_came_out_is_kept():
    got = made("unpublished", howpublished="European Congress of Methodology, Valencia, Spain")
    assert got["publisher"] == "European Congress of Methodology, Valencia, Spain"
    assert "publisher" not in made("unpublished", howpublished="Manuscript submitted for publication")


def test_the_apostrophe_of_a_year_begins_no_quotation():
    assert (
        made("inproceedings", booktitle="CHI '08: CHI '08 papers")["container-title"]
        == "CHI \u201908: CHI \u201908 papers"
    )


def test_an_event_has_its_older_name_for_older_styles():
    got = made("unpublished", eventtitle="APA Convention", date="2019-08-09")
    assert got["event"] == got["event-title"] == "APA Convention"


def test_two_places_are_divided_by_a_semicolon():
    assert (
        made("book", location="Durham and London", publisher="Duke University Press")["publisher-place"]
        == "Durham; London"
    )


def test_the_organizer_of_a_book_is_its_editor():
    got = made("collection", author=None, editor="Franco Moretti", editortype="organizer")
    assert got["editor"] == [{"family": "Moretti", "given": "Franco"}]
    assert "organizer" not in got


def test_zotero_s_broken_date_of_access_is_a_date():
    got = made("online", url="https://x.org", urldate="2018-08-08TZ")
    assert got["accessed"] == date((2018, 8, 8))


@pytest.mark.parametrize(("said", "version"), [("1.3", "1.3"), ("v3", "3"), ("R2020b", "R2020b"), ("2020", "2020")])
def test_the_version_of_a_page_is_no_number(said, version):
    got = made("online", url="https://x.org", version=said)
    assert (got["version"], got.get("number")) == (version, None)


def test_a_number_of_cochrane_is_that_of_an_article():
    got = made("article", journaltitle="Cochrane Database of Systematic Reviews", number="4", pages="CD006117")
    assert (got["number"], got.get("page")) == ("CD006117", None)


def test_the_title_of_a_german_patent_keeps_its_capitals():
    assert (
        made("patent", title="Elektrische Einrichtung", number="1", langid="german")["title"]
        == "Elektrische Einrichtung"
    )


# --- what databases write -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["art_number", "article-number", "articleno", "eid"])
def test_an_article_number_is_known_by_the_names_that_databases_give_it(name):
    work = made("article", journal="Journal of Talk", volume="3", **{name: "104501"})
    assert work["number"] == "104501"


def test_scopus_s_own_number_of_a_record_is_no_article_number():
    assert "number" not in made("article", journal="Journal of Talk", volume="3", eid="2-s2.0-85141914988")


def test_a_chapter_that_scopus_calls_a_book_is_a_chapter():
    work = made("book", journal="Handbook of Talk", pages="67 -- 89", publisher="Taylor and Francis")
    assert (work["type"], work["container-title"], work["page"]) == ("chapter", "Handbook of Talk", "67\u201389")
    assert work["publisher"] == "Taylor and Francis"


def test_an_address_behind_a_login_is_left_out():
    address = "https://www.scopus.com/inward/record.uri?eid=2-s2.0-1&partnerID=40"
    assert "URL" not in made("article", journal="Journal of Talk", url=address)


def test_a_publisher_with_a_legal_form_is_one():
    name = "Institute of Electrical and Electronics Engineers Inc."
    assert made("book", publisher=name)["publisher"] == name
    assert made("book", publisher="Guilford Press and Basic Books")["publisher"] == "Guilford Press; Basic Books"


def test_a_journal_in_capitals_is_put_into_title_case_by_its_short_name():
    work = made("article", journal="{IEEE TRANSACTIONS ON TALK}", volume="3", **{"journal-iso": "{IEEE Trans. Talk}"})
    assert work["container-title"] == "IEEE Transactions on Talk"


def test_the_publisher_of_a_book_in_web_of_science_is_in_usual_letters():
    assert (
        made("book", publisher="{OXFORD UNIV PRESS}", **{"unique-id": "WOS:1"})["publisher"]
        == "Oxford University Press"
    )
    assert made("book", publisher="UNESCO")["publisher"] == "UNESCO"


@pytest.mark.parametrize(
    ("fields", "title", "description"),
    [
        ({"titleaddon": "Video"}, "On small talk", "Video"),
        ({"titleaddon": "Video with subtitles"}, "On small talk", "Video with subtitles"),
        ({"titleaddon": "Trailer"}, f"On small talk {UPRIGHT.format('Trailer')}", "Video"),
        ({"titleaddon": "Trailer of a film", "title": None}, None, "Trailer of a film"),
    ],
)
def test_of_two_descriptions_the_one_that_says_all_of_the_other_is_printed(fields, title, description):
    found = made("video", entrysubtype="video", **fields)  # APA 9.21, 9.22
    assert (found.get("title"), found["genre"]) == (title, description)


def test_a_post_without_words_has_what_is_attached_for_its_title():
    found = made("online", entrysubtype="Tweet", eprint="Twitter", title=None, titleaddon="Image attached")
    assert (found["title"], found["genre"]) == (UPRIGHT.format("Image attached"), "Tweet")  # APA 10.15


@pytest.mark.parametrize(
    ("title", "posted"),
    [
        ("clubs are forming: they make a difference", "clubs are forming: they make a difference"),
        ("Clubs Are Forming: They Make a Difference", "Clubs are forming: They make a difference"),
    ],
)
def test_a_post_gets_no_capitals_that_nobody_typed(title, posted):
    assert made("online", entrysubtype="Tweet", eprint="Twitter", title=title)["title"] == posted  # APA 10.15


@pytest.mark.parametrize("field", ["titleaddon", "howpublished", "pubstate", "note"])
def test_a_thesis_that_is_said_to_be_unpublished_is_called_so(field):
    found = made("mastersthesis", school="University of Oslo", **{field: "unpublished"})
    assert (found["genre"], found.get("medium")) == ("Unpublished master's thesis", None)  # APA 10.6:64


@pytest.mark.parametrize(
    ("version", "variable", "value"),
    [("2", "version", "2"), ("v1.2", "version", "1.2"), ("ED545393", "number", "ED545393")],
)
def test_a_version_of_a_preprint_is_no_number_in_its_archive(version, variable, value):
    assert made("online", eprint="PsyArXiv", version=version)[variable] == value


def test_the_mark_of_a_quotation_stands_outside_what_braces_protect():
    assert made("article", title="Echoes of {``Moby Dick''}")["title"] == (
        'Echoes of \u201c<span class="nocase">Moby Dick</span>\u201d'
    )
