"""Every page as each role sees it: no axe violation and nothing to scroll sideways, in both directions of writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests import cast, filled, made_up, proposed, reviewed, sounds
from tests.browser.conftest import Live, overflow
from tests.browser.test_walk import MARKS, fill_as_client
from triad.domain.bulk import Terms
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.services import (
    accounts,
    bulk,
    context,
    goals,
    instruments,
    invitations,
    notes,
    policy,
    resets,
    reviews,
    voices,
)
from triad.services.context import Actor
from triad.store.staffing import StaffingLine
from triad.web import guard
from triad.web.bulk import verbs

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]

WIDTHS = (375, 768, 1280)
AXE = """colours => axe.run({
    resultTypes: ['violations'], rules: {'color-contrast': {enabled: colours}},
}).then(found => found.violations)"""
ROLES = ("kora", "thea", "ines", "lena", "ada", "aud")
# These look different to each role that may see them; any other page is walked as the first role that may.
SHARED = (
    "encounters.show",
    "encounters.mine",
    "cases.index",
    "cases.show",
    "alliance.case",
    "notes.briefing",
    "ratings.form",
    "reviews.show",
)
# No page of ours, or one with a test of its own below.
APART = (
    "static",
    "security.",
    "second.",
    "room.",
    "tablets.",
    "ahead.",
    "accounts.welcome",
    "resets.",
    "home.",
    "api-",
    "feeds.read",
    "voices.play",
)
SCORES = {"TI": 80.0, "TC": 60.0, "IT": 70.0, "IC": 50.0, "CT": 20.0, "CI": 90.0}
NOTE = {
    "topic": "family",
    "whose": "client",
    "source": "interpreter",
    "text": "wants her brother kept out",
    "language": "en",
    "audience": "all",
    "review_on": "2027-06-01",
}
GOAL = {"words": "ኣብ ለይቲ ክድቅስ", "language": "Tigrinya", "aim": "sleep", "agreed_client": "yes"}

OF_PEOPLE = {"interpreters": "p-ines", "therapists": "p-thea", "clients": "p-cleo", "sites": "site-nord"}
"""Whose page is opened, by the tab they are on."""


@dataclass
class Places:
    """What stands in the addresses: three sessions (to staff, to rate, rated), and what the case has."""

    live: Live
    open: str
    due: str
    rated: str
    ids: dict[str, str]
    link: Callable[[str], str]
    doors: list[str]
    """Where nobody is signed in yet."""

    def addresses(self, rule: str, endpoint: str) -> list[str]:
        """What to open for a route: one address, or one for each word the route allows."""
        session = self.open if endpoint == "unfilled.candidates" else self.due
        if endpoint.startswith("alliance."):
            session = self.rated
        special = {"cases": self.live.cast.case_id, "sessions": session, "messages": self.ids["message"]}
        special["instruments"] = self.ids["instrument"]
        for name, id_ in self.ids.items():
            rule = rule.replace(f"<{name}>", id_)
        words = re.search(r"<any\(([^)]*)\):\w+>", rule)
        rules = [rule.replace(words[0], word.strip()) for word in words[1].split(",")] if words else [rule]
        found = []
        for one in rules:
            first, second = (*one.split("/"), "")[1:3]
            known = OF_PEOPLE.get(second) if first == "people" else special.get(first)
            found.append(one.replace("<id_>", known or "<id_>"))
        return found


@pytest.fixture(scope="module")
def places(live: Live) -> Places:
    who = live.cast
    with live.app.app_context():
        rated = cast.encounter(who, date(2027, 2, 22), interpreter="p-ines", held=True)
        due = cast.encounter(who, date(2027, 3, 1), time(8), interpreter="p-ines")
        to_staff = cast.encounter(who, date(2027, 3, 3))
        cast.encounter(who, date(2027, 3, 4), time(9), interpreter="p-ines")
        filled.all_three(who, rated, live.clock.now, SCORES)
        ids = {
            "tag": "ar",
            "need_id": who.need_id,
            "note_id": notes.add(who.thea, who.case_id, NOTE),
            "goal_id": goals.add(who.thea, who.case_id, GOAL),
            "encounter_id": to_staff,
            "day": "2027-03-03",
            **waiting(who, to_staff),
        }
        reviewed.walk(who)
        said = {"ui:next": Said("query", comment="Why?"), "anchor:1": Said("change", proposed="أبدًا")}
        reviews.say(who.ines, "ar", reviewed.seen(who.ines), said)
        anew = resets.make(Actor(who.clinic, source="cli", roles=frozenset({Role.ADMIN})), "otto@example.org")
        token = accounts.invite(who.ada, "Nora New", "nora@example.org", ["therapist"], cast.BERLIN)

    def link(language: str) -> str:
        with live.app.app_context():
            return f"{live.address}/f/{invitations.issue(who.thea, due, language)}"

    doors = [f"{live.address}{path}" for path in ("/sign-in", f"/welcome/{token}", "/forgotten", f"/reset/{anew}")]
    return Places(live, to_staff, due, rated, ids, link, [*doors, f"{live.address}/nowhere"])


def waiting(who: cast.Cast, to_staff: str) -> dict[str, str]:
    """A request, a plan with one line, a step for many that was looked at, and a message that nobody got."""
    with context.work(Actor(who.clinic, source="test")) as ctx:
        ctx.session.add_all([proposed.request("request", who.case_id, who.need_id, "p-thea"), proposed.run("run")])
        ctx.session.flush()
        ctx.session.add(StaffingLine(run_id="run", encounter_id=to_staff, after_id="p-ines"))
    form = instruments.load(who.ada, made_up.file())
    voices.put(who.lena, "ar", [("anchor_1.ogg", sounds.OGG), ("bond.1_CT.ogg", sounds.OGG)])
    step = bulk.begin(who.kora, "cancel", [to_staff], Terms(by="clinic"), verbs(who.kora))
    return {
        "instrument": form.id,
        "request_id": "request",
        "run_id": "run",
        "message": proposed.message(who),
        "bulk_id": step,
    }


def seen_by(places: Places, role: str) -> list[tuple[str, str]]:
    """(endpoint, address) of the pages this role's walk covers, taken from the routes the application has."""
    app = places.live.app
    found: list[tuple[str, str]] = []
    actor = getattr(places.live.cast, role)
    earlier = [getattr(places.live.cast, name) for name in ROLES[: ROLES.index(role)]]
    for rule in app.url_map.iter_rules():
        verb = guard.verb_of(app, rule.endpoint)
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(APART) or verb is None:
            continue
        first = not any(policy.could(verb, one) for one in earlier)
        if policy.could(verb, actor) and (first or rule.endpoint in SHARED):
            found += [(rule.endpoint, address) for address in places.addresses(rule.rule, rule.endpoint)]
    return sorted(found)


