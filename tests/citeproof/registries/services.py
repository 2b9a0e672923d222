"""Crossref, DataCite, doi.org and PubMed as far as citeproof asks them: the same shapes, from works that a test gives.

Works are given as Crossref has them. `Services` answers a question by itself; `served` puts it behind a local address,
for the real client.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from rapidfuzz import fuzz

from citeproof.registries.compare import folded
from citeproof.registries.model import Answer, Question, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Any


@dataclass(slots=True)
class Reply:
    """What a service sends back."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def _json(said: Json, status: int = 200, **headers: str) -> Reply:
    return Reply(
        status,
        json.dumps(said, ensure_ascii=False).encode(),
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )


@dataclass(slots=True)
class Services:
    """All four services. `works` are Crossref's; `datacite` holds `attributes`; `elsewhere` DOIs of other agencies."""

    works: list[Json] = field(default_factory=list)
    datacite: list[Json] = field(default_factory=list)
    elsewhere: tuple[str, ...] = ()
    without_pubmed: tuple[str, ...] = ()
    pubmed_extra: dict[str, str] = field(default_factory=dict)
    """DOI → XML that stands in its PubMed record: publication types, comments and corrections."""
    asked: list[str] = field(default_factory=list)
    replies: dict[str, Callable[[str, str, str], Reply]] = field(default_factory=dict)
    """What a test puts in the place of `reply`."""

    def reply(self, source: str, path: str, accept: str = "") -> Reply:
        """Answer as a service would: `path` is what stands behind its base address."""
        self.asked.append(f"{source} {path}")
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return {"crossref": self._crossref, "datacite": self._datacite, "doi": self._doi, "pubmed": self._pubmed}[
            source
        ](unquote(parts.path), query, accept)

    def answer(self, question: Question) -> Answer:
        """Answer a question without a network."""
        source = {Source.DOI: "doi"}.get(question.source, question.source.value)
        reply = self.reply(source, question.path, question.accept)
        return Answer(question, f"http://localhost/{question.path}", "2026-11-27", reply.status, reply.body)

    # --- each of them

    def _crossref(self, path: str, query: dict[str, str], _accept: str) -> Reply:
        limits = {"x_rate_limit_limit": "50", "x_rate_limit_interval": "1s", "x_api_pool": "public"}
        if path == "works":
            asked = folded(query.get("query.bibliographic", "") + " " + query.get("query.author", ""))
            near = sorted(self.works, key=lambda one: -fuzz.token_set_ratio(asked, self._words(one)))
            if isbn := re.findall(r"isbn:(\d{13})", query.get("filter", "")):
                near = [one for one in self.works if isbn[0] in one.get("ISBN", [])]
            elif "filter" in query:
                years = {int(year) for year in re.findall(r"(?:from|until)-pub-date:(\d{4})", query["filter"])}
                family = folded(query.get("query.author", ""))
                near = [one for one in near if _year(one) in years and family in folded(self._words(one)).split()]
            rows = near[: int(query.get("rows", "20"))]
            message = {
                "total-results": len(near),
                "items-per-page": len(rows),
                "items": rows,
                "query": {},
                "facets": {},
            }
            return _json(
                {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}, **limits
            )
        found = self._of(path.removeprefix("works/"))
        if found is None:
            return Reply(404, b"Resource not found.", "text/plain")
        return _json({"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": found}, **limits)

    def _datacite(self, path: str, _query: dict[str, str], _accept: str) -> Reply:
        doi = path.removeprefix("dois/").lower()
        for said in self.datacite:
            if said["doi"].lower() == doi:
                return _json({"data": {"id": doi, "type": "dois", "attributes": said}})
        return _json({"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}, 404)

    def _doi(self, path: str, _query: dict[str, str], accept: str) -> Reply:
        doi = path.removeprefix("api/handles/").lower()
        known = (
            self._of(doi) is not None
            or doi in self.elsewhere
            or any(one["doi"].lower() == doi for one in self.datacite)
        )
        if path.startswith("api/handles/"):
            if known:
                return _json({"responseCode": 1, "handle": doi, "values": []})
            return _json({"responseCode": 100, "handle": doi}, 404)
        if "csl+json" in accept and (found := self._of(doi)):
            flat = {
                n: v[0] if isinstance(v, list) and n in {"title", "container-title"} else v for n, v in found.items()
            }
            return _json(flat)
        return Reply(404, b"<!DOCTYPE html><html><title>DOI not found</title></html>", "text/html")

    def _pubmed(self, path: str, query: dict[str, str], _accept: str) -> Reply:
        listed = [
            one for one in self.works if one.get("type") == "journal-article" and one["DOI"] not in self.without_pubmed
        ]
        if path.startswith("esearch"):
            found = [self.pmid(one) for one in listed if _matches(one, query["term"])]
            result = {"count": str(len(found)), "retmax": "3", "retstart": "0", "idlist": found[: int(query["retmax"])]}
            return _json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})
        wanted = query["id"].split(",")
        articles = "".join(self._article(one) for one in listed if self.pmid(one) in wanted)
        return Reply(200, f'<?xml version="1.0" ?><PubmedArticleSet>{articles}</PubmedArticleSet>'.encode(), "text/xml")

    def pmid(self, work: Json) -> str:
        """Give the number that PubMed has for a work."""
        return str(10_000_000 + self.works.index(work))

    def _of(self, doi: str) -> Json | None:
        return next((one for one in self.works if one["DOI"].lower() == doi.lower()), None)

    @staticmethod
    def _words(work: Json) -> str:
        names = " ".join(f"{one.get('family', one.get('name', ''))}" for one in work.get("author", []))
        return folded(
            f"{names} {' '.join(work.get('title', []))} {' '.join(work.get('container-title', []))} {_year(work)}"
        )

    def _article(self, work: Json) -> str:
        def tag(name: str, value: str) -> str:
            return f"<{name}>{escape(value)}</{name}>" if value else ""

        title = ": ".join([*work["title"][:1], *work.get("subtitle", [])[:1]])
        authors = "".join(
            f"<Author>{tag('CollectiveName', one['name'])}</Author>"
            if "name" in one
            else f"<Author>{tag('LastName', one.get('family', ''))}{tag('ForeName', one.get('given', ''))}</Author>"
            for one in work.get("author", [])
        )
        issue = f"{tag('Volume', work.get('volume', ''))}{tag('Issue', work.get('issue', ''))}"
        journal = tag("Title", next(iter(work.get("container-title", [])), ""))
        extra = self.pubmed_extra.get(work["DOI"], "")
        kinds = "".join(re.findall(r"<PublicationType>.*?</PublicationType>", extra))
        notes = "".join(re.findall(r"<CommentsCorrections .*?</CommentsCorrections>", extra))
        return (
            f"<PubmedArticle><MedlineCitation>{tag('PMID', self.pmid(work))}<Article><Journal>"
            f"<JournalIssue>{issue}<PubDate>{tag('Year', str(_year(work)))}</PubDate></JournalIssue>{journal}</Journal>"
            f"<ArticleTitle>{escape(title)}.</ArticleTitle><Pagination>{tag('MedlinePgn', work.get('page', ''))}</Pagination>"
            f"<AuthorList>{authors}</AuthorList><PublicationTypeList>{kinds}</PublicationTypeList></Article>"
            f"<CommentsCorrectionsList>{notes}</CommentsCorrectionsList></MedlineCitation><PubmedData><ArticleIdList>"
            f'<ArticleId IdType="doi">{escape(work["DOI"])}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
        )


