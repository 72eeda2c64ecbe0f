"""List and panel from one gathering say what each says alone."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from tests import cast
from tests.cast import Cast
from triad.domain import errors
from triad.services import assignments, context, desk, encounters, exclusions
from triad.store import candidates, queries
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.encounters import Encounter
from triad.store.people import TimeOff


def add_skill(who: Cast, id_: str, language: str, into: str) -> None:
    with context.work(who.kora) as ctx:
        ctx.session.add(LanguageSkill(id=f"{id_}-{into}", interpreter_id=id_, language=language, into=into, level=4))


def test_show_counts_active_speakers_and_each_once(cast_: Cast) -> None:
    cast.encounter(cast_)
    assert [one.speakers for one in desk.show(cast_.kora).unfilled] == [1]
    add_skill(cast_, "p-ines", "ti", "de")
    assert [one.speakers for one in desk.show(cast_.kora).unfilled] == [1]
    add_skill(cast_, "p-ivo", "ti", "de")
    assert [one.speakers for one in desk.show(cast_.kora).unfilled] == [2]
    with context.work(cast_.kora) as ctx:
        ctx.session.get_one(Interpreter, "p-ivo").active = False
    found = desk.show(cast_.kora)
    assert [one.speakers for one in found.unfilled] == [1]
    assert [one.speakers for one in encounters.unfilled(cast_.kora)] == [1]


def test_show_lists_the_scarcest_language_first_when_the_day_is_equal(cast_: Cast) -> None:
    add_skill(cast_, "p-ivo", "ti", "de")
    easy, hard = cast.encounter(cast_, at=time(9, 0)), cast.encounter(cast_, case_id=cast_.other_case_id)
    assert [one.encounter.id for one in desk.show(cast_.kora).unfilled] == [hard, easy]


def test_show_has_the_panel_of_the_first_or_of_the_chosen(cast_: Cast) -> None:
    assert (list(desk.show(cast_.kora).unfilled), desk.show(cast_.kora).panel) == ([], None)
    first, second = cast.encounter(cast_, at=time(9, 0)), cast.encounter(cast_, at=time(21, 30))
    for chosen, id_ in (("", first), (first, first), (second, second)):
        panel, alone = desk.show(cast_.kora, chosen).panel, assignments.panel(cast_.kora, id_)
        assert panel is not None
        assert (panel.encounter.id, panel.fits, panel.misfits) == (id_, alone.fits, alone.misfits)
    with pytest.raises(errors.NotFound):
        desk.show(cast_.kora, "nothing")


@pytest.mark.parametrize("name", ["thea", "ines", "lena", "ada", "aud"])
def test_show_to_others_is_not_there(cast_: Cast, name: str) -> None:
    id_ = cast.encounter(cast_)
    for chosen in ("", id_, "nothing"):
        with pytest.raises(errors.NotFound):
            desk.show(getattr(cast_, name), chosen)


def test_gather_tells_what_is_taken_who_is_away_who_is_known_and_who_is_not_wanted(cast_: Cast) -> None:
    asked = cast.encounter(cast_, at=time(9, 0))
    assignments.assign_interpreter(cast_.kora, cast.encounter(cast_, at=time(12, 0)), "p-ines")
    exclusions.write(cast_.thea, cast_.case_id, {"interpreter": "p-ivo"})
    off = datetime(2027, 3, 3, 8, tzinfo=UTC), datetime(2027, 3, 3, 9, tzinfo=UTC)
    with context.work(cast_.kora) as ctx:
        for id_, (start, end) in (("off", off), ("old", [one.replace(month=1) for one in off])):
            ctx.session.add(TimeOff(id=id_, person_id="p-ivo", starts_at=start, ends_at=end))
    with context.look(cast_.kora) as ctx:
        encounter = queries.encounter(ctx.session, asked)
        assert isinstance(encounter, Encounter)
        ines, ivo = candidates.gather(ctx.session, encounter, queries.interpreters(ctx.session))
    (taken,) = ines.taken
    held = datetime(2027, 3, 2, 10, 50, tzinfo=UTC), datetime(2027, 3, 2, 12, 5, tzinfo=UTC)
    assert ((taken[0].start, taken[0].end), taken[1], ines.booked_week_minutes) == (held, "site-nord", 75)
    assert (ines.away, ines.times_with_client, ines.excluded) == ((), 1, False)
    assert [(one.span.start, one.span.end) for one in ivo.away] == [off]
    assert (ivo.taken, ivo.times_with_client, ivo.excluded) == ((), 0, True)
