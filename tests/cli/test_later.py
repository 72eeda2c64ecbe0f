"""What takes long is done beside the requests: in turn, inside the application, and whatever becomes of one."""

from __future__ import annotations

import threading

from flask import Flask, current_app

from triad.cli import serve


def test_one_after_another_and_on_after_one_that_breaks(app: Flask) -> None:
    later, done, seen = serve._in_turn(app), threading.Event(), []

    def broken() -> None:
        raise MemoryError

    later(lambda: seen.append(threading.current_thread().name))
    later(broken)
    later(lambda: seen.append(current_app.name))
    later(done.set)
    assert done.wait(10)
    assert seen == ["later", app.name]
