"""Lists the software and the fonts of a release, as CycloneDX 1.6 JSON. Pure: the same for the same pins.

Written here, not with cyclonedx-python-lib: that brings five packages into every installation of citeproof, for a few
dozen lines of JSON. Its validator, with the schema, judges the result in the tests.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "sbom.cdx.json"
"""CycloneDX asks for this ending of a file's name ("Recognized file patterns")."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A package as a requirements file pins it."""

    name: str
    version: str
    marker: str = ""
    """On which systems it is installed (PEP 508); "" for all."""
    hashes: tuple[str, ...] = ()
    """The SHA-256 of the files that may be installed, one for each kind of system."""


_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;]+)\s*(?:;\s*(.*?))?\s*$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def pins(requirements: str) -> Iterator[Pin]:
    """Read the pinned packages of a requirements file, as pip reads it; lines without `==` name none."""
    for line in re.sub(r"\\\r?\n", " ", requirements).splitlines():
        told = re.sub(r"(^|\s)#.*", "", line)
        if found := _PIN.fullmatch(re.sub(r"\s--hash=\S+", "", told).strip()):
            yield Pin(found[1], found[2], found[3] or "", tuple(_HASH.findall(told)))


def text(
    title: str,
    version: str,
    epoch: int,
    packages: Iterator[Pin] | list[Pin],
    manifest: Mapping[str, Any],
) -> str:
    """Give the bill of materials of a release.

    `packages` are those that are pinned for building; what the manifest names, and they do not, is added. `epoch`: the
    moment that the release is dated, in seconds since 1970. The serial number follows from the content (RFC 4122,
    version 5), so that the same release has the same.
    """
    found = {canonical(pin.name): pin for pin in packages}
    for name, installed in manifest["versions"].items():
        found.setdefault(canonical(name), Pin(name, installed))
    citeproof = found.pop("citeproof")
    components = [_package(found[name]) for name in sorted(found)]
    components.append(_pandoc(manifest["pandoc"]))
    components += [_file(name, digest) for name, digest in _files(manifest)]
    release = {"type": "data", "bom-ref": "release", "name": title, "version": version}
    told: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "tools": {"components": [{"type": "application", "name": "citeproof", "version": citeproof.version}]},
            "component": release,
        },
        "components": [
            {
                "type": "application",
                "bom-ref": "citeproof",
                "name": "citeproof",
                "version": citeproof.version,
                "properties": [
                    {"name": f"citeproof:sha256:{name}", "value": digest}
                    for name, digest in sorted(manifest["machinery"].items())
                    if not name.startswith("fonts/")
                ],
            },
            *components,
        ],
        "dependencies": [
            {"ref": "release", "dependsOn": ["citeproof"]},
            {"ref": "citeproof", "dependsOn": [component["bom-ref"] for component in components]},
        ],
    }
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(told, sort_keys=True))}"
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def canonical(name: str) -> str:
    """Give a package's name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _package(pin: Pin) -> dict[str, Any]:
    """Describe a package. One of its files was installed: their checksums stand with where it is distributed."""
    address = f"pkg:pypi/{canonical(pin.name)}@{pin.version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": pin.name,
        "version": pin.version,
        "purl": address,
    }
    if pin.marker:
        made |= {"scope": "optional", "properties": [{"name": "citeproof:installed-if", "value": pin.marker}]}
    if pin.hashes:
        hashes = [{"alg": "SHA-256", "content": digest} for digest in pin.hashes]
        made["externalReferences"] = [{"type": "distribution", "url": address, "hashes": hashes}]
    return made


def _pandoc(version: str) -> dict[str, Any]:
    """Describe pandoc, which the package pypandoc_binary carries."""
    address = f"pkg:github/jgm/pandoc@{version}"
    return {"type": "application", "bom-ref": address, "name": "pandoc", "version": version, "purl": address}


def _files(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the fonts at hand and the citation style: name → sha256."""
    yield from sorted((name, digest) for name, digest in manifest["machinery"].items() if name.startswith("fonts/"))
    yield f"styles/{manifest['style']['file']}", manifest["style"]["sha256"]


def _file(name: str, digest: str) -> dict[str, Any]:
    return {"type": "file", "bom-ref": name, "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
