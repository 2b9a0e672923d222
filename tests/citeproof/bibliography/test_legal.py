"""Legal works (APA chapter 11): what records of biblatex-apa and items of Zotero say, how APA prints and cites them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeproof import document, programs, styles
from citeproof.bibliography import bluebook, legal
from citeproof.bibliography.model import Field, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from pathlib import Path

HERE = Place("references.bib", 1, 1)

Case = tuple[str, dict[str, Any], str, str]


def record(type_: str, **fields: str) -> Record:
    """Give a record; in names of fields "__" stands for "+an:"."""
    named = {name.replace("__", "+an:"): value for name, value in fields.items()}
    return Record("key", type_, HERE, {name: Field(name, value, HERE) for name, value in named.items()})


def day(*parts: int) -> dict[str, Any]:
    return {"date-parts": [list(parts)]}


# type of the record, its fields, the reference, the citation in parentheses without them
RECORDS: list[Case] = [
    # 11.4 Court decisions
    (
        "jurisdiction",
        {"title": "Miranda v. Arizona", "citation": "384 U.S. 436", "date": "1966-06-13"},
        "Miranda v. Arizona, 384 U.S. 436 (1966).",
        "*Miranda v. Arizona*, 1966",
    ),
    (
        "jurisdiction",
        {"title": "Moore v. United States", "citation": r"602 U.S. \_\_\_", "date": "2024", "url": "https://a.org/m"},
        "Moore v. United States, 602 U.S. ___ (2024). https://a.org/m",
        "*Moore v. United States*, 2024",
    ),
    (
        "jurisdiction",
        {"title": "Doe v. Taylor ISD", "citation": "15 F.3d 443", "organization": "5th Cir.", "date": "1994"},
        "Doe v. Taylor ISD, 15 F.3d 443 (5th Cir. 1994).",
        "*Doe v. Taylor ISD*, 1994",
    ),
    (
        "jurisdiction",
        {"title": "Wyatt v. Stickney", "citation": "325 F. Supp. 781", "organization": "M.D. Ala.", "date": "1971"},
        "Wyatt v. Stickney, 325 F. Supp. 781 (M.D. Ala. 1971).",
        "*Wyatt v. Stickney*, 1971",
    ),
    (
        "jurisdiction",
        {
            "title": "Roy v. Ray",
            "citation": "10 F. Supp. 2d 20 and rev'd and 30 F.3d 40 and cert. denied and 500 U.S. 60",
            "citation__citeorg": '1="E.D. Pa.";3="3d Cir."',
            "citation__citedate": '1="1998";3="1999"',
            "date": "2000",
            "origdate": "1998",
        },
        (
            "Roy v. Ray, 10 F. Supp. 2d 20 (E.D. Pa. 1998), _rev'd_, 30 F.3d 40 (3d Cir. 1999), "
            "_cert. denied_, 500 U.S. 60 (2000)."
        ),
        "*Roy v. Ray*, 1998/2000",
    ),
    (
        "jurisdiction",
        {
            "title": "In re Lifschutz",
            "citation": "2 Cal.3d 415 and 85 Cal. Rptr. 829 and 467 P.2d 557",
            "citation__citeorg": '3="Cal."',
            "citation__citedate": '3="1970"',
            "date": "1970",
        },
        "In re Lifschutz, 2 Cal.3d 415, 85 Cal. Rptr. 829, 467 P.2d 557 (Cal. 1970).",
        "*In re Lifschutz*, 1970",
    ),
    (
        "jurisdiction",
        {"title": "Lee v. Kim", "citation": "No. 12-345, 2013 WL 6789", "organization": "D. Or.", "date": "2013-05-03"},
        "Lee v. Kim, No. 12-345, 2013 WL 6789 (D. Or. May 3, 2013).",
        "*Lee v. Kim*, 2013",
    ),
    (  # as reference managers write one
        "jurisdiction",
        {
            "title": "Lee v. Kim",
            "journaltitle": "F2d",
            "volume": "12",
            "pages": "34--40",
            "institution": "9th Cir.",
            "year": "1970",
        },
        "Lee v. Kim, 12 F.2d 34 (9th Cir. 1970).",
        "*Lee v. Kim*, 1970",
    ),
    # 11.5 Statutes
    (
        "legislation",
        {
            "title": "Family Educational Rights and Privacy Act",
            "titleaddon": "of 1974",
            "location": r"20 U.S.C. § 1232g \emph{et seq.}",
            "date": "1974",
        },
        "Family Educational Rights and Privacy Act of 1974, 20 U.S.C. § 1232g _et seq._ (1974).",
        "Family Educational Rights and Privacy Act, 1974",
    ),
    (
        "legislation",
        {"title": "Voting Rights Act of 1965", "location": "Pub. L. No. 89-110 and 79 Stat. 437", "date": "1965"},
        "Voting Rights Act of 1965, Pub. L. No. 89-110, 79 Stat. 437 (1965).",
        "Voting Rights Act, 1965",
    ),
    (
        "legislation",
        {"title": "Baker Act", "location": r"Fla. Stat. § 394.451", "origdate": "1971", "date": "2016"},
        "Baker Act, Fla. Stat. § 394.451 (1971 & rev. 2016).",
        "Baker Act, 1971/2016",
    ),
    (
        "legislation",
        {"title": "National Prohibition Act", "location": "41 Stat. 305", "date": "1919", "note": "repealed 1935"},
        "National Prohibition Act, 41 Stat. 305 (1919) (repealed 1935).",
        "National Prohibition Act, 1919",
    ),
    (  # a private note is no part of a statute
        "legislation",
        {"title": "Baker Act", "location": "41 Stat. 305", "date": "1919", "note": "ask Ann for the file"},
        "Baker Act, 41 Stat. 305 (1919).",
        "Baker Act, 1919",
    ),
    # 11.6 Legislative materials
    (
        "legmaterial",
        {
            "title": "Sleep at sea",
            "subtitle": "How watches tire crews",
            "location": "{U.S. House Committee on Armed Services and Veterans} and 115th Cong.",
            "note": "testimony of Ann B. Lee",
            "date": "2018-02-03",
        },
        (
            "_Sleep at sea: How watches tire crews_, U.S. House Committee on Armed Services and Veterans, "
            "115th Cong. (2018) (testimony of Ann B. Lee)."
        ),
        "*Sleep at Sea*, 2018",
    ),
    (  # without braces biblatex divides the committee's name at "and"
        "legmaterial",
        {
            "title": "Sleep at sea",
            "location": "U.S. House Committee on Armed Services and Veterans and 115th Cong.",
            "note": "(testimony of Ann B. Lee)",
            "date": "2018",
        },
        (
            "_Sleep at sea_, U.S. House Committee on Armed Services and Veterans, 115th Cong. (2018) "
            "(testimony of Ann B. Lee)."
        ),
        "*Sleep at Sea*, 2018",
    ),
    (
        "legmaterial",
        {
            "title": "Sleep at sea",
            "subtitle": r"Hearing before the U.S. Senate Committee on Commerce, Science \& Transportation",
            "location": "115th Cong.",
            "date": "2018",
        },
        (
            "_Sleep at sea: Hearing before the U.S. Senate Committee on Commerce, Science & Transportation_, "
            "115th Cong. (2018)."
        ),
        "*Sleep at Sea*, 2018",
    ),
    (
        "legislation",
        {"title": "Sleep Act", "location": "S. 12, 115th Cong., 2d Sess.", "date": "2018"},
        "Sleep Act, S. 12, 115th Cong., 2d Sess. (2018).",
        "Sleep Act, 2018",
    ),
    (
        "legmaterial",
        {"source": "senate", "type": "resolution", "number": "12", "location": "115th Cong.", "date": "2018"},
        "S. Res. 12, 115th Cong. (2018).",
        "S. Resolution 12, 2018",
    ),
    (
        "legmaterial",
        {
            "source": "houseofrepresentatives",
            "type": "jointresolution",
            "number": "12",
            "location": "115th Cong.",
            "date": "2018",
        },
        "H.R.J. Res. 12, 115th Cong. (2018).",
        "H.R. Joint Resolution 12, 2018",
    ),
    (
        "legmaterial",
        {"source": "houseofrepresentatives", "type": "report", "number": "115-12", "date": "2018"},
        "H.R. Rep. No. 115-12 (2018).",
        "H.R. Rep. No. 115-12, 2018",
    ),
    (
        "legmaterial",
        {"source": "senate", "type": "report", "number": "115-12", "location": "115th Cong.", "date": "2018"},
        "S. Rep. No. 115-12, 115th Cong. (2018).",
        "S. Rep. No. 115-12, 2018",
    ),
    # 11.7 Administrative and executive materials
    (
        "legadminmaterial",
        {"title": "Protection of Sleepers", "citation": "45 C.F.R. § 99.3", "date": "2018"},
        "Protection of Sleepers, 45 C.F.R. § 99.3 (2018).",
        "Protection of Sleepers, 2018",
    ),
    (
        "legadminmaterial",
        {
            "title": "Defining Sleep for Crews of Ships at Sea",
            "shorttitle": "Defining Sleep",
            "citation": "83 F.R. 1234",
            "note": "to be codified at 46 C.F.R. § 15",
            "keywords": "proposed",
            "date": "2018-05-03",
        },
        (
            "Defining Sleep for Crews of Ships at Sea, 83 F.R. 1234 (proposed May 3, 2018) "
            "(to be codified at 46 C.F.R. § 15)."
        ),
        "Defining Sleep, 2018",
    ),
    (
        "legadminmaterial",
        {"title": "Crews of Ships", "citation": "83 Fed. Reg. 1234", "date": "2018-05-03"},
        "Crews of Ships, 83 Fed. Reg. 1234 (May 3, 2018).",
        "Crews of Ships, 2018",
    ),
    (
        "legadminmaterial",
        {"type": "execorder", "number": "13,800", "citation": "3 C.F.R. 345", "date": "2018"},
        "Exec. Order No. 13,800, 3 C.F.R. 345 (2018).",
        "Exec. Order No. 13,800, 2018",
    ),
    # 11.8 Patents
    (
        "patent",
        {
            "author": "Lee, Ann and Kim, Bo",
            "title": "Bed for Ships",
            "type": "patentus",
            "number": "9,876,543",
            "date": "2018",
        },
        "Lee, A., & Kim, B. (2018). _Bed for ships_ (U.S. Patent No. 9,876,543). U.S. Patent and Trademark Office.",
        "Lee & Kim, 2018",
    ),
    # 11.9 Constitutions and charters
    (
        "constitution",
        {"source": "us", "type": "constitution", "article": "II", "section": "1"},
        "U.S. Const. art. II, § 1.",
        "U.S. Const. art. II, § 1",
    ),
    (
        "constitution",
        {"source": "newmexico", "type": "constitution", "article": "XX"},
        "N.M. Const. art. XX.",
        "N.M. Const. art. XX",
    ),
    (
        "constitution",
        {"source": "us", "type": "constitution", "amendment": "XV"},
        "U.S. Const. amend. XV.",
        "U.S. Const. amend. XV",
    ),
    (
        "constitution",
        {"source": "us", "type": "constitution", "amendment": "I--X"},
        "U.S. Const. amend. I\u2013X.",
        "U.S. Const. amend. I\u2013X",
    ),
    (
        "constitution",
        {"source": "us", "type": "constitution", "amendment": "XVIII", "keywords": "repealed", "eventdate": "1933"},
        "U.S. Const. amend. XVIII (repealed 1933).",
        "U.S. Const. amend. XVIII, repealed 1933",
    ),
    (
        "constitution",
        {"source": "unitednations", "type": "charter", "article": "2", "part": "4"},
        "U.N. Charter art. 2, para. 4.",
        "U.N. Charter art. 2, para. 4",
    ),
    # 11.10 Treaties and international conventions
    (
        "legal",
        {"title": "Convention Against Torture", "date": "1984-12-10", "url": "https://un.org/cat"},
        "Convention Against Torture, December 10, 1984, https://un.org/cat",
        "Convention Against Torture, 1984",
    ),
    (
        "legal",
        {"title": "Antarctic Treaty", "date": "1959-12-01", "citation": "402 U.N.T.S. 71"},
        "Antarctic Treaty, December 1, 1959, 402 U.N.T.S. 71.",
        "Antarctic Treaty, 1959",
    ),
]

# What Zotero exports as CSL JSON for the same kinds of works.
ITEMS: list[Case] = [
    (
        "legal_case",
        {
            "title": "Miranda v. Arizona",
            "authority": "Supreme Court",
            "container-title": "US",
            "volume": "384",
            "page": "436",
            "issued": day(1966, 6, 13),
        },
        "Miranda v. Arizona, 384 U.S. 436 (1966).",
        "*Miranda v. Arizona*, 1966",
    ),
    (
        "legal_case",
        {
            "title": "Moore v. United States",
            "authority": "Supreme Court of the United States",
            "container-title": "U.S.",
            "volume": "602",
            "issued": day(2024),
        },
        "Moore v. United States, 602 U.S. ___ (2024).",
        "*Moore v. United States*, 2024",
    ),
    (
        "legal_case",
        {
            "title": "Doe v. Taylor ISD",
            "authority": "Court of Appeals, 5th Circuit",
            "container-title": "F. 3d",
            "volume": "15",
            "page": "443-480",
            "issued": day(1994, 3, 3),
        },
        "Doe v. Taylor ISD, 15 F.3d 443 (5th Cir. 1994).",
        "*Doe v. Taylor ISD*, 1994",
    ),
    (
        "legal_case",
        {
            "title": "Roy v. Ray",
            "authority": "Dist. Court, ED Pennsylvania",
            "container-title": "F. Supp. 2d",
            "volume": "10",
            "page": "20",
            "references": "aff'd, 30 F.3d 40 (3d Cir. 1999)",
            "issued": day(1998),
        },
        "Roy v. Ray, 10 F. Supp. 2d 20 (E.D. Pa. 1998), _aff'd_, 30 F.3d 40 (3d Cir. 1999).",
        "*Roy v. Ray*, 1998",
    ),
    (
        "legal_case",
        {"title": "Lee v. Kim", "authority": "D. Or.", "number": "12-345", "issued": day(2013, 5, 3)},
        "Lee v. Kim, No. 12-345 (D. Or. May 3, 2013).",
        "*Lee v. Kim*, 2013",
    ),
    (
        "legislation",
        {
            "title": "Family Educational Rights and Privacy Act of 1974",
            "container-title": "U.S.C.",
            "volume": "20",
            "section": "§ 1232g et seq.",
            "issued": day(1974),
        },
        "Family Educational Rights and Privacy Act of 1974, 20 U.S.C. § 1232g et seq. (1974).",
        "Family Educational Rights and Privacy Act, 1974",
    ),
    (
        "legislation",
        {
            "title": "Voting Rights Act of 1965",
            "number": "Public Law 89-110",
            "container-title": "Stat.",
            "volume": "79",
            "page": "437-446",
            "issued": day(1965, 8, 6),
        },
        "Voting Rights Act of 1965, Pub. L. No. 89-110, 79 Stat. 437 (1965).",
        "Voting Rights Act, 1965",
    ),
    (
        "legislation",
        {
            "title": "Baker Act",
            "container-title": "Fla. Stat.",
            "section": "394.451",
            "original-date": day(1971),
            "issued": day(2016),
        },
        "Baker Act, Fla. Stat. § 394.451 (1971 & rev. 2016).",
        "Baker Act, 1971/2016",
    ),
    (
        "legislation",
        {"title": "Procedures Act", "container-title": "S.C. Code Ann.", "section": "1-23-110", "issued": day(2016)},
        "Procedures Act, S.C. Code Ann. § 1-23-110 (2016).",
        "Procedures Act, 2016",
    ),
    (
        "legislation",
        {"title": "14th Amendment", "container-title": "U.S. Const.", "section": "amend. XIV"},
        "U.S. Const. amend. XIV.",
        "U.S. Const. amend. XIV",
    ),
    (
        "legislation",
        {
            "title": "Protection of Sleepers",
            "container-title": "C.F.R.",
            "volume": "45",
            "section": "99.3",
            "issued": day(2018),
        },
        "Protection of Sleepers, 45 C.F.R. § 99.3 (2018).",
        "Protection of Sleepers, 2018",
    ),
    (
        "bill",
        {
            "title": "Text - S.12 - 115th Congress (2017-2018): Sleep Act",
            "number": "S.12",
            "chapter-number": "115th Congress (2017-2018)",
            "issued": day(2018, 1, 9),
        },
        "Sleep Act, S. 12, 115th Cong. (2018).",
        "Sleep Act, 2018",
    ),
    (
        "bill",
        {"number": "S.Res.12", "chapter-number": "115", "issued": day(2018)},
        "S. Res. 12, 115th Cong. (2018).",
        "S. Resolution 12, 2018",
    ),
    (
        "bill",
        {"genre": "H.R. Rep.", "number": "115-12", "issued": day(2018)},
        "H.R. Rep. No. 115-12 (2018).",
        "H.R. Rep. No. 115-12, 2018",
    ),
    (
        "hearing",
        {
            "title": "Sleep at sea: How watches tire crews",
            "section": "Committee on Armed Services",
            "authority": "U.S. House of Representatives",
            "chapter-number": "115",
            "author": [{"family": "Lee", "given": "Ann B."}],
            "issued": day(2018, 2, 3),
        },
        (
            "_Sleep at sea: How watches tire crews_, U.S. House of Representatives Committee on Armed Services, "
            "115th Cong. (2018) (testimony of Ann B. Lee)."
        ),
        "*Sleep at Sea*, 2018",
    ),
    (  # until 2022 Zotero gave hearings the type of a bill
        "bill",
        {
            "title": "Sleep at sea",
            "section": "U.S. Senate Committee on Commerce",
            "chapter-number": "115th Cong.",
            "issued": day(2018),
        },
        "_Sleep at sea: Hearing before the U.S. Senate Committee on Commerce_, 115th Cong. (2018).",
        "*Sleep at Sea*, 2018",
    ),
    (
        "regulation",
        {
            "title": "Executive Order 13800",
            "container-title": "C.F.R.",
            "volume": "3",
            "page": "345",
            "issued": day(2018),
        },
        "Exec. Order No. 13,800, 3 C.F.R. 345 (2018).",
        "Exec. Order No. 13,800, 2018",
    ),
    (
        "patent",
        {
            "title": "Bed for ships",
            "author": [{"family": "Lee", "given": "Ann"}],
            "authority": "United States",
            "number": "US9876543B2",
            "issued": day(2018, 1, 23),
        },
        "Lee, A. (2018). _Bed for ships_ (U.S. Patent No. 9,876,543). U.S. Patent and Trademark Office.",
        "Lee, 2018",
    ),
    (
        "treaty",
        {"title": "Convention Against Torture", "issued": day(1984, 12, 10), "URL": "https://un.org/cat"},
        "Convention Against Torture, December 10, 1984, https://un.org/cat",
        "Convention Against Torture, 1984",
    ),
]

Printed = list[tuple[str, str, str]]


def printed(items: list[dict[str, Any]], folder: Path) -> Printed:
    """Give for each work its reference (italics in "_"), its citation in parentheses and in the sentence (in "*")."""
    named = [item | {"id": f"w{place}"} for place, item in enumerate(items)]
    (folder / "works.json").write_text(json.dumps(named), "utf-8")
    (folder / "apa.csl").write_bytes(styles.compose(styles.find("apa", folder)))
    text = "\n\n".join(f"[@{item['id']}]\n\n@{item['id']}" for item in named)
    command = [programs.pandoc_path(), "--from", "markdown", "--to", "json", "--citeproc"]
    command += ["--csl", "apa.csl", "--bibliography", "works.json"]
    result = programs.run(command, cwd=folder, stdin=text.encode())
    assert result.status == 0, result.errors
    blocks = json.loads(result.output)["blocks"]
    references = {block["c"][0][0].removeprefix("ref-"): marked(block["c"][1], "_") for block in blocks[-1]["c"][1]}
    cites = [marked([block], "*") for block in blocks[:-1]]
    return [(references[item["id"]], cites[2 * place], cites[2 * place + 1]) for place, item in enumerate(named)]


def marked(blocks: list[Any], mark: str) -> str:
    """Give blocks as text, with a mark on both sides of what is in italics and straight apostrophes."""

    def shown(node: Any) -> Any:
        if isinstance(node, dict) and node.get("t") == "Emph":
            inside = [shown(child) for child in node["c"]]
            return {"t": "Span", "c": [["", [], []], [{"t": "Str", "c": mark}, *inside, {"t": "Str", "c": mark}]]}
        if isinstance(node, dict):
            return {name: shown(value) for name, value in node.items()}
        return [shown(child) for child in node] if isinstance(node, list) else node

    return document.plain(shown(blocks)).strip().replace("\u2019", "'").replace("\u00a0", " ")


@pytest.fixture(scope="module")
def from_records(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return printed(
        [legal.item(record(type_, **fields)) for type_, fields, _, _ in RECORDS], tmp_path_factory.mktemp("bib")
    )


@pytest.fixture(scope="module")
def from_zotero(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    items = [legal.mended({"type": type_, **fields}) for type_, fields, _, _ in ITEMS]
    return printed(items, tmp_path_factory.mktemp("json"))


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=[case[2][:40] for case in RECORDS])
def test_a_legal_record_is_printed_as_the_manual_prints_such_works(from_records: Printed, place: int) -> None:
    assert from_records[place][0] == RECORDS[place][2]


@pytest.mark.parametrize("place", range(len(RECORDS)), ids=[case[2][:40] for case in RECORDS])
def test_a_legal_record_is_cited_by_title_and_year(from_records: Printed, place: int) -> None:
    assert from_records[place][1] == f"({RECORDS[place][3]})"


@pytest.mark.parametrize("place", range(len(ITEMS)), ids=[case[2][:40] for case in ITEMS])
def test_what_zotero_exports_is_printed_as_the_manual_prints_such_works(from_zotero: Printed, place: int) -> None:
    assert from_zotero[place][0] == ITEMS[place][2]


@pytest.mark.parametrize("place", range(len(ITEMS)), ids=[case[2][:40] for case in ITEMS])
def test_what_zotero_exports_is_cited_by_title_and_year(from_zotero: Printed, place: int) -> None:
    assert from_zotero[place][1] == f"({ITEMS[place][3]})"


def test_in_the_sentence_only_the_year_stands_in_parentheses(from_records: Printed) -> None:
    in_text = {case[2]: cite for case, (_, _, cite) in zip(RECORDS, from_records, strict=True)}
    assert in_text["Miranda v. Arizona, 384 U.S. 436 (1966)."] == "*Miranda v. Arizona* (1966)"
    assert in_text["S. Res. 12, 115th Cong. (2018)."] == "S. Resolution 12 (2018)"
    assert in_text["U.S. Const. amend. XV."] == "U.S. Const. amend. XV"
    assert in_text["U.S. Const. amend. XVIII (repealed 1933)."] == "U.S. Const. amend. XVIII (repealed 1933)"


def test_legal_works_cited_together_are_divided_by_semicolons(tmp_path: Path) -> None:
    works = [
        {"id": "a", "type": "legal_case", "title": "Lee v. Kim", "container-title": "F.2d", "issued": day(1970)},
        {"id": "b", "type": "legislation", "title": "Sleep Act", "issued": day(1980)},
    ]
    (tmp_path / "works.json").write_text(json.dumps(works), "utf-8")
    (tmp_path / "apa.csl").write_bytes(styles.compose(styles.find("apa", tmp_path)))
    command = [programs.pandoc_path(), "--to", "json", "--citeproc", "--csl", "apa.csl", "--bibliography", "works.json"]
    result = programs.run(command, cwd=tmp_path, stdin=b"[@a; @b]")
    assert marked(json.loads(result.output)["blocks"][:1], "*") == "(*Lee v. Kim*, 1970; Sleep Act, 1980)"


def test_the_pieces_are_those_of_the_decision_of_the_year() -> None:
    made = legal.item(
        record(
            "jurisdiction",
            title="Roy v. Ray",
            citation="10 F. Supp. 2d 20 and aff'd and 30 F.3d 40",
            citation__citeorg='1="E.D. Pa.";3="3d Cir."',
            citation__citedate='1="1998";3="1999"',
            date="1999",
        )
    )
    pieces = {name: made[name] for name in ("volume", "container-title", "page", "authority")}
    assert pieces == {"volume": "30", "container-title": "F.3d", "page": "40", "authority": "3d Cir."}


@pytest.mark.parametrize(
    ("location", "kind", "pieces"),
    [
        ("20 U.S.C. § 6301", "legislation", {"volume": "20", "container-title": "U.S.C.", "section": "6301"}),
        ("Cal. Penal Code §§ 187-189", "legislation", {"container-title": "Cal. Penal Code", "section": "187-189"}),
        ("Pub. L. No. 111-2, 123 Stat. 5", "legislation", {"number": "111-2", "volume": "123", "page": "5"}),
        ("Priv. L. No. 94-75, 90 Stat. 2985", "legislation", {"genre": "Priv. L.", "number": "94-75"}),
        (
            "H.R. 1100, 113th Cong., 1st Sess.",
            "bill",
            {"number": "H.R. 1100", "chapter-number": "113th Cong., 1st Sess."},
        ),
        ("S. Con. Res. 4, 113th Cong.", "bill", {"number": "S. Con. Res. 4", "chapter-number": "113th Cong."}),
        ("45 C.F.R. § 46.101", "regulation", {"volume": "45", "container-title": "C.F.R.", "section": "46.101"}),
        ("81 Fed. Reg. 32391", "regulation", {"volume": "81", "container-title": "Fed. Reg.", "page": "32391"}),
    ],
)
def test_what_a_law_is_cited_by_says_its_type_and_pieces(location: str, kind: str, pieces: dict[str, str]) -> None:
    made = legal.item(record("legislation", title="An Act", location=location, date="2016"))
    assert made["type"] == kind
    assert {name: made.get(name) for name in pieces} == pieces


@pytest.mark.parametrize(
    ("name", "reporter", "short"),
    [
        ("Supreme Court", "U.S.", ""),
        ("United States Supreme Court", "S. Ct.", ""),
        ("Supreme Court of the United States", "WL", "U.S."),
        ("Court of Appeals, 2nd Circuit", "F.2d", "2d Cir."),
        ("United States Court of Appeals for the Ninth Circuit", "F.3d", "9th Cir."),
        ("Court of Appeals, Dist. of Columbia Circuit", "F.3d", "D.C. Cir."),
        ("Court of Appeals, Federal Circuit", "F.3d", "Fed. Cir."),
        ("Dist. Court, SD New York", "F. Supp.", "S.D.N.Y."),
        ("Dist. Court, D. Kansas", "F. Supp.", "D. Kan."),
        ("United States District Court for the Northern District of Ohio", "F. Supp. 2d", "N.D. Ohio"),
        ("Cal: Supreme Court", "P.2d", "Cal."),
        ("Cal: Supreme Court", "Cal. 3d", ""),
        ("California Court of Appeal", "Cal. Rptr.", "Cal. Ct. App."),
        ("Tex: Court of Appeals, 3rd Dist.", "S.W.2d", "Tex. Ct. App."),
        ("Texas Court of Criminal Appeals", "S.W.2d", "Tex. Crim. App."),
        ("NY: Court of Appeals", "N.E.2d", "N.Y."),
        ("Supreme Court of New York", "N.Y.S.2d", "N.Y. Sup. Ct."),
        ("Mass: Supreme Judicial Court", "N.E.2d", "Mass."),
        ("W Va: Supreme Court", "S.E.2d", "W. Va."),
        ("9th Cir.", "F.2d", "9th Cir."),
        ("Bundesverfassungsgericht", "BVerfGE", "Bundesverfassungsgericht"),
        ("Supreme Court", "UKSC", "Supreme Court"),
    ],
)
def test_a_court_is_abbreviated_as_the_bluebook_does_and_an_unknown_one_stays(
    name: str, reporter: str, short: str
) -> None:
    assert bluebook.court(name, reporter) == short


@pytest.mark.parametrize(
    ("typed", "known"), [("F. 2d", "F.2d"), ("US", "U.S."), ("SW2d", "S.W.2d"), ("BVerfGE", "BVerfGE")]
)
def test_a_reporter_gets_its_dots_and_spaces(typed: str, known: str) -> None:
    assert bluebook.reporter(typed) == known


def test_an_item_of_another_country_keeps_what_it_has() -> None:
    bill = {
        "type": "bill",
        "title": "Directive 95/46/EC",
        "number": "31995L0046",
        "container-title": "281",
        "volume": "OJ L",
    }
    patent = {"type": "patent", "title": "Bett", "number": "DE102018", "authority": "Deutschland"}
    assert legal.mended(bill) == bill
    assert legal.mended(patent) == patent


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"type_": "legmaterial", "source": "senate", "type": "resolution", "number": "12"}, "Senate Resolution 12"),
        (
            {"type_": "legmaterial", "source": "senate", "type": "report", "number": "115-12"},
            "Senate Report No. 115-12",
        ),
        ({"type_": "legadminmaterial", "type": "execorder", "number": "13,800"}, "Executive Order No. 13,800"),
        (
            {"type_": "constitution", "source": "us", "type": "constitution", "article": "II", "section": "1"},
            "Article II, Section 1, of the U.S. Constitution",
        ),
        (
            {"type_": "constitution", "source": "newmexico", "type": "constitution", "article": "XX"},
            "Article XX of the New Mexico Constitution",
        ),
        (
            {"type_": "constitution", "source": "us", "type": "constitution", "amendment": "I--X"},
            "Amendments I\u2013X to the U.S. Constitution",
        ),
        (
            {"type_": "constitution", "source": "unitednations", "type": "charter", "article": "2", "part": "4"},
            "Article 2, paragraph 4, of the United Nations Charter",
        ),
    ],
)
def test_the_sentence_has_the_long_name_of_what_has_no_title(fields: dict[str, str], name: str) -> None:
    assert legal.item(record(**fields))["legal-narrative"] == name


def test_keywords_and_annotations_of_a_legal_record_are_kept() -> None:
    made = legal.item(
        record(
            "jurisdiction",
            title="A v. B",
            citation="1 U.S. 2",
            date="1800",
            keywords="unverified",
            annotation="One.\n\nTwo.",
        )
    )
    assert made["keyword"] == "unverified"
    assert made["annote"] == "One.\u2029Two."


VALUES = st.text(alphabet="aA1 §.,:()[]{}\\&_<>-\u2013'\"v;=", max_size=30)
FIELDS = (
    "title",
    "subtitle",
    "citation",
    "location",
    "note",
    "date",
    "number",
    "type",
    "source",
    "citation+an:citeorg",
)
VARIABLES = (
    "title", "number", "section", "container-title", "volume", "page", "authority", "chapter-number", "genre",
)  # fmt: skip


@settings(deadline=None)
@given(
    st.sampled_from(sorted(legal.TYPES)),
    st.dictionaries(
        st.sampled_from(FIELDS),
        VALUES,
    ),
)
def test_whatever_a_legal_record_holds_it_gives_an_item(type_: str, fields: dict[str, str]) -> None:
    made = legal.item(Record("key", type_, HERE, {name: Field(name, value, HERE) for name, value in fields.items()}))
    assert made["id"] == "key"
    assert all(value not in ("", None, []) for value in made.values())


@settings(deadline=None)
@given(
    st.sampled_from(["legal_case", "legislation", "bill", "hearing", "regulation", "patent", "treaty", "book"]),
    st.dictionaries(
        st.sampled_from(VARIABLES),
        VALUES,
    ),
)
def test_mending_twice_changes_nothing_more(type_: str, fields: dict[str, str]) -> None:
    once = legal.mended({"type": type_, **fields})
    assert legal.mended(once) == once
