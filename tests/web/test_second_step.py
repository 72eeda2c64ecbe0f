"""The second step as a browser meets it: at sign-in, on one's own page, and where a role must have one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast, steps
from tests.authenticator import Device
from tests.cast import PASSWORD, Cast
from triad import create_app
from triad.services import accounts, factors
from triad.settings import SettingsError, shipped

SignIn = Callable[[Any], Any]
THEA = "thea@example.org"
CODE = re.compile(r"<code>([0-9a-z-]{14})</code>")


def first_step(client: Any, email: str = THEA) -> Any:
    return cast.post(client, "/sign-in", {"email": email, "password": PASSWORD})


def second_step(client: Any, code: str = "", key: str = "") -> Any:
    return cast.post(client, "/sign-in/second", {"code": code, "key": key})


def is_in(client: Any) -> bool:
    return bool(client.get("/me").status_code == 200)


def test_password_alone_opens_nothing_once_there_is_an_app(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    answer = first_step(client)
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (303, "/sign-in/second", False)
    assert second_step(client, "000000").status_code == 422
    assert not is_in(client)
    answer = second_step(client, phone.shows())
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (302, "/", True)
    # What waited is over: the same code and the same page open nothing more.
    assert client.get("/sign-in/second").status_code == 410


def test_a_code_is_taken_in_the_digits_of_one_s_own_script(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    first_step(client)
    arabic = phone.shows().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert second_step(client, arabic).status_code == 302


def test_a_recovery_code_opens_once(app: Flask, cast_: Cast, clock: Any) -> None:
    _, codes = steps.with_app(cast_.thea, clock)
    found = []
    for _ in range(2):
        client = app.test_client()
        first_step(client)
        found.append(second_step(client, codes[3]).status_code)
    assert found == [302, 422]


def test_without_the_first_step_the_second_is_none(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    client.get("/sign-in")
    assert client.get("/sign-in/second").status_code == 410
    token = cast.token(client.get("/sign-in").text)
    answer = client.post("/sign-in/second", data={"code": phone.shows(), "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (303, "/sign-in", False)


def test_the_second_step_waits_ten_minutes(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    first_step(client)
    token = cast.token(client.get("/sign-in/second").text)
    clock.forward(minutes=10, seconds=1)
    answer = client.post("/sign-in/second", data={"code": phone.shows(), "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (303, "/sign-in", False)


def test_a_planted_value_does_not_follow_into_the_second_step(app: Flask, cast_: Cast, clock: Any) -> None:
    """S1: whoever planted the value before the password waits at no second step, and is not let in by it."""
    phone, _ = steps.with_app(cast_.thea, clock)
    bait = app.test_client()
    bait.get("/sign-in")
    planted = bait.get_cookie("triad").value
    victim = app.test_client()
    victim.set_cookie("triad", planted)
    first_step(victim)
    assert victim.get_cookie("triad").value != planted
    assert bait.get("/sign-in/second").status_code == 410
    assert second_step(victim, phone.shows()).status_code == 302
    assert not is_in(bait)


def test_a_closed_account_stays_closed_at_the_second_step(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    first_step(client)
    accounts.disable(cast_.ada, "a-thea")
    assert second_step(client, phone.shows()).headers["Location"] == "/sign-in"
    assert not is_in(client)


def test_codes_are_not_guessed_through_the_page(app: Flask, cast_: Cast, clock: Any) -> None:
    """S6: five are looked at; then 429 with the seconds to wait, and the right one waits as well."""
    phone, _ = steps.with_app(cast_.thea, clock)
    client = app.test_client()
    first_step(client)
    token = cast.token(client.get("/sign-in/second").text)
    found = []
    for number in range(40):
        answer = client.post("/sign-in/second", data={"code": f"{number:06}", "csrf_token": token})
        found.append(answer.status_code)
    assert found == [422] * 5 + [429] * 35
    assert (answer.headers["Retry-After"], "Wait a minute" in answer.text) == ("30", True)
    assert second_step(client, phone.shows()).status_code == 429
    clock.forward(seconds=30)
    assert second_step(client, phone.shows()).status_code == 302


def passkey_page(client: Any) -> Any:
    return cast.post(client, "/sign-in/passkey/start", page="/sign-in")


def by_passkey(client: Any, device: Device, page: str, **forged: str) -> Any:
    form = {"key": device.get(steps.asked(page), **forged), "csrf_token": cast.token(page)}
    return client.post("/sign-in/passkey", data=form)


def test_a_passkey_is_both_steps(app: Flask, cast_: Cast, clock: Any) -> None:
    steps.with_app(cast_.thea, clock)
    device = steps.with_key(cast_.thea)
    client = app.test_client()
    answer = by_passkey(client, device, passkey_page(client).text)
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (302, "/", True)
    assert "Signed in with a passkey" in client.get("/me").text


def test_an_answer_is_taken_once_and_for_its_own_question(app: Flask, cast_: Cast, clock: Any) -> None:
    """S8: replayed, to another browser's question, late, and by a device that has looked at nobody."""
    device = steps.with_key(cast_.thea, device=Device(counts=False))
    client = app.test_client()
    page = passkey_page(client).text
    key, token = device.get(steps.asked(page)), cast.token(page)
    elsewhere = app.test_client()
    other = passkey_page(elsewhere).text
    assert elsewhere.post("/sign-in/passkey", data={"key": key, "csrf_token": cast.token(other)}).status_code == 422
    blind = Device(key=device.key, alias=device.alias, verifies=False)
    assert by_passkey(client, blind, page).status_code == 422
    # That question is used up, though its answer was wrong.
    assert client.post("/sign-in/passkey", data={"key": key, "csrf_token": token}).status_code == 422
    page = passkey_page(client).text
    clock.forward(minutes=10, seconds=1)
    assert by_passkey(client, device, page).status_code == 422
    page = passkey_page(client).text
    key = device.get(steps.asked(page))
    assert client.post("/sign-in/passkey", data={"key": key, "csrf_token": cast.token(page)}).status_code == 302
    cast.post(client, "/sign-out", page="/me")
    page = passkey_page(client).text
    assert client.post("/sign-in/passkey", data={"key": key, "csrf_token": cast.token(page)}).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize("key", ["", "{}", "[" * 5_000, '{"id": "x"}', "no json", '{"id": 1, "response": []}'])
