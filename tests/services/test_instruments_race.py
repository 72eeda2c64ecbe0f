"""Many at once: two versions never both in use, and of one text never two recordings."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from flask import Flask

from tests import cast, made_up, sounds
from triad.domain import errors
from triad.services import instruments, voices
from triad.store.db import db

WRITERS = 8


def at_once(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """What came of each, all of them begun together."""
    gate, told = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
                told.append("done")
            except errors.TriadError as error:
                told.append(type(error).__name__)
            finally:
                db.session.remove()
                gate.wait()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return Counter(told)


def test_two_versions_are_never_in_use_together(app: Flask, cast_: cast.Cast) -> None:
    found = [instruments.load(cast_.ada, made_up.file(made_up.form(version=str(n)))) for n in range(WRITERS)]
    told = at_once(app, [lambda one=one: instruments.activate(cast_.lena, one.id, one.hash) for one in found])  # type: ignore[misc]
    assert sum(told.values()) == WRITERS
    assert set(told) <= {"done", "Conflict", "Unavailable"}
    states = Counter(one.state for one in instruments.overview(cast_.lena))
    assert states["active"] == 1
    assert states["ended"] == told["done"] - 1


def test_a_form_loaded_many_times_at_once_is_kept_once(app: Flask, cast_: cast.Cast) -> None:
    told = at_once(app, [lambda: instruments.load(cast_.ada, made_up.file())] * WRITERS)
    assert set(told) <= {"done", "Conflict", "Unavailable"}
    assert told["done"] >= 1
    assert len(instruments.overview(cast_.lena)) == 1


def test_a_text_recorded_many_times_at_once_has_one_recording(app: Flask, cast_: cast.Cast) -> None:
    sent = [sounds.OGG + bytes([n]) for n in range(WRITERS)]
    acts = [lambda one=one: voices.put(cast_.lena, "ar", [("anchor_1.ogg", one)]) for one in sent]  # type: ignore[misc]
    told = at_once(app, acts)
    assert set(told) <= {"done", "Conflict", "Unavailable"}
    assert told["done"] >= 1
    assert voices.play(cast_.lena, "ar", "anchor:1", "recorded").content in sent
