"""Four screens of the client's form in any language, one after the other, and what is too small to tap on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from playwright.sync_api import Page

from tests import cast
from tests.browser.conftest import Live
from triad.services import invitations
from triad.services.context import Actor

SCREENS = ("language", "question", "choice", "thanks")

SMALL = """least => [...document.querySelectorAll('a, button, summary, label.card, select, input')].filter(one => {
    const box = one.getBoundingClientRect();
    const inCard = one.tagName === 'INPUT' && one.closest('label');
    return box.width && box.height && !inCard && (box.width < least || box.height < least);
}).map(one => one.outerHTML.slice(0, 90))"""
"""What can be tapped and is smaller than so many CSS pixels, a choice's own mark apart: its card is tapped."""


LETTERED = """() => document.querySelectorAll('body *').forEach(one => one.toggleAttribute(
    'data-lettered', [...one.childNodes].some(each => each.nodeType === 3 && each.data.trim())))"""
"""Marks what holds letters itself."""


def borrowed(page: Page) -> dict[str, int]:
    """Fonts that are none of ours, and how many signs of this screen the browser drew with each."""
    page.evaluate("() => document.fonts.ready")
    page.evaluate(LETTERED)
    browser = page.context.new_cdp_session(page)
    for part in ("DOM", "CSS"):
        browser.send(f"{part}.enable")
    root = browser.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    drawn, found = 0, Counter[str]()
    for id_ in browser.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-lettered]"})["nodeIds"]:
        for font in browser.send("CSS.getPlatformFontsForNode", {"nodeId": id_})["fonts"]:
            drawn += font["glyphCount"]
            found[font["familyName"]] += 0 if font["isCustomFont"] else font["glyphCount"]
    browser.detach()
    assert drawn, "nothing is drawn here"
    return dict(+found)


def encounter(live: Live) -> str:
    """One that has begun, for as many forms as are asked for."""
    with live.app.app_context():
        found = cast.encounter(live.cast, live.clock.now.date(), cast.time(5), interpreter="p-ines", held=True)
    live.clock.now = max(live.clock.now, live.clock.now.replace(hour=12))
    return found


def screens(live: Live, page: Page, about: str, tag: str) -> Iterator[str]:
    """Opens each of SCREENS in this language and names it: filled in by program, drawn by the browser."""
    nobody = Actor(live.cast.clinic)
    with live.app.app_context():
        value = invitations.open_link(nobody, invitations.issue(live.cast.thea, about, tag))
        _fill(nobody, value, tag)
        lines = invitations.at(nobody, value).lines
    page.context.add_cookies([{"name": "form", "value": value, "url": f"{live.address}/f/", "httpOnly": True}])
    for name, number in (("language", 1), ("question", 4), ("choice", 6 + len(lines))):
        page.goto(f"{live.address}/f/at/{number}")
        yield name
    with live.app.app_context():
        invitations.submit(nobody, value, "therapist")
    page.goto(f"{live.address}/f/")
    yield "thanks"


def _fill(nobody: Actor, value: str, tag: str) -> None:
    """All but what is chosen last."""
    invitations.choose_language(nobody, value, tag)
    for screen in ("who_sees", "practice"):
        invitations.step(nobody, value, screen)
    for line in invitations.at(nobody, value).lines:
        invitations.answer(nobody, value, line.key, 4)
    invitations.step(nobody, value, "who_helped", "nobody")
    invitations.step(nobody, value, "review")
