"""Which step follows which, what stands against one, and who may let a wording out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.test_packs import CLIENTS, DRAFT, SOURCE, standing
from triad.domain import instruments, packs, reviews
from triad.domain.instruments import PROVENANCE, Wording
from triad.domain.packs import Standing
from triad.domain.reviews import Desk, Opinion

AT = datetime(2027, 3, 1, tzinfo=UTC)


def opinion(number: int, unit: str, verdict: str = "ok", **more: object) -> Opinion:
    texts, sources = packs.units(DRAFT), packs.units(SOURCE)
    own = Opinion(
        number, unit, packs.about(sources[unit], texts[unit]), verdict, "", "", "", "a", "A", False, None, AT
    )
    return replace(own, **more)  # type: ignore[arg-type]


def all_right(**more: object) -> list[Opinion]:
    return [opinion(number, unit, back="b", **more) for number, unit in enumerate(packs.units(DRAFT), 1)]


def desk(said: list[Opinion], held: Standing | None = None, wording: Wording = DRAFT) -> Desk:
    return reviews.desk(wording, SOURCE, held, said)


def state(*said: Opinion) -> str:
    found = desk(list(said)).unit("ui:next")
    assert found
    return found.state


def test_a_text_is_what_its_worst_opinion_says() -> None:
    ok, help_ = opinion(1, "ui:next"), opinion(2, "ui:next", by="i", name="I", interprets=True)
    change, query = opinion(3, "ui:next", "change", by="c"), opinion(4, "ui:next", "query", by="q")
    assert [state(), state(help_), state(help_, ok), state(ok)] == ["open", "helped", "ok", "ok"]
    assert [state(ok, query), state(ok, query, change)] == ["query", "change"]


def test_the_last_word_of_each_person_counts() -> None:
    assert state(opinion(1, "ui:next", "change"), opinion(2, "ui:next")) == "ok"
    assert state(opinion(1, "ui:next"), opinion(2, "ui:next", "query")) == "query"
    # Two reviewers from outside whose words one account wrote down are two.
    assert state(opinion(1, "ui:next", "change", name="X"), opinion(2, "ui:next", name="Y")) == "change"


def test_an_opinion_on_other_texts_is_none() -> None:
    assert state(opinion(1, "ui:next", about="x")) == "open"
    assert state(opinion(1, "ui:next", about=packs.about("Next.", "Next"))) == "open"


def test_what_is_settled_waits_no_more() -> None:
    change, closing = opinion(1, "ui:next", "change"), opinion(2, "ui:next", by="b", name="B", closes=1)
    assert (state(change), state(change, closing)) == ("change", "ok")


def test_each_state_leads_to_the_next_one_alone() -> None:
    found = {}
    for place, reached in enumerate(PROVENANCE[1:-1], 1):
        held = standing(DRAFT, reached) if reached != "machine_draft" else None
        found[reached] = reviews.following(desk([], held))
        assert found[reached] == tuple(dict.fromkeys((PROVENANCE[place + 1], "retired")))
    assert reviews.following(desk([], standing(DRAFT, "retired"))) == ()
    assert reviews.following(desk([], standing(DRAFT, "expert_reviewed", "activated"))) == ("cognitively_debriefed",)


def test_against_tells_everything_at_once() -> None:
    said = [opinion(1, "ui:next", "change"), opinion(2, "ui:progress", "query")]
    found = desk(said)
    assert reviews.against(found, "human_forward") == ("open_texts",)
    assert reviews.against(found, "expert_reviewed") == (
        "open_texts",
        "open_changes",
        "open_queries",
        "no_back_translation",
    )
    assert reviews.against(found, "retired") == ()


@pytest.mark.parametrize("step", packs.SIGNED)
def test_nothing_stands_against_what_is_whole(step: str) -> None:
    assert reviews.against(desk(all_right()), step) == ()
    alone = desk(all_right(interprets=True))
    late = packs.SIGNED.index(step) >= packs.SIGNED.index("expert_reviewed") and step != "retired"
    assert reviews.against(alone, step) == (("interpreters_alone",) if late else ())


def test_one_text_that_only_an_interpreter_judged_is_enough_to_refuse() -> None:
    said = all_right()
    said[3] = replace(said[3], interprets=True)
    assert reviews.against(desk(said), "expert_reviewed") == ("interpreters_alone",)


def test_a_missing_text_stops_every_step() -> None:
    short = replace(DRAFT, ui={"next": "Next"})
    found = desk(all_right(), wording=short)
    unit = found.unit("ui:progress")
    assert unit
    assert (unit.text, unit.state) == ("", "open")
    assert reviews.against(found, "human_forward") == ("missing_texts", "open_texts")


def test_button_words_need_no_back_translation_and_answers_do() -> None:
    late = ("no_back_translation",)
    for unit, reasons in (("ui:next", ()), ("anchor:1", late), ("bond.1:CT", late)):
        said = [replace(one, back="") if one.unit == unit else one for one in all_right()]
        assert reviews.against(desk(said), "back_translated") == reasons


def test_stale_is_told_by_text() -> None:
    held = replace(standing(CLIENTS, "human_forward"), source_hash="old")
    signed = {key: instruments.fingerprint(text) for key, text in packs.asked(SOURCE, CLIENTS).items()}
    found = reviews.desk(CLIENTS, SOURCE, held, [], signed | {"ui:next": "another"})
    assert (found.stale, found.state) == (True, "machine_draft")
    assert [unit.key for unit in found.units if unit.stale] == ["ui:next"]
    assert not reviews.desk(CLIENTS, SOURCE, standing(CLIENTS, "human_forward"), [], signed).stale


def test_nobody_lets_out_what_they_signed_or_judged_alone() -> None:
    signed = standing(DRAFT, "human_forward", "expert_reviewed")

    def by(*names: str) -> Standing:
        pairs = zip(signed.steps, names, strict=True)
        return replace(signed, steps=tuple(replace(step, by=name) for step, name in pairs))

    for held, said, who, may in (
        (by("t", "t"), all_right(by="t"), "lead", True),
        (by("t", "lead"), all_right(by="t"), "lead", False),
        (by("lead", "lead"), all_right(by="lead"), "lead", False),
        (by("lead", "t"), all_right(by="lead"), "lead", True),
        (by("t", "t"), all_right(by="lead"), "lead", True),
    ):
        found = desk(said, held)
        assert reviews.is_ready(found)
        assert reviews.may_activate(found, who) is may
    assert not reviews.is_ready(desk(all_right(), standing(DRAFT, "back_translated")))
    assert not reviews.is_ready(desk(all_right(), standing(DRAFT, "retired")))
