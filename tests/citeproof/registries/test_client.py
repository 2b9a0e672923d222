"""The client: whatever a service sends, there is an answer, it is no verdict on a work, and nobody is pressed."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from services import Reply, Services, served

from citeproof.registries import answers, client
from citeproof.registries.answers import State
from citeproof.registries.client import Client
from citeproof.registries.judge import judge
from citeproof.registries.model import Answer, Question, Source, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = Question(Source.CROSSREF, "works/10.1000/ames")
ITEM = {
    "id": "ames2001",
    "type": "article-journal",
    "title": "One thing after another",
    "author": [{"family": "Ames", "given": "Ann"}],
    "issued": {"date-parts": [[2001]]},
    "container-title": "Journal of Things",
    "DOI": "10.1000/ames",
}


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Give the seconds since the beginning."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        self.slept.append(round(seconds, 3))
        self.now += seconds


def asking(reply: Callable[[str, str, str], Reply], *, times: int = 1, mail: str = "") -> tuple[list[Answer], Time]:
    """Ask so many times for a record of Crossref's."""
    time = Time()
    with served(reply) as address:
        bases = client.bases({name: f"{address}{name}/" for name in ("crossref", "datacite", "doi", "pubmed")})
        one = Client("1.0", lambda: "2026-11-27", bases, mail, sleep=time.sleep, clock=time.clock)
        return [one.ask(ASKED) for _ in range(times)], time


HOSTILE = {
    "a page with status 200": Reply(200, b"<!DOCTYPE html><html><body>Sign in</body></html>", "text/html"),
    "a page with status 404": Reply(404, b"<html><body>Not found. Resource not found.</body></html>", "text/html"),
    "half a JSON": Reply(200, b'{"status":"ok","message-type":"work","message":{"DOI":"10.1000/ames"'),
    "another charset": Reply(
        200, '{"status":"ok","message-type":"work","message":{"title":["Größe"]}}'.encode("latin-1")
    ),
    "nothing": Reply(200, b""),
    "a list": Reply(200, b"[1, 2]"),
    "a number": Reply(200, b"7"),
    "a JSON that is too deep": Reply(200, b"[" * 100_000 + b"]" * 100_000),
    "another service's answer": Reply(200, b'{"data": {"id": "10.1000/ames"}}'),
    "a message of another kind": Reply(
        200, b'{"status":"ok","message-type":"member","message":{"DOI":"10.1000/ames"}}'
    ),
    "a message without a DOI": Reply(200, b'{"status":"ok","message-type":"work","message":{}}'),
    "an error": Reply(400, b'{"status":"failed","message-type":"validation-failure","message":[]}'),
    "a redirect to nowhere": Reply(302, b"", headers={"Location": ""}),
    "a redirect to a file": Reply(302, b"", headers={"Location": "file:///etc/passwd"}),
    "a redirect to a private address": Reply(302, b"", headers={"Location": "http://10.0.0.1/works/10.1000/ames"}),
    "a redirect to this machine by another name": Reply(302, b"", headers={"Location": "http://[::1]:1/works"}),
    "a redirect to a mailbox": Reply(302, b"", headers={"Location": "mailto:a@b.org"}),
    "a redirect without end": Reply(302, b"", headers={"Location": "/crossref/works/10.1000/ames"}),
    "a redirect that is no address": Reply(302, b"", headers={"Location": "http://[x"}),
}


