"""Statements: titles that authors give them, words that make one, and words that only speak of the matter."""

from __future__ import annotations

from typing import Any

import pytest

from citeproof.stated import STATEMENTS, is_left_open, is_title_of, open_sections, run_in_titles, words_of

TITLES = {
    "data-availability": [
        "Data Availability",
        "Data and Code Availability",
        "Data Availability Statement",
        "Data, Materials, and Code Availability",
        "Availability of data and materials",
        "Data Accessibility Statement",
        "Data Sharing",
        "Open Data",
        "Research Data Availability",
        "Datenverfügbarkeit",
        "Verfügbarkeit der Daten",
        "Disponibilité des données",
        "Disponibilidad de los datos",
    ],
    "ethics": [
        "Ethics",
        "Ethics statement",
        "Ethics Approval",
        "Ethical Considerations",
        "Ethics approval and consent to participate",
        "Compliance with Ethical Standards",
        "Institutional Review Board Statement",
        "Ethikvotum",
        "Considérations éthiques",
        "Aprobación ética",
    ],
    "consent": [
        "Informed Consent",
        "Ethics approval and consent to participate",
        "Informed Consent Statement",
        "Einwilligung",
    ],
    "consent-for-publication": ["Consent for publication", "Consent to publish", "Patient consent for publication"],
    "preregistration": [
        "Preregistration",
        "Pre-registration",
        "Study Registration",
        "Trial registration",
        "Präregistrierung",
        "Préenregistrement",
    ],
    "transparency": [
        "Research Transparency Statement",
        "Transparency and Openness",
        "Open Practices",
        "Open Practices Statement",
    ],
    "ai-use": [
        "Use of AI tools",
        "Declaration of Generative AI in Scientific Writing",
        "AI Use Statement",
        "Use of Artificial Intelligence",
        "Declaration of generative AI and AI-assisted technologies in the writing process",
        "Nutzung künstlicher Intelligenz",
    ],
    "author-contributions": [
        "Author Contributions",
        "CRediT author statement",
        "CRediT authorship contribution statement",
        "Authors\u2019 contributions",
        "Contributors",
        "Beiträge der Autoren",
        "Autorenbeiträge",
        "Contributions des auteurs",
    ],
    "conflicts-of-interest": [
        "Declaration of Competing Interest",
        "Conflicts of Interest",
        "Competing interests",
        "Declaration of Conflicting Interests",
        "Disclosure statement",
        "Declaration of interests",
        "Interessenkonflikte",
        "Déclaration de liens d\u2019intérêts",
        "Conflicto de intereses",
    ],
    "funding": [
        "Funding",
        "Funding statement",
        "Role of the funding source",
        "Financial disclosure",
        "Financial Support",
        "Sources of Support",
        "Förderung",
        "Finanzierung",
        "Financement",
        "Financiación",
    ],
    "acknowledgments": ["Acknowledgments", "Acknowledgements", "Danksagung", "Remerciements"],
}

OF_THE_STUDY = {
    "data-availability": [
        "Data Analysis",
        "Data",
        "Data Collection",
        "Data and Methods",
        "Availability Heuristic",
        "Data Reduction",
    ],
    "ethics": ["Ethical Decision Making", "Ethics of Care in Nursing Homes"],
    "consent": ["Sexual Consent", "Consent to Treatment in Minors"],
    "ai-use": [
        "Attitudes Toward Artificial Intelligence Scale",
        "Trust in AI",
        "Artificial Intelligence and Empathy",
        "Problematic Use of ChatGPT",
        "Use of AI in Psychotherapy",
    ],
    "author-contributions": [
        "Theoretical Contributions",
        "Contributions of the Present Study",
        "Contribution to Theory",
    ],
    "funding": ["Fundamental Processes", "Fundamentals of Memory", "Social Support and Coping", "Fund Managers"],
    "acknowledgments": ["Acknowledging Emotions"],
    "conflicts-of-interest": ["Work\u2013Family Conflict", "Vocational Interests"],
    "preregistration": ["Image Registration"],
}
"""Titles of sections in which a study is told, not what its authors declare."""


@pytest.mark.parametrize(("name", "title"), [(name, one) for name, titles in TITLES.items() for one in titles])
def test_a_statement_is_known_by_its_title(name: str, title: str) -> None:
    assert is_title_of(STATEMENTS[name], title)
    assert is_title_of(STATEMENTS[name], f"{title.upper()}.")


@pytest.mark.parametrize(("name", "title"), [(name, one) for name, titles in OF_THE_STUDY.items() for one in titles])
def test_a_section_on_the_matter_is_no_statement(name: str, title: str) -> None:
    assert not is_title_of(STATEMENTS[name], title)


