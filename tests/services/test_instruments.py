"""Licensed forms brought along: never used without holder, evidence and date, never changed after, told to nobody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from tests import cast, made_up
from triad.domain import errors
from triad.services import instruments
from triad.services.context import Actor
from triad.store.db import db
from triad.store.instruments import LicensedFile
from triad.store.ledger import AuditEntry


def load(who: cast.Cast, row: dict[str, Any] | None = None) -> instruments.Line:
    return instruments.load(who.ada, made_up.file(row))


def use(who: cast.Cast, row: dict[str, Any] | None = None) -> instruments.Line:
    found = load(who, row)
    instruments.activate(who.lena, found.id, found.hash)
    return instruments.show(who.lena, found.id)


def refused(who: cast.Cast, row: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(errors.Unfit) as found:
        load(who, row)
    return found.value.fields


def test_a_form_is_loaded_looked_at_and_taken_into_use(cast_: cast.Cast) -> None:
    found = load(cast_)
    assert (found.state, found.against, found.offered) == ("loaded", (), False)
    instruments.activate(cast_.lena, found.id, found.hash)
    shown = instruments.show(cast_.ada, found.id)
    assert (shown.state, shown.offered, shown.form) == ("active", True, found.form)
    instruments.end(cast_.lena, found.id)
    assert [(one.state, one.offered) for one in instruments.overview(cast_.lena)] == [("ended", False)]
    with pytest.raises(errors.BadTransition):
        instruments.activate(cast_.lena, found.id, found.hash)
    with pytest.raises(errors.BadTransition):
        instruments.end(cast_.lena, found.id)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("licence.holder", "", "no_holder"),
        ("licence.evidence", "", "no_evidence"),
        ("licence.date", None, "no_date"),
        ("licence.expires", "2027-02-28", "expired"),
        ("licence.may.electronic", False, "not_electronic"),
    ],
)
def test_without_holder_evidence_and_date_it_is_not_used(
    cast_: cast.Cast, path: str, value: Any, reason: str
) -> None:
    found = load(cast_, made_up.changed(path, value))
    with pytest.raises(errors.Conflict) as conflict:
        instruments.activate(cast_.lena, found.id, found.hash)
    assert (conflict.value.code, conflict.value.details) == ("not_ready", {"reasons": (reason,)})
    assert instruments.show(cast_.lena, found.id).state == "loaded"
    again = load(cast_)
    assert (again.id, again.against) == (found.id, ())
    instruments.activate(cast_.lena, again.id, again.hash)


def test_after_its_last_day_it_is_offered_no_more(cast_: cast.Cast) -> None:
    found = use(cast_)
    assert found.offered
    cast_.clinic.clock.forward(days=305)  # type: ignore[attr-defined]
    assert instruments.show(cast_.lena, found.id).offered
    cast_.clinic.clock.forward(days=1)  # type: ignore[attr-defined]
    shown = instruments.show(cast_.lena, found.id)
    assert (shown.state, shown.offered, shown.against) == ("active", False, ("expired",))


def test_what_is_in_use_is_replaced_by_another_version_and_never_changed(cast_: cast.Cast) -> None:
    first = use(cast_)
    assert refused(cast_, made_up.form(title="Kettles")) == {"version": "in_use"}
    second = use(cast_, made_up.form(version="2"))
    states = {one.form.version: one.state for one in instruments.overview(cast_.lena)}
    assert states == {"1": "ended", "2": "active"}
    assert refused(cast_, made_up.form(title="Kettles")) == {"version": "in_use"}
    assert instruments.show(cast_.lena, first.id).hash == first.hash != second.hash


def test_the_file_that_was_seen_is_the_one_that_is_used(cast_: cast.Cast) -> None:
    seen = load(cast_)
    load(cast_, made_up.form(title="Kettles"))
    with pytest.raises(errors.Stale):
        instruments.activate(cast_.lena, seen.id, seen.hash)


@pytest.mark.parametrize(
    ("statement", "passes"),
    [
        ("UPDATE licensed_form SET hash = 'x'", False),
        ("UPDATE licensed_form SET document = '{}'", False),
        ("UPDATE licensed_form SET state = 'loaded'", False),
        ("DELETE FROM licensed_form", False),
        ("UPDATE licensed_form SET state = 'ended'", True),
    ],
)
def test_the_database_keeps_what_was_in_use(cast_: cast.Cast, statement: str, passes: bool) -> None:
    load(cast_, made_up.form(key="other"))
    with db.engine.begin() as connection:
        # Before it is used it may go.
        assert connection.execute(text("UPDATE licensed_form SET hash = 'x'")).rowcount == 1
        assert connection.execute(text("DELETE FROM licensed_form")).rowcount == 1
    use(cast_)
    db.session.remove()
    if passes:
        with db.engine.begin() as connection:
            assert connection.execute(text(statement)).rowcount == 1
        return
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_does_not_go_together_is_not_kept(cast_: cast.Cast) -> None:
    assert refused(cast_, made_up.changed("items.1.directions", ["XY"])) == {
        "items[1].directions[0]": "unknown",
        "subscales[0].items": "other_directions",
        "wordings[0].texts[2]": "unknown",
        "wordings[0].texts[3]": "unknown",
        "wordings[0].texts": "missing_texts",
    }
    assert refused(cast_, made_up.form(key="triad-session-form")) == {"key": "taken"}
    assert instruments.overview(cast_.lena) == ()


def test_leads_and_admins_bring_it_along_and_leads_alone_use_it(cast_: cast.Cast) -> None:
    found = instruments.load(cast_.lena, made_up.file())
    for actor in (cast_.kora, cast_.thea, cast_.ines, cast_.aud, Actor(cast_.clinic)):
        for act in (
            lambda one: instruments.load(one, made_up.file()),
            instruments.overview,
            lambda one: instruments.show(one, found.id),
            lambda one: instruments.take(one, found.id),
        ):
            with pytest.raises(errors.NotFound):
                act(actor)
    with pytest.raises(errors.NotFound):
        instruments.activate(cast_.ada, found.id, found.hash)
    with pytest.raises(errors.NotFound):
        instruments.show(cast_.ada, "no-such")


def test_content_is_in_no_log_and_no_trail_and_handed_on_only_where_that_is_allowed(cast_: cast.Cast) -> None:
    with capture_logs() as lines:
        found = use(cast_)
        with pytest.raises(errors.NotAllowed):
            instruments.take(cast_.lena, found.id)
        refused(cast_, made_up.changed("items.1.id", made_up.NEEDLE))
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("instruments."))).all()
    assert [row.verb for row in trail] == ["instruments.load", "instruments.activate"]
    told = repr([*lines, *[(row.verb, row.subject, row.details) for row in trail]])
    assert made_up.NEEDLE not in told
    assert "Kettle Scale" not in told
    assert made_up.NEEDLE in repr(db.session.scalars(select(LicensedFile.document)).one())
    row = made_up.changed("licence.may.redistribute", True) | {"version": "2"}
    free = load(cast_, row)
    assert made_up.NEEDLE in instruments.take(cast_.lena, free.id).decode()