def faults(page: Page, name: str, language: str, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What is wrong here, one line each: page, width, language, rule, element. Loaded once, drawn at each width.

    Colours are the same in each language: they are looked at on the widest in one, on the narrowest in the others.
    """
    page.evaluate(Axe().axe_script)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        here = f"{name} {width} {language}"
        if too_wide := overflow(page):
            found.append(f"{here}: {too_wide} px too wide: {widest(page)}")
        for broken in page.evaluate(AXE, width == widths[-1 if language == "en" else 0]):
            for node in broken["nodes"]:
                element = f"{node['html'][:160]} {node['target']}"
                found.append(f"{here}: {broken['id']}: {element} {node['failureSummary'][:260]}")
    return found


def widest(page: Page) -> str:
    """The first elements that stick out, for the message."""
    script = """() => [...document.querySelectorAll('body *')].filter(one => {
        const box = one.getBoundingClientRect();
        return box.width && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
    }).slice(0, 4).map(one => one.outerHTML.slice(0, 90)).join(' | ')"""
    return str(page.evaluate(script))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_are_accessible(places: Places, visitor: Visitor, role: str, language: str) -> None:
    live, found = places.live, []
    page = live.enter(getattr(live.cast, role), visitor(locale=language, bypass_csp=True))
    walk = seen_by(places, role)
    print(f"{role} {language}: {', '.join(endpoint for endpoint, _ in walk)}")
    for endpoint, address in walk:
        answer = page.goto(live.address + address)
        assert answer is not None
        if answer.status != 200:
            found.append(f"{endpoint} as {role}: {address} answers {answer.status}")
            continue
        if page.locator("html").get_attribute("lang") != language:
            found.append(f"{endpoint} as {role}: not in {language}")
        found += faults(page, f"{endpoint} as {role}", language)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_before_the_door_are_accessible(places: Places, visitor: Visitor, language: str) -> None:
    page, found = visitor(locale=language, bypass_csp=True), []
    for address in places.doors:
        page.goto(address)
        found += faults(page, address.removeprefix(places.live.address)[:9], language)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_screens_of_the_client_form_are_accessible(places: Places, visitor: Visitor, language: str) -> None:
    page, found, seen = visitor(bypass_csp=True), [], []

    def look(screen: Page) -> None:
        # Questions are alike but for their words: the first one of each shape of portrait stands for the rest.
        shape = screen.locator("main").evaluate(
            "m => [...m.querySelectorAll('[name],.who [class]')].map(e => e.name || e.className.baseVal).join()"
        )
        if shape in seen:
            return
        seen.append(shape)
        found.extend(faults(screen, f"room {screen.locator('h1').first.inner_text()}", language))

    fill_as_client(page, places.link(language), MARKS, look)
    for address in ("/f/away", "/f/nothing"):
        page.goto(places.live.address + address)
        look(page)
    assert len(seen) >= 8
    assert found == [], "\n".join(found)


def test_every_page_is_walked_by_somebody(places: Places) -> None:
    app = places.live.app
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    walked = {endpoint for role in ROLES for endpoint, _ in seen_by(places, role)}
    assert sorted(one for one in pages - walked if not one.startswith(APART)) == []


def test_image_without_words_and_wide_line_are_found(live: Live, visitor: Visitor) -> None:
    page = visitor(375, bypass_csp=True)
    page.goto(f"{live.address}/sign-in")
    spoiled = """document.querySelector('main').innerHTML += '<img src=x><div style="width:900px">wide</div>'"""
    page.evaluate(spoiled)
    found = faults(page, "sign-in", "en", [375])
    assert [line.split(": ")[1] for line in found if "image-alt" in line] == ["image-alt"]
    assert any("px too wide" in line for line in found)
