"""The main path in a browser: a session is staffed, held, rated by all three, and only then seen as a picture."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from tests.services.test_invitations import fill
from triad.services import invitations
from triad.services.context import Actor
from triad.settings import HERE

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]

Marks = Mapping[str, tuple[int, int]]

# Clicked on the first and on the second line about the bond; no two directions alike, or a swap would not show.
MARKS = {"TI": (5, 5), "TC": (2, 2), "IT": (4, 4), "IC": (3, 3), "CT": (1, 1), "CI": (4, 5)}
VALUES = {"TI": 100.0, "TC": 25.0, "IT": 75.0, "IC": 50.0, "CT": 0.0, "CI": 87.5}
OWN = dict.fromkeys(VALUES) | {"TI": 100.0, "TC": 25.0}


def words(language: str) -> dict[str, str]:
    """The client form's words around its questions."""
    file = HERE / "instruments" / "triad-session-form" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))["ui"]


def drawn(page: Page) -> dict[str, float | None]:
    """The six arrows of the triangle by direction; None where the arrow says that it is not available."""
    arrows = page.locator("g[data-direction]")
    pairs = arrows.evaluate_all("all => all.map(g => [g.dataset.direction, g.dataset.value ?? null])")
    return {way: None if value is None else float(value) for way, value in pairs}


def rate(page: Page, rater: str, marks: Marks) -> None:
    """Fills in and sends the staff form: every line about somebody gets that direction's mark, the rest a 3."""
    names = page.locator("main fieldset input[type=radio]").evaluate_all("all => [...new Set(all.map(i => i.name))]")
    for name in names:
        way = next((key for key in marks if key[0] == rater and key in name), None)
        page.check(f'input[name="{name}"][value="{marks[way]["bond.2" in name] if way else 3}"]')
    page.click("main .form-end button")
    expect(page.locator("main fieldset input:checked")).to_have_count(len(names))


def fill_as_client(page: Page, link: str, marks: Marks, each: Callable[[Page], None]) -> None:
    """From the link to the thank-you; `each` looks at every screen. Who is asked about is seen, not known."""
    shapes = {"circle.mark-therapist": "CT", "path.mark-interpreter": "CI", "rect.mark-client": "triad"}
    page.goto(link)
    times: Counter[str] = Counter()
    for _ in range(25):
        each(page)
        if not page.locator("main form .next, main button[name=language]").count():
            return
        if not page.locator("main form .next").count():
            with page.expect_navigation():
                page.click(f"main button[name=language][value={page.locator('html').get_attribute('lang')}]")
            continue
        form = page.locator("main form:has(.next)")
        if form.locator("[name=answer]").count():
            shown = [way for shape, way in shapes.items() if page.locator(f".who {shape}").count()]
            way = shown[0] if len(shown) == 1 else "triad"
            form.locator(f"[name=answer][value='{marks[way][min(times[way], 1)] if way in marks else 3}']").check()
            times[way] += 1
        for name, value in {"practice": "3", "helped": "nobody", "choice": "therapist"}.items():
            if form.locator(f"[name={name}]").count():
                form.locator(f"[name={name}][value='{value}']").check()
        with page.expect_navigation():
            form.locator(".next").click()
    raise AssertionError("the form has no end")


def in_arabic(page: Page) -> None:
    root = page.locator("html")
    assert (root.get_attribute("dir"), root.get_attribute("lang")) == ("rtl", "ar"), page.url
    assert overflow(page) == 0, page.url


def staff(live: Live, visitor: Visitor) -> str:
    """Kora gives the only open session to Ines, from the panel beside the list; its address."""
    page = live.enter(live.cast.kora, visitor())
    expect(page.locator("h1")).to_have_text("1 session has no interpreter")
    address = f"{live.address}{page.locator('section.panel h2 a').get_attribute('href')}"
    page.locator("section.panel .entry", has_text="Ines").get_by_role("button", name="Assign").first.click()
    page.wait_for_url("**/unfilled*")
    expect(page.locator("main")).to_contain_text("Every session has its interpreter.")
    page.goto(address)
    expect(page.locator("dl.facts")).to_contain_text("Ines")
    return address


def accept(live: Live, visitor: Visitor, session: str) -> None:
    page = live.enter(live.cast.ines, visitor())
    page.locator(f"main a[href='{session.removeprefix(live.address)}']").first.click()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("button", name="Accept", exact=True)).to_have_count(0)
    expect(page.locator("dl.facts")).to_contain_text("Confirmed")


