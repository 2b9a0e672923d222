"""Finds a CSL style by name or by path, dependent styles included, and lays our overlay over one that has it."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproof import resources
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

DEFAULT = "apa"
_CSL = "{http://purl.org/net/xbiblio/csl}"


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style: the name it was asked for by, and the independent CSL file that holds its rules."""

    name: str
    path: Path


def find(asked: str, beside: Path) -> Style:
    """Find the style that an author asked for.

    `asked` is a path to a .csl file (looked for in the working folder, then in `beside`, the paper's folder), a name
    such as "apa" or "journal-of-personality", or an address that ends in such a name, as Zotero writes it.
    Styles of ours in csl/ come first, then the package's. A dependent style gives its parent's file (CSL 1.0.2,
    "File Types"). Raises UsageError for a name that no style has, with the nearest ones.
    """
    for candidate in (Path(asked), beside / asked):
        if candidate.suffix == ".csl" and candidate.is_file():
            return Style(candidate.stem, candidate.resolve())
    name = asked.rstrip("/").rsplit("/", 1)[-1].removesuffix(".csl")
    for folder in (resources.root() / "csl", resources.styles()):
        path = folder / f"{name}.csl"
        if path.is_file():
            return Style(name, path)
    dependent = resources.styles() / "dependent" / f"{name}.csl"
    if dependent.is_file():
        return Style(name, resources.styles() / f"{_parent(dependent)}.csl")
    import difflib  # noqa: PLC0415  (a name that is known needs none like it)

    near = difflib.get_close_matches(name, list(_names()), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "names are those of the CSL project, for example: apa"
    raise UsageError(f"there is no citation style named {asked}", hint)


def is_apa(style: Style) -> bool:
    """Tell whether a style is APA's, by its name or by the identifier in its file."""
    name = re.search(rb"<id>\s*\S*?([^/\s]+)/?\s*</id>", style.path.read_bytes())
    return bool(re.match(r"apa(?:-|\Z)", name[1].decode() if name else style.name))


def sets_titles_in_title_case(style: Style) -> bool:
    """Tell whether a style gives each main word of a title a capital (CSL 1.0.2, `text-case`), typed so or not."""
    from lxml import etree  # noqa: PLC0415  (only a style that is not APA's is asked)

    texts = etree.parse(style.path).getroot().iter(f"{_CSL}text")
    return any(
        one.get("variable") == "title" and one.get("text-case") == "title" and one.get("form") != "short"
        for one in texts
    )


def prints_locators(style: Style) -> bool:
    """Tell whether a style's citations say where in a work one should look (CSL 1.0.2, `locator`)."""
    from lxml import etree  # noqa: PLC0415  (only a style that is not APA's is asked)

    root = etree.parse(style.path).getroot()
    macros = {str(macro.get("name")): macro for macro in root.iter(f"{_CSL}macro")}
    waiting = list(root.iter(f"{_CSL}citation"))
    called: set[str] = set()
    while waiting:
        for one in waiting.pop().iter(f"{_CSL}text", f"{_CSL}number", f"{_CSL}label"):
            name = str(one.get("macro"))
            if one.get("variable") == "locator" and one.tag != f"{_CSL}label":
                return True
            if name in macros and name not in called:
                called.add(name)
                waiting.append(macros[name])
    return False


def compose(style: Style) -> bytes:
    """Give the style's XML with the overlay that csl/styles.toml names for this very file; else its bytes as they are.

    A file is known by its sha256 and not by its name: an author's own version of a style may lack what the overlay's
    macros call, so it stays as it is. The same style gives the same bytes. Raises ValueError if the two do not fit.
    """
    content = style.path.read_bytes()
    overlay = overlay_of(content)
    return content if overlay is None else _with_overlay(content, overlay.read_bytes())


def overlay_of(content: bytes) -> Path | None:
    """Give the overlay for a style's file, found by the file's sha256 in csl/styles.toml; None if it has none."""
    folder = resources.root() / "csl"
    try:
        record: dict[str, Any] = tomllib.loads((folder / "styles.toml").read_text("utf-8"))
    except FileNotFoundError:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    for known in record["style"]:
        if known["sha256"] == sha256 and "overlay" in known:
            return folder / str(known["overlay"])
    return None


@functools.lru_cache(maxsize=1)  # a build asks two or three times
def _with_overlay(content: bytes, overlay: bytes) -> bytes:
    """Put what an overlay holds into a style: csl/README.md says what that may be."""
    from lxml import etree  # noqa: PLC0415  (a style without an overlay needs no XML)

    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    style = etree.fromstring(content, parser)
    macros = {str(macro.get("name")): macro for macro in style.iterfind(f"{_CSL}macro")}
    for ours in etree.fromstring(overlay, parser):
        if ours.tag == f"{_CSL}locale":
            _add_terms(style, ours)
        elif ours.tag == f"{_CSL}macro":
            _put_macro(style, macros, ours)
        else:
            _change_layout(style, ours)
    return bytes(etree.tostring(style, xml_declaration=True, encoding="utf-8"))


def _put_macro(style: etree._Element, macros: dict[str, etree._Element], ours: etree._Element) -> None:
    """Put in a macro: a new one, or one in place of the style's, which stays under another name if `keep` gives one."""
    name, keep, new = str(ours.get("name")), ours.attrib.pop("keep", ""), ours.attrib.pop("new", "") == "true"
    if new == (name in macros):
        raise ValueError(f"the overlay's macro {name} is {'in the style already' if new else 'not in the style'}")
    if name in macros and macros[name].getparent() is None:
        raise ValueError(f"the overlay has the macro {name} twice")
    if keep in macros:
        raise ValueError(f"the overlay would keep {name} as {keep}, which is in the style already")
    if keep:
        macros[name].set("name", keep)
    if new or keep:
        style.insert(style.index(next(style.iterfind(f"{_CSL}citation"))), ours)
    else:
        style.replace(macros[name], ours)


def _add_terms(style: etree._Element, ours: etree._Element) -> None:
    """Put terms into the locale of the same language; a term of the same name and form gives way."""
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    theirs = next((one for one in style.iterfind(f"{_CSL}locale") if one.get(language) == ours.get(language)), None)
    if theirs is None:
        style.insert(1, ours)
        return
    terms = theirs.find(f"{_CSL}terms")
    if terms is None:
        raise ValueError(f"the style's locale {ours.get(language)} has no terms")
    for term in list(ours.iter(f"{_CSL}term")):
        for old in terms.findall(f"{_CSL}term"):
            if (old.get("name"), old.get("form")) == (term.get("name"), term.get("form")):
                terms.remove(old)
        terms.append(term)


def _change_layout(style: etree._Element, ours: etree._Element) -> None:
    """Set the attributes of `citation` or `bibliography`, and replace its `sort` and `layout` by those given."""
    theirs = style.find(str(ours.tag))
    if theirs is None:
        raise ValueError(f"the style has no {str(ours.tag).removeprefix(_CSL)}")
    for name, value in ours.attrib.items():
        theirs.set(name, value)
    for part in list(ours):
        old = theirs.find(str(part.tag))
        if old is None:
            theirs.insert(0, part)
        else:
            theirs.replace(old, part)


def _parent(dependent: Path) -> str:
    from lxml import etree  # noqa: PLC0415  (only dependent styles need it)

    for link in etree.parse(dependent).getroot().iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return str(link.get("href")).rsplit("/", 1)[-1]
    raise UsageError(f"the style {dependent.stem} names no parent style", "give its parent with --style")


def _names() -> Iterator[str]:
    for folder in (resources.styles(), resources.styles() / "dependent"):
        yield from (path.stem for path in folder.glob("*.csl"))
