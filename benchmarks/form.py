"""A question of the client's form, in Tigrinya, against its own template rendered with everything at hand.

`python -m benchmarks.form`. Three baselines: the render alone, a bare Flask route around it, and one that finds the
row of the visit first, by one SELECT. The page besides reads what is done, and asks the door and the settings.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import FreshClient
from tests.walks import crowd, served
from triad.services import invitations
from triad.services.context import Actor
from triad.store.db import db

ROUNDS, ASKED_RATIO = 200, 2.0
LANGUAGE, QUESTION = "ti", 4
VISIT = text("SELECT * FROM invitation WHERE page_hash = :hash AND revoked_at IS NULL")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, served.opened(f"sqlite:///{Path(folder) / 'form.db'}") as app:
        app.test_client_class = FreshClient
        compare(app, opened(app))
    return 0


def opened(app: Flask) -> FlaskClient:
    """A browser at the first question."""
    who = crowd.people(app)
    [encounter] = crowd.encounters(who, 1, crowd.just_begun)
    nobody = Actor(who.clinic)
    page = invitations.open_link(nobody, invitations.issue(who.thea, encounter, LANGUAGE))
    invitations.choose_language(nobody, page, LANGUAGE)
    for screen in ("who_sees", "practice"):
        invitations.step(nobody, page, screen)
    client = app.test_client()
    client.set_cookie("form", page, path="/f")
    return client


def compare(app: Flask, client: FlaskClient) -> None:
    address, caught = f"/f/at/{QUESTION}", list[tuple[Any, dict[str, Any]]]()

    def catch(_: Flask, template: Any, context: dict[str, Any], **__: Any) -> None:
        caught.append((template, context))

    with template_rendered.connected_to(catch, app):
        shown = client.get(address)
    [(template, values)] = caught
    assert (shown.status_code, f'lang="{LANGUAGE}"' in shown.text) == (200, True)
    bare = Flask("bare")
    bare.add_url_rule("/question", "question", view_func=lambda: rendered())
    bare.add_url_rule("/visit", "visit", view_func=lambda: visited())
    held = client.get_cookie("form", path="/f")
    assert held is not None
    value = app.extensions["triad"].keyed("page", held.value)
    visitor = bare.test_client()

    def rendered() -> str:
        with app.test_request_context(address):
            return str(template.render(values))

    def visited() -> str:
        with app.app_context(), db.engine.connect() as connection:
            connection.execute(VISIT, {"hash": value}).one()
        return rendered()

    assert rendered() == visited() == shown.text
    steps: dict[str, Callable[[], Any]] = {
        "page": lambda: client.get(address),
        "render": rendered,
        "route": lambda: visitor.get("/question"),
        "visit": lambda: visitor.get("/visit"),
    }
    times = {name: list[float]() for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            times[name].append((time.perf_counter() - began) * 1000)
    median = {name: statistics.median(found) for name, found in times.items()}
    for name, what in (
        ("render", f"rendering it (asked <= {ASKED_RATIO})"),
        ("route", "a bare route that renders it"),
        ("visit", "a bare route that finds its row as well"),
    ):
        ratio = statistics.median(one / other for one, other in zip(times["page"], times[name], strict=True))
        print(f"form page {median['page']:.1f} ms, {what} {median[name]:.1f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    sys.exit(main())
