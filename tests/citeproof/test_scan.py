"""A package for masked review is searched to its last byte: who wrote it is found wherever it stands, at its place.

The seeds are made by hand, by the specification that each names, and hold an author in one way only.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import random
import shutil
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from citeproof import leaks
from citeproof.findings import Severity
from citeproof.leaks import Identity, Name, scan
from citeproof.leaks.pieces import Limits
from citeproof.project import Project
from citeproof.stages import cite, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

WHO = Identity(
    names=(Name("Jörg Anders", "Döhring"), Name("Maria", "da Costa")),
    emails=("j.doehring@nirgendwo.example",),
    orcids=("0000-0002-1825-0097",),
    institutions=("Universität Nirgendwo",),
    grants=("R01 MH123456", "BCS-0912345"),
    thanked=(Name("Wilma", "Achterberg"),),
    thanks=("We thank Wilma Achterberg for reading the proofs.",),
    urls=("https://osf.io/q7x2z", "https://github.com/sleepy/analysis"),
)
NAME = "Jörg Döhring"


# --- how the seeds are made -------------------------------------------------------------------------------------------


def picture(kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **more)
    return out.getvalue()


def exif(tag: int, value: object) -> Image.Exif:
    made = Image.Exif()
    made[tag] = value
    return made


def segment(marker: int, held: bytes) -> bytes:
    """Make a JPEG with one segment more (ITU T.81, B.1.1.4)."""
    plain = picture("JPEG")
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(held) + 2) + held + plain[2:]


def iptc(dataset: int, text: str) -> bytes:
    """Make a JPEG with a field of IPTC (IIM 4.2, chapter 1.5) in Photoshop's segment."""
    field = struct.pack(">BBBH", 0x1C, 2, dataset, len(text.encode())) + text.encode()
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(field)) + field + b"\0" * (len(field) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block)


XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Jörg Döhring</rdf:li></rdf:Seq>'
    '</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()


def png(chunk: bytes, held: bytes) -> bytes:
    """Make a PNG with one chunk more, behind its pixels (PNG 3, 5.3)."""
    plain = picture("PNG")
    more = struct.pack(">I", len(held)) + chunk + held + struct.pack(">I", zlib.crc32(chunk + held))
    end = plain.rindex(b"IEND") - 4
    return plain[:end] + more + plain[end:]


def png_text(**more: object) -> bytes:
    info = PngInfo()
    info.add_itxt("Author", NAME, **more)
    return picture("PNG", pnginfo=info)


def zipped(parts: dict[str, str | bytes], comment: bytes = b"", remark: bytes = b"", extra: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, held in parts.items():
            info = zipfile.ZipInfo(name)
            info.comment, info.extra, info.compress_type = remark, extra, zipfile.ZIP_DEFLATED
            archive.writestr(info, held)
    return out.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def office(part: str, held: str | bytes) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, part: held})


def body(inner: str, root: str = "document") -> str:
    return f"<w:{root} {WORD}>{inner}</w:{root}>"


def para(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(*objects: bytes, catalog: bytes = b"", page: bytes = b"") -> bytes:
    """Make a PDF of one page (ISO 32000-1, 7.5), with these objects from number 4 on."""
    all_of_them = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] " + page + b">>",
        *objects,
    ]
    raw, places = b"%PDF-1.7\n", []
    for number, held in enumerate(all_of_them, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(all_of_them) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    return raw + head + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(raw))


def stream(dictionary: bytes, held: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(held), held)


WIDE = b"<" + (b"\xfe\xff" + NAME.encode("utf-16-be")).hex().encode() + b">"
"""A text string of PDF in UTF-16, as hexadecimal digits."""


def packed_objects(held: bytes) -> bytes:
    """Make an object stream that holds object 9 (ISO 32000-1, 7.5.7)."""
    inner = b"9 0 " + held
    return stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", zlib.compress(inner))


def tarred(name: str, held: bytes, owner: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size, info.uname = len(held), owner
        archive.addfile(info, io.BytesIO(held))
    return out.getvalue()


def named_gzip(name: str) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out) as file:
        file.write(b"1,2,3\n")
    return out.getvalue()


NOTEBOOK = {"cells": [{"outputs": [{"data": {"image/png": base64.b64encode(png_text(zip=True)).decode()}}]}]}
TIFF_AUTHOR = (NAME + "\0").encode("utf-16-le")

# --- the seeds --------------------------------------------------------------------------------------------------------

