"""The desk asks and is asked: a request amended or refused, an offer to two, somebody else for one who is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from tests.cast import Cast
from tests.services.test_moves import planned
from triad.domain.timespans import WallTime
from triad.services import answers, context, encounters, hours, offers, outbox, requests
from triad.services.context import Actor
from triad.store.clinic import LanguageSkill

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def ivo_speaks(live: Live) -> None:
    """Ivo speaks Tigrinya as well."""
    with live.app.app_context(), context.work(Actor(live.cast.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo2", interpreter_id="p-ivo", language="ti", into="en", level=4))


def ask(live: Live, thea: Page, when: str, count: str) -> str:
    """Thea asks from her case, by the day and time as she would say it; the request's address."""
    thea.goto(f"{live.address}/cases/{live.cast.case_id}")
    thea.get_by_role("link", name="Ask for sessions").click()
    thea.get_by_label("Day and time, typed").fill(when)
    thea.get_by_label("How many").fill(count)
    thea.get_by_role("button", name="Send the request").click()
    expect(thea.locator("main .facts")).to_contain_text("Asked for")
    return thea.url


def days_of(live: Live, address: str) -> list[str]:
    """What was planned for a request, as day and time on the wall."""
    with live.app.app_context():
        ids = requests.show(live.cast.kora, address.rpartition("/")[2]).encounter_ids
        rows = [encounters.show(live.cast.kora, id_) for id_ in ids]
        return sorted(f"{row.day:%m-%d} {row.at:%H:%M}" for row in rows)


def test_a_request_is_accepted_otherwise_than_it_was_asked_for(live: Live, visitor: Visitor) -> None:
    thea, kora = live.enter(live.cast.thea, visitor()), live.enter(live.cast.kora, visitor())
    address = ask(live, thea, "thu 14:30", "2")
    kora.goto(f"{live.address}/requests")
    expect(kora.locator("h1")).to_have_text("1 request waits for an answer")
    kora.locator(f"main a[href='{address.removeprefix(live.address)}']").click()
    kora.get_by_role("link", name="Change and plan").click()
    expect(kora.get_by_label("First day")).to_have_value("2027-03-04")
    kora.get_by_label("Start", exact=True).fill("16:00")
    kora.get_by_role("button", name="Check the dates").click()
    expect(kora.locator("h2", has_text="dates are free")).to_have_text("2 of 2 dates are free")
    assert days_of(live, address) == []
    kora.get_by_role("button", name="Save these sessions").click()
    kora.wait_for_url(address)
    expect(kora.locator("main")).to_contain_text("2 sessions were planned for it.")
    thea.reload()
    expect(thea.locator("main .facts")).to_contain_text("Accepted")
    expect(thea.locator("main .facts")).to_contain_text("Not everything is as it was asked for")
    assert days_of(live, address) == ["03-04 16:00", "03-11 16:00"]


def test_a_request_is_turned_down_with_a_reason_that_is_read(live: Live, visitor: Visitor) -> None:
    thea, kora = live.enter(live.cast.thea, visitor()), live.enter(live.cast.kora, visitor())
    address = ask(live, thea, "2027-03-19 9:00", "1")
    kora.goto(address)
    kora.locator("summary", has_text="Turn it down").click()
    box = kora.locator(".confirm[open]")
    box.get_by_role("button", name="Turn it down").click()
    # Without a reason it stays on the page: nobody is turned down in silence.
    expect(kora.locator("main .facts")).to_contain_text("Asked for")
    box.get_by_label("Reason").select_option(label="No room then")
    box.get_by_role("button", name="Turn it down").click()
    expect(kora.locator(".flashes")).to_contain_text("Whoever asked is told why.")
    thea.reload()
    expect(thea.locator("main .facts")).to_contain_text("Turned down")
    expect(thea.locator("main .facts")).to_contain_text("No room then")
    assert days_of(live, address) == []
    with live.app.app_context():
        row = requests.show(live.cast.thea, address.rpartition("/")[2]).row
        assert (row.state, row.code) == ("refused", "no_room")
        assert ("request_refused", "Thea") in told(live.cast)


def told(who: Cast) -> list[tuple[str, str]]:
    """(kind, recipient) of every message."""
    return [(one.kind, one.to) for one in outbox.listed(who.kora, "all", 1)[0]]


