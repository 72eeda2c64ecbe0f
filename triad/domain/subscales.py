"""Scores of licensed forms over a case, beside its picture and never in it; only what the door lets through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from triad.domain import licensed
from triad.domain.licensed import Band, LicensedForm, Subscale
from triad.domain.meetings import Meeting
from triad.domain.parties import DIRECTIONS, PARTIES, Role


class Stored(Protocol):
    """One subscale of one stored form. `file` is the id of the licensed form's, `direction` a key or `triad`."""

    @property
    def encounter_id(self) -> str: ...
    @property
    def party(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def subscale(self) -> str: ...
    @property
    def value(self) -> float | None: ...


class Column(NamedTuple):
    """What one rater says of one other, or of the three, by one subscale."""

    rater: Role
    direction: str
    subscale: Subscale


class Figure(NamedTuple):
    """In the makers' own unit; None where it is not available, whatever the reason."""

    value: float | None
    band: Band | None


@dataclass(frozen=True)
class Track:
    """One version of a form with a row for each session in which something of it may be seen."""

    form: LicensedForm
    columns: tuple[Column, ...]
    rows: tuple[tuple[Meeting, tuple[Figure, ...]], ...]


def visible(scores: Iterable[Stored], meetings: Sequence[Meeting]) -> list[Stored]:
    """Those with a value that the reader may see: any other is as if never given."""
    opened = {one.id: one.opened for one in meetings}
    return [
        one
        for one in scores
        if one.value is not None
        and one.encounter_id in opened
        and opened[one.encounter_id].shows(Role(one.party), one.direction)
    ]


def tracks(
    forms: Mapping[str, LicensedForm], shown: Sequence[Stored], meetings: Sequence[Meeting]
) -> tuple[Track, ...]:
    """Of what is `visible`, one track for each of the `forms`, which are by the id of their file."""
    return tuple(
        _track(form, [one for one in shown if one.file == id_], meetings)
        for id_, form in sorted(forms.items(), key=_by)
    )


def _by(one: tuple[str, LicensedForm]) -> tuple[str, str, str]:
    id_, form = one
    return form.title, form.version, id_


def _track(form: LicensedForm, shown: Sequence[Stored], meetings: Sequence[Meeting]) -> Track:
    held = {(one.encounter_id, one.party, one.direction, one.subscale): one.value for one in shown}
    places = {(party, direction, name) for _, party, direction, name in held}
    keys = (*(dyad.key for dyad in DIRECTIONS), "triad")
    columns = tuple(
        Column(party, key, subscale)
        for party in PARTIES
        for key in keys
        for subscale in form.subscales
        if (party.value, key, subscale.id) in places
    )
    found = {place[0] for place in held}
    rows = tuple(
        (meeting, tuple(_figure(form, one, held, meeting.id) for one in columns))
        for meeting in meetings
        if meeting.id in found
    )
    return Track(form, columns, rows)


def _figure(
    form: LicensedForm, column: Column, held: Mapping[tuple[str, str, str, str], float | None], id_: str
) -> Figure:
    value = held.get((id_, column.rater.value, column.direction, column.subscale.id))
    return Figure(value, None if value is None else licensed.band(form, column.subscale, value))