IN_PICTURES = {
    "exif-artist.jpg": (picture("JPEG", exif=exif(0x013B, "J. A. Doehring, Jörg Döhring".encode())), "EXIF Artist"),
    "exif-copyright.webp": (picture("WEBP", exif=exif(0x8298, "Joerg Doehring")), "EXIF Copyright"),
    "xp-author.jpg": (picture("JPEG", exif=exif(0x9C9D, TIFF_AUTHOR)), "EXIF XPAuthor"),
    "host.tiff": (picture("TIFF", tiffinfo={316: "pc-joergdoehring"}), "EXIF HostComputer"),
    "iptc.jpg": (iptc(80, NAME), "IPTC by-line"),
    "xmp.jpg": (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), "the metadata (XMP)"),
    "comment.jpg": (segment(0xFE, NAME.encode()), "the comment"),
    "xmp.png": (png(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP), "PNG XML:com.adobe.xmp"),
    "text.png": (png(b"tEXt", b"Author\0" + NAME.encode("latin-1")), "PNG Author"),
    "packed-text.png": (png(b"zTXt", b"Comment\0\0" + zlib.compress(NAME.encode("latin-1"))), "PNG Comment"),
    "wide-text.png": (png_text(zip=True), "PNG Author"),
    "exif.png": (picture("PNG", exif=exif(0x013B, "Joerg Doehring")), "EXIF Artist"),
    "comment.gif": (picture("GIF", comment=b"x" * 250 + b" Joerg Doehring"), "the comment"),
    "behind.jpg": (picture("JPEG") + NAME.encode(), "its bytes"),
    "drawn.svg": ('<svg xmlns="http://www.w3.org/2000/svg"><desc>Jörg Döhring</desc></svg>'.encode(), "its text"),
    "inkscape.svg": (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://i.example" i:export="/home/jdoehring/f.png"/>',
        "attribute export of svg",
    ),
    "packed.svgz": (
        gzip.compress('<svg xmlns="http://www.w3.org/2000/svg"><text>Jörg Döhring</text></svg>'.encode()),
        "",
    ),
    "drawing.emf": (b"\1\0\0\0\x6c\0\0\0" + NAME.encode("utf-16-le"), "its bytes"),
}
IN_OFFICE = {
    "core.docx": (office("docProps/core.xml", f"<c><lastModifiedBy>{NAME}</lastModifiedBy></c>"), "docProps/core.xml"),
    "app.docx": (office("docProps/app.xml", "<p><Company>Universität Nirgendwo</Company></p>"), "docProps/app.xml"),
    "custom.docx": (office("docProps/custom.xml", f"<p><property><s>{NAME}</s></property></p>"), "docProps/custom.xml"),
    "custom-xml.docx": (office("customXml/item1.xml", f"<sources><who>{NAME}</who></sources>"), "customXml/item1.xml"),
    "comment.docx": (
        office("word/comments.xml", body(f"<w:comment>{para(NAME)}</w:comment>", "comments")),
        "word/comments.xml",
    ),
    "comment-author.docx": (
        office("word/comments.xml", body(f'<w:comment w:author="{NAME}"/>', "comments")),
        "word/comments.xml, attribute author of comment",
    ),
    "people.docx": (
        office("word/people.xml", '<p><person author="j.doehring@nirgendwo.example"/></p>'),
        "word/people.xml, attribute author of person",
    ),
    "tracked.docx": (
        office("word/document.xml", body(f'<w:p><w:ins w:author="{NAME}"/></w:p>')),
        "word/document.xml, attribute author of ins",
    ),
    "deleted.docx": (
        office("word/document.xml", body("<w:p><w:del><w:r><w:delText>Jörg Döhring</w:delText></w:r></w:del></w:p>")),
        "word/document.xml",
    ),
    "runs.docx": (
        office("word/document.xml", body("<w:p><w:r><w:t>Jörg Döh</w:t></w:r><w:r><w:t>ring</w:t></w:r></w:p>")),
        "word/document.xml",
    ),
    "footnote.docx": (office("word/footnotes.xml", body(para(NAME), "footnotes")), "word/footnotes.xml"),
    "header.docx": (office("word/header2.xml", body(para(NAME.upper()), "hdr")), "word/header2.xml"),
    "alt-text.docx": (
        office("word/document.xml", body(f'<w:docPr w:descr="Photo of {NAME}"/>')),
        "word/document.xml, attribute descr of docPr",
    ),
    "bookmark.docx": (
        office("word/document.xml", body('<w:bookmarkStart w:name="Joerg_Doehring"/>')),
        "word/document.xml, attribute name of bookmarkStart",
    ),
    "control.docx": (
        office("word/document.xml", body('<w:sdt><w:sdtPr><w:tag w:val="author:jörgdöhring"/></w:sdtPr></w:sdt>')),
        "word/document.xml, attribute val of tag",
    ),
    "link.docx": (
        office("word/_rels/document.xml.rels", '<R><S Target="https://x.example/~J%C3%B6rg%20D%C3%B6hring"/></R>'),
        "word/_rels/document.xml.rels, attribute Target of S",
    ),
    "template.docx": (
        office("word/_rels/settings.xml.rels", r'<R><S Target="file:///C:\Users\doehring.j\paper.dotx"/></R>'),
        "word/_rels/settings.xml.rels, attribute Target of S",
    ),
    "picture.docx": (office("word/media/image1.png", png_text(zip=True)), "word/media/image1.png, PNG Author"),
    "embedded.docx": (
        office("word/embeddings/sheet.xlsx", office("docProps/core.xml", f"<c><creator>{NAME}</creator></c>")),
        "word/embeddings/sheet.xlsx, docProps/core.xml",
    ),
    "part.docx": (office("word/joerg-doehring.xml", "<x/>"), "the name of its part word/joerg-doehring.xml"),
    "sheet.xlsx": (office("xl/sharedStrings.xml", f"<sst><si><t>{NAME}</t></si></sst>"), "xl/sharedStrings.xml"),
    "sheet-author.xlsx": (
        office("xl/comments1.xml", f"<comments><authors><author>{NAME}</author></authors></comments>"),
        "xl/comments1.xml",
    ),
    "slides.pptx": (
        office("ppt/commentAuthors.xml", f'<l><cmAuthor name="{NAME}" initials="JD"/></l>'),
        "ppt/commentAuthors.xml, attribute name of cmAuthor",
    ),
    "text.odt": (
        zipped(
            {"mimetype": "application/vnd.oasis.opendocument.text", "meta.xml": f"<m><creator>{NAME}</creator></m>"}
        ),
        "meta.xml",
    ),
    "base64.xml": (f"<x><y>{base64.b64encode(NAME.encode() * 2).decode()}</y></x>".encode(), "base64 in line 1"),
}
IN_PDF = {
    "info.pdf": (
        pdf(b"<< /Author " + WIDE + b" >>").replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 4 0 R"),
        "the property Author",
    ),
    "xmp.pdf": (
        pdf(stream(b"/Type /Metadata /Subtype /XML", XMP), catalog=b"/Metadata 4 0 R"),
        "the metadata (XMP)",
    ),
    "annotation.pdf": (
        pdf(
            b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (by J\\366rg D\\366hring) >>",
            page=b"/Annots [4 0 R]",
        ),
        "an annotation",
    ),
    "annotator.pdf": (
        pdf(b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T " + WIDE + b" >>", page=b"/Annots [4 0 R]"),
        "the author of an annotation, or a form field",
    ),
    "link.pdf": (
        pdf(
            b"<< /Subtype /Link /A << /S /URI /URI (mailto:j.doehring%40nirgendwo.example) >> >>",
            page=b"/Annots [4 0 R]",
        ),
        "a link",
    ),
    "outline.pdf": (
        pdf(packed_objects(b"<< /Title " + WIDE + b" >>")),
        "a bookmark or the title",
    ),
    "attachment.pdf": (
        pdf(
            b"<< /Type /Filespec /F (x.txt) /UF (x.txt) /EF << /F 5 0 R >> >>",
            stream(b"/Type /EmbeddedFile", NAME.encode()),
            catalog=b"/Names << /EmbeddedFiles << /Names [(x.txt) 4 0 R] >> >> ",
        ),
        "the attachment x.txt",
    ),
    "alt.pdf": (pdf(packed_objects(b"<< /S /Figure /Alt " + WIDE + b" >>")), "an alternative text"),
    "actual.pdf": (
        pdf(stream(b"/Filter /FlateDecode", zlib.compress(b"/Span << /ActualText " + WIDE + b" >> BDC EMC"))),
        "the text behind a character (ActualText)",
    ),
    "field.pdf": (pdf(b"<< /FT /Tx /T (x) /V " + WIDE + b" >>"), "the value of a form field"),
    "a85.pdf": (
        pdf(
            stream(
                b"/Filter [/ASCII85Decode /FlateDecode]",
                base64.a85encode(zlib.compress(b"% Joerg Doehring made this")) + b"~>",
            )
        ),
        "a stream",
    ),
    "picture.pdf": (
        pdf(
            stream(
                b"/Type /XObject /Subtype /Image /Filter /DCTDecode",
                picture("JPEG", exif=exif(0x013B, "Joerg Doehring")),
            )
        ),
        "an image, EXIF Artist",
    ),
}
IN_TEXTS = {
    "comment.tex": (b"Text.\n  % written by Joerg Doehring\n", "2:16"),
    "accents.tex": (rb"\author{J\"{o}rg D{\"o}hring}", "1:9"),
    "accents-2.tex": (rb"\newcommand{\who}{J\"org D\"ohring}", "1:19"),
    "small-capitals.tex": (rb"\author{J\"org \textsc{D\"ohring}}", "1:9"),
    "folder.tex": (rb"\includegraphics{C:\Users\doehring.j\figs\one.png}", "1:"),
    "home.R": (b'x <- 1\nsetwd("/home/jdoehring/sleep")\n', "2:"),
    "jats-instruction.xml": (
        "<article>\n<?author Jörg Döhring?></article>".encode(),
        "the processing instruction author",
    ),
    "jats-names.xml": (
        "<article><contrib><name><surname>Döhring</surname><given-names>Jörg</given-names></name></contrib></article>".encode(),
        "its text",
    ),
    "entity.xml": ('<!DOCTYPE a [<!ENTITY who "Jörg Döhring">]><a>&who;</a>'.encode(), "the document type"),
    "before.xml": ("<?xml version='1.0'?>\n<!-- Jörg Döhring --><a/>".encode(), "a comment"),
    "comment.html": (b"<html><body><!-- J&ouml;rg D&ouml;hring --><p>x</p></body></html>", "a comment"),
    "page.html": ("<html><body><p>J<b>örg</b> Döh<i>ring</i></p></body></html>".encode(), "the text"),
    "data.html": (
        b'<html><body><img src="data:image/png;base64,' + base64.b64encode(png_text(zip=True)) + b'"></body></html>',
        "the image in the attribute src of img, PNG Author",
    ),
    "wide.txt": (b"\xff\xfe" + f"One.\r\nBy {NAME}".encode("utf-16-le"), "2:4"),
    "wide-without-mark.txt": (f"One.\nBy {NAME}".encode("utf-16-be"), "2:4"),
    "latin.txt": (f"One.\n\n  By {NAME}".encode("latin-1"), "3:6"),
    "cell.csv": ("id,coder\n1,Jörg Döhring\n".encode(), "2:3"),
    "entry.bib": (b'@misc{a, title = {One},\n  annote = {Copy of J{\\"o}rg D{\\"o}hring}}', "2:21"),
    "owner.ris": ("TY  - JOUR\nN1  - lent by Döhring, Jörg\n".encode(), "2:15"),
    "escape.json": (rb'{"by": "J\u00f6rg D\u00f6hring"}', "1:9"),
    "fields.json": ('{"given": "Jörg Anders",\n "family": "Döhring"}'.encode(), "1:"),
    "fields.yaml": ("who:\n  given: Jörg\n  family: Döhring\n".encode(), "2:"),
    "percent.md": (b"See <https://x.example/J%C3%B6rg-D%C3%B6hring>.", "1:24"),
    "notebook.ipynb": (json.dumps(NOTEBOOK).encode(), "base64 in line 1, PNG Author"),
    "rich.rtf": (rb"{\rtf1\ansi {\author J\'f6rg D\'f6hring}}", "its text"),
    "mail.eml": (b"From: =?utf-8?q?J=C3=B6rg_D=C3=B6hring?= <x@y.example>\n", "1:"),
    "data.rds": (gzip.compress(b"X\n\0\0\0\3\0\4\0\x09/home/jdoehring/sleep.rds\0\0"), "its bytes"),
    "two-lines.md": ("One by Jörg\nDöhring.".encode(), "1:8"),
    "apart.md": ("Jo\u0308rg\u00a0Do\u0308hring".encode(), "1:1"),
    "hidden-mail.md": (b"Write to j.doehring [at] nirgendwo [dot] example.", "1:10"),
    "spoken-mail.md": (b"j dot doehring at nirgendwo dot example", "1:1"),
    "shared-mail.tex": (rb"\texttt{\{da.costa,j.doehring\}@nirgendwo.example}", "1:"),
    "orcid.txt": (b"https://orcid.org/0000-0002-1825-0097", "1:19"),
    "place.txt": (b"an der Universitaet Nirgendwo", "1:8"),
}
IN_ARCHIVES = {
    "nested.zip": (zipped({"a/b.zip": zipped({"c.txt": f"\n{NAME}"})}), "a/b.zip, c.txt"),
    "comment.zip": (zipped({"a.txt": "x"}, comment=NAME.encode()), "the archive's comment"),
    "remark.zip": (zipped({"a.txt": "x"}, remark=NAME.encode()), "the comment on its part a.txt"),
    "extra.zip": (
        zipped({"a.txt": "x"}, extra=struct.pack("<HH", 0x7075, len(NAME.encode())) + NAME.encode()),
        "an extra field of its part a.txt",
    ),
    "folder.zip": (zipped({"Doehring Joerg/a.txt": "x"}), "the name of its part Doehring Joerg/a.txt"),
    "sources.tar.gz": (gzip.compress(tarred("a.txt", NAME.encode())), "a.txt"),
    "sources.tar.bz2": (bz2.compress(tarred("a.txt", NAME.encode())), "a.txt"),
    "sources.tar.xz": (lzma.compress(tarred("a.txt", NAME.encode())), "a.txt"),
    "owner.tar": (tarred("a.txt", b"x", "jdoehring"), "the owner of its part a.txt"),
    "named.gz": (named_gzip("joerg_doehring.csv"), "the head of the packed file"),
}
IN_NAMES = {
    "Jörg Döhring/one.txt": (b"x", "its name"),
    "fig_joergdoehring.txt": (b"x", "its name"),
    "figures/doehringj-2.txt": (b"x", "its name"),
}
SEEDS = {**IN_PICTURES, **IN_OFFICE, **IN_PDF, **IN_TEXTS, **IN_ARCHIVES, **IN_NAMES}


def package(folder: Path, files: dict[str, bytes | str]) -> dict[str, Path]:
    made = {}
    for number, (name, held) in enumerate(files.items()):
        made[name] = folder / f"{number}"
        made[name].write_bytes(held if isinstance(held, bytes) else held.encode())
    return made


def told(folder: Path, files: dict[str, bytes | str], who: Identity = WHO) -> list[str]:
    return [f"{one.place}: {one.code} {one.message}" for one in scan(package(folder, files), who)]


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_an_author_is_found_wherever_in_a_package(name: str, tmp_path: Path) -> None:
    raw, where = SEEDS[name]
    found = scan(package(tmp_path, {name: raw}), WHO)
    sure = [one for one in found if one.severity is Severity.ERROR]
    assert sure, found
    for one in sure:
        assert one.place.file == name
        assert one.code in {"M001", "M004"}
    assert any(f"{one.place.line}:{one.place.column}".startswith(where) or where in one.message for one in sure), sure


# --- works of the authors' own ----------------------------------------------------------------------------------------

SPEAKING = [
    "In our previous work (Döhring, 2020), sleep was short.",
    "In our previous work, sleep was short (Roe, 2019; Döhring & Roe, 2020).",
    "We have shown that sleep is short (Döhring et al., 2018).",
    "We have previously used this scale (see Döhring, 2015).",
    "As we argued elsewhere (Döhring, 2020), sleep is short.",
    "As Döhring (2020) has it, sleep is short, and in our earlier study, Döhring and Roe (2021), it was long.",
    "This follows our own theory (da Costa, 2011).",
    "Our research group has found that sleep is short (da Costa & Lee, 2011).",
    "Data from our lab are alike (Döhring, 2020).",
    "We used the new scale (Döhring, in press).",
    "The first author's earlier studies say so (Döhring, 2020).",
    "Two of us have seen it before (Döhring & da Costa, 2009).",
    "In Döhring (2020), we showed that sleep is short.",
    "Our sleep model (Döhring, 2020) says so.",
    "In unserer früheren Studie (Döhring, 2020) war der Schlaf kurz.",
    "Wie wir bereits gezeigt haben (Döhring, 2020), ist der Schlaf kurz.",
    "Dans nos travaux antérieurs (Döhring, 2020), le sommeil est court.",
    "Comme nous l\u2019avons montré (Döhring, 2020), le sommeil est court.",
    "En nuestro estudio anterior (Döhring, 2020), el sueño es corto.",
    "Como hemos mostrado (Döhring, 2020), el sueño es corto.",
]
NOT_SPEAKING = [
    "In our previous work, sleep was short.",
    "In our previous work ([masked]), sleep was short.",
    "In our previous work (Roe, 2019), sleep was short. Döhring (2020) agrees.",
    "Our results agree with those of Döhring (2020).",
    "Our results (cf. Döhring, 2020) agree.",
    "We used the scale of Döhring (2020).",
    "We used the sleep scale (Döhring, 2020).",
    "We found longer sleep than others did (Döhring, 2020).",
    "Following Döhring (2020), we found short sleep.",
    "Döhring (2020) has shown that sleep is short.",
    "Previous work (Döhring, 2020) has shown it.",
    "Our previous studies found less sleep than theirs (Döhring, 2020).",
    "As we showed above, sleep is short (Döhring, 2020).",
    "Frühere Studien (Döhring, 2020) zeigten das.",
    "Des travaux antérieurs (Döhring, 2020) le montrent.",
    "Estudios previos (Döhring, 2020) lo muestran.",
]


@pytest.mark.parametrize("text", SPEAKING)
def test_a_sentence_that_calls_a_cited_work_the_authors_own_is_an_error(text: str, tmp_path: Path) -> None:
    found = scan(package(tmp_path, {"paper.md": f"One.\n\n{text} It ends.\n"}), WHO)
    assert [(one.code, one.severity, one.place.line) for one in found] == [("M006", Severity.ERROR, 3)]
    assert found[0].message.endswith("speaks of a work by the authors of this paper as theirs")
    assert found[0].remedy.endswith("(APA 8.3)")


@pytest.mark.parametrize("text", NOT_SPEAKING)
def test_a_work_of_the_authors_cited_as_anybodys_is_none(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"paper.md": f"One.\n\n{text} It ends.\n"}) == []