def test_two_are_asked_and_the_second_yes_is_too_late(live: Live, visitor: Visitor) -> None:
    who = live.cast
    with live.app.app_context():
        session = cast.encounter(who, date(2027, 3, 5), time(9))
    kora = live.enter(who.kora, visitor())
    kora.goto(f"{live.address}/unfilled?session={session}")
    for name in ("Ines", "Ivo"):
        kora.get_by_label(re.compile(f"^Ask .{name}")).select_option(label="First")
    kora.get_by_role("button", name="Send the offers").click()
    expect(kora.locator(".flashes")).to_contain_text("The offers are on their way.")

    ines, ivo = live.enter(who.ines, visitor()), live.enter(who.ivo, visitor(375))
    for page in (ines, ivo):
        page.goto(f"{live.address}/my-offers")
        expect(page.locator("h1")).to_have_text("1 session is offered to you")
    with live.app.app_context():
        (mine,) = [one.id for one in answers.mine(who.ines)]
    # As a scanner of mail would: the address is opened, and nothing is said by that.
    assert ines.request.get(f"{live.address}/my-offers/{mine}/accept").status == 405
    assert states(live, session) == {"Ines": "seen", "Ivo": "seen"}
    ines.get_by_role("button", name="Take it").click()
    expect(ines.locator(".flashes")).to_contain_text("The session is yours.")
    ivo.get_by_role("button", name="Take it").click()
    expect(ivo.locator(".flashes")).to_contain_text("This session is no longer on offer.")
    expect(ivo.locator("main tbody tr")).to_contain_text("No longer on offer")
    expect(ivo.locator("main")).not_to_contain_text("Ines")
    assert overflow(ivo) == 0
    assert states(live, session) == {"Ines": "accepted", "Ivo": "too_late"}
    kora.goto(f"{live.address}/sessions/{session}")
    expect(kora.locator("main dl.facts")).to_contain_text("Ines")
    expect(kora.locator("#asked tr", has_text="Ivo")).to_contain_text("Already taken")


def states(live: Live, session: str) -> dict[str, str]:
    with live.app.app_context():
        return {one.name: one.state for one in offers.asked(live.cast.kora, session)}


def test_one_who_is_away_is_replaced_in_one_step_and_all_three_are_told(live: Live, visitor: Visitor) -> None:
    who = live.cast
    with live.app.app_context():
        session = planned(who, WallTime(date(2027, 3, 10), time(11), cast.BERLIN))
        hours.add_off(who.ines, {"from_day": "2027-03-10", "to_day": "2027-03-10"})
        before = told(who)
    kora = live.enter(who.kora, visitor())
    kora.goto(f"{live.address}/broken")
    expect(kora.locator("h1")).to_have_text("1 booking is broken")
    kora.locator("main tbody tr", has_text="Wed 10 Mar 11:00").get_by_role("link", name="Replace").click()
    expect(kora.get_by_label(re.compile("Why is .Ines. replaced"))).to_have_value("away")
    kora.get_by_role("button", name="Assign instead Ivo").click()
    expect(kora.locator("h1")).to_have_text("No booking is broken")
    expect(kora.locator(".flashes")).to_contain_text("Everybody concerned is told.")

    kora.goto(f"{live.address}/messages")
    rows = kora.locator("main tbody tr")
    for kind, name in (
        ("An interpreter is released", "Ines"),
        ("Another interpreter", "Thea"),
        ("An interpreter is booked", "Ivo"),
    ):
        assert rows.filter(has_text=kind).filter(has_text=name).count() >= 1, (kind, name)
    kora.goto(f"{live.address}/week?week=2027-03-08")
    line = kora.locator("tr", has=kora.get_by_role("rowheader", name="Ivo"))
    expect(line.locator(f".slot[href$='{session}']")).to_contain_text("11:00")
    expect(kora.locator(f".slot[href$='{session}']")).to_have_count(1)
    with live.app.app_context():
        new = [one for one in told(who) if one not in before or told(who).count(one) > before.count(one)]
        assert {("released", "Ines"), ("replaced", "Thea"), ("assigned", "Ivo")} <= set(new)
        held = encounters.show(who.kora, session).slot.assignments
        assert sorted((one.interpreter_id, one.reason, one.ended_at is None) for one in held) == [
            ("p-ines", "away", False),
            ("p-ivo", "", True),
        ]
