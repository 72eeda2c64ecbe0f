"""The API as a whole: who is let in, one shape of refusal, a document that is true, a matrix without a gap."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from schemathesis import openapi
from werkzeug.routing import Rule

from tests import cast
from tests.cast import Cast
from tests.programs import ALL, key_of, program, told
from triad.services import accounts, keys, policy
from triad.services.policy import May
from triad.web import guard

NAMES = ("kora", "thea", "otto", "ines", "ivo", "lena", "ada", "aud")


def rules(app: Flask) -> list[tuple[str, Rule]]:
    """Method and rule of every route under /api/."""
    found = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in sorted(rule.methods or ())
        if method not in ("HEAD", "OPTIONS")
    ]
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


def path(rule: Rule) -> str:
    """The address below /api, with an id nobody has in every place."""
    text = rule.rule.removeprefix("/api")
    for name in rule.arguments:
        text = text.replace(f"<{name}>", "no-such-thing")
    return text


def document(app: Flask, actor: Any) -> Any:
    return program(app, actor).get("/openapi.json").get_json()


def test_the_document_is_sound_and_names_every_route(app: Flask, cast_: Cast) -> None:
    found = document(app, cast_.kora)
    assert found["openapi"] == "3.1.0"
    assert openapi.from_dict(found).validate() is None
    named = {
        (method.upper(), place)
        for place, operations in found["paths"].items()
        for method in operations
        if method != "parameters"
    }
    wanted = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for method, rule in rules(app)
        if rule.endpoint != "api-docs.openapi_json"
    }
    assert named == wanted
    assert len(named) > 40


def test_a_broken_document_is_not_sound(app: Flask, cast_: Cast) -> None:
    found = document(app, cast_.kora)
    found["paths"]["/api/cases"]["get"]["responses"] = "none"
    with pytest.raises(Exception, match="not"):
        openapi.from_dict(found).validate()


def test_every_route_documents_its_refusals_in_the_one_shape(app: Flask, cast_: Cast) -> None:
    found = document(app, cast_.kora)
    shape = found["components"]["schemas"]["RefusalOut"]
    assert (set(shape["properties"]), set(shape["required"])) == (
        {"error", "message", "fields"},
        {"error", "message", "fields"},
    )
    for answer in found["components"]["responses"].values():
        assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/RefusalOut"}
    operations = [one for place in found["paths"].values() for key, one in place.items() if key != "parameters"]
    for one in operations:
        assert {"400", "401", "404", "406"} <= set(one["responses"]), one["summary"]
        headers = {parameter["name"] for parameter in one.get("parameters", ())}
        assert ("If-Match" in headers) == ("428" in one["responses"])
        assert ("Idempotency-Key" in headers) == ("201" in one["responses"])


def test_nobody_is_let_in_without_a_key_not_even_a_login(app: Flask, cast_: Cast, sign_in: Any) -> None:
    page, bare = sign_in(cast_.kora), app.test_client()
    assert page.get("/unfilled").status_code == 200
    seen = {
        (client is page, rule.rule, method): client.open(f"/api{path(rule)}", method=method, json={})
        for method, rule in rules(app)
        for client in (page, bare)
    }
    assert {place: one.status_code for place, one in seen.items() if one.status_code != 401} == {}
    assert len({one.data for one in seen.values()}) == 1
    assert {one.headers["WWW-Authenticate"].split()[0] for one in seen.values()} == {"Bearer"}


def test_unknown_expired_revoked_and_disabled_keys_answer_alike(app: Flask, cast_: Cast, clock: Any) -> None:
    values = {}
    for name in ("revoked", "expired", "disabled"):
        account = "a-lena" if name == "disabled" else "a-kora"
        ends = {"name": name, "expires_on": "2027-03-01" if name == "expired" else "2027-12-01"}
        values[name] = keys.create(cast_.ada, ends, ["read-schedule"], account)
    client = app.test_client()

    def answer(value: str) -> Any:
        return client.get("/api/cases", headers={"Authorization": f"Bearer {value}"})

    assert [answer(value).status_code for value in values.values()] == [200, 200, 200]
    keys.revoke(cast_.ada, next(one.id for one in keys.listed(cast_.ada)[0] if one.name == "revoked"))
    accounts.disable(cast_.ada, "a-lena")
    clock.forward(days=1)
    odd = {"unknown": "x" * 43, "empty": "", "odd": "ü\xff"}
    answers = {name: answer(value) for name, value in (values | odd).items()}
    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(answers, 401)
    assert len({(one.data, str(sorted(one.headers))) for one in answers.values()}) == 1


def test_guessed_keys_are_stopped_and_a_good_one_is_not(app: Flask, cast_: Cast, clock: Any) -> None:
    """T4: 429 after 30 wrong keys from one place; the holder of a good one passes all the while, from there too."""
    good, client = key_of(cast_.kora), app.test_client()

    def answer(value: str, address: str = "192.0.2.7") -> Any:
        shown = {"Authorization": f"Bearer {value}"}
        return client.get("/api/cases", headers=shown, environ_overrides={"REMOTE_ADDR": address})

    found = []
    for number in range(40):
        found.append(answer(f"{number:043}").status_code)
        assert answer(good).status_code == 200
    assert found == [401] * 30 + [429] * 10
    late = answer("x" * 43)
    assert (late.headers["Retry-After"], late.get_json()["error"]) == ("600", "too_often")
    assert answer("x" * 43, "198.51.100.1").status_code == 401
    # Who shows no key guesses nothing.
    assert client.get("/api/cases", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 401
    clock.forward(minutes=10)
    assert answer("x" * 43).status_code == 401


# A door decides before it asks the database.
@pytest.mark.parametrize("database", ["sqlite"])
def test_every_route_answers_every_role_as_the_policy_says(app: Flask, cast_: Cast) -> None:
    wrong, allowed = {}, 0
    for name in NAMES:
        actor = getattr(cast_, name)
        caller = program(app, actor)
        for method, rule in rules(app):
            verb = guard.verb_of(app, rule.endpoint)
            assert verb is not None
            seen = '"1"' if method in ("POST", "PUT") else ""
            status, code = told(caller.send(method, path(rule), {}, seen))
            if not policy.could(verb, actor):
                expected = [(404, "not_found")]
            else:
                allowed += 1
                # A body without fields is refused before any id is looked at; what is asked needs its days.
                expected = [(422, "unfit"), (404, "not_found")] if rule.arguments or status != 200 else [(200, None)]
            if (status, code) not in expected:
                wrong[name, method, rule.rule] = status, code
    assert wrong == {}
    assert allowed > 100


def test_a_key_without_the_scope_finds_nothing(app: Flask, cast_: Cast) -> None:
    for scope in ALL:
        caller = program(app, cast_.kora, [scope])
        for method, rule in rules(app):
            verb = guard.verb_of(app, rule.endpoint)
            if verb not in keys.SCOPES[scope] | {May.SEE_API}:
                assert told(caller.send(method, path(rule), {}, '"1"')) == (404, "not_found"), (scope, rule.rule)
    assert told(program(app, cast_.kora, ["read-schedule"]).get("/cases")) == (200, None)


def test_the_document_is_for_any_key(app: Flask, cast_: Cast) -> None:
    assert [program(app, getattr(cast_, name), ["import"]).get("/openapi.json").status_code for name in NAMES] == [
        200
    ] * len(NAMES)


def test_refusals_have_one_shape_and_keep_their_headers(app: Flask, cast_: Cast) -> None:
    caller = program(app, cast_.kora)
    headers = {"Authorization": f"Bearer {caller.value}"}

    def send(method: str, place: str, **more: Any) -> Any:
        return caller.client.open(f"/api{place}", method=method, headers=headers | more.pop("headers", {}), **more)

    many = "[" * 100_000
    cases = {
        "unknown path": (send("GET", "/nothing"), 404, "not_found"),
        "not JSON": (send("POST", "/sites", data="name=x"), 415, "wrong_format"),
        "no body": (send("POST", "/sites"), 415, "wrong_format"),
        "broken": (send("POST", "/sites", data="{", content_type="application/json"), 400, "bad_request"),
        "NaN": (send("POST", "/sites", data='{"a": NaN}', content_type="application/json"), 400, "bad_request"),
        "digits": (send("POST", "/sites", data="9" * 5_000, content_type="application/json"), 400, "bad_request"),
        "deep": (send("POST", "/sites", data=many, content_type="application/json"), 400, "bad_request"),
        "latin": (send("POST", "/sites", data=b'"\xff"', content_type="application/json"), 400, "bad_request"),
        "list": (send("POST", "/sites", json=[]), 422, "unfit"),
        "large": (send("POST", "/sites", json={"name": "x" * 1_000_001}), 413, "too_large"),
        "method": (send("DELETE", "/sites"), 405, "not_here"),
        "format": (send("GET", "/sites", headers={"Accept": "text/html"}), 406, "not_acceptable"),
        "query": (send("GET", "/sites?page=0"), 422, "unfit"),
        "query name": (send("GET", "/sites?sort=name"), 422, "unfit"),
        "nul": (send("GET", "/sites?text=%00"), 400, "bad_request"),
    }
    assert {name: told(answer) for name, (answer, _, _) in cases.items()} == {
        name: (status, code) for name, (_, status, code) in cases.items()
    }
    assert {name: answer.mimetype for name, (answer, _, _) in cases.items()} == dict.fromkeys(
        cases, "application/json"
    )
    assert set(cases["method"][0].headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert cases["list"][0].get_json()["fields"] == {"body": "This is of the wrong kind."}


def test_a_page_keeps_allow_as_well(cast_: Cast, sign_in: Any) -> None:
    answer = sign_in(cast_.kora).post("/cases")
    assert answer.status_code in (400, 405)
    assert "GET" in sign_in(cast_.kora).delete("/cases").headers.get("Allow", "GET")


def test_a_key_is_no_login_for_pages(app: Flask, cast_: Cast) -> None:
    headers = {"Authorization": f"Bearer {key_of(cast_.kora)}"}
    assert app.test_client().get("/unfilled", headers=headers).headers["Location"] == "/sign-in"


def test_a_foreign_page_cannot_send_even_with_a_key(app: Flask, cast_: Cast) -> None:
    headers = {"Authorization": f"Bearer {key_of(cast_.kora)}", "Origin": "https://elsewhere.example"}
    assert app.test_client().post("/api/sites", json={}, headers=headers).status_code == 400


def test_no_answer_sets_a_cookie_or_may_be_kept(app: Flask, cast_: Cast, sign_in: Any) -> None:
    page = sign_in(cast_.kora)
    answer = page.get("/api/cases", headers={"Authorization": f"Bearer {key_of(cast_.thea)}"})
    assert (answer.status_code, answer.headers.get("Set-Cookie"), answer.headers["Cache-Control"]) == (
        200,
        None,
        "no-store",
    )
    assert [one["code"] for one in answer.get_json()["items"]] == ["T-1001"]


def test_no_name_of_a_client_is_told(app: Flask, cast_: Cast) -> None:
    id_ = cast.encounter(cast_, interpreter="p-ines")
    span = "first=2027-03-01&last=2027-03-07"
    places = {
        "kora": [f"/encounters?{span}", f"/encounters/{id_}", "/cases", f"/cases/{cast_.case_id}", "/unfilled"],
        "thea": [f"/my-encounters?{span}", f"/encounters/{id_}", f"/cases/{cast_.case_id}/encounters"],
        "ines": [f"/my-encounters?{span}", f"/encounters/{id_}"],
    }
    for name, asked in places.items():
        caller = program(app, getattr(cast_, name))
        for place in asked:
            answer = caller.get(place)
            assert answer.status_code == 200, place
            assert ("Cleo Client" in answer.text, "Carl Client" in answer.text) == (False, False), place
    mine = program(app, cast_.ines).get(f"/encounters/{id_}").get_json()
    assert {"case", "reason", "cancelled_by"}.isdisjoint(mine)
    assert json.loads(program(app, cast_.kora).get(f"/encounters/{id_}").text)["case"]["name"] == "T-1001"