def test_the_place_of_such_a_sentence_in_a_finished_file_is_its_part(tmp_path: Path) -> None:
    text = "In our previous work (Döhring, 2020), sleep was short."
    message = f"the sentence “{text}” speaks of a work by the authors of this paper as theirs: word/document.xml"
    assert told(tmp_path, {"paper.docx": office("word/document.xml", body(para(text)))}) == [
        f"paper.docx: M006 {message}"
    ]


# --- grants, addresses, thanks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["R01 MH123456", "R01MH123456", "r01-mh-123456", "BCS 0912345", "BCS\u20130912345"])
def test_the_number_of_a_grant_is_an_error(number: str, tmp_path: Path) -> None:
    (found,) = told(tmp_path, {"a.txt": f"x\nPaid by {number}."})
    assert found.startswith("a.txt:2:9: M003 the masked copy holds the grant number ")


@pytest.mark.parametrize("number", ["R01 MH1234567", "XR01 MH123456", "BCS-091234", "MH123456"])
def test_another_number_is_no_grant(number: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"a.txt": f"x\nPaid by {number}."}) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://osf.io/q7x2z",
        "http://www.OSF.io/q7x2z/files",
        "osf.io/%717x2z",
        "git clone https://github.com/sleepy/analysis.git",
        "https://github.com/jdoehring/other",
        "git@github.com:joerg-doehring/x.git",
        "https://doehringlab.github.io/x",
        "https://osf.io/@jdoehring",
        "https://www.researchgate.net/profile/Joerg-Doehring-2",
        "https://j-doehring.github.io",
    ],
)
def test_an_address_that_leads_to_an_author_is_an_error(text: str, tmp_path: Path) -> None:
    found = told(tmp_path, {"a.txt": text})
    assert found
    assert all(one.startswith(("a.txt:1:", "a.txt: ")) for one in found)
    assert any(" M004 the masked copy holds the " in one for one in found) or "Joerg-Doehring" in text, found