def _year(work: Json) -> int:
    for name in ("published-print", "issued", "published-online"):
        parts = work.get(name, {}).get("date-parts", [])
        if parts and parts[0] and parts[0][0]:
            return int(parts[0][0])
    return 0


def _matches(work: Json, term: str) -> bool:
    """Tell whether a work has all that a search of PubMed asks for."""
    first = work.get("page", "").split("-")[0]
    for part in term.split(" AND "):
        found = re.fullmatch(r"(.*)\[(\w+)\]", part)
        assert found, f"no search of PubMed: {term}"
        asked = folded(found[1])
        has = {
            "doi": folded(work["DOI"]) == asked,
            "Title": asked in folded(": ".join([*work["title"][:1], *work.get("subtitle", [])[:1]])),
            "Author": any(asked == folded(one.get("family", "")) for one in work.get("author", [])),
            "Journal": any(asked == folded(name) for name in work.get("container-title", [])),
            "Volume": work.get("volume", "") == found[1],
            "Pagination": first == found[1],
        }
        if not has[found[2]]:
            return False
    return True


@contextlib.contextmanager
def served(reply: Callable[[str, str, str], Reply]) -> Iterator[str]:
    """Serve what `reply` answers at a local address: /crossref/, /datacite/, /doi/ and /pubmed/ are the services."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            source, _, path = self.path.removeprefix("/").partition("/")
            said = reply(source, path, self.headers.get("Accept", ""))
            with contextlib.suppress(OSError):  # who asked may have had enough
                self.send_response(said.status)
                self.send_header("Content-Type", said.kind)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in said.headers:
                    self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