SAID = [
    ("data-availability", "All data have been made publicly available at the Open Science Framework."),
    ("data-availability", "Data and materials can be found at https://osf.io/abcde."),
    ("data-availability", "Die Daten sind auf OSF abrufbar."),
    ("data-availability", "Les données sont disponibles sur demande."),
    ("ethics", "The procedures were approved by the Institutional Review Board of the university."),
    ("ethics", "Ethical approval was granted by the board."),
    ("ethics", "No ethics approval was needed as no new data were collected."),
    ("ethics", "Die Ethikkommission der Universität hat die Studie genehmigt."),
    ("ethics", "Le comité d\u2019éthique de l\u2019université a approuvé l\u2019étude."),
    ("consent", "All participants gave written informed consent."),
    ("consent", "Parents consented in writing."),
    ("consent", "Alle haben schriftlich eingewilligt."),
    ("preregistration", "The study was preregistered before recruitment began."),
    ("preregistration", "We did not preregister the study."),
    ("preregistration", "The hypotheses were registered on AsPredicted (#1234)."),
    ("preregistration", "The protocol was registered in PROSPERO (CRD42020123456)."),
    ("preregistration", "Die Studie wurde präregistriert."),
    ("ai-use", "We used ChatGPT to shorten the abstract."),
    ("ai-use", "Artificial intelligence tools were not used."),
    ("ai-use", "No artificial intelligence was used in writing this paper."),
    ("author-contributions", "The first two authors contributed equally."),
    ("conflicts-of-interest", "The authors have no conflicts of interest to disclose."),
    ("conflicts-of-interest", "The authors report there are no competing interests to declare."),
    ("conflicts-of-interest", "Conflicts of interest: none."),
    ("conflicts-of-interest", "Es bestehen keine Interessenkonflikte."),
    ("funding", "The study was funded by the Science Foundation."),
    ("funding", "This work was supported by a grant from the Science Foundation."),
    ("funding", "The authors received no specific funding for this work."),
    ("funding", "Die Arbeit wurde gefördert durch die Stiftung."),
    ("acknowledgments", "We would like to thank the nurses."),
]

SPOKEN_OF = [
    ("data-availability", "Data were analyzed with R."),
    ("ethics", "Ethics committees meet every month."),
    ("ethics", "Many psychologists care about ethical questions."),
    ("consent", "Informed consent is a hard notion."),
    ("preregistration", "Preregistration is becoming the norm."),
    ("preregistration", "We searched PROSPERO for ongoing reviews."),
    ("ai-use", "ChatGPT is used by students to write essays."),
    ("ai-use", "Attitudes toward artificial intelligence were assessed."),
    ("conflicts-of-interest", "Earlier work on conflicts of interest in medicine shows that companies sway trials."),
    ("funding", "The second hypothesis was supported by the data."),
    ("funding", "Grants from foundations are rare."),
    ("acknowledgments", "Patients often thank their nurses."),
]


@pytest.mark.parametrize(("name", "text"), SAID)
def test_words_that_make_a_statement_are_found(name: str, text: str) -> None:
    assert words_of(STATEMENTS[name], text) in text
    assert words_of(STATEMENTS[name], text)


@pytest.mark.parametrize(("name", "text"), SPOKEN_OF)
def test_words_that_only_speak_of_the_matter_make_none(name: str, text: str) -> None:
    assert words_of(STATEMENTS[name], text) == ""


def words(text: str) -> list[Any]:
    """Give a text as pandoc's inlines."""
    spaced = [piece for word in text.split() for piece in ({"t": "Space"}, {"t": "Str", "c": word})]
    return spaced[1:]


def strong(text: str) -> dict[str, Any]:
    return {"t": "Strong", "c": words(text)}


def paragraph(*inlines: Any) -> dict[str, Any]:
    return {"t": "Para", "c": list(inlines)}


def header(level: int, text: str) -> dict[str, Any]:
    return {"t": "Header", "c": [level, ["", [], []], words(text)]}


def test_a_title_in_bold_begins_a_paragraph_or_is_one() -> None:
    blocks = [
        paragraph(strong("Funding."), {"t": "Space"}, *words("None.")),
        paragraph(strong("Ethics approval"), *words(": None.")),
        paragraph(strong("Acknowledgments")),
        paragraph(strong("Never"), {"t": "Space"}, *words("say so.")),
        {"t": "Div", "c": [["abstract-page", [], []], [paragraph(strong("Data:"), *words("None."))]]},
    ]
    assert list(run_in_titles({"blocks": blocks})) == ["Funding.", "Ethics approval", "Acknowledgments"]


@pytest.mark.parametrize("text", ["", "TODO", "[TODO]", "tbd.", "XXX", "…", "...", "[insert statement here]"])
def test_a_text_that_keeps_a_place_is_left_open(text: str) -> None:
    assert is_left_open(text)


@pytest.mark.parametrize("text", ["None.", "Not applicable", "n/a", "Keine.", "لا يوجد"])
def test_a_short_text_is_not_left_open(text: str) -> None:
    assert not is_left_open(text)


def test_a_section_without_text_is_open() -> None:
    blocks = [
        header(1, "Declarations"),
        header(2, "Funding"),
        paragraph(*words("TODO")),
        header(2, "Ethics"),
        paragraph(*words("None.")),
        header(1, "Data Availability"),
        header(1, "Consent"),
    ]
    assert open_sections({"blocks": blocks}) == {"Funding", "Data Availability", "Consent"}
