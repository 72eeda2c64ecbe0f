"""Steps that matter, sent six minutes after somebody last showed who they are: each must ask first."""

from __future__ import annotations

from flask import Flask

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock

BY = {
    "accounts.": "ada",
    "keys.": "ada",
    "keys.create_mine": "thea",
    "keys.revoke_mine": "thea",
    "factors.": "thea",
    "settings.": "ada",
    "settings.confirm": "lena",
    "exports.take_case": "thea",
    "exports.take_released": "lena",
    "exports.take_own": "ines",
    "reporting.take": "kora",
}
"""Whose step it is, by the beginning of the endpoint, or all of it: export, policy, role, key and second step."""
OPEN = ("accounts.set_password",)
"""Done by whoever holds an invitation, who has no login yet."""
ASKED = "Confirm that it is you"


def steps(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, address and whose step, of every route that changes one of these or takes data out."""
    found = []
    for rule in app.url_map.iter_rules():
        owner = next((who for name, who in sorted(BY.items(), reverse=True) if rule.endpoint.startswith(name)), "")
        if "POST" in (rule.methods or ()) and owner and rule.endpoint not in OPEN:
            given = {name: 1 if name == "number" else "case-T-1001" for name in rule.arguments}
            built = rule.build(given)
            assert built is not None
            found.append((rule.endpoint, built[1], owner))
    return found


def unasked(app: Flask, who: Cast, clock: Clock) -> tuple[list[str], int]:
    """Steps that were not asked about, and how many there are."""
    asked = steps(app)
    browsers = {owner: cast.signed_in(app, getattr(who, owner)) for owner in set(BY.values())}
    tokens = {owner: cast.token(browser.get("/me").text) for owner, browser in browsers.items()}
    clock.forward(minutes=5, seconds=1)
    wrong = []
    for endpoint, path, owner in asked:
        answer = browsers[owner].post(path, data={"csrf_token": tokens[owner]})
        if answer.status_code != 403 or ASKED not in answer.text:
            wrong.append(f"{endpoint} as {owner}: {answer.status_code}")
    return wrong, len(asked)
