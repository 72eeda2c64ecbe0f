"""Taking ratings out for research: never more than the same reader sees on screen at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row

from triad.domain import batches, errors, exports, giving, instruments, release
from triad.domain.batches import Opening
from triad.domain.exports import Export, Meeting
from triad.domain.instruments import InstrumentVersion, Line
from triad.domain.parties import Role
from triad.domain.release import Viewer
from triad.formats import archive, fhir_forms, r_script, ratings_table, spss, wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import exports as reads
from triad.store import reviews
from triad.store.cases import Case

ALL = "triad.zip"
SPSS = "ratings.sav"
CODE = 10
"""Hexadecimal digits of a code: among 10,000 sessions two alike have a chance of 1 in 20,000."""

Worded = Mapping[str, tuple[str, str]]
"""Hash of a wording to its language and the state it has reached, or had before it was retired."""


@dataclass(frozen=True)
class _Reader:
    """Which cases, encounters and forms are asked for, and as what their reader looks; `own` as who rated each."""

    viewer: Viewer | Literal["own"]
    cases: ColumnElement[bool]
    encounters: ColumnElement[bool]
    forms: ColumnElement[bool]


def case_code(actor: Actor, case_id: str) -> str:
    """NotFound for everybody but the case's therapist."""
    with context.look(actor) as ctx:
        return _case(ctx, case_id).code


def for_case(actor: Actor, case_id: str, file: str = ALL) -> Export:
    """The case as its therapist's picture shows it now. NotFound for everybody else, and for an unknown `file`."""
    with context.look(actor) as ctx:
        this = Case.id == _case(ctx, case_id).id
        found = _export(ctx, _Reader("therapist", this, this, this))
    _note(actor, case_id, file)
    return found


def for_lead(actor: Actor, file: str = ALL) -> Export:
    """What is released of all cases in which the lead is no party."""
    with context.look(actor) as ctx:
        access.need(ctx, May.EXPORT_RELEASED)
        foreign = Case.therapist_id != actor.person_id
        found = _export(ctx, _Reader("lead", foreign, foreign, foreign))
    _note(actor, "released", file)
    return found


def own(actor: Actor, file: str = ALL) -> Export:
    """The forms the actor gave as therapist or interpreter, former cases included; nobody else's."""
    with context.look(actor) as ctx:
        access.need(ctx, May.EXPORT_OWN)
        found = _export(ctx, _Reader("own", *reads.of_rater(actor.person_id)))
    _note(actor, "own", file)
    return found


def names() -> tuple[str, ...]:
    """The files that can be made here, in the order people need them; without SPSS where its libraries are absent."""
    return tuple(name for name in _files() if name != SPSS or spss.available())


def content(export: Export, name: str) -> bytes:
    """One of the `names`, or all of them as `ALL`. NotFound for any other."""
    if name == ALL:
        return archive.zipped({one: content(export, one) for one in names()}, export.taken_at)
    if name not in names():
        raise errors.NotFound
    return _files()[name](export)


def _files() -> Mapping[str, Callable[[Export], bytes]]:
    version, english = wordings.version(), wordings.wording("en")
    tags = sorted(wordings.languages(), key=lambda tag: (tag != "en", tag))
    return {
        "ratings.csv": ratings_table.ratings,
        "triads_wide.csv": ratings_table.triads,
        "licensed.csv": ratings_table.licensed,
        SPSS: partial(spss.written, version, english),
        "ratings.R": lambda _: r_script.written(version, english),
        "fhir.json": partial(fhir_forms.written, version, [wordings.wording(tag) for tag in tags]),
        **{f"codebook_{tag}.csv": partial(_codebook, tag) for tag in tags},
    }


def _codebook(language: str, _: Export) -> bytes:
    return ratings_table.codebook(wordings.version(), wordings.wording(language))


def _case(ctx: Context, case_id: str) -> Case:
    """Whoever knows the case but is not its therapist learns no more than a stranger."""
    try:
        return access.case(ctx, case_id, May.EXPORT_CASE)
    except errors.NotAllowed:
        raise errors.NotFound from None


def _note(actor: Actor, subject: str, file: str) -> None:
    """Who took what, and when; no count, since a count of rows would tell the trail's reader who has shared."""
    if file != ALL and file not in names():
        raise errors.NotFound
    with context.work(actor) as ctx:
        ctx.audit("exports.take", subject, file=file)