@pytest.mark.parametrize("reply", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_answer_is_no_verdict(reply: Reply) -> None:
    (answer,), _ = asking(lambda *_: reply)
    assert answers.state(answer) is State.NONE
    assert answers.works(answer) == ()
    assert judge(ITEM, [answer]).verdict is Verdict.NOT_CHECKED


@pytest.mark.parametrize("reply", HOSTILE.values(), ids=HOSTILE)
def test_a_service_that_answers_anything_never_makes_a_work_missing(reply: Reply) -> None:
    item = {name: value for name, value in ITEM.items() if name != "DOI"}
    with served(lambda *_: reply) as address:
        bases = client.bases({name: f"{address}{name}/" for name in ("crossref", "datacite", "doi", "pubmed")})
        time = Time()
        one = Client("1.0", lambda: "2026-11-27", bases, sleep=time.sleep, clock=time.clock)
        for entry in (item, ITEM):
            ((_, told),) = client.ask_about([entry], one)
            assert told
            assert judge(entry, told).verdict is Verdict.NOT_CHECKED


def test_an_answer_that_is_too_large_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST", 1_000_000)
    (answer,), _ = asking(lambda *_: Reply(200, b" " * 3_000_000))
    assert (answer.status, answer.body, answer.fault) == (0, b"", "its answer is larger than 1 MB")


def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    seconds = iter(range(0, 10_000, 61))  # each look at the clock is a minute later
    with served(lambda *_: Reply(200, b"x" * 200_000)) as address:
        bases = client.bases({"crossref": f"{address}crossref/"})
        one = Client("1.0", lambda: "2026-11-27", bases, sleep=lambda _: None, clock=lambda: float(next(seconds)))
        assert one.ask(ASKED).fault == "its answer took longer than 60 s"


def test_a_body_that_is_cut_off_is_no_answer() -> None:
    (answer,), _ = asking(lambda *_: Reply(200, b"{", headers={"Content-Length": "10", "Connection": "close"}))
    assert answer.status == 0
    assert answers.state(answer) is State.NONE


def test_a_service_that_is_busy_is_asked_again_later() -> None:
    replies = [
        Reply(429, b"", headers={"Retry-After": "7"}),
        Reply(503, b""),
        Reply(404, b"Resource not found.", "text/plain"),
    ]
    (answer,), time = asking(lambda *_: replies.pop(0))
    assert answers.state(answer) is State.ABSENT
    assert time.slept == [7, 2]


def test_a_service_that_stays_busy_is_left_alone() -> None:
    (answer,), time = asking(lambda *_: Reply(500, b"oops"))
    assert (answer.status, answers.state(answer)) == (500, State.NONE)
    assert time.slept == [1, 2]


def test_a_wait_of_hours_is_not_waited() -> None:
    (answer,), time = asking(lambda *_: Reply(429, b"", headers={"Retry-After": "7200"}))
    assert (answer.status, time.slept) == (429, [])


def test_a_service_that_refuses_is_asked_no_more() -> None:
    count: list[int] = []

    def reply(*_: str) -> Reply:
        count.append(1)
        return Reply(403, b"Forbidden", "text/html")

    told, _ = asking(reply, times=4)
    assert len(count) == 1
    assert [answer.status for answer in told] == [403, 0, 0, 0]
    assert told[1].fault == "the service refuses (status 403)"


def test_limits_are_read_from_the_headers() -> None:
    limits = {"X-Rate-Limit-Limit": "2", "X-Rate-Limit-Interval": "1s"}
    _, time = asking(lambda *_: Reply(404, b"Resource not found.", "text/plain", limits), times=4)
    assert time.slept == [0.2, 0.5, 0.5]  # five a second until it says what it allows


@pytest.mark.parametrize("limit", [("lots", "1s"), ("50", ""), ("-1", "1s"), ("0", "1s"), ("50", "a while")])
def test_limits_that_make_no_sense_are_passed_over(limit: tuple[str, str]) -> None:
    headers = {"X-Rate-Limit-Limit": limit[0], "X-Rate-Limit-Interval": limit[1]}
    _, time = asking(lambda *_: Reply(404, b"Resource not found.", "text/plain", headers), times=3)
    assert time.slept == [0.2, 0.2]


def test_a_service_that_is_out_of_reach_is_given_up_soon() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    time = Time()
    bases = client.bases({"crossref": f"http://127.0.0.1:{port}/"})
    one = Client("1.0", lambda: "2026-11-27", bases, sleep=time.sleep, clock=time.clock)
    told = [one.ask(ASKED) for _ in range(50)]
    assert {answer.fault for answer in told} == {"it could not be reached"}
    assert sum(time.slept) < 10


def test_questions_that_wait_their_turn_are_given_up_with_the_service() -> None:
    """A service that hangs is waited for three times in all, however many works are asked for at once."""
    count: list[str] = []

    def reply(source: str, path: str, _accept: str) -> Reply:
        count.append(source)
        return Reply(200, b"{", headers={"Content-Length": "10", "Connection": "close"})  # cut off, as by a time-out

    items = [{**ITEM, "DOI": f"10.1000/w{number}"} for number in range(16)]
    with served(reply) as address:
        bases = client.bases({name: f"{address}{name}/" for name in ("crossref", "datacite", "doi", "pubmed")})
        one = Client("1.0", lambda: "2026-11-27", bases, sleep=lambda _: None)
        assert len(dict(client.ask_about(items, one))) == 16
    assert {name: count.count(name) for name in sorted(set(count))} == {"crossref": 3, "doi": 3, "pubmed": 3}


def test_a_dead_proxy_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    one = Client(
        "1.0", lambda: "2026-11-27", client.bases({"crossref": "http://crossref.invalid/"}), sleep=lambda _: None
    )
    answer = one.ask(ASKED)
    assert (answer.status, answer.fault) == (0, "the proxy does not let it through")
    assert judge(ITEM, [answer]).verdict is Verdict.NOT_CHECKED


def test_it_says_who_asks_and_gives_an_address_only_if_told() -> None:
    seen: list[str] = []

    with served(lambda *_: Reply(404, b"Resource not found.", "text/plain")) as address:
        bases = client.bases({"crossref": f"{address}crossref/"})
        for mail in ("", "ann@example.org"):
            one = Client("1.0", lambda: "2026-11-27", bases, mail, sleep=lambda _: None)
            seen.append(str(one._session.headers["User-Agent"]))
            assert "ann@example.org" not in one.ask(ASKED).address
    assert seen == ["citeproof/1.0 (no address given)", "citeproof/1.0 (mailto:ann@example.org)"]


def test_an_answer_is_kept_with_what_matters_of_it() -> None:
    work = {"DOI": "10.1000/ames", "title": ["One"]}
    body = json.dumps({"status": "ok", "message-type": "work", "message": work}).encode()
    (answer,), _ = asking(
        lambda *_: Reply(200, body, headers={"X-Api-Pool": "public", "Set-Cookie": "a=b", "Server": "x"})
    )
    assert answer.body == body
    assert answer.address.endswith("/crossref/works/10.1000/ames")
    assert (answer.date, answer.status) == ("2026-11-27", 200)
    assert {name: answer.headers[name] for name in ("content-type", "x-api-pool")} == {
        "content-type": "application/json",
        "x-api-pool": "public",
    }
    assert not {"set-cookie", "server"} & set(answer.headers)


def test_many_works_are_asked_for_at_once_and_each_gets_its_own_answers() -> None:
    works = [
        {
            "DOI": f"10.1000/w{n}",
            "type": "journal-article",
            "title": [f"Thing number {n} of many"],
            "author": [{"family": "Ames"}],
        }
        for n in range(12)
    ]
    items = [{**ITEM, "DOI": one["DOI"], "title": one["title"][0]} for one in works]
    here = Services(works)
    with served(here.reply) as address:
        bases = client.bases({name: f"{address}{name}/" for name in ("crossref", "datacite", "doi", "pubmed")})
        one = Client("1.0", lambda: "2026-11-27", bases, sleep=lambda _: None)
        answers_of = dict(client.ask_about(items, one))
    assert sorted(answers_of) == list(range(12))
    for number, item in enumerate(items):
        found = answers_of[number]
        assert judge(item, found).work is not None
        assert judge(item, found).work.doi == item["DOI"]  # type: ignore[union-attr]
