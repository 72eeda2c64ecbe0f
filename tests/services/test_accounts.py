"""Accounts: forbidden pairs, invitations that open once, roles and logins that end at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from tests.cast import Cast
from triad.domain import errors
from triad.domain.accounts import LOCALES
from triad.domain.parties import FORBIDDEN_PAIRS, STAFF, Role
from triad.services import accounts, audit, context
from triad.services.context import Actor
from triad.store.db import db
from triad.store.ledger import AuditEntry
from triad.store.people import Account, AccountInvitation, LoginSession, Person, RoleGrant
from triad.web import i18n

PAIRS = sorted(tuple(sorted(pair)) for pair in FORBIDDEN_PAIRS)


def invited(who: Cast, roles: tuple[str, ...] = ("coordinator",), email: str = "nora@example.org") -> str:
    return accounts.invite(who.ada, "Nora Neu", email, roles, "Europe/Berlin")


def account_of(who: Cast, email: str) -> Account:
    with context.look(who.ada) as ctx:
        return ctx.session.scalars(select(Account).where(Account.email == email)).unique().one()


def count(who: Cast, table: type) -> int:
    with context.look(who.ada) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(table)) or 0


def dump() -> str:
    """Every value of every table, as one text."""
    with db.engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in db.metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_invite_makes_person_account_roles_and_an_invitation(cast_: Cast) -> None:
    assert invited(cast_, ("lead", "therapist"), " Nora@Example.ORG ")
    account = account_of(cast_, "nora@example.org")
    assert (account.password, account.active, account.person.name) == (None, True, "Nora Neu")
    assert sorted(grant.name for grant in account.roles) == ["lead", "therapist"]
    rows, number = accounts.listed(cast_.ada)
    assert (number, next(row.state for row in rows if row.id == account.id)) == (9, "invited")


def test_token_lies_in_no_table_but_as_its_keyed_hash(cast_: Cast) -> None:
    token = invited(cast_)
    everything = dump()
    assert token not in everything
    assert "nora@example.org" in everything
    assert cast_.clinic.keyed("account", token) in everything


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_forbidden_pair_is_refused_at_invitation_and_at_change(cast_: Cast, pair: tuple[Role, Role]) -> None:
    with pytest.raises(errors.Unfit) as refused:
        invited(cast_, pair)
    assert (refused.value.fields, count(cast_, Person), count(cast_, Account)) == ({"roles": "forbidden_pair"}, 10, 8)
    invited(cast_)
    account = account_of(cast_, "nora@example.org")
    with pytest.raises(errors.Unfit) as refused:
        accounts.change_roles(cast_.ada, account.id, pair, 1)
    assert refused.value.fields == {"roles": "forbidden_pair"}
    assert [grant.name for grant in account_of(cast_, "nora@example.org").roles] == ["coordinator"]


def test_every_other_pair_is_granted(cast_: Cast) -> None:
    allowed = [(a, b) for a in STAFF for b in STAFF if a < b and frozenset((a, b)) not in FORBIDDEN_PAIRS]
    for number, pair in enumerate(allowed):
        assert invited(cast_, pair, f"n{number}@example.org")
    assert len(allowed) == 7


def test_interpreter_in_the_lists_counts_as_one_without_the_grant(cast_: Cast) -> None:
    with pytest.raises(errors.Unfit) as refused:
        accounts.change_roles(cast_.ada, "a-ines", ["coordinator"], 1)
    assert refused.value.fields == {"roles": "forbidden_pair"}


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"name": "n" * 201}, {"name": "too_long"}),
        ({"name": "No\0ra"}, {"name": "unfit"}),
        ({"email": ""}, {"email": "required"}),
        ({"email": "nora at home"}, {"email": "email"}),
        ({"email": "KORA@example.org"}, {"email": "taken"}),
        ({"zone": "Europe/Nowhere"}, {"zone": "unknown_zone"}),
        ({"roles": []}, {"roles": "required"}),
        ({"roles": ["client"]}, {"roles": "unknown"}),
        ({"roles": ["owner", "lead"]}, {"roles": "unknown"}),
        ({"person_id": "p-cleo"}, {"person": "unknown"}),
        ({"person_id": "nobody"}, {"person": "unknown"}),
        ({"person_id": "p-ines"}, {"person": "taken"}),
    ],
)
def test_invite_with_a_line_that_does_not_fit_leaves_nothing(
    cast_: Cast, lines: dict[str, str], wrong: dict[str, str]
) -> None:
    before = dump()
    whole = {"name": "Nora", "email": "nora@example.org", "roles": ["lead"], "zone": "Europe/Berlin"}
    with pytest.raises(errors.Unfit) as refused:
        accounts.invite(cast_.ada, **(whole | lines))  # type: ignore[arg-type]
    assert (refused.value.fields, dump()) == (wrong, before)
    assert accounts.invite(cast_.ada, **whole)  # type: ignore[arg-type]


def test_known_interpreter_is_invited_under_the_known_name(cast_: Cast) -> None:
    with context.work(cast_.ada) as ctx:
        ctx.session.execute(delete(RoleGrant).where(RoleGrant.account_id == "a-ivo"))
        ctx.session.execute(delete(Account).where(Account.id == "a-ivo"))
    assert [(one.person_id, one.role) for one in accounts.without_account(cast_.ada)] == [("p-ivo", "interpreter")]
    accounts.invite(cast_.ada, "Somebody", "ivo@example.org", ["interpreter"], person_id="p-ivo")
    account = account_of(cast_, "ivo@example.org")
    assert (account.person_id, account.person.name) == ("p-ivo", "Ivo")
    assert accounts.without_account(cast_.ada) == []


def test_password_is_set_once(cast_: Cast) -> None:
    token, nobody = invited(cast_), Actor(cast_.clinic)
    assert [accounts.welcome(nobody, token) for _ in range(3)] == ["Nora Neu"] * 3
    accounts.set_password(nobody, token, "first hash")
    for again in (
        lambda: accounts.set_password(nobody, token, "second hash"),
        lambda: accounts.welcome(nobody, token),
    ):
        with pytest.raises(errors.Closed):
            again()
    assert account_of(cast_, "nora@example.org").password == "first hash"


def test_invitation_is_over_a_second_after_seven_days(cast_: Cast, clock) -> None:
    nobody = Actor(cast_.clinic)
    early, late = invited(cast_), invited(cast_, ("lead",), "late@example.org")
    clock.forward(days=7)
    accounts.set_password(nobody, early, "hash")
    clock.forward(seconds=1)
    with pytest.raises(errors.Closed):
        accounts.set_password(nobody, late, "hash")
    assert account_of(cast_, "late@example.org").password is None


def test_spent_expired_unknown_and_disabled_are_refused_alike(cast_: Cast, clock) -> None:
    nobody = Actor(cast_.clinic)
    expired = invited(cast_)
    clock.forward(days=8)
    spent, disabled = invited(cast_, email="s@example.org"), invited(cast_, email="d@example.org")
    accounts.set_password(nobody, spent, "hash")
    accounts.disable(cast_.ada, account_of(cast_, "d@example.org").id)
    seen = set()
    for token in (expired, spent, disabled, "never made", ""):
        with pytest.raises(errors.Closed) as refused:
            accounts.set_password(nobody, token, "hash")
        seen.add((refused.value.code, str(refused.value.details)))
    assert seen == {("closed", "{}")}


def test_new_link_ends_the_old_one_and_is_refused_once_opened(cast_: Cast) -> None:
    nobody, old = Actor(cast_.clinic), invited(cast_)
    account_id = account_of(cast_, "nora@example.org").id
    new = accounts.invite_again(cast_.ada, account_id)
    with pytest.raises(errors.Closed):
        accounts.set_password(nobody, old, "hash")
    accounts.set_password(nobody, new, "hash")
    with pytest.raises(errors.BadTransition):
        accounts.invite_again(cast_.ada, account_id)
    assert count(cast_, AccountInvitation) == 2


def test_change_roles_replaces_them_and_refuses_an_old_version(cast_: Cast) -> None:
    accounts.change_roles(cast_.ada, "a-thea", ["lead", "therapist"], 1)
    with pytest.raises(errors.Stale):
        accounts.change_roles(cast_.ada, "a-thea", ["therapist"], 1)
    accounts.change_roles(cast_.ada, "a-thea", ["lead"], 2)
    account = account_of(cast_, "thea@example.org")
    assert ([grant.name for grant in account.roles], account.version) == (["lead"], 3)


def test_admin_cannot_change_or_close_their_own_account(cast_: Cast) -> None:
    before = dump()
    for act in (
        lambda: accounts.change_roles(cast_.ada, "a-ada", ["admin", "coordinator"], 1),
        lambda: accounts.disable(cast_.ada, "a-ada"),
        lambda: accounts.enable(cast_.ada, "a-ada"),
    ):
        with pytest.raises(errors.NotAllowed):
            act()
    assert dump() == before
    accounts.disable(cast_.ada, "a-kora")
    assert dump() != before


def test_everybody_but_admin_is_told_nothing(cast_: Cast) -> None:
    others = [cast_.kora, cast_.thea, cast_.otto, cast_.ines, cast_.lena, cast_.aud, Actor(cast_.clinic)]
    before = dump()
    for actor in others:
        for act in (
            lambda who: accounts.listed(who),
            lambda who: accounts.without_account(who),
            lambda who: accounts.invite(who, "Nora", "nora@example.org", ["lead"]),
            lambda who: accounts.invite_again(who, "a-thea"),
            lambda who: accounts.change_roles(who, "a-thea", ["lead"], 1),
            lambda who: accounts.disable(who, "a-thea"),
            lambda who: accounts.enable(who, "a-thea"),
        ):
            with pytest.raises(errors.NotFound):
                act(actor)
    assert dump() == before


def test_end_my_logins_ends_mine_and_no_others(cast_: Cast) -> None:
    with context.work(cast_.ada) as ctx:
        for number, owner in enumerate(("fs-thea", "fs-thea", "fs-kora")):
            ctx.session.add(
                LoginSession(hash=str(number), account_id=owner, contents="", started_at=ctx.now, seen_at=ctx.now)
            )
    accounts.end_my_logins(cast_.thea)
    with context.look(cast_.ada) as ctx:
        assert ctx.session.scalars(select(LoginSession.account_id)).all() == ["fs-kora"]
    assert account_of(cast_, "thea@example.org").fs_uniquifier != "fs-thea"


def test_locale_is_one_of_the_desk_languages(cast_: Cast) -> None:
    accounts.change_locale(cast_.thea, "ar")
    with pytest.raises(errors.Unfit):
        accounts.change_locale(cast_.thea, "tlh")
    assert account_of(cast_, "thea@example.org").locale == "ar"
    assert ("", *i18n.STAFF) == LOCALES


def test_audit_lines_name_acts_and_ids_and_nobody(cast_: Cast) -> None:
    token = invited(cast_, ("lead",))
    account_id = account_of(cast_, "nora@example.org").id
    accounts.set_password(Actor(cast_.clinic), token, "hash")
    accounts.change_roles(cast_.ada, account_id, ["coordinator"], 1)
    accounts.disable(cast_.ada, account_id)
    accounts.disable(cast_.ada, account_id)
    accounts.enable(cast_.ada, account_id)
    accounts.end_my_logins(cast_.thea)
    with context.look(cast_.ada) as ctx:
        lines = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(line.verb, line.actor, line.subject) for line in lines] == [
        ("accounts.invite", "a-ada", account_id),
        ("accounts.set_password", "-", account_id),
        ("accounts.change_roles", "a-ada", account_id),
        ("accounts.disable", "a-ada", account_id),
        ("accounts.enable", "a-ada", account_id),
        ("accounts.end_logins", "a-thea", "a-thea"),
    ]
    assert lines[2].details == {"was": "lead", "roles": "coordinator"}
    written = str([(line.subject, line.details) for line in lines])
    assert [word for word in ("Nora", "nora", "@", token, "Thea") if word in written] == []
    assert audit.first_broken(cast_.aud) is None


def test_list_takes_the_same_statements_for_few_and_many(cast_: Cast, statements) -> None:
    seen = []
    for more in (1, 20):
        for number in range(more):
            invited(cast_, ("lead",), f"m{more}-{number}@example.org")
        with statements() as sent:
            accounts.listed(cast_.ada)
        seen.append(len(sent))
    assert seen[0] == seen[1] == 3


def test_open_for_is_a_week() -> None:
    assert timedelta(days=7) == accounts.OPEN_FOR