def test_session_is_staffed_rated_by_three_and_seen_when_all_are_in(live: Live, visitor: Visitor) -> None:
    with live.app.app_context():
        cast.encounter(live.cast)
    session = staff(live, visitor)
    accept(live, visitor, session)
    live.clock.forward(days=1, hours=6)

    thea = live.enter(live.cast.thea, visitor())
    thea.goto(session)
    thea.get_by_role("button", name="It took place").click()
    expect(thea.get_by_role("button", name="It took place")).to_have_count(0)
    thea.goto(f"{session}/rating")
    rate(thea, "T", MARKS)
    thea.goto(f"{session}/form")
    thea.select_option("[name=language]", "ar")
    thea.get_by_role("button", name="Make the link").click()
    link = thea.locator("#link").input_value()
    assert link.startswith(f"{live.address}/f/")

    fill_as_client(client := visitor(375), link, MARKS, in_arabic)
    expect(client.locator("h1")).to_have_text(words("ar")["thanks_title"])
    ines = live.enter(live.cast.ines, visitor())
    ines.goto(f"{session}/rating")
    rate(ines, "I", MARKS)

    # All three are in, but Thea can still correct hers: she must not answer with theirs before her eyes.
    thea.goto(f"{session}/picture")
    assert drawn(thea) == OWN
    live.clock.forward(minutes=10)
    thea.reload()
    assert drawn(thea) == VALUES


def test_picture_shows_nothing_of_the_others_before_all_are_in(live: Live, visitor: Visitor) -> None:
    with live.app.app_context():
        id_ = cast.encounter(live.cast, live.clock.now.date(), interpreter="p-ines", held=True)
        live.clock.forward(hours=12)
        link = f"{live.address}/f/{invitations.issue(live.cast.thea, id_, 'ar')}"
    fill_as_client(visitor(375), link, MARKS, in_arabic)
    thea = live.enter(live.cast.thea, visitor())
    thea.goto(f"{live.address}/sessions/{id_}/rating")
    rate(thea, "T", MARKS)
    live.clock.forward(minutes=11)
    thea.goto(f"{live.address}/sessions/{id_}/picture")
    assert drawn(thea) == OWN


def test_client_form_without_scripts_reaches_the_thank_you(live: Live, visitor: Visitor) -> None:
    with live.app.app_context():
        id_ = cast.encounter(live.cast, live.clock.now.date(), cast.time(7), interpreter="p-ines", held=True)
        live.clock.forward(hours=12)
        link = f"{live.address}/f/{invitations.issue(live.cast.thea, id_, 'ar')}"
    page = visitor(375, java_script_enabled=False)
    seen: list[str] = []
    fill_as_client(page, link, MARKS, lambda screen: seen.append(screen.locator("h1").first.inner_text()))
    assert seen[-1] == words("ar")["thanks_title"]
    assert seen.count(words("ar")["thanks_title"]) == 1
    page.goto(link)
    expect(page.locator("h1").first).to_have_text(words("en")["gone_title"])
    page.locator("details[lang=ar] > summary").click()
    expect(page.locator("details[lang=ar] h2")).to_have_text(words("ar")["gone_title"])
    expect(page.locator("details[lang=ar] h2")).to_be_visible()


def test_who_asks_for_another_interpreter_is_heard_by_the_coordinator_alone(live: Live, visitor: Visitor) -> None:
    """From the last screen of the form, which was reached without a browser."""
    with live.app.app_context():
        id_ = cast.encounter(live.cast, live.clock.now.date(), interpreter="p-ines", held=True)
        live.clock.forward(hours=12)
        cleo = Actor(live.cast.clinic)
        held = invitations.open_link(cleo, invitations.issue(live.cast.thea, id_, "ar"))
        fill(cleo, held)
    client = visitor(375)
    client.context.add_cookies([{"name": "form", "value": held, "url": f"{live.address}/f/"}])
    client.goto(f"{live.address}/f/")
    in_arabic(client)
    client.get_by_text(words("ar")["another_interpreter"]).click()
    client.locator(".next").click()
    expect(client.locator("h1")).to_have_text(words("ar")["thanks_title"])
    said, case = "Another interpreter is asked for", f"/cases/{live.cast.case_id}"
    for actor, address in ((live.cast.ines, f"/sessions/{id_}"), (live.cast.thea, case)):
        page = live.enter(actor, visitor())
        page.goto(f"{live.address}{address}")
        expect(page.locator("main")).to_contain_text("K-cleo")
        assert said not in page.content()
    kora = live.enter(live.cast.kora, visitor())
    panel = kora.locator("section.panel", has_text=said)
    panel.get_by_role("link", name="T-1001").click()
    expect(kora).to_have_url(f"{live.address}{case}")
    panel.get_by_role("button", name="Done").click()
    expect(panel).to_have_count(0)
