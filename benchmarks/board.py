"""The week board with 1,000 sessions, in Arabic, against a bare template that prints the same cells.

`python -m benchmarks.board`. Two baselines: rendering rows that are already there, and a route that also fetches them
by one SELECT. Then the SQL statements of every list page at 10, 100 and 1,000 sessions.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import event, text

from tests import cast
from tests.conftest import FreshClient
from tests.walks import crowd, served
from triad.services import accounts
from triad.store.db import db
from triad.web import i18n

SESSIONS, ROUNDS = 1_000, 25
ASKED_RATIO, ASKED_STATEMENTS = 2.0, 8


def monday() -> datetime:
    """Of next week: what is still to come is on every list."""
    today = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


WEEK = f"/week?week={monday():%Y-%m-%d}"
MY_WEEK = f"/my-week?week={monday():%Y-%m-%d}"

PAGES = {
    "kora": (
        "/unfilled",
        WEEK,
        f"{WEEK}&by=sites",
        "/cases",
        "/people",
        "/people?tab=therapists",
        "/people?tab=clients",
        "/people?tab=sites",
        "/search?q=T",
        "/import",
    ),
    "thea": (MY_WEEK, "/cases", "/cases/case-T-1001/notes", "/cases/case-T-1001/goals", "/me/trail"),
    "ines": (MY_WEEK, "/my-hours", "/cases/case-T-1001/briefing"),
    "lena": ("/pictures", "/cases", "/cases/case-T-1001/picture"),
    "ada": ("/accounts",),
    "aud": ("/audit",),
}
"""Every list page, by a reader who may see it."""

ROWS = text("""
SELECT e.id, e.day, e.starts_at, e.zone, e.status, c.code, n.language, s.state, a.interpreter_id, p.name
FROM encounter e JOIN "case" c ON c.id = e.case_id JOIN slot s ON s.encounter_id = e.id
JOIN language_need n ON n.id = s.need_id
LEFT JOIN assignment a ON a.slot_id = s.id AND a.ended_at IS NULL LEFT JOIN person p ON p.id = a.interpreter_id
WHERE e.id LIKE 'enc-%' ORDER BY e.starts_at
""")

BARE = """<table>{% for name, days in lines %}<tr><th>{{ name }}</th>{% for day in days %}<td>
{% for row, at in day %}<a class="slot {{ row.state }}" href="/sessions/{{ row.id }}"><b>{{ at }}</b>
{{ row.language|language }} <bdi>{{ row.code }}</bdi></a>{% endfor %}</td>{% endfor %}</tr>{% endfor %}</table>"""


def fill(app: Flask, count: int) -> cast.Cast:
    """So many sessions spread over next week, a third of them without an interpreter."""
    who = crowd.people(app)
    begins = monday()
    crowd.encounters(
        who,
        count,
        lambda number: begins + timedelta(days=number % 7, minutes=5 * (number // 7 % 120)),
        ("p-ines", "p-ivo", ""),
    )
    # What is briefed is opened to interpreters three days before.
    crowd.encounters(who, 1, crowd.just_begun, prefix="now")
    accounts.change_locale(who.kora, "ar")
    return who


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, served.opened(f"sqlite:///{Path(folder) / 'board.db'}") as app:
        app.test_client_class = FreshClient
        counted = {}
        for count in (10, 100, SESSIONS):
            who = fill(app, count)
            counted[count] = statements(app, who)
        compare(app, who)
        report(counted)
    return 0


def compare(app: Flask, who: cast.Cast) -> None:
    client = cast.signed_in(app, who.kora)
    answer = client.get(WEEK)
    assert (answer.status_code, answer.text.count('class="slot ')) == (200, SESSIONS)
    assert 'lang="ar"' in answer.text
    template = app.jinja_env.from_string(BARE)

    @contextmanager
    def in_arabic() -> Iterator[None]:
        with app.test_request_context("/week", headers={"Accept-Language": "ar"}):
            yield

    rows = fetch()
    times = {"board": list[float](), "render": list[float](), "page": list[float]()}
    steps: dict[str, Callable[[], Any]] = {
        "board": lambda: client.get(WEEK),
        "render": lambda: template.render(lines=lay(rows)),
        "page": lambda: template.render(lines=lay(fetch())),
    }
    with in_arabic():
        assert template.render(lines=lay(rows)).count('class="slot ') == SESSIONS
        assert i18n.language() == "ar"
    for _ in range(ROUNDS):
        for name, step in steps.items():
            began = time.perf_counter()
            if name == "board":
                step()
            else:
                with in_arabic():
                    step()
            times[name].append((time.perf_counter() - began) * 1000)
    median = {name: statistics.median(found) for name, found in times.items()}
    for name, asked in (("render", f" (asked <= {ASKED_RATIO})"), ("page", "")):
        ratio = statistics.median(one / other for one, other in zip(times["board"], times[name], strict=True))
        what = "rendering the rows" if name == "render" else "fetching and rendering them"
        print(f"week board {median['board']:.0f} ms, {what} {median[name]:.0f} ms, ratio {ratio:.2f}{asked}")


def fetch() -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(ROWS))


def lay(rows: list[Any]) -> list[tuple[str, list[list[Any]]]]:
    """By interpreter and day, each with the time on the wall clock."""
    cells: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        start = row.starts_at if isinstance(row.starts_at, datetime) else datetime.fromisoformat(row.starts_at)
        at = start.replace(tzinfo=UTC).astimezone(ZoneInfo(row.zone)).strftime("%H:%M")
        cells[row.name or ""][str(row.day)].append((row, at))
    days = sorted({day for line in cells.values() for day in line})
    return [(name, [line[day] for day in days]) for name, line in sorted(cells.items())]


def statements(app: Flask, who: cast.Cast) -> dict[tuple[str, str], int]:
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    found = {}
    event.listen(db.engine, "before_cursor_execute", note)
    for name, pages in PAGES.items():
        client = cast.signed_in(app, getattr(who, name))
        for page in pages:
            # The first look may note that somebody is still there, as every minute does.
            client.get(page)
            seen.clear()
            assert client.get(page).status_code == 200, page
            found[name, page] = len(seen)
    event.remove(db.engine, "before_cursor_execute", note)
    return found


def report(counted: dict[int, dict[tuple[str, str], int]]) -> None:
    sizes = list(counted)
    print(f"SQL statements at {sizes} sessions (asked: equal, <= {ASKED_STATEMENTS})")
    for name, page in counted[sizes[0]]:
        numbers = [counted[size][name, page] for size in sizes]
        wrong = "" if len(set(numbers)) == 1 and max(numbers) <= ASKED_STATEMENTS else "  <-- missed"
        print(f"  {name:5} {page:40} {numbers}{wrong}")


if __name__ == "__main__":
    sys.exit(main())
