"""Who wrote a masked copy is found wherever in the finished files it stands; what only looks like a name is not."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import typst
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from citeproof import leaks
from citeproof.findings import Severity
from citeproof.leaks import Identity, Name
from citeproof.leaks import pdf as pdf_file

if TYPE_CHECKING:
    from pathlib import Path

WHO = Identity(
    names=(
        Name("Ánn Marie", "Lee-Østergård"),
        Name("B. C.", "van der Meer"),
        Name("", "Sleep Group"),
        Name("小明", "王"),
    ),
    emails=("ann.lee@uni.example",),
    orcids=("https://orcid.org/0000-0002-1825-0097",),
    institutions=("University of Søuth Somewhere", "MIT"),
)

TELLING = [
    pytest.param("Ánn Marie Lee-Østergård", "the name Ánn Marie Lee-Østergård", id="as printed"),
    pytest.param("ANN MARIE LEE-OSTERGARD", "the name Ánn Marie Lee-Østergård", id="in capitals without accents"),
    pytest.param(
        "A\u0301nn Lee-Østerga\u030ard", "the name Ánn Marie Lee-Østergård", id="in parts, without the second name"
    ),
    pytest.param("Ann M. Lee-Østergård", "the name Ánn Marie Lee-Østergård", id="with an initial between"),
    pytest.param("Lee-Østergård, Ánn Marie", "the name Ánn Marie Lee-Østergård", id="family name first"),
    pytest.param("ann_marie_lee_ostergard", "the name Ánn Marie Lee-Østergård", id="as a user's name"),
    pytest.param(
        "B. C. van der Meer", "the name B. C. van der Meer", id="with the initials that are all that is known"
    ),
    pytest.param("the Sleep Group", "the name Sleep Group", id="a group"),
    pytest.param("作者是王小明。", "the name 小明 王", id="a name in a script without spaces"),
    pytest.param("write to Ann.Lee@uni.EXAMPLE", "the e-mail address ann.lee@uni.example", id="an address"),
    pytest.param("iD 0000000218250097", "the ORCID iD https://orcid.org/0000-0002-1825-0097", id="an iD"),
    pytest.param(
        "at the university of south\nsomewhere", "the institution University of Søuth Somewhere", id="an institution"
    ),
    pytest.param("done at MIT.", "the institution MIT", id="an institution in capitals"),
]
UNSURE = ["Lee-Østergård, A. M. (2020)", "A. M. Lee-Østergård", "Lee-Ostergard AM, Other B", "van der Meer, B. C."]
INNOCENT = [
    "Ann said that Lee-Østergård's is another name",
    "Leeds, A. (2020)",
    "a lee shore, mit vander Meerkat",
    "Annabel Lee",
    "0000-0002-1825-00971",
    "Sleep Groups",
    "the University of South and Somewhere",
    "B. C. Vandermeer",
]


def page(text: str) -> str:
    return f"<!DOCTYPE html><html><head><title>A Paper</title></head><body><p>{text}</p></body></html>"


def told(folder: Path, name: str, raw: str | bytes, stem: str = "paper", who: Identity = WHO) -> list[str]:
    path = folder / f"{stem}.{name}"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return [f"{one.code} {one.message}" for one in leaks.leaks({name: path}, who)]


@pytest.mark.parametrize(("text", "what"), TELLING)
def test_what_tells_an_author_is_found_in_every_guise(tmp_path: Path, text: str, what: str) -> None:
    assert told(tmp_path, "html", page(text)) == [f"M001 the masked copy holds {what}: the text"]


@pytest.mark.parametrize("text", UNSURE)
def test_a_family_name_with_initials_is_a_warning_for_it_may_be_anybodys(tmp_path: Path, text: str) -> None:
    path = tmp_path / "paper.html"
    path.write_text(page(text), "utf-8")
    who = Identity(names=(Name("Ánn Marie", "Lee-Østergård"), Name("Bert Carl", "van der Meer")))
    (found,) = leaks.leaks({"html": path}, who)
    assert (found.code, found.severity) == ("M002", Severity.WARNING)
    assert found.message in {
        "the masked copy may name an author, with initials (Ánn Marie Lee-Østergård): the text",
        "the masked copy may name an author, with initials (Bert Carl van der Meer): the text",
    }
    assert found.remedy.startswith("if it is somebody else of that name, let it stand\n")
    assert found.remedy.endswith("add its key to `masked-citations`")


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_a_name_is_none(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, "html", page(text)) == []


def test_without_anything_to_hide_nothing_is_found(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "html", page("Anybody"), who=Identity(names=(Name("", ""),), emails=("",), orcids=("",))) == []
    )


def test_a_finding_says_where_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "sleep-group.html"
    path.write_text(
        page("the Sleep Group <img alt='Sleep Group'><a href='https://x.example/sleep%20group'>x</a>"), "utf-8"
    )
    assert [str(found) for found in leaks.leaks({"html": path}, WHO)] == [
        (
            "sleep-group.html: error M001: the masked copy holds the name Sleep Group: its name; "
            "the attribute alt of img; the attribute href of a; and 1 more\n"
            "    give the paper a file name that names nobody\n"
            "    reword it, or put it into a span that a masked copy leaves out: [...]{.masked}\n"
            "    if it stands in a citation of your own work, add its key to `masked-citations`"
        )
    ]


# --- pictures ---------------------------------------------------------------------------------------------------------

EMAIL = WHO.emails[0]
HELD = f"M001 the masked copy holds the e-mail address {EMAIL}: "


def jpeg_with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = f"made by {EMAIL}"  # Artist
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_with_text(*, packed: bool) -> bytes:
    info = PngInfo()
    info.add_itxt("Author", f"made by {EMAIL}", zip=packed)
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG", pnginfo=info)
    return out.getvalue()


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><!-- x -->'
    b'<text x="1" y="8">ann.<tspan>lee</tspan>@uni.example</text></svg>'
)
PICTURES = {
    "jpg": jpeg_with_exif(),
    "png": png_with_text(packed=False),
    "packed.png": png_with_text(packed=True),
    "svg": SVG,
    "svgz": gzip.compress(SVG),
    "utf16.emf": b"\x01\x00\x00\x00" + EMAIL.encode("utf-16-le"),
}


INNER = {"jpg": ", EXIF Artist", "png": ", PNG Author", "packed.png": ", PNG Author"}


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_a_picture_in_a_page_is_looked_into(tmp_path: Path, kind: str) -> None:
    data = base64.b64encode(PICTURES[kind]).decode()
    found = told(tmp_path, "html", page(f'<img src="data:image/x;base64,{data}">'))
    assert found == [HELD + "the image in the attribute src of img" + INNER.get(kind, "")]


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_a_picture_in_a_word_document_is_looked_into(tmp_path: Path, kind: str) -> None:
    assert told(tmp_path, "docx", docx({f"word/media/image1.{kind}": PICTURES[kind]})) == [
        HELD + f"word/media/image1.{kind}" + INNER.get(kind, "")
    ]


def test_a_picture_of_random_bytes_tells_nothing(tmp_path: Path) -> None:
    raw = bytes(range(256)) * 50 + b" MIT "
    assert told(tmp_path, "docx", docx({"word/media/image1.png": raw})) == []


# --- HTML -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("<p>ann.<b>lee@uni</b>.example</p>", "the text"),
        ('<p title="ann.lee@uni.example">x</p>', "the attribute title of p"),
        ('<a href="mailto:ann.lee%40uni.example">x</a>', "the attribute href of a"),
        ("<!-- ann.lee@uni.example -->", "a comment"),
        ('<meta name="author" content="ann.lee@uni.example">', "the attribute content of meta"),
        ('<style>p { content: "ann.lee\\40 uni.example" }</style>', "the style"),
        ("<style>p { background: url(data:text/plain,ann.lee%40uni.example) }</style>", "the image in the style"),
        ("<script>'ann.lee@uni.example'</script>", "the script"),
        ("<math><annotation>ann.lee@uni.example</annotation></math>", "the text"),
    ],
)
def test_every_place_of_a_page_is_looked_into(tmp_path: Path, body: str, where: str) -> None:
    assert told(tmp_path, "html", f"<!DOCTYPE html><html><body>{body}</body></html>") == [HELD + where]


def test_the_title_of_a_page_is_looked_into(tmp_path: Path) -> None:
    raw = page("x").replace("A Paper", "Sleep Group")
    assert told(tmp_path, "html", raw) == ["M001 the masked copy holds the name Sleep Group: the title of the page"]


def test_names_that_meet_at_a_line_break_of_a_page_are_found(tmp_path: Path) -> None:
    assert told(tmp_path, "html", page("Sleep<br>Group")) == [
        "M001 the masked copy holds the name Sleep Group: the text"
    ]


# --- DOCX -------------------------------------------------------------------------------------------------------------

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(parts: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for name, content in {"word/document.xml": f"<w:document {WORD}/>", **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        (
            {
                "word/document.xml": f"<w:document {WORD}><w:p><w:r><w:t>ann.lee</w:t></w:r>\n<w:r>"
                "<w:rPr><w:i/></w:rPr><w:t>@uni.example</w:t></w:r></w:p></w:document>"
            },
            "word/document.xml",
        ),
        (
            {"word/document.xml": f'<w:document {WORD}><w:x w:descr="ann.lee@uni.example"/></w:document>'},
            "word/document.xml, attribute descr of x",
        ),
        ({"docProps/core.xml": "<p><t>A Paper</t><creator>ann.lee@uni.example</creator></p>"}, "docProps/core.xml"),
        (
            {"word/_rels/document.xml.rels": '<R><S Target="mailto:ann.lee%40uni.example"/></R>'},
            "word/_rels/document.xml.rels, attribute Target of S",
        ),
        (
            {"word/header1.xml": f"<w:hdr {WORD}><w:p><w:r><w:t>ann.lee@uni.example</w:t></w:r></w:p></w:hdr>"},
            "word/header1.xml",
        ),
        ({"word/hurt.xml": "<not xml: ann.lee@uni.example"}, "word/hurt.xml"),
        ({"word/ann.lee@uni.example": ""}, "the name of its part word/ann.lee@uni.example"),
        ({"word/fonts/font1.odttf": b"\x00\xff ann.lee@uni.example"}, "word/fonts/font1.odttf"),
    ],
)
def test_every_part_of_a_word_document_is_looked_into(
    tmp_path: Path, parts: dict[str, str | bytes], where: str
) -> None:
    assert told(tmp_path, "docx", docx(parts)) == [HELD + where]


def test_the_comment_of_the_archive_is_looked_into(tmp_path: Path) -> None:
    assert told(tmp_path, "docx", docx({}, EMAIL.encode())) == [HELD + "the archive's comment"]


def test_a_name_in_a_property_is_found_after_another_property(tmp_path: Path) -> None:
    raw = docx({"docProps/core.xml": "<p><title>Paper</title><creator>Sleep Group</creator></p>"})
    assert told(tmp_path, "docx", raw) == ["M001 the masked copy holds the name Sleep Group: docProps/core.xml"]


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf(folder: Path, markup: str) -> bytes:
    (folder / "one.typ").write_text(markup, "utf-8")
    for kind in ("jpg", "svg"):
        (folder / f"dot.{kind}").write_bytes(PICTURES[kind])
    made = typst.compile(folder / "one.typ", root=folder, format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize(
    ("markup", "where"),
    [
        ("ann.lee\\@uni.example", {"page 1"}),
        ('#set document(author: "ann.lee@uni.example")\nx', {"the property Author", "the metadata (XMP)"}),
        ('#set document(title: "ann.lee@uni.example")\nx', {"the property Title", "the metadata (XMP)"}),
        ('#set document(keywords: "ann.lee@uni.example")\nx', {"the property Keywords", "the metadata (XMP)"}),
        ('#link("mailto:ann.lee%40uni.example")[x]', {"a link"}),
        ('#image("dot.jpg", alt: "ann.lee@uni.example ö")', {"an alternative text", "an image, EXIF Artist"}),
        ('#image("dot.jpg")', {"an image, EXIF Artist"}),
        ('#image("dot.svg")', {"page 1"}),
        (
            "#heading(outlined: false, bookmarked: true)[ann.lee\\@uni.example]",
            {"page 1", "a bookmark or the title"},
        ),
        ('#pdf.attach("x.txt", bytes("ann.lee@uni.example"))', {"the attachment x.txt"}),
    ],
)
def test_every_place_of_a_pdf_is_looked_into(tmp_path: Path, markup: str, where: set[str]) -> None:
    found = told(tmp_path, "pdf", pdf(tmp_path, markup))
    assert len(found) == 1
    assert found[0].startswith(HELD)
    assert where <= {*found[0].removeprefix(HELD).replace("and 1 more", "").split("; ")}


def test_the_words_of_a_figure_that_is_a_pdf_are_looked_into_though_they_are_shapes(tmp_path: Path) -> None:
    # What is said of the file itself does not come into the paper, nor does a second page.
    markup = '#set document(author: "Sleep Group")\nAsk ann.lee\\@uni.example\n#pagebreak()\nthe Sleep Group'
    (tmp_path / "figure.pdf").write_bytes(pdf(tmp_path, markup))
    (tmp_path / "other.bin").write_bytes(b"ann.lee@uni.example")  # no drawing
    drawn = [tmp_path / "figure.pdf", tmp_path / "other.bin", tmp_path / "figure.pdf"]
    found = leaks.drawings(drawn, WHO)
    assert [str(each) for each in found] == [
        (
            "figure.pdf: error M001: the masked copy holds the e-mail address ann.lee@uni.example: "
            "the words in the drawing\n    take it out of the picture and of what the picture file says of itself, "
            "and save it anew"
        )
    ]


def test_a_pdf_that_names_nobody_is_clean(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "pdf", pdf(tmp_path, '#set document(title: "A Paper")\n= Nobody\n#link("https://x.example")[x]'))
        == []
    )


def test_strings_of_a_pdf_are_read_in_each_of_their_forms() -> None:
    raw = rb"<< /A (one \(1\) \101\n) /B <FEFF00E9> /C (\376\377\000e) /D <41 4> /E () >>"
    assert [text.partition("\n")[0] for _, text in pdf_file.strings(raw)] == ["one (1) A", "é", "e", "A@"]
