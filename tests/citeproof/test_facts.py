"""What an author writes for licence and DOI, and what a release says of it: identifiers as the SPDX list has them."""

from __future__ import annotations

import pytest

from citeproof.facts import Author, Licence, bare_doi, licence

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("written", "spdx", "url"),
    [
        ("CC BY", "CC-BY-4.0", BY),
        ("cc-by-4.0", "CC-BY-4.0", BY),
        ("CC BY 4.0", "CC-BY-4.0", BY),
        ("Creative Commons BY 3.0", "CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", BY),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0", BY),
        ("CC BY-NC-ND", "CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("CC BY NC SA 4.0", "CC-BY-NC-SA-4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("CC0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "CC0-1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("mit", "MIT", "https://spdx.org/licenses/MIT.html"),
        ("https://example.org/terms", "", "https://example.org/terms"),
        ("All rights reserved.", "", ""),
        ("CC BY-XY", "", ""),
        ("CC BY 5.0", "", ""),
    ],
)
def test_a_licence_is_known_however_it_is_written(written: str, spdx: str, url: str) -> None:
    found = licence(written)
    assert found == Licence(written, spdx, url)


def test_the_address_beside_a_text_tells_the_licence() -> None:
    assert licence("Attribution", BY) == Licence("Attribution", "CC-BY-4.0", BY)
    assert licence("My terms", "https://example.org/terms") == Licence("My terms", "", "https://example.org/terms")


def test_no_licence_is_none() -> None:
    assert licence(" ", "") is None


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("10.1000/xyz", "10.1000/xyz"),
        ("https://doi.org/10.1000/XYZ", "10.1000/XYZ"),
        ("doi: 10.1000/xyz", "10.1000/xyz"),
        ("11.1000/xyz", ""),
        ("https://example.org/10.1000/xyz", ""),
        ("", ""),
    ],
)
def test_a_doi_is_bare(written: str, bare: str) -> None:
    assert bare_doi(written) == bare


def test_a_name_is_printed_with_its_suffix() -> None:
    assert str(Author("Ana", "Ruiz", "Jr.")) == "Ana Ruiz, Jr."
    assert str(Author("", "Collaboration")) == "Collaboration"
