"""One for another in one step, or nothing; who was there before is kept; an absence opens all it breaks."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from tests import cast
from tests.cast import Cast
from tests.conftest import Clock
from tests.services.test_moves import planned, taken, told
from triad.domain import errors
from triad.services import access, assignments, context, encounters, exclusions, hours, offers, replacements
from triad.services.context import Actor
from triad.services.replacements import Instead
from triad.store.clinic import LanguageSkill

AWAY = {"from_day": "2027-03-02", "to_day": "2027-03-03"}


@pytest.fixture(autouse=True)
def ivo_speaks(cast_: Cast) -> None:
    with context.work(Actor(cast_.clinic, source="test")) as ctx:
        ctx.session.add(LanguageSkill(id="sk-ivo2", interpreter_id="p-ivo", language="ti", into="en", level=4))


def had(who: Cast, id_: str) -> list[tuple[str, str, bool]]:
    rows = encounters.show(who.kora, id_).slot.assignments
    return [(one.interpreter_id, one.reason, one.ended_at is None) for one in rows]


def version(who: Cast, id_: str) -> int:
    return encounters.show(who.kora, id_).version


def test_another_takes_it_in_one_step_and_all_are_told(cast_: Cast) -> None:
    id_ = planned(cast_)
    before = taken(cast_)
    replacements.swap(cast_.kora, id_, "ill", Instead("p-ivo"), version(cast_, id_))
    assert sorted(had(cast_, id_)) == [("p-ines", "ill", False), ("p-ivo", "", True)]
    assert taken(cast_) == {(5 if diary == 4 else diary, *span) for diary, *span in before}
    assert (told(cast_, "released"), told(cast_, "replaced")) == (["p-ines"], ["p-thea"])
    assert told(cast_, "assigned") == ["p-ines", "p-ivo", "p-thea"]
    assert encounters.show(cast_.kora, id_).slot.state == "filled"


def test_others_are_asked_in_the_same_step(cast_: Cast) -> None:
    id_ = planned(cast_)
    replacements.swap(cast_.kora, id_, "away", Instead(tiers={"p-ivo": 1}), version(cast_, id_))
    assert (had(cast_, id_), encounters.show(cast_.kora, id_).slot.state) == (
        [("p-ines", "away", False)],
        "on_offer",
    )
    assert [(one.name, one.state) for one in offers.asked(cast_.kora, id_)] == [("Ivo", "sent")]
    assert told(cast_, "offer") == ["p-ivo"]
    assert 4 not in {diary for diary, _, _ in taken(cast_)}


@pytest.mark.parametrize(
    ("reason", "instead", "refusal"),
    [
        ("", Instead("p-ivo"), errors.Unfit),
        ("bored", Instead("p-ivo"), errors.Unfit),
        ("ill", Instead(), errors.Unfit),
        ("ill", Instead("p-ines"), errors.Unfit),
        ("ill", Instead("p-thea"), errors.Unfit),
        ("ill", Instead(tiers={"p-ivo": 9}), errors.Unfit),
        ("ill", Instead(tiers={"p-ivo": 1}, answer_hours=0), errors.Unfit),
    ],
)
def test_what_does_not_fit_changes_nothing(
    cast_: Cast, reason: str, instead: Instead, refusal: type[Exception]
) -> None:
    id_ = planned(cast_)
    before = taken(cast_)
    with pytest.raises(refusal):
        replacements.swap(cast_.kora, id_, reason, instead, version(cast_, id_))
    assert (had(cast_, id_), taken(cast_), told(cast_, "released")) == ([("p-ines", "", True)], before, [])


def test_whoever_cannot_take_it_leaves_the_one_who_has_it(cast_: Cast) -> None:
    id_ = planned(cast_)
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo"})
    for instead in (Instead("p-ivo"), Instead(tiers={"p-ivo": 1})):
        with pytest.raises(errors.NotEligible):
            replacements.swap(cast_.kora, id_, "ill", instead, version(cast_, id_))
    assert had(cast_, id_) == [("p-ines", "", True)]


def test_older_page_and_begun_session_are_refused(cast_: Cast, clock: Clock) -> None:
    id_ = planned(cast_)
    old = version(cast_, id_)
    assignments.accept(cast_.ines, id_)
    with pytest.raises(errors.Stale):
        replacements.swap(cast_.kora, id_, "ill", Instead("p-ivo"), old)
    clock.forward(hours=30)
    with pytest.raises(errors.BadTransition):
        replacements.swap(cast_.kora, id_, "ill", Instead("p-ivo"), version(cast_, id_))
    with pytest.raises(errors.NotAllowed):
        replacements.swap(cast_.thea, id_, "ill", Instead("p-ivo"), version(cast_, id_))
    assert had(cast_, id_) == [("p-ines", "", True)]


def test_choice_says_what_is_gained_and_lost(cast_: Cast) -> None:
    cast.encounter(cast_, date(2027, 2, 23), interpreter="p-ines", held=True)
    id_ = planned(cast_)
    found = replacements.choice(cast_.kora, id_)
    assert (found.now.id, found.against, found.misfits) == ("p-ines", (), ())
    (other,) = found.others
    assert other.fit.candidate.id == "p-ivo"
    assert [(point.code, point.details) for point in other.gained] == []
    assert [(point.code, point.details.get("times", point.details.get("level"))) for point in other.lost] == [
        ("LEVEL", 4),
        ("KNOWN", 1),
    ]
    with pytest.raises(errors.NotFound):
        replacements.choice(cast_.kora, cast.encounter(cast_, at=time(9, 0)))


def test_absence_opens_all_it_breaks_as_one_list(cast_: Cast) -> None:
    broken = planned(cast_)
    cast.encounter(cast_, date(2027, 3, 5), interpreter="p-ines")
    cast.encounter(cast_, date(2027, 3, 2), time(9, 0), interpreter="p-ivo")
    assert replacements.broken_bookings(cast_.kora) == []
    hours.add_off(cast_.ines, AWAY)
    assert [one.id for one in replacements.broken_bookings(cast_.kora)] == [broken]
    assert [one.id for one in replacements.broken_bookings(cast_.kora, "p-ivo")] == []
    assert told(cast_, "bookings_broken") == ["p-kora"]
    assert [one.code for one in replacements.choice(cast_.kora, broken).against] == ["TIME_OFF"]
    replacements.swap(cast_.kora, broken, "away", Instead("p-ivo"), version(cast_, broken))
    assert replacements.broken_bookings(cast_.kora) == []
    with pytest.raises(errors.NotFound):
        replacements.broken_bookings(cast_.ines)


def test_absence_that_touches_only_the_debrief_breaks_too(cast_: Cast) -> None:
    """14:30 to 15:20 in Berlin, debrief until 15:35."""
    id_ = planned(cast_)
    hours.add_off(cast_.ines, {"from_day": "2027-03-02", "from_time": "15:35", "to_day": "2027-03-02"})
    assert (replacements.broken_bookings(cast_.kora), told(cast_, "bookings_broken")) == ([], [])
    hours.add_off(cast_.ines, {"from_day": "2027-03-02", "from_time": "15:34", "to_day": "2027-03-02"})
    assert [one.id for one in replacements.broken_bookings(cast_.kora)] == [id_]


def test_who_was_replaced_between_two_looks_is_not_replaced_again(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose diary to lock is read before the lock: somebody else may have been faster."""
    id_, read = planned(cast_), access.outline

    def earlier(*given: Any, **more: Any) -> Any:
        return read(*given, **more)._replace(interpreter_id="p-ivo")

    monkeypatch.setattr(access, "outline", earlier)
    with pytest.raises(errors.Stale):
        replacements.swap(cast_.kora, id_, "ill", Instead("p-ivo"), version(cast_, id_))
    assert had(cast_, id_) == [("p-ines", "", True)]
