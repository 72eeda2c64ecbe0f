"""From draft to clients: signatures for exact texts, two people at the least, and what takes a language back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast, reviewed
from triad.domain import errors
from triad.domain.packs import Said
from triad.domain.parties import Role
from triad.formats import wordings
from triad.services import approvals, audit, context, invitations, ratings, reviews
from triad.services.context import Actor
from triad.store.db import db
from triad.store.ledger import OutboxMessage
from triad.store.reviews import WordingPack, WordingStep

NEW = "كنت أثق بمعالجي النفسي هذا اليوم."


def offered(actor: Actor) -> list[str]:
    return [one.language for one in invitations.offered(reviewed.strict(actor))]


def rows(kind: Any) -> list[Any]:
    db.session.close()
    return list(db.session.scalars(select(kind).order_by(kind.number)))


def propose(actor: Actor, text: str = NEW, unit: str = "bond.1:CT") -> int:
    """The number of the opinion."""
    reviews.say(actor, "ar", reviewed.seen(actor), {unit: Said("change", proposed=text)})
    found = reviews.show(actor, "ar").mine[unit]
    return found.number


def test_a_language_walks_from_draft_to_the_clients_of_a_real_clinic(cast_: cast.Cast, clock: Any) -> None:
    assert offered(cast_.thea) == ["en"]
    assert reviewed.all_right(cast_.thea) == len(reviews.show(cast_.thea, "ar").desk.units)
    for step in reviewed.WALK:
        assert list(reviews.show(cast_.thea, "ar").following) == [step, "retired"]
        assert reviewed.sign(cast_.thea, step) == step
        assert offered(cast_.thea) == ["en"]
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["ar", "en"]
    found = reviews.show(cast_.kora, "ar")
    assert (found.desk.state, found.ready, found.desk.wording.active) == ("expert_reviewed", True, True)
    signed = found.history[1]
    assert (signed.step, signed.signer, signed.credential) == (
        "expert_reviewed",
        "Dr. Nadia Saleh",
        "Sworn translator",
    )
    assert (signed.signed_on, signed.by, signed.at) == (date(2027, 2, 28), "a-thea", clock.now)


def test_the_walk_is_in_the_trail_without_a_word_of_it(cast_: cast.Cast) -> None:
    propose(cast_.thea)
    reviewed.out(cast_)
    lines = [line for line in reversed(audit.entries(cast_.aud).lines) if line.verb.startswith(("rev", "app"))]
    code = reviewed.seen(cast_.lena)[:12]
    assert [(line.actor, line.verb, line.subject, line.details) for line in lines] == [
        ("a-thea", "reviews.say", "ar", {"units": 1}),
        ("a-thea", "reviews.say", "ar", {"units": len(reviews.show(cast_.thea, "ar").desk.units)}),
        *(("a-thea", "approvals.sign", "ar", {"step": step, "wording": code}) for step in reviewed.WALK),
        ("a-lena", "approvals.activate", "ar", {"wording": code}),
    ]
    told = str([line.details for line in lines])
    assert [word in told for word in (NEW, "Nadia", "Sworn")] == [False] * 3


def test_leads_hear_of_what_they_may_let_out(cast_: cast.Cast) -> None:
    reviewed.walk(cast_, to="back_translated")
    with context.look(cast_.kora) as ctx:
        assert ctx.session.scalars(select(OutboxMessage)).all() == []
    reviewed.sign(cast_.thea, "expert_reviewed")
    with context.look(cast_.kora) as ctx:
        told = ctx.session.scalars(select(OutboxMessage)).all()
    assert [(one.person_id, one.kind, one.subject) for one in told] == [("p-lena", "wording_signed", "ar")]


def test_one_changed_character_takes_the_language_back(cast_: cast.Cast) -> None:
    reviewed.out(cast_)
    assert offered(cast_.thea) == ["ar", "en"]
    wording = wordings.wording("ar")
    text = wording.texts["bond.1", "CT"]
    number = propose(cast_.otto, f"{text}!")
    assert offered(cast_.thea) == ["ar", "en"]
    assert approvals.settle(cast_.thea, "ar", reviewed.seen(cast_.thea), [number], []) == 1
    assert offered(cast_.thea) == ["en"]
    found = reviews.show(cast_.thea, "ar").desk
    assert (found.state, found.unit("bond.1:CT").text, found.unit("bond.1:CT").state) == (  # type: ignore[union-attr]
        "machine_draft",
        f"{text}!",
        "open",
    )
    # What was said of the other texts still holds: one text is to be judged again, and all is signed anew.
    assert found.counts == {"ok": len(found.units) - 1, "open": 1, "helped": 0, "change": 0, "query": 0}
    reviewed.walk(cast_)
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["ar", "en"]
    (shown,) = (one for one in invitations.offered(cast_.thea) if one.language == "ar")
    assert shown.texts["bond.1", "CT"] == f"{text}!"


def test_a_text_changed_in_the_files_takes_the_language_back(cast_: cast.Cast, monkeypatch: Any) -> None:
    reviewed.out(cast_)
    shipped = wordings.every()
    ui = MappingProxyType({**wordings.wording("ar").ui, "next": "التالي."})
    changed = tuple(replace(one, ui=ui) if one.language == "ar" else one for one in shipped)
    monkeypatch.setattr(wordings, "every", lambda *_: changed)
    assert offered(cast_.thea) == ["en"]
    monkeypatch.setattr(wordings, "every", lambda *_: shipped)
    assert offered(cast_.thea) == ["ar", "en"]


def test_a_changed_source_makes_it_stale(cast_: cast.Cast, monkeypatch: Any) -> None:
    reviewed.out(cast_)
    english, wording = wordings.wording("en"), wordings.wording
    ui = MappingProxyType({**english.ui, "next": "Go on"})
    changed = replace(english, ui=ui)
    monkeypatch.setattr(wordings, "wording", lambda tag, *key: changed if tag == "en" else wording(tag, *key))
    assert offered(cast_.thea) == ["en"]
    found = reviews.show(cast_.thea, "ar").desk
    assert (found.stale, found.state) == (True, "machine_draft")
    assert [unit.key for unit in found.units if unit.stale] == ["ui:next"]
    assert [unit.key for unit in found.units if unit.state == "open"] == ["ui:next"]
    reviewed.walk(cast_)
    assert not reviews.show(cast_.thea, "ar").desk.stale
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["ar", "en"]


def test_staff_texts_of_the_source_touch_no_client_pack(cast_: cast.Cast, monkeypatch: Any) -> None:
    reviewed.out(cast_, "ti")
    english, wording = wordings.wording("en"), wordings.wording
    assert not wording("ti").has_staff
    changed = replace(english, texts=MappingProxyType({**english.texts, ("bond.1", "TC"): "Other."}))
    monkeypatch.setattr(wordings, "wording", lambda tag, *key: changed if tag == "en" else wording(tag, *key))
    assert sorted(offered(cast_.thea)) == ["en", "ti"]


def test_without_a_lead_it_stays_inside(cast_: cast.Cast) -> None:
    reviewed.walk(cast_)
    assert offered(cast_.thea) == ["en"]
    assert reviews.show(cast_.lena, "ar").releasable
    met = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    with pytest.raises(errors.Unfit) as caught:
        invitations.issue(reviewed.strict(cast_.thea), met, "ar")
    assert caught.value.fields == {"language": "not_reviewed"}


@pytest.mark.parametrize("name", ["thea", "kora", "ada", "ines", "aud"])
def test_nobody_but_a_lead_lets_out_or_withdraws(cast_: cast.Cast, name: str) -> None:
    reviewed.walk(cast_)
    actor, now = getattr(cast_, name), reviewed.seen(cast_.lena)
    with pytest.raises(errors.NotFound):
        approvals.activate(actor, "ar", now)
    approvals.activate(cast_.lena, "ar", now)
    with pytest.raises(errors.NotFound):
        approvals.withdraw(actor, "ar")
    assert offered(cast_.thea) == ["ar", "en"]


def test_nothing_is_let_out_before_experts_have_reviewed_it(cast_: cast.Cast) -> None:
    reviewed.walk(cast_, to="back_translated")
    with pytest.raises(errors.BadTransition):
        approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["en"]
    reviewed.sign(cast_.thea, "expert_reviewed")
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    with pytest.raises(errors.BadTransition):
        approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["ar", "en"]


def test_a_lead_does_not_let_out_what_they_alone_have_judged(cast_: cast.Cast) -> None:
    reviewed.walk(cast_, by=cast_.lena)
    assert not reviews.show(cast_.lena, "ar").by_me
    with pytest.raises(errors.NotAllowed):
        approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["en"]
    other = replace(cast_.lena, account_id="a-leon", person_id="p-leon", name="Leon")
    approvals.activate(other, "ar", reviewed.seen(other))
    assert offered(cast_.thea) == ["ar", "en"]


def test_who_signed_the_experts_review_does_not_let_it_out(cast_: cast.Cast) -> None:
    reviewed.walk(cast_, to="back_translated")
    reviewed.sign(cast_.lena, "expert_reviewed")
    with pytest.raises(errors.NotAllowed):
        approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["en"]


def test_interpreters_alone_are_not_enough(cast_: cast.Cast) -> None:
    reviewed.all_right(cast_.ines)
    reviewed.all_right(cast_.ivo)
    for step in reviewed.WALK[:3]:
        reviewed.sign(cast_.thea, step)
    assert reviews.show(cast_.thea, "ar").following["expert_reviewed"] == ("interpreters_alone",)
    with pytest.raises(errors.BadTransition):
        reviewed.sign(cast_.thea, "expert_reviewed")
    reviewed.all_right(cast_.otto)
    assert reviewed.sign(cast_.thea, "expert_reviewed") == "expert_reviewed"


def test_an_interpreter_never_signs(cast_: cast.Cast) -> None:
    reviewed.all_right(cast_.thea)
    both = replace(cast_.thea, roles=frozenset({Role.THERAPIST, Role.INTERPRETER}))
    for actor in (cast_.ines, both):
        with pytest.raises(errors.NotFound):
            reviewed.sign(actor, "human_forward")
    assert rows(WordingStep) == []
    assert reviewed.sign(cast_.thea, "human_forward") == "human_forward"


@pytest.mark.parametrize("step", ["reconciled", "expert_reviewed", "final", "machine_draft", "source", ""])
def test_no_step_is_skipped(cast_: cast.Cast, step: str) -> None:
    reviewed.all_right(cast_.thea)
    with pytest.raises(errors.TriadError) as caught:
        reviewed.sign(cast_.thea, step)
    assert type(caught.value) in (errors.BadTransition, errors.Unfit)
    assert rows(WordingStep) == []


def test_the_whole_instrument_or_nothing(cast_: cast.Cast) -> None:
    units = reviews.show(cast_.thea, "ar").desk.units
    said = {unit.key: Said("ok") for unit in units[1:]}
    reviews.say(cast_.thea, "ar", reviewed.seen(cast_.thea), said)
    with pytest.raises(errors.BadTransition):
        reviewed.sign(cast_.thea, "human_forward")
    reviews.say(cast_.thea, "ar", reviewed.seen(cast_.thea), {units[0].key: Said("query", comment="Why?")})
    reviewed.sign(cast_.thea, "human_forward")
    assert reviews.show(cast_.thea, "ar").following["reconciled"] == ("open_queries",)
    reviews.say(cast_.thea, "ar", reviewed.seen(cast_.thea), {units[0].key: Said("ok")})
    reviewed.sign(cast_.thea, "reconciled")
    assert reviews.show(cast_.thea, "ar").following["back_translated"] == ("no_back_translation",)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"credential": ""}, {"credential": "required"}),
        ({"day": ""}, {"day": "required"}),
        ({"day": "2027-03-02"}, {"day": "future"}),
        ({"day": "yesterday"}, {"day": "date"}),
        ({"credential": "x" * 201}, {"credential": "too_long"}),
        ({"step": "nonsense"}, {"step": "unknown"}),
        ({"by": "x"}, {"by": "unknown_field"}),
    ],
)
def test_a_signature_has_a_name_a_qualification_and_a_day(
    cast_: cast.Cast, changed: dict[str, str], fields: dict[str, str]
) -> None:
    reviewed.all_right(cast_.thea)
    with pytest.raises(errors.Unfit) as caught:
        reviewed.sign(cast_.thea, **{"step": "human_forward", **changed})
    assert caught.value.fields == fields
    assert rows(WordingStep) == []
    assert reviewed.sign(cast_.thea, "human_forward", day="2027-03-01") == "human_forward"


def test_a_debriefing_says_how_many_were_asked(cast_: cast.Cast) -> None:
    reviewed.out(cast_)
    with pytest.raises(errors.Unfit) as caught:
        reviewed.sign(cast_.kora, "cognitively_debriefed")
    assert caught.value.fields == {"people": "required"}
    reviewed.sign(cast_.kora, "cognitively_debriefed", people="۶")
    assert rows(WordingStep)[-1].people == 6
    assert (offered(cast_.thea), reviews.show(cast_.thea, "ar").desk.state) == (["ar", "en"], "cognitively_debriefed")
    reviewed.sign(cast_.kora, "final")
    assert offered(cast_.thea) == ["ar", "en"]


def test_a_lead_withdraws_and_may_let_out_again(cast_: cast.Cast) -> None:
    with pytest.raises(errors.BadTransition):
        approvals.withdraw(cast_.lena, "ar")
    reviewed.out(cast_)
    approvals.withdraw(cast_.lena, "ar")
    assert offered(cast_.thea) == ["en"]
    assert [step.step for step in reviews.show(cast_.thea, "ar").history][:2] == ["withdrawn", "activated"]
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert offered(cast_.thea) == ["ar", "en"]


def test_a_retired_wording_is_shown_to_nobody(cast_: cast.Cast) -> None:
    reviewed.out(cast_)
    with pytest.raises(errors.BadTransition):
        reviewed.sign(cast_.thea, "retired")
    approvals.withdraw(cast_.lena, "ar")
    reviewed.sign(cast_.thea, "retired")
    assert "ar" not in [one.language for one in invitations.offered(cast_.thea)]
    assert reviews.show(cast_.thea, "ar").following == {}


def test_whoever_saw_other_texts_signs_nothing(cast_: cast.Cast) -> None:
    reviewed.all_right(cast_.thea)
    old = reviewed.seen(cast_.thea)
    approvals.settle(cast_.thea, "ar", old, [propose(cast_.otto)], [])
    written = {**reviewed.SIGNATURE, "step": "human_forward"}
    for act in (
        lambda: approvals.sign(cast_.thea, "ar", old, written),
        lambda: approvals.activate(cast_.lena, "ar", old),
        lambda: approvals.settle(cast_.thea, "ar", old, [], []),
        lambda: reviews.say(cast_.thea, "ar", old, {}),
    ):
        with pytest.raises(errors.Stale):
            act()
    assert rows(WordingStep) == []


def test_of_two_proposals_on_a_text_one_is_taken(cast_: cast.Cast) -> None:
    first, second = propose(cast_.thea), propose(cast_.otto, "غير ذلك.")
    for take, aside in (([first, second], []), ([first], [first])):
        with pytest.raises(errors.Unfit) as caught:
            approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), take, aside)
        assert caught.value.fields == {"take": "one_text_each"}
    with pytest.raises(errors.Stale):
        approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), [99], [])
    assert rows(WordingPack) == []
    approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), [second], [first])
    (pack,) = rows(WordingPack)
    assert (pack.own, pack.units["bond.1:CT"], pack.by) == ({"bond.1:CT": "غير ذلك."}, "غير ذلك.", "a-kora")
    assert pack.hash == reviewed.seen(cast_.kora)


def test_back_to_the_shipped_text_is_the_shipped_wording(cast_: cast.Cast) -> None:
    shipped = wordings.wording("ar")
    approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), [propose(cast_.thea)], [])
    number = propose(cast_.thea, shipped.texts["bond.1", "CT"])
    approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), [number], [])
    assert reviewed.seen(cast_.kora) == shipped.hash
    assert [pack.own for pack in rows(WordingPack)] == [{"bond.1:CT": NEW}, {}]


def test_what_is_set_aside_waits_no_more(cast_: cast.Cast) -> None:
    number = propose(cast_.ines)
    unit = reviews.show(cast_.thea, "ar").desk.unit("bond.1:CT")
    assert unit
    assert unit.state == "change"
    assert approvals.settle(cast_.thea, "ar", reviewed.seen(cast_.thea), [], [number]) == 0
    unit = reviews.show(cast_.thea, "ar").desk.unit("bond.1:CT")
    assert unit
    assert (unit.state, unit.text) == ("ok", wordings.wording("ar").texts["bond.1", "CT"])
    assert rows(WordingPack) == []


def test_two_who_sign_at_once_sign_once(app: Flask, cast_: cast.Cast) -> None:
    reviewed.all_right(cast_.thea)
    now, barrier, told = reviewed.seen(cast_.thea), Barrier(2), []
    written = {**reviewed.SIGNATURE, "step": "human_forward"}

    def act(actor: Actor) -> None:
        with app.app_context():
            barrier.wait()
            try:
                told.append(approvals.sign(actor, "ar", now, written))
            except errors.Conflict as error:
                told.append(error.code)
            finally:
                db.session.remove()

    threads = [Thread(target=act, args=(actor,)) for actor in (cast_.thea, cast_.kora)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) in (["bad_transition", "human_forward"], ["conflict", "human_forward"])
    assert [row.step for row in rows(WordingStep)] == ["human_forward"]


def test_staff_are_asked_in_reviewed_words_only(cast_: cast.Cast) -> None:
    met = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    thea = reviewed.strict(cast_.thea)
    assert ratings.form(thea, met, "ar").given.wording.language == "en"
    reviewed.out(cast_)
    asked = "ar" if wordings.wording("ar").has_staff else "en"
    assert ratings.form(thea, met, "ar").given.wording.language == asked


def test_a_language_withdrawn_after_the_link_closes_without_blame(cast_: cast.Cast) -> None:
    reviewed.out(cast_)
    thea, cleo = reviewed.strict(cast_.thea), Actor(reviewed.strict(cast_.thea).clinic)
    met = cast.encounter(cast_, date(2027, 2, 28), interpreter="p-ines", held=True)
    token = invitations.issue(thea, met, "ar")
    assert invitations.peek(cleo, token).language == "ar"
    page = invitations.open_link(cleo, token)
    approvals.withdraw(cast_.lena, "ar")
    for ask in (lambda: invitations.peek(cleo, token), lambda: invitations.at(cleo, page)):
        with pytest.raises(errors.Closed):
            ask()
    approvals.activate(cast_.lena, "ar", reviewed.seen(cast_.lena))
    assert invitations.at(cleo, page).wording.language == "ar"