def test_garbage_for_a_passkey_is_refused(app: Flask, cast_: Cast, key: str) -> None:
    client = app.test_client()
    page = passkey_page(client).text
    assert client.post("/sign-in/passkey", data={"key": key, "csrf_token": cast.token(page)}).status_code == 422


def test_a_passkey_as_second_step(app: Flask, cast_: Cast, clock: Any) -> None:
    mine, hers = steps.with_key(cast_.thea), steps.with_key(cast_.kora, device=Device(credential=b"\x08" * 32))
    client = app.test_client()
    assert first_step(client).headers["Location"] == "/sign-in/second"
    page = client.get("/sign-in/second").text
    assert len(steps.asked(page)["allowCredentials"]) == 1
    assert 'name="code"' in page
    answer = second_step(client, key=hers.get(steps.asked(page)))
    assert (answer.status_code, is_in(client)) == (422, False)
    stale = mine.get(steps.asked(page))
    assert steps.asked(client.get("/sign-in/second").text) == steps.asked(answer.text)
    again = second_step(client, key=stale)
    assert (again.status_code, is_in(client)) == (422, False)
    answer = second_step(client, key=mine.get(steps.asked(again.text)))
    assert (answer.status_code, is_in(client)) == (302, True)


def test_setting_up_an_app_on_the_page(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    client, other = sign_in(cast_.thea), sign_in(cast_.thea)
    begun = cast.post(client, "/me/second-step/app", page="/me/second-step/")
    page = client.get(begun.headers["Location"]).text
    phone = steps.waiting_app(cast_.thea, clock)
    grouped = " ".join(re.findall("....", phone.secret))
    assert (grouped in page, "<svg" in page, phone.secret in page) == (True, True, False)
    wrong = cast.post(client, "/me/second-step/app/code", {"code": "000000"}, "/me/second-step/app")
    assert (wrong.status_code, "This is not the code" in wrong.text, grouped in wrong.text) == (422, True, True)
    done = cast.post(client, "/me/second-step/app/code", {"code": phone.shows()}, "/me/second-step/app")
    codes = CODE.findall(done.text)
    assert (done.status_code, len(set(codes)), is_in(client), is_in(other)) == (201, 10, True, False)
    page = client.get("/me/second-step/").text
    assert ("10 codes left" in page, [code for code in codes if code in page]) == (True, [])
    assert client.get("/me/second-step/app").headers["Location"] == "/me/second-step/"


def test_adding_and_removing_a_passkey_on_the_page(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    client, device = sign_in(cast_.thea), Device()
    page = cast.post(client, "/me/second-step/keys/start", page="/me/second-step/").text
    form = {"name": "", "key": device.create(steps.asked(page)), "csrf_token": cast.token(page)}
    again = client.post("/me/second-step/keys", data=form)
    assert (again.status_code, "This is needed." in again.text) == (422, True)
    form |= {"name": "<b>my phone</b>", "key": device.create(steps.asked(again.text))}
    done = client.post("/me/second-step/keys", data=form)
    assert (done.status_code, len(CODE.findall(done.text))) == (201, 10)
    page = client.get("/me/second-step/").text
    assert "&lt;b&gt;my phone&lt;/b&gt;" in page
    (key,) = factors.mine(cast_.thea).keys
    removed = cast.post(client, f"/me/second-step/keys/{key.id}/remove", page="/me/second-step/")
    assert (removed.status_code, factors.mine(cast_.thea).any) == (303, False)
    assert "Removed." in client.get("/me/second-step/").text


def test_somebody_else_s_key_is_not_there(cast_: Cast, sign_in: SignIn) -> None:
    """A5."""
    steps.with_key(cast_.thea)
    (key,) = factors.mine(cast_.thea).keys
    url = f"/me/second-step/keys/{key.id}/remove"
    assert cast.post(sign_in(cast_.kora), url, page="/me/second-step/").status_code == 404
    assert factors.mine(cast_.thea).keys == (key,)


def test_who_must_have_one_is_led_to_it_before_anything_else(cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    with steps.required(cast_.clinic, "coordinator"):
        kora, thea = sign_in(cast_.kora), sign_in(cast_.thea)
        places = ("/", "/unfilled", "/me", "/me/keys", "/cases", "/search?q=x")
        assert {kora.get(place).headers.get("Location") for place in places} == {"/me/second-step/"}
        token = cast.token(kora.get("/me/second-step/").text)
        assert kora.post("/me/language", data={"locale": "ar", "csrf_token": token}).status_code == 303
        assert thea.get("/me").status_code == 200
        page = kora.get("/me/second-step/").text
        assert ("Set up a second step first" in page, 'href="/unfilled"' in page) == (True, False)
        cast.post(kora, "/me/second-step/app", page="/me/second-step/")
        phone = steps.waiting_app(cast_.kora, clock)
        cast.post(kora, "/me/second-step/app/code", {"code": phone.shows()}, "/me/second-step/app")
        assert kora.get("/unfilled").status_code == 200
        refused = cast.post(kora, "/me/second-step/app/remove", page="/me/second-step/")
        assert (refused.status_code, "Your role needs a second step." in refused.text) == (409, True)


def test_who_signs_in_with_one_is_not_led_there(app: Flask, cast_: Cast, clock: Any) -> None:
    phone, _ = steps.with_app(cast_.kora, clock)
    with steps.required(cast_.clinic, "coordinator"):
        client = app.test_client()
        first_step(client, "kora@example.org")
        assert second_step(client, phone.shows()).status_code == 302
        assert client.get("/unfilled").status_code == 200


def test_the_next_at_this_browser_inherits_no_second_step(app: Flask, cast_: Cast, clock: Any) -> None:
    """S8: what one login has shown does not count for the next."""
    phone, _ = steps.with_app(cast_.thea, clock)
    with steps.required(cast_.clinic, "coordinator"):
        client = app.test_client()
        first_step(client)
        second_step(client, phone.shows())
        assert is_in(client)
        cast.post(client, "/sign-out", page="/me")
        first_step(client, "kora@example.org")
        assert client.get("/unfilled").headers["Location"] == "/me/second-step/"


def test_an_admin_takes_it_from_whoever_lost_all(app: Flask, cast_: Cast, sign_in: SignIn, clock: Any) -> None:
    ada = sign_in(cast_.ada)
    assert "/accounts/a-thea/second-step" not in ada.get("/accounts").text
    steps.with_app(cast_.thea, clock)
    page = ada.get("/accounts").text
    assert ("/accounts/a-thea/second-step" in page, "/accounts/a-kora/second-step" in page) == (True, False)
    assert cast.post(ada, "/accounts/a-thea/second-step", page="/accounts").status_code == 303
    client = app.test_client()
    assert first_step(client).headers["Location"] == "/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("setting", "value", "told"), [("factor_for", ["nurse"], "nurse"), ("proxies", -1, "proxies counts proxies")]
)
def test_a_setting_that_would_protect_nobody_keeps_the_house_shut(setting: str, value: Any, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        create_app("testing", database_url="sqlite://", **{setting: value})


def test_who_must_have_one_where_nobody_decides_otherwise() -> None:
    asked = {
        name: tomllib.loads((shipped("config") / f"{name}.toml").read_text("utf-8")) for name in ("default", "demo")
    }
    assert {name: file["factor_for"] for name, file in asked.items()} == {
        "default": ["admin", "lead", "auditor", "coordinator"],
        "demo": [],
    }