@pytest.mark.parametrize(
    "text",
    [
        "https://osf.io/q7x2z/?view_only=0a1b2c3d",
        "https://osf.io/q7x2zz",
        "https://osf.io/abcde",
        "https://anonymous.4open.science/r/analysis-1B2C",
        "https://github.com/sleepyhead/analysis",
        "https://github.com/anybody/doehring",
        "/home/user/paper.md, C:\\Users\\Public\\x, /home/runner/work",
        "https://www.x.com/status, home/doehringen/, https://netflix.com/jdoehring",
    ],
)
def test_an_address_that_names_nobody_is_none(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"a.txt": text}) == []


def test_an_address_of_data_that_may_be_anybodys_is_a_warning(tmp_path: Path) -> None:
    who = Identity(shared=("https://osf.io/other",))
    (found,) = scan(package(tmp_path, {"a.txt": "x\nAt osf.io/other, and osf.io/other?view_only=1."}), who)
    what = "may lead to an author, if it is the authors' own project (https://osf.io/other)"
    assert str(found).splitlines()[:2] == [
        f"a.txt:2:4: warning M002: the masked copy {what}: line 2",
        "    if it is somebody else's, let it stand",
    ]


def test_a_sentence_of_thanks_is_an_error_and_who_is_thanked_a_warning(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.txt": "x\nWe thank Wilma Achterberg\nfor reading the proofs.",
        "b.txt": "Wilma Achterberg (2001) showed it. We thank all participants for reading.",
    }
    assert told(tmp_path, files) == [
        f"a.txt:2:1: M005 the masked copy holds a sentence of the acknowledgments: {WHO.thanks[0]}: line 2",
        "a.txt:2:10: M002 the masked copy may name somebody whom the paper thanks (Wilma Achterberg): line 2",
        "b.txt:1:1: M002 the masked copy may name somebody whom the paper thanks (Wilma Achterberg): line 1",
    ]


