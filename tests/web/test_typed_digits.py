"""Staff type numbers, days and hours in the digits of their own script; what only looks like a digit is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks import clinic, writes
from tests.walks.clinic import House
from tests.walks.works import WORKS
from triad.web import i18n, settings

ZEROS = {"fa": "۰", "ar": "٠", "bn": "০"}
PAGES = Path(i18n.__file__).parent / "templates"
NUMBER = re.compile(r'\{\{ number\("(\w+)"')
MORE = {
    "people.change": {"training_hours": "120", "max_week_minutes": "900", "exposure_max": "4"},
    "reviews.sign": {"people": "6"},
    "settings.change": {"invitation_days": "9"},
}
"""Numbers that the requests of the walks leave out."""
FORMS = {
    "plans.save": ("day", "start", "minutes", "count", "every"),
    "requests.create": ("day", "start", "minutes", "count", "every"),
    "series.move": ("day", "start", "minutes"),
    "encounters.move": ("day", "start", "minutes"),
    "offers.send": ("answer_hours", "wait_hours"),
    "needs.add": ("min_level",),
    "people.add_skill": ("level",),
    "people.change": ("training_hours", "max_week_minutes", "exposure_max"),
    "cancelling_rules.add": ("amount",),
    "people.add_hours": ("start", "end"),
    "people.add_off": ("from_day", "to_day"),
    "reviews.sign": ("people", "day"),
    "settings.change": ("invitation_days",),
    "staffing.begin": ("first", "last"),
    "referrals.out": ("first", "last"),
    "keys.create_mine": ("expires_on",),
    "sheets.find": ("number",),
}
"""What is typed as figures, by the route that takes it."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with clinic.opened() as found:
        yield found


def send(house: House, endpoint: str, typed: dict[str, str]) -> int:
    """The answer's status to a request that works, but for what is `typed`; afterwards all is as it was."""
    work = WORKS[endpoint]
    [rule] = [rule for _, rule in writes.rules(house.app, "POST") if rule.endpoint == endpoint]
    path = writes.address(rule, writes.values(rule, house.ids["own"], work.state))
    fields = {**writes.body(house, rule, "own", work.by), **MORE.get(endpoint, {}), **typed}
    answer = writes.send(house, work.by, "POST", path, fields)
    answer.close()
    house.restore()
    return answer.status_code


def plain(house: House, endpoint: str) -> dict[str, str]:
    [rule] = [rule for _, rule in writes.rules(house.app, "POST") if rule.endpoint == endpoint]
    fields = {**writes.body(house, rule, "own", WORKS[endpoint].by), **MORE.get(endpoint, {})}
    return {name: fields[name] for name in FORMS[endpoint]}


@pytest.mark.parametrize("endpoint", FORMS)
def test_figures_of_three_scripts_are_read_and_raised_ones_refused(house: House, endpoint: str) -> None:
    typed = plain(house, endpoint)
    works = send(house, endpoint, {})
    assert works in (200, 201, 303)
    for zero in ZEROS.values():
        figures = {ord("0") + value: chr(ord(zero) + value) for value in range(10)}
        written = {name: text.translate(figures) for name, text in typed.items()}
        assert not any(sign.isascii() and sign.isdecimal() for text in written.values() for sign in text)
        assert (zero, send(house, endpoint, written)) == (zero, works)
    for name, text in typed.items():
        for raised in ("²", "①"):
            assert (name, raised, send(house, endpoint, {name: text[:-1] + raised})) == (name, raised, 422)


def test_every_field_for_a_number_is_among_them() -> None:
    """A page that asks for another number fails here until it is tried as well."""
    asked = {name for page in PAGES.rglob("*.html") for name in NUMBER.findall(page.read_text("utf-8"))}
    tried = {name for names in FORMS.values() for name in names}
    assert {"minutes", "people", "level"} <= asked
    assert asked - tried == set()
    assert settings.WORDS["invitation_days"].unit == "days"


@pytest.mark.parametrize("text", ["9" * 5_000, "-1", "1_0", "1.0", "٣ ٤"])
def test_what_is_no_whole_number_is_told_beside_its_field(house: House, text: str) -> None:
    found = [
        send(house, endpoint, {name: text})
        for endpoint, name in (("plans.save", "minutes"), ("offers.send", "wait_hours"))
    ]
    assert found == [422, 422]
