"""The list of software is valid CycloneDX 1.6, names all that is pinned, and is the same for the same pins."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema
import referencing

from citeproof import sbom
from citeproof.sbom import Pin

TOP = Path(__file__).resolve().parents[2]
REQUIREMENTS = """\
# A comment
--index-url https://example.org/simple
Charset.Normalizer==3.5.3 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:{a}
typst[extra]==0.15.2  # why
unpinned>=1
""".format(a="a" * 64, b="b" * 64)
MANIFEST = {
    "versions": {"citeproof": "1.2.0", "typst": "0.15.2", "lxml": "6.1.3"},
    "pandoc": "3.9",
    "machinery": {"citeproof": "c" * 64, "filters/common.lua": "d" * 64, "fonts/Termes.otf": "e" * 64},
    "style": {"name": "apa", "file": "apa.csl", "sha256": "f" * 64},
}


def folder() -> Path:
    """Give the folder of the schemas that the package cyclonedx-python-lib carries."""
    spec = importlib.util.find_spec("cyclonedx")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "schema", "_res")


def schema() -> jsonschema.Draft7Validator:
    held = {
        f"http://cyclonedx.org/schema/{name}": referencing.Resource.from_contents(
            json.loads((folder() / f"{name.removesuffix('.schema.json')}.SNAPSHOT.schema.json").read_text("utf-8"))
        )
        for name in ("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json")
    }
    whole = held["http://cyclonedx.org/schema/bom-1.6.schema.json"].contents
    registry: Any = referencing.Registry().with_resources(held.items())
    return jsonschema.Draft7Validator(whole, registry=registry, format_checker=jsonschema.FormatChecker())


def made(packages: list[Pin] | None = None) -> dict[str, Any]:
    pins = [*sbom.pins(REQUIREMENTS)] if packages is None else packages
    told: dict[str, Any] = json.loads(sbom.text("A Paper", "1.2.0", 1700000000, pins, MANIFEST))
    return told


def component(name: str) -> dict[str, Any]:
    return next(one for one in made()["components"] if one["name"] == name)


def test_the_schema_refuses_what_is_wrong() -> None:
    told = made()
    assert not [*schema().iter_errors(told)]
    for name, value in {"specVersion": 1.6, "serialNumber": "1", "components": [{"name": "x"}], "nonsense": 1}.items():
        assert [*schema().iter_errors(told | {name: value})], name


def test_what_is_written_is_valid() -> None:
    assert [error.message for error in schema().iter_errors(made())] == []
    assert [error.message for error in schema().iter_errors(made([]))] == []


def test_the_pins_of_this_repository_are_all_read() -> None:
    text = (TOP / "scripts" / "requirements" / "build.txt").read_text("utf-8")
    pins = [*sbom.pins(text)]
    assert len(pins) == text.count("==")
    assert all(pin.hashes for pin in pins)
    assert sum(len(pin.hashes) for pin in pins) == text.count("--hash=sha256:")
    assert [error.message for error in schema().iter_errors(made(pins))] == []


def test_a_requirements_file_is_read_as_pip_reads_it() -> None:
    assert [*sbom.pins(REQUIREMENTS)] == [
        Pin("Charset.Normalizer", "3.5.3", "", ("a" * 64, "b" * 64)),
        Pin("colorama", "0.4.6", "sys_platform == 'win32'", ("a" * 64,)),
        Pin("typst", "0.15.2"),
    ]
    assert [*sbom.pins(REQUIREMENTS.replace("\n", "\r\n"))] == [*sbom.pins(REQUIREMENTS)]


def test_pandoc_fonts_and_style_are_named_beside_the_packages() -> None:
    names = [one["name"] for one in made()["components"]]
    assert names == [
        *("citeproof", "Charset.Normalizer", "colorama", "lxml", "typst"),
        *("pandoc", "fonts/Termes.otf", "styles/apa.csl"),
    ]
    assert component("pandoc")["version"] == "3.9"
    assert component("fonts/Termes.otf")["hashes"] == [{"alg": "SHA-256", "content": "e" * 64}]


def test_a_package_has_its_address_and_the_checksums_of_what_may_be_installed() -> None:
    told = component("Charset.Normalizer")
    assert told["purl"] == "pkg:pypi/charset-normalizer@3.5.3"  # normalised, as the purl specification wants for pypi
    (where,) = told["externalReferences"]
    assert [one["content"] for one in where["hashes"]] == ["a" * 64, "b" * 64]
    assert component("colorama")["scope"] == "optional"


def test_each_component_is_something_that_the_release_rests_on() -> None:
    told = made()
    refs = {one["bom-ref"] for one in told["components"]}
    rests = {one["ref"]: one["dependsOn"] for one in told["dependencies"]}
    assert rests["release"] == ["citeproof"]
    assert {*rests["citeproof"], "citeproof"} == refs


def test_the_same_pins_give_the_same_bytes_and_other_pins_another_number() -> None:
    pins = [*sbom.pins(REQUIREMENTS)]
    one, two = (sbom.text("A Paper", "1.2.0", 1700000000, order, MANIFEST) for order in (pins, pins[::-1]))
    assert one == two
    assert made([])["serialNumber"] != made()["serialNumber"]
    assert made()["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"


def test_no_index_is_named() -> None:
    text = sbom.text("A Paper", "1.2.0", 0, [*sbom.pins(REQUIREMENTS)], MANIFEST)
    assert "example.org" not in text