# --- what cannot be searched ------------------------------------------------------------------------------------------


def locked(raw: bytes) -> bytes:
    """Mark the members of a zip as encrypted (APPNOTE 4.4.4, bit 0)."""
    held = bytearray(raw)
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = held.find(sign)
        while at >= 0:
            held[at + place] |= 1
            at = held.find(sign, at + 4)
    return bytes(held)


def nested(depth: int) -> bytes:
    raw = b"x"
    for _ in range(depth):
        raw = zipped({"a.zip": raw})
    return raw


def rc4(key: bytes, text: bytes) -> bytes:
    box, j, out = [*range(256)], 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in text:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def encrypted(user: bytes) -> bytes:
    """Make a PDF whose properties are encrypted (ISO 32000-1, 7.6: RC4 of 40 bits), to be opened with a password."""
    owner = rc4(hashlib.md5((b"o" + PADDING)[:32]).digest()[:5], (user + PADDING)[:32])  # noqa: S324  (as it is specified)
    rights, mark = struct.pack("<i", -4), b"0123456789abcdef"
    key = hashlib.md5((user + PADDING)[:32] + owner + rights + mark).digest()[:5]  # noqa: S324
    of_object = hashlib.md5(key + b"\4\0\0\0\0").digest()[:10]  # noqa: S324
    held = rc4(of_object, NAME.encode("latin-1")).hex().encode()
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(),
        rc4(key, PADDING).hex().encode(),
    )
    more = b"/Root 1 0 R /Info 4 0 R /Encrypt 5 0 R /ID [<%s> <%s>]" % ((mark.hex().encode(),) * 2)
    return pdf(b"<< /Title <" + held + b"> >>", lock).replace(b"/Root 1 0 R", more)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.zip", locked(zipped({"b.txt": "x"})), "b.txt cannot be searched for the authors: a password protects it"),
        (
            "a.zip",
            zipped({"b.txt": "x" * 99})[:60],
            "the file cannot be searched for the authors: the archive is damaged",
        ),
        (
            "a.7z",
            b"7z\xbc\xaf\x27\x1c\0\4",
            "the file cannot be searched for the authors: a 7z archive cannot be opened",
        ),
        ("a.zip", nested(9), "archives are packed into each other too deep"),
        ("a.gz", gzip.compress(bytes(range(256)))[:60], "the file cannot be searched for the authors: it is damaged"),
        (
            "a.tar",
            tarred("a", b"x" * 9000)[:2000],
            "the file cannot be searched for the authors: the archive is damaged",
        ),
        ("a.pdf", encrypted(b"secret"), "the file cannot be searched for the authors: a password protects it"),
        ("a.pdf", b"%PDF-1.7\nnothing", "the file cannot be searched for the authors: it is damaged"),
    ],
    ids=["locked", "cut", "7z", "nested", "cut gzip", "cut tar", "locked PDF", "no PDF"],
)
def test_what_cannot_be_searched_is_told(name: str, raw: bytes, why: str, tmp_path: Path) -> None:
    found = scan(package(tmp_path, {name: raw}), WHO)
    assert [(one.code, one.severity, one.place.file) for one in found] == [("M007", Severity.ERROR, name)]
    assert why in found[0].message
    assert found[0].remedy == "take it out of the file, or leave the file out of the package"


