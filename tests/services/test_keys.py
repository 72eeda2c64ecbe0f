"""API keys: shown once, narrowed to their scopes, ended at once, and never stronger than their account."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from tests.programs import ALL, NO_END, key_of
from triad.domain import errors
from triad.domain.parties import Role
from triad.services import accounts, keys, policy
from triad.services.context import Actor
from triad.services.policy import May
from triad.store.db import db
from triad.store.keys import ApiKey
from triad.store.ledger import AuditEntry

WRITTEN = {"name": "Ward import", "expires_on": NO_END}


def rows(column: Any) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(column)))


def test_create_keeps_a_keyed_hash_and_audits_without_value(cast_: Cast) -> None:
    value = keys.create(cast_.ada, WRITTEN, ["import"], "a-kora")
    assert rows(ApiKey.hash) == [cast_.clinic.keyed("api-key", value)]
    assert len(value) >= 43
    assert [line for line in rows(AuditEntry.verb) if line.startswith("keys.")] == ["keys.create"]
    assert value not in str(rows(AuditEntry.details)) + str(rows(AuditEntry.subject))


def test_find_gives_the_roles_of_now_and_the_scopes(cast_: Cast) -> None:
    value = keys.create(cast_.ada, WRITTEN, ["read-people", "import"], "a-kora")
    found = keys.find(cast_.clinic, value)
    assert found is not None
    assert (found.account_id, found.person_id, found.roles) == ("a-kora", "p-kora", frozenset({Role.COORDINATOR}))
    assert found.scope == {May.SEE_PEOPLE, May.IMPORT, May.SEE_API}
    accounts.change_roles(cast_.ada, "a-kora", ["lead"], 1)
    again = keys.find(cast_.clinic, value)
    assert again is not None
    assert again.roles == frozenset({Role.LEAD})


def test_scope_takes_away_and_never_gives(cast_: Cast) -> None:
    found = keys.find(cast_.clinic, keys.create(cast_.ada, WRITTEN, ["read-schedule", "import"], "a-thea"))
    assert found is not None
    theirs = policy.Subject(therapist="p-thea")
    assert policy.allows(May.SEE_CASE, found, theirs)
    assert policy.allows(May.CANCEL, cast_.thea, theirs)
    assert not policy.allows(May.CANCEL, found, theirs)
    assert not policy.could(May.CANCEL, found)
    assert not policy.could(May.IMPORT, found)


def test_scopes_name_no_verb_of_an_admin(cast_: Cast) -> None:
    given = frozenset().union(*keys.SCOPES.values())
    for verb in (May.CHANGE_KEYS, May.CHANGE_OWN_KEYS, May.SEE_ACCOUNTS, May.CHANGE_ROLES, May.INVITE_ACCOUNT):
        assert verb not in given


@pytest.mark.parametrize("ending", ["revoked", "expired", "disabled", "unknown"])
def test_find_gives_nobody_for_a_key_that_is_over(cast_: Cast, clock: Any, ending: str) -> None:
    value = keys.create(cast_.ada, WRITTEN | {"expires_on": "2027-03-02"}, ["import"], "a-kora")
    assert keys.find(cast_.clinic, value) is not None
    if ending == "revoked":
        keys.revoke(cast_.ada, keys.listed(cast_.ada)[0][0].id)
    elif ending == "expired":
        clock.forward(days=1, hours=13, minutes=59, seconds=59)
        assert keys.find(cast_.clinic, value) is not None
        clock.forward(seconds=1)
    elif ending == "disabled":
        accounts.disable(cast_.ada, "a-kora")
    else:
        value = value[:-1] + ("A" if value[-1] != "A" else "B")
    assert keys.find(cast_.clinic, value) is None


def test_last_used_is_a_day_and_written_once(cast_: Cast, clock: Any, statements: Any) -> None:
    value = key_of(cast_.kora)
    keys.find(cast_.clinic, value)
    with statements() as seen:
        keys.find(cast_.clinic, value)
    assert [line for line in seen if not line.startswith("SELECT")] == []
    assert [str(day) for day in rows(ApiKey.last_used)] == ["2027-03-01"]
    clock.forward(days=1)
    keys.find(cast_.clinic, value)
    assert [str(day) for day in rows(ApiKey.last_used)] == ["2027-03-02"]


@pytest.mark.parametrize("scope", sorted(keys.OWN))
def test_admin_cannot_open_what_is_the_owners(cast_: Cast, scope: str) -> None:
    with pytest.raises(errors.Unfit) as refused:
        keys.create(cast_.ada, WRITTEN, ["read-schedule", scope], "a-thea")
    assert refused.value.fields == {"scopes": "own_only"}
    assert rows(ApiKey.id) == []
    assert keys.find(cast_.clinic, keys.create(cast_.thea, WRITTEN, [scope])) is not None


@pytest.mark.parametrize(
    ("change", "scopes", "account", "fields"),
    [
        ({}, [], "a-kora", {"scopes": "choose_one"}),
        ({}, ["everything"], "a-kora", {"scopes": "unknown"}),
        ({}, ["import"], "a-nobody", {"account": "unknown"}),
        ({"name": ""}, ["import"], "a-kora", {"name": "required"}),
        ({"expires_on": ""}, ["import"], "a-kora", {"expires_on": "required"}),
        ({"expires_on": "2027-02-28"}, ["import"], "a-kora", {"expires_on": "past"}),
        ({"expires_on": "2028-03-01"}, ["import"], "a-kora", {"expires_on": "out_of_range"}),
        ({"roles": "admin"}, ["import"], "a-kora", {"roles": "unknown_field"}),
    ],
)
def test_create_refused(cast_: Cast, change: Any, scopes: list[str], account: str, fields: dict[str, str]) -> None:
    with pytest.raises(errors.Unfit) as refused:
        keys.create(cast_.ada, WRITTEN | change, scopes, account)
    assert refused.value.fields == fields


def test_a_year_is_not_too_long(cast_: Cast) -> None:
    assert keys.create(cast_.ada, WRITTEN | {"expires_on": "2028-02-29"}, ["import"], "a-kora")


def test_only_an_admin_makes_keys_for_others_and_sees_all(cast_: Cast) -> None:
    key_of(cast_.thea)
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.lena, cast_.aud):
        with pytest.raises(errors.NotFound):
            keys.create(actor, WRITTEN, ["import"], "a-ada")
        with pytest.raises(errors.NotFound):
            keys.listed(actor)
    assert [one.holder for one in keys.listed(cast_.ada)[0]] == ["Thea"]
    assert [one.holder for one in keys.mine(cast_.thea)[0]] == ["Thea"]
    assert keys.mine(cast_.otto) == ([], 0)


def test_revoke_is_for_owner_and_admin(cast_: Cast) -> None:
    value = key_of(cast_.thea)
    ((line,), _) = keys.mine(cast_.thea)
    for actor in (cast_.otto, cast_.kora):
        with pytest.raises(errors.NotFound):
            keys.revoke(actor, line.id)
    with pytest.raises(errors.NotFound):
        keys.revoke(cast_.ada, "no-such-key")
    assert keys.find(cast_.clinic, value) is not None
    keys.revoke(cast_.thea, line.id)
    keys.revoke(cast_.thea, line.id)
    assert keys.find(cast_.clinic, value) is None
    assert [line.over for line in keys.mine(cast_.thea)[0]] == ["revoked"]
    assert rows(AuditEntry.verb).count("keys.revoke") == 1


def test_a_key_cannot_make_or_end_keys(cast_: Cast) -> None:
    found = keys.find(cast_.clinic, key_of(cast_.ada, ALL))
    assert found is not None
    with pytest.raises(errors.NotFound):
        keys.create(found, WRITTEN, ["import"])
    with pytest.raises(errors.NotFound):
        keys.revoke(found, keys.mine(cast_.ada)[0][0].id)


def test_an_unknown_scope_in_the_table_gives_nothing(app: Flask, cast_: Cast) -> None:
    value = key_of(cast_.kora)
    with db.engine.begin() as connection:
        connection.execute(ApiKey.__table__.update().values(scopes=["all", "import"]))
    found = keys.find(cast_.clinic, value)
    assert isinstance(found, Actor)
    assert found.scope == {May.IMPORT, May.SEE_API}
