"""Second steps in a real browser: a passkey made, shown and confirmed with, an app read from its QR code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from passlib.totp import TOTP  # type: ignore[import-untyped]
from playwright.sync_api import CDPSession, Page, expect

from tests import cast
from tests.browser.conftest import Live, overflow
from triad.services import context
from triad.services.context import Actor
from triad.store import factors, signins

pytestmark = pytest.mark.browser

Visitor = Callable[..., Page]
ALL = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}


@pytest.fixture
def house(live: Live) -> Iterator[str]:
    """The address with a name, as passkeys want it; afterwards nobody has a second step."""
    yield live.address.replace("127.0.0.1", "localhost")
    with live.app.app_context(), context.work(Actor(live.cast.clinic)) as ctx:
        for name in ("thea", "kora"):
            factors.drop_all(ctx.session, f"a-{name}")
            signins.forget_devices(ctx.session, f"a-{name}")


def with_device(page: Page, **more: Any) -> tuple[CDPSession, str]:
    """A device that keeps passkeys and recognises its owner, built into this page's browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {**ALL, "isUserVerified": True, "automaticPresenceSimulation": True, **more}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_in(page: Page, house: str, actor: Actor) -> None:
    page.goto(f"{house}/sign-in")
    page.fill("#email", f"{actor.person_id[2:]}@example.org")
    page.fill("#password", cast.PASSWORD)
    page.click("main button:text-is('Sign in')")


def add_key(page: Page, house: str) -> None:
    page.goto(f"{house}/me/second-step/")
    page.get_by_role("button", name="Add a passkey").click()
    page.fill("[name=name]", "my phone")
    page.get_by_role("button", name="Make the passkey").click()


def sound(page: Page) -> None:
    """Nothing that axe finds, nothing to scroll sideways."""
    for width in (375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_passkey_from_making_it_to_signing_in_with_it_alone(live: Live, house: str, visitor: Visitor) -> None:
    """S8: made on one's own page, then both steps in one; a device that looks at nobody opens nothing."""
    page = visitor()
    session, device = with_device(page)
    sign_in(page, house, live.cast.thea)
    add_key(page, house)
    expect(page.locator(".codes li")).to_have_count(10)
    sound(page)
    page.context.clear_cookies()
    page.goto(f"{house}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{house}/my-week")
    page.context.clear_cookies()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{house}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Show my passkey").click()
    expect(page.get_by_role("alert").get_by_text("No passkey was shown.")).to_be_visible()
    sound(page)


def test_a_passkey_as_second_step_and_to_confirm(live: Live, house: str, visitor: Visitor) -> None:
    """S8: what was filled in survives the question."""
    page = visitor()
    with_device(page)
    sign_in(page, house, live.cast.thea)
    add_key(page, house)
    page.context.clear_cookies()
    sign_in(page, house, live.cast.thea)
    page.wait_for_url(f"{house}/sign-in/second")
    sound(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{house}/my-week")
    page.goto(f"{house}/me/keys")
    page.fill("[name=name]", "Roster")
    page.fill("[name=expires_on]", "2027-12-31")
    page.check("[name=scopes][value=read-schedule]")
    live.clock.forward(minutes=6)
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="The key is ready")).to_be_visible()
    expect(page.get_by_role("cell", name="Roster")).to_be_visible()


def test_an_app_without_scripts(live: Live, house: str, visitor: Visitor) -> None:
    """The key beside the QR code is what the code holds; all of it works without scripts."""
    page = visitor(java_script_enabled=False)
    sign_in(page, house, live.cast.kora)
    page.goto(f"{house}/me/second-step/")
    page.get_by_role("button", name="Set up an app").click()
    app = TOTP(key=page.locator(".key").inner_text().replace(" ", ""))
    page.fill("[name=code]", app.generate(live.clock.now).token)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()
    page.context.clear_cookies()
    sign_in(page, house, live.cast.kora)
    page.fill("[name=code]", code)
    page.click("main button:text-is('Sign in')")
    page.goto(f"{house}/me/second-step/")
    expect(page.get_by_text("9 codes left")).to_be_visible()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Passkeys need scripts")).to_be_visible()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_pages_to_set_up_are_sound(live: Live, house: str, visitor: Visitor, locale: str) -> None:
    page = visitor(locale=locale)
    page.goto(f"{house}/sign-in")
    page.fill("#email", "kora@example.org")
    page.fill("#password", cast.PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{house}/unfilled")
    page.goto(f"{house}/me/second-step/")
    page.click("form[action$='/app'] button")
    sound(page)
    page.goto(f"{house}/me/second-step/")
    page.click("form[action$='/keys/start'] button")
    sound(page)


def test_an_address_of_numbers_says_why_there_are_no_passkeys(live: Live, house: str, visitor: Visitor) -> None:
    page = visitor()
    page.goto(f"{live.address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Passkeys need an address with a name")).to_be_visible()
    expect(page.get_by_role("button", name="Show my passkey")).to_be_disabled()
