"""The desk changes its mind: a weekly series, a late cancellation and its way back, and what reports make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import reported
from tests.browser.conftest import Live
from tests.browser.test_pages import faults
from tests.reported import Planted
from tests.services.test_cancellations import MONDAY, MONDAY_MORNING, rule
from tests.services.test_moves import planned
from tests.web.test_reporting import lines, sheets
from triad.services import attendance, cancellations, encounters, holidays, series
from triad.services.context import Actor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("clock_put_back")]

Visitor = Callable[..., Page]


def rows_of(live: Live, actor: Actor, ids: list[str]) -> list[str]:
    """Day, wall time and moment in UTC of each."""
    with live.app.app_context():
        rows = [encounters.show(actor, id_) for id_ in ids]
        return [f"{row.day:%m-%d} {row.at:%H:%M} {row.starts_at:%H:%M}" for row in rows]


def check(page: Page) -> Locator:
    """The dates before anything is saved."""
    page.get_by_role("button", name="Check the dates").click()
    return page.locator("main form table tbody tr")


def test_a_weekly_series_over_a_clock_change_with_a_holiday(live: Live, visitor: Visitor) -> None:
    who = live.cast
    with live.app.app_context():
        holidays.add(who.kora, who.site_id, {"day": "2027-04-06", "name": "Closed for repairs"})
    page = live.enter(who.kora, visitor())
    page.goto(f"{live.address}/cases/{who.case_id}/plan")
    page.get_by_label("Day and time, typed").fill("16.3. 14:30")
    page.get_by_label("How many").fill("5")
    dates = check(page)
    expect(page.locator("h2", has_text="dates are free")).to_have_text("4 of 5 dates are free")
    expect(dates.filter(has_text="Closed for repairs")).to_contain_text("6 Apr 2027")
    # From the third one on the clocks have changed: the time on the wall stays, and is said to.
    expect(dates.filter(has_text="The clocks have changed")).to_have_count(3)
    expect(dates.nth(2)).to_contain_text("30 Mar 2027 14:30")
    expect(dates.locator("input:checked")).to_have_count(1)
    dates.nth(1).get_by_role("checkbox").check()
    page.get_by_role("button", name="Save these sessions").click()
    page.wait_for_url(f"**/cases/{who.case_id}")

    with live.app.app_context():
        found = [row.encounter for row in encounters.unfilled(who.kora)]
        ids = [row.id for row in sorted(found, key=lambda row: row.day)]
    assert rows_of(live, who.kora, ids) == ["03-16 14:30 13:30", "03-30 14:30 12:30", "04-13 14:30 12:30"]
    page.goto(f"{live.address}/sessions/{ids[0]}")
    page.get_by_role("link", name="Change the series").click()
    expect(page.locator("h1")).to_have_text("3 sessions in this series")
    left_out = page.locator("table", has_text="Left out").locator("tbody tr")
    expect(left_out.filter(has_text="The site is closed.")).to_contain_text("6 Apr 2027")
    left_out.filter(has_text="23 Mar 2027").get_by_role("button", name="Plan it after all").click()
    expect(page.locator("h1")).to_have_text("4 sessions in this series")
    expect(left_out).to_have_count(1)
    with live.app.app_context():
        ids = [row.id for row in series.show(who.kora, ids[0]).rows]

    live.clock.now = datetime(2027, 3, 24, 9, tzinfo=UTC)
    page = live.enter(who.kora, visitor())
    page.goto(f"{live.address}/sessions/{ids[2]}/series")
    page.locator("#f-scope").get_by_label("This date and all later ones").check()
    page.get_by_label("Day and time, typed").fill("2027-03-31 9:00")
    dates = check(page)
    expect(page.locator("h2", has_text="dates can move")).to_have_text("2 of 2 dates can move")
    expect(dates.nth(0)).to_contain_text("Wed 31 Mar 2027")
    before = rows_of(live, who.kora, ids)
    page.get_by_role("button", name="Change these sessions").click()
    expect(page.locator(".flashes")).to_contain_text("2 sessions are changed.")
    assert before[:2] == ["03-16 14:30 13:30", "03-23 14:30 13:30"]
    assert rows_of(live, who.kora, ids) == [*before[:2], "03-31 09:00 07:00", "04-14 09:00 07:00"]
    page.goto(f"{live.address}/week?week=2027-03-22")
    expect(page.locator(f".slot[href$='{ids[1]}']")).to_contain_text("14:30")


def test_called_off_late_set_aside_restored_held_and_marked(live: Live, visitor: Visitor) -> None:
    who = live.cast
    with live.app.app_context():
        id_ = planned(who, MONDAY)
        rule(who, payer="client", charge="45.00", currency="EUR")
    live.clock.now = MONDAY_MORNING
    page = live.enter(who.kora, visitor())
    page.goto(f"{live.address}/sessions/{id_}")
    page.locator("summary", has_text="Cancel the session").click()
    box = page.locator(".confirm[open]")
    client = box.locator("label", has=page.locator("input[value=client]"))
    expect(client).to_contain_text("Would be late · in time until Fri 5 Mar 10:00")
    expect(box).to_contain_text("One business day before.")
    client.locator("input").check()
    assert faults(page, "cancel", "en", [375]) == []
    box.get_by_role("button", name="Cancel the session").click()
    facts = page.locator("main dl.facts")
    expect(facts).to_contain_text("Called off late")
    expect(facts).to_contain_text("€45.00")

    page.locator("summary", has_text="Set the lateness aside").click()
    page.get_by_label("Why?").fill("Snow on the line")
    page.get_by_role("button", name="Set it aside").click()
    expect(facts).to_contain_text("Late, set aside")
    expect(facts).to_contain_text("Kora: Snow on the line")
    expect(facts).not_to_contain_text("€45.00")
    with live.app.app_context():
        told = cancellations.told(who.kora, id_)
        assert told
        assert (told[0].late, told[0].waived_reason) == (True, "Snow on the line")
    page.locator("summary", has_text="Restore the session").click()
    page.get_by_role("button", name="Restore the session").click()
    expect(facts).to_contain_text("Scheduled")
    expect(facts).to_contain_text("Ines")

    live.clock.forward(hours=2)
    page = live.enter(who.kora, visitor())
    page.goto(f"{live.address}/sessions/{id_}")
    page.get_by_role("button", name="It took place").click()
    there = page.locator("#attendance tbody tr")
    there.filter(has_text="Thea").get_by_role("button", name="Came Thea", exact=True).click()
    expect(there.filter(has_text="Thea").locator(".chip")).to_have_text("Came")
    there.filter(has_text="Ines").get_by_label("Minutes").select_option("10")
    there.filter(has_text="Ines").get_by_role("button", name="Came late").click()
    expect(there.filter(has_text="Ines")).to_contain_text("10 minutes")
    there.filter(has_text="K-cleo").get_by_role("button", name="Did not come").click()
    expect(there.filter(has_text="K-cleo").locator(".chip")).to_have_text("Did not come")
    with live.app.app_context():
        assert encounters.show(who.kora, id_).status == "held"
        assert {one.party: (one.mark, one.minutes_late) for one in attendance.of(who.kora, id_)} == {
            "therapist": ("arrived", 0),
            "interpreter": ("late", 10),
            "client": ("absent", 0),
        }


def test_reports_say_the_same_as_table_picture_csv_and_workbook(live: Live, visitor: Visitor, tmp_path: Path) -> None:
    languages = {"ti": 12, "ar": 12}
    with live.app.app_context():
        reported.clinic(live.cast, languages)
        planted = [
            Planted(number % 24, date(2027, 1, 1 + number % 28), number % 3 if number % 10 else None)
            for number in range(120)
        ]
        reported.sessions(live.cast, planted, languages)
    page = live.enter(live.cast.kora, visitor())
    page.goto(f"{live.address}/reports?first=2027-01&last=2027-01")
    expect(page.locator("h1")).to_have_text("90 % of the sessions had their interpreter")
    section = page.locator("section[aria-labelledby=fill_met]")
    total = section.locator("tbody tr", has_text="All").locator("td")
    assert total.all_inner_texts()[:3] == ["108", "120", "90 %"]
    expect(section.locator("svg.picture")).to_be_visible()
    page.get_by_label("Show by").select_option("language")
    page.get_by_role("button", name="Show", exact=True).click()
    shown = {row.split("\t")[0]: row.split("\t")[1:3] for row in section.locator("tbody tr").all_inner_texts()}
    assert list(shown) == ["All", "Arabic", "Tigrinya"]
    drawn = section.locator("svg.picture [data-row]").evaluate_all("all => all.map(one => one.dataset.row)")
    assert len(drawn) == len(shown)
    assert faults(page, "reports", "en", [375]) == []

    taken = {}
    for name in ("reports.csv", "reports.xlsx"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        taken[path.name] = path.read_bytes()
    found = lines(taken["reports.csv"])
    book = dict(sheets(taken["reports.xlsx"]))
    rows = {str(row[0]): row[1:] for row in book["Had their interpreter"] if len(row) > 1}
    for key, label in (("all", "All"), ("ar", "Arabic"), ("ti", "Tigrinya")):
        own = [found["fill_met", key, measure] for measure in ("part", "whole")]
        assert (own, [f"{value:.0f}" for value in rows[label][:2]]) == (shown[label], shown[label])
