"""Asks the services over HTTP, politely; the one module of citeproof that uses a network.

It says who asks, keeps to the limits that a service states in its headers, waits when it is told to, and asks no more
of one that refuses. What comes back is an `Answer`, never an exception: an outage is no verdict on a work.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import requests

from citeproof.registries.model import Answer, Question, Source
from citeproof.registries.questions import next_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from citeproof.bibliography.model import Item

BASES: Mapping[Source, str] = {
    Source.CROSSREF: "https://api.crossref.org/",
    Source.DATACITE: "https://api.datacite.org/",
    Source.DOI: "https://doi.org/",
    Source.PUBMED: "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
}
"""Service → its base address, which CITEPROOF_<NAME>_URL can put another in the place of."""


def bases(told: Mapping[str, str]) -> dict[Source, str]:
    """Give the addresses that a user has set, by service; names are crossref, datacite, doi and pubmed."""
    return {Source(_NAMED.get(name, name)): address for name, address in told.items()}


_NAMED = {"doi": "doi.org"}

_PER_SECOND = {Source.CROSSREF: 5.0, Source.DATACITE: 5.0, Source.DOI: 5.0, Source.PUBMED: 3.0}
"""Questions a second before a service has said what it allows (NCBI: 3 without a key)."""

_LISTS_PER_SECOND = 1.0
"""Searches of Crossref a second before it has said what it allows: fewer than records."""

LARGEST = 20_000_000
"""Bytes of an answer; a record has some thousands."""
_CONNECT, _READ, _WHOLE = 10.0, 20.0, 60.0
"""Seconds for a connection, for the next piece, and for the whole of an answer."""
_ATTEMPTS = 3
_LONGEST_WAIT = 60.0
"""Seconds that a service may make us wait before its answer counts as none."""
_SILENCES = 3
"""Failures in a row, without an answer between them, after which a service is taken to be out of reach."""
_REDIRECTS = 5
_KEPT = ("content-type", "x-api-pool", "x-rate-limit-limit", "x-rate-limit-interval")
_OK, _REDIRECTED, _FORBIDDEN, _TOO_MANY, _BROKEN = 200, 300, 403, 429, 500


@dataclass(slots=True)
class _Gate:
    """How fast a service may be asked, and whether it still may. It is asked one question at a time."""

    interval: float
    turn: threading.Lock = field(default_factory=threading.Lock)
    next: float = 0.0
    silences: int = 0
    closed: str = ""


class Client:
    """A client for all services. `bases`: other addresses for some; `mail`: an address that Crossref may write to."""

    def __init__(
        self,
        version: str,
        today: Callable[[], str],
        bases: Mapping[Source, str] | None = None,
        mail: str = "",
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what the project knows: its version, the date (ISO 8601, UTC), and what the user has set."""
        self._bases = {**BASES, **(bases or {})}
        self._today, self._sleep, self._clock = today, sleep, clock
        self._gates = {(source, False): _Gate(1 / _PER_SECOND[source]) for source in Source}
        self._gates[Source.CROSSREF, True] = _Gate(1 / _LISTS_PER_SECOND)
        self._session = requests.Session()
        who = f"mailto:{mail}" if mail else "no address given"
        self._session.headers["User-Agent"] = f"citeproof/{version} ({who})"

    def ask(self, question: Question) -> Answer:
        """Ask a question, again if the service is busy."""
        # Crossref counts searches and records apart, and wants one of each at a time from who gives no address.
        gate = self._gates[question.source, question.source is Source.CROSSREF and "?" in question.path]
        answer = self._unanswered(question, "not asked")
        for attempt in range(_ATTEMPTS):
            with gate.turn:
                if gate.closed:  # perhaps while this question waited for its turn
                    return self._unanswered(question, gate.closed)
                self._wait(gate)
                answer = self._fetch(question)
                wait = self._learn(gate, answer, attempt)
            if wait is None:
                break
            if wait > _LONGEST_WAIT or attempt == _ATTEMPTS - 1:
                break
            self._sleep(wait)
        return answer

    def stop(self) -> None:
        """Ask nothing more."""
        for gate in self._gates.values():
            gate.closed = gate.closed or "it was not asked"

    def _wait(self, gate: _Gate) -> None:
        now = self._clock()
        begin = max(gate.next, now)
        gate.next = begin + gate.interval
        if begin > now:
            self._sleep(begin - now)

    def _learn(self, gate: _Gate, answer: Answer, attempt: int) -> float | None:
        """Learn the limits from an answer; gives the seconds to wait before asking again, None to leave it at that."""
        if not answer.status:
            gate.silences += 1
            if gate.silences >= _SILENCES:
                gate.closed = answer.fault
            return float(2**attempt) if not gate.closed else None
        gate.silences = 0
        limit, interval = (answer.headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "interval"))
        per, seconds = _number(limit), _number(interval.removesuffix("s"))
        if per and seconds:
            gate.interval = seconds / per
        if answer.status == _FORBIDDEN:
            gate.closed = "the service refuses (status 403)"
        if answer.status == _TOO_MANY or answer.status >= _BROKEN:
            return _number(answer.headers.get("retry-after", "")) or float(2**attempt)
        return None

    def _unanswered(self, question: Question, fault: str, address: str = "") -> Answer:
        address = address or urljoin(self._bases[question.source], question.path)
        return Answer(question, address, self._today(), 0, fault=fault)

    def _fetch(self, question: Question) -> Answer:
        base = self._bases[question.source]
        address = urljoin(base, question.path)
        own = urlsplit(base).hostname
        try:
            for _ in range(_REDIRECTS):
                response = self._session.get(
                    address,
                    headers={"Accept": question.accept},
                    timeout=(_CONNECT, _READ),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    onward = response.headers.get("Location", "")
                    if not (_REDIRECTED <= response.status_code < _REDIRECTED + 100 and onward):
                        return self._read(question, address, response)
                address = urljoin(address, onward)
                if refused := _is_refused(address, own):
                    return self._unanswered(question, refused, address)
        except (requests.RequestException, OSError, ValueError) as fault:
            return self._unanswered(question, _named(fault), address)
        return self._unanswered(question, "it leads from one address to the next without end", address)

    def _read(self, question: Question, address: str, response: requests.Response) -> Answer:
        """Read an answer piece by piece: neither its size nor its time is the sender's to choose."""
        headers = {name: response.headers[name] for name in (*_KEPT, "retry-after") if name in response.headers}
        end = self._clock() + _WHOLE
        body = bytearray()
        for piece in response.iter_content(65_536):
            body += piece
            if len(body) > LARGEST:
                return self._unanswered(question, f"its answer is larger than {LARGEST // 1_000_000} MB", address)
            if self._clock() > end:
                return self._unanswered(question, f"its answer took longer than {_WHOLE:.0f} s", address)
        return Answer(question, address, self._today(), response.status_code, bytes(body), headers)


def _number(text: str) -> float:
    try:
        return max(float(text), 0.0)
    except ValueError:
        return 0.0


def _named(fault: Exception) -> str:
    """Name what went wrong in words that do not change from one system to another."""
    if isinstance(fault, requests.exceptions.ProxyError):
        return "the proxy does not let it through"
    if isinstance(fault, requests.exceptions.SSLError):
        return "no secure connection could be made"
    if isinstance(fault, requests.Timeout):
        return "it took too long"
    if isinstance(fault, requests.ConnectionError):
        return "it could not be reached"
    return "what came is no answer"


def _is_refused(address: str, own: str | None) -> str:
    """Say why a redirect is not followed: it leaves the web, or leads into this machine's own network."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "it leads to what is no web address"
    if parts.hostname == own:
        return ""
    try:
        found = socket.getaddrinfo(parts.hostname, None)
    except OSError:
        return "it leads to an address that is not there"
    if any(not ipaddress.ip_address(str(one[4][0]).split("%")[0]).is_global for one in found):
        return "it leads into a private network"
    return ""


def ask_about(items: Sequence[Item], client: Client, *, at_once: int = 8) -> Iterator[tuple[int, tuple[Answer, ...]]]:
    """Ask all there is to ask about each entry; gives the answers of each as they are there, with its number.

    Who stops listening, or is stopped, has what was given so far; no more is asked then.
    """

    def about(item: Item) -> tuple[Answer, ...]:
        answers: list[Answer] = []
        while questions := next_questions(item, answers):
            answers += [client.ask(question) for question in questions]
        return tuple(answers)

    pool = ThreadPoolExecutor(max_workers=at_once)
    waiting = {pool.submit(about, item): number for number, item in enumerate(items)}
    try:
        for one in as_completed(waiting):
            yield waiting[one], one.result()
    except BaseException:
        client.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