def _export(ctx: Context, reader: _Reader) -> Export:
    cases = {row.id: row for row in reads.cases(ctx.session, reader.cases)}
    given = _by(reads.forms(ctx.session, reader.forms))
    answers = reads.answers(ctx.session, reader.forms)
    placed, answers_of = exports.places(_versions(ctx, {one.version_key for one in answers})), _by(answers)
    met = reads.met(ctx.session, reader.encounters, ctx.now)
    worded = {**_shipped(), **reviews.reached(ctx.session)}
    own = ctx.settings
    rule = batches.rule(own.window_days, own.batch_day, own.batch_hour, own.zone)
    rows: list[exports.Row] = []
    triads: list[exports.Triad] = []
    for case_id, begun in groupby(met, key=lambda row: row.case_id):
        of_case = list(begun)
        openings = rule.openings([row.ends_at for row in of_case])
        for number, (row, opening) in enumerate(zip(of_case, openings, strict=True), 1):
            held = given.get(row.id, ())
            opened = _opened(ctx, reader, opening, held)
            meeting = _meeting(ctx, reader, cases[case_id], row, number)
            rows += _rows(meeting, opened, answers_of.get(row.id, ()), worded, placed)
            scores = {form.direction: form.pomp for form in held if form.direction in opened.directions}
            triads += filter(None, [exports.triad(meeting, scores)])
    rows.sort(key=lambda row: (row.case, row.session))
    return Export(
        tuple(row for row in rows if row.edition != giving.LICENSED),
        tuple(sorted(triads, key=lambda one: one.meeting)),
        ctx.now,
        tuple(row for row in rows if row.edition == giving.LICENSED),
    )


def _versions(ctx: Context, keys: Iterable[str]) -> Mapping[str, InstrumentVersion]:
    """By what forms are stored under; a licensed one is called as its own file calls it."""
    shipped = wordings.versions()
    found = {key: wordings.version(key) for key in shipped}
    for key in sorted(set(keys) - set(shipped)):
        _, form = access.brought_along(ctx, key)
        found[key] = giving.version(form.key, form)
    return found


def _by(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    """Rows by encounter, as they are already sorted."""
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row.encounter_id)}


def _opened(ctx: Context, reader: _Reader, opening: Opening, held: Sequence[Row[Any]]) -> release.Opened:
    """Own forms pass the same door as all others, as if nobody else had given any."""
    viewer: Viewer = reader.viewer if reader.viewer != "own" else _rater(held)
    return release.opened(viewer, ctx.actor.person_id, held, ctx.now, opening)


def _rater(held: Sequence[Row[Any]]) -> Viewer:
    return "interpreter" if any(form.party == Role.INTERPRETER for form in held) else "therapist"


def _meeting(ctx: Context, reader: _Reader, case: Row[Any], row: Row[Any], number: int) -> Meeting:
    named = reader.viewer != "own"
    return Meeting(
        case=case.code,
        client=case.client,
        encounter=_code(ctx, "e", row.id),
        session=number,
        day=row.day,
        therapist=_code(ctx, "t", case.therapist_id) if named else "",
        interpreter=_code(ctx, "i", row.interpreter_id) if named and row.interpreter_id else "",
    )


def _code(ctx: Context, letter: str, id_: str) -> str:
    """The same in all files of one reader, another for every other reader; its order says nothing."""
    return f"{letter}-{ctx.keyed('export', f'{ctx.actor.person_id}/{letter}/{id_}')[:CODE]}"


def _rows(
    meeting: Meeting, opened: release.Opened, answers: Iterable[Row[Any]], worded: Worded, placed: exports.Places
) -> list[exports.Row]:
    shown = [(*placed(one), one) for one in answers if opened.shows(Role(one.party), one.direction)]
    shown.sort(key=lambda found: found[:2])
    return [_row(meeting, answer, line, worded, version) for _, _, line, version, answer in shown]


@cache
def _shipped() -> Worded:
    return {one.hash: (one.language, one.provenance) for key in wordings.versions() for one in wordings.every(key)}


def _row(meeting: Meeting, answer: Row[Any], line: Line, worded: Worded, version: InstrumentVersion) -> exports.Row:
    language, provenance = worded.get(answer.wording, (answer.language, ""))
    return exports.Row(
        *meeting,
        rater=answer.party,
        target=exports.target(line),
        direction=line.slot,
        facet=line.facet,
        item=line.item_id,
        question=exports.question(line),
        value=answer.value,
        missing=answer.missing or "",
        mode=answer.mode,
        flags=exports.flags(
            answer.party == Role.CLIENT and answer.mode == "read_by_interpreter",
            instruments.is_draft(provenance),
        ),
        language=language,
        instrument=version.key,
        version=version.version,
        edition=answer.edition,
        wording=exports.wording_code(answer.wording),
        provenance=provenance,
        revision=answer.revision,
    )
