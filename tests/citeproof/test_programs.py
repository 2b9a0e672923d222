"""Work that waits for a program is waited for to its end, also by whoever was broken off at it."""

from __future__ import annotations

import threading

import pytest

from citeproof import programs


def test_work_is_waited_for_after_the_keyboard_broke_off_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    # Python 3.11: Thread.join, once broken off by KeyboardInterrupt, comes back at once the next time.
    monkeypatch.setattr(threading.Thread, "join", lambda *_: None)
    go_on = threading.Event()

    def work() -> str:
        go_on.wait()
        return "done"

    end = programs.begin(work)
    threading.Timer(0.05, go_on.set).start()
    assert end() == "done"


def test_what_went_wrong_in_the_work_is_raised_where_it_is_waited_for() -> None:
    def work() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        programs.begin(work)()