def test_a_pdf_that_anybody_may_open_is_searched_though_it_is_encrypted(tmp_path: Path) -> None:
    (found,) = told(tmp_path, {"a.pdf": encrypted(b"")})
    assert found.startswith("a.pdf: M001 the masked copy holds the name Jörg Anders Döhring: the property Title")


@pytest.mark.parametrize(
    "pack",
    [lambda held: zipped({"b": held}), gzip.compress, bz2.compress, lzma.compress],
    ids=["zip", "gzip", "bzip2", "xz"],
)
def test_an_archive_that_unpacks_to_more_than_any_paper_is_not_followed(
    pack: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaks, "Limits", lambda: Limits(longest=1 << 20))
    (found,) = told(tmp_path, {"bomb": pack(b"\0" * (1 << 22))})
    assert found.startswith("bomb: M007 ")
    assert found.endswith(" be searched for the authors: it unpacks to more than 1 MB")


DAMAGED = sorted(
    name for name in SEEDS if name.endswith((".jpg", ".png", ".pdf", ".docx", ".zip", ".xml", ".gz", ".tiff"))
)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_no_reason_to_stop(name: str, tmp_path: Path) -> None:
    raw, _ = SEEDS[name]
    for cut in (3, len(raw) // 3, len(raw) // 2, len(raw) - 5):
        holed = raw[: cut // 2] + b"\xff\0<(" + raw[cut // 2 + 4 :]
        for hurt in (raw[:cut], holed):
            assert all(one.code.startswith("M00") for one in scan(package(tmp_path, {name: hurt}), WHO))


# --- a package as a folder, and as a zip ------------------------------------------------------------------------------


def test_a_folder_and_a_zip_are_searched_alike(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "Jörg Döhring.csv").write_text("id\n1\n", "utf-8")
    (folder / "paper.txt").write_text("A paper.\nBy Jörg Döhring.\n", "utf-8")
    whole = tmp_path / "package.zip"
    files = {"data/Jörg Döhring.csv": "id\n1\n", "paper.txt": "A paper.\nBy Jörg Döhring.\n"}
    whole.write_bytes(zipped(files, comment=b"for Joerg Doehring"))
    in_folder = [str(one).partition("\n")[0] for one in scan(folder, WHO)]
    in_zip = [str(one).partition("\n")[0] for one in scan(whole, WHO)]
    name = "error M001: the masked copy holds the name Jörg Anders Döhring"
    assert in_folder == [f"data/Jörg Döhring.csv: {name}: its name", f"paper.txt:2:4: {name}: line 2"]
    assert in_zip == [f"package.zip: {name}: the archive's comment", *in_folder]


def test_lines_are_counted_alike_whatever_ends_them(tmp_path: Path) -> None:
    for number, end in enumerate(("\n", "\r\n", "\r")):
        text = "\ufeff" + end.join(["One ö", "two", "  by Jörg Döhring", "and again Jörg Döhring"])
        (found,) = told(tmp_path, {f"{number}.txt": text})
        assert found.startswith(f"{number}.txt:3:6: M001 ")
        assert found.endswith(": line 3; line 4")


def test_a_name_in_a_long_text_is_found_at_its_line(tmp_path: Path) -> None:
    text = "word word word\n" * 400_000 + "By Jörg Döhring\n" + "more\n" * 900_000
    (found,) = told(tmp_path, {"long.txt": text})
    assert found.startswith("long.txt:400001:4: M001 ")


# --- who wrote it -----------------------------------------------------------------------------------------------------

FUNDED = """\
---
title: A Paper
author:
  - name: Jörg Döhring
    url: https://doehring.example/home
    affiliation: Universität Nirgendwo
  - name: Wei Li
funding:
  - source: NIH
    award: R01 MH123456
    statement: Paid by the National Science Foundation (Grant BCS-0912345) and under contract no. 2020-4417.
acknowledgements: We thank Wilma Achterberg and John K. Brown of the Sleep Institute for help.
github: https://github.com/sleepy/analysis
author-note:
  data-sharing: Data are at <https://osf.io/q7x2z/>, and more at https://www.nih.example.
bibliography: references.bib
apa: {masked-citations: [ames2001, "@berg2002"]}
---

Text [@li2010].

# Acknowledgments

We are grateful to Maria da Costa. Supported in 2019 by the DFG (RE 1234/5-1).

# Method

We thank no Other Person here.

# Data Availability

All data are at <https://osf.io/other> and <https://www.data.example>.
"""
LI = "@book{li2010, author = {Li, Wenjie}, title = {Three}, publisher = {P}, date = {2010}}\n"


def test_what_leads_to_the_authors_is_read_from_front_matter_and_acknowledgments(
    paper: Callable[..., Path],
) -> None:
    path = paper("", front=FUNDED, bibliography=LI)
    project = Project(path, path.parent)
    manuscript = read.read(project)
    who = cite.identity(project, manuscript)
    assert who.grants == ("R01 MH123456", "BCS-0912345", "2020-4417", "RE 1234/5-1")
    assert who.thanked == (Name("Wilma", "Achterberg"), Name("John K.", "Brown"), Name("Maria", "da Costa"))
    assert who.thanks == (
        "We thank Wilma Achterberg and John K. Brown of the Sleep Institute for help.",
        "We are grateful to Maria da Costa.",
    )
    assert who.urls == ("https://doehring.example/home", "https://github.com/sleepy/analysis", "https://osf.io/q7x2z/")
    assert who.shared == ("https://osf.io/other",)
    assert who.namesakes == (Name("Wenjie", "Li"),)
    assert leaks.masked_citations(manuscript.document) == {"ames2001", "berg2002"}


MASKED = """\
---
title: A Paper
author: Ann Ames
bibliography: references.bib
apa: {masked: true, masked-citations: [berg2002]}
---

In our earlier work [@berg2002], things happened.

As shown by @ames2001, they do. **In our earlier work [@ames2001]** they did.
"""


def test_a_masked_paper_that_calls_a_work_its_authors_own_is_not_built(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("", front=MASKED)
    found = citeproof("build", "--to", "html")
    assert found.status == 1
    assert (
        "paper.md:10:56: error M006: the sentence “In our earlier work @ames2001 they did.” speaks of a work by the "
        "authors of this paper as theirs\n"
    ) in found.err
    assert "berg2002" not in found.err


def test_a_comment_allows_such_a_sentence(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    note = "<!-- citeproof: allow M006 because the editor asked for it -->\n"
    path = paper("", front=MASKED.replace("As shown", note + "As shown"))
    assert citeproof("build", "--to", "html").status == 0
    path.write_text(path.read_text("utf-8").replace("masked: true, ", ""), "utf-8")
    found = citeproof("build", "--to", "html,docx,pdf")
    assert (found.status, "F007" in found.err) == (0, False)


def test_a_supplement_that_names_nobody_itself_is_searched_for_the_papers_authors(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("See the supplement.", front="---\ntitle: A Paper\nauthor: Ann Ames\n---\n\n")
    (path.parent / "supplement.md").write_text("---\ntitle: More\n---\n\nAnn Ames measured it.\n", "utf-8")
    found = citeproof("build", "--masked", "--to", "html")
    assert found.status == 1
    assert "supplement.html: error M001: the masked copy holds the name Ann Ames: the text\n" in found.err


SHORT = Identity(names=(Name("Mark", "Lee"), Name("Wei", "Li"), Name("Jo", "Smith")))


@pytest.mark.parametrize(
    ("held", "line"),
    [
        ("by Mark\nLee", 1),
        ("Lee, Mark", 1),
        ("MARK LEE", 1),
        ("mark_lee", 1),
        ("wei li", 1),
        ("jo smith", 1),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "Mark Lee".encode("utf-16-le") + bytes(9), 0),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + b"\x08Li, Wei" + bytes(9), 0),
        (b"A text\0 with a control character by wei li" + b" and more words" * 50, 1),
    ],
)
def test_a_short_name_that_may_be_a_word_is_found_too(held: bytes | str, line: int, tmp_path: Path) -> None:
    (found,) = scan(package(tmp_path, {"a": held}), SHORT)
    assert (found.code, found.severity, found.place.line) == ("M001", Severity.ERROR, line)


def test_a_name_of_a_zips_member_is_read_as_it_is_meant(tmp_path: Path) -> None:
    raw = zipped({"-" * 14: "x"}).replace(b"-" * 14, "Döhring Jörg".encode())
    (found,) = (one for one in scan(package(tmp_path, {"a.zip": raw}), WHO) if one.severity is Severity.ERROR)
    assert found.code == "M001"


# --- clean packages ---------------------------------------------------------------------------------------------------

PLAIN = Identity(
    names=tuple(
        Name(given, family)
        for given, family in [
            ("May", "Long"),
            ("Will", "Young"),
            ("Mark", "Case"),
            ("Grace", "Best"),
            ("April", "May"),
            ("Wei", "Li"),
            ("An", "Ng"),
            ("Rich", "Power"),
            ("Ann", "Lee"),
            ("Bill", "White"),
        ]
    ),
    emails=("may@long.example", "info@case.example", "long@uni.example"),
    institutions=("York University", "Harvard University", "ACT", "University of Indiana", "Indiana University"),
    grants=("12345", "2019-20"),
    thanked=(Name("Will", "Power"),),
    urls=("https://osf.io/abcde/?view_only=1",),
    namesakes=(Name("Wenjie", "Li"),),
)
INNOCENT = [
    "It may long be so; they will, young or old, mark case after case, and grace best suits them.",
    "In the case, M. Smith said so. In April, May was far. As long, may it be. So long. May we go?",
    "This is the best, g. h. and i.; rich power, will power; an NG tube; white bill.",
    "Li, W. (2010). Another one's work. Li, X. (2011). Ng, B. (2012). Lee, B. (2013). Long, A. B. (2014).",
    "Long and Young (2001) and Best et al. (2002) agree with Case (2003).",
    "The long-term study of the Young Adults Group; the case lab; a long lab day.",
    "New York University and Harvard University Press; [Doctoral dissertation, Harvard University].",
    "At Indiana University of Pennsylvania, acceptance and commitment therapy (ACT) was tested. ACT works.",
    "There were 12345 trials in 2019-20, and 12,345 more.",
    "Write to longer@uni.example, or belong@uni.example. Ann said that Lee's is another. Annabel Lee. Ann. Lee shores.",
    "/home/user/case/long.csv and C:\\Users\\user\\best",
    "https://github.com/openscience/long https://osf.io/abcde/?view_only=1 https://x.com/i/status/1",
    "WE MAY LONG FOR IT",
]


@pytest.mark.parametrize("text", INNOCENT[:-1])
@pytest.mark.parametrize("kind", ["txt", "html", "docx", "tex", "csv"])
def test_what_only_looks_like_an_author_is_none(text: str, kind: str, tmp_path: Path) -> None:
    held: dict[str, bytes | str] = {
        "txt": text,
        "tex": text,
        "csv": text,
        "html": f"<html><body><p>{text}</p></body></html>",
        "docx": office("word/document.xml", body(para(text))),
    }
    assert told(tmp_path, {f"long-case-study.{kind}": held[kind]}, PLAIN) == []


def test_bytes_of_no_meaning_name_nobody(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(2_000_000)  # noqa: S311  (any bytes will do)
    files: dict[str, bytes | str] = {"a.bin": noise, "b.txt": base64.b64encode(noise), "c.txt": noise.hex()}
    assert told(tmp_path, files, PLAIN) == []
    assert told(tmp_path, files, WHO) == []


TESTS = Path(__file__).resolve().parents[1]
PAPERS = [
    TESTS.parent / "manuscript" / "paper.md",
    TESTS / "apa" / "specimen" / "paper.md",
    *sorted((TESTS / "manuscripts" / "good").glob("*/paper.md")),
]


WARNED = {"chinese": 4}
"""A citation prints the whole name of a Chinese author, and that paper cites its author openly: once in each format."""


@pytest.mark.parametrize("original", PAPERS, ids=lambda path: path.parent.name)
def test_a_masked_copy_of_a_real_paper_is_clean(original: Path, tmp_path: Path, citeproof: Callable[..., Run]) -> None:
    folder = tmp_path / "paper"
    shutil.copytree(original.parent, folder)
    formats = "docx,html,jats,latex"
    if original.parent.name != "chinese":  # no built-in font has its letters
        formats += ",pdf"
    built = citeproof("build", folder, "--masked", "--to", formats, "--output", tmp_path / "out")
    assert built.status == 0, built.err
    project = Project(folder / "paper.md", tmp_path / "out")
    who = cite.identity(project, read.read(project))
    assert {path.suffix for path in (tmp_path / "out").iterdir()} >= {".docx", ".html", ".xml", ".tex"}
    found = scan(tmp_path / "out", who)
    assert [str(one) for one in found if one.severity is Severity.ERROR] == []
    assert len(found) == WARNED.get(original.parent.name, 0), found
