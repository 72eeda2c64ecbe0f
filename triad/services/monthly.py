"""The clinic's figures, frozen once a month: made afresh they would move with forms nobody may see yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from triad.domain import clinicwide, coverage, errors, instruments, release, scales, suppression
from triad.domain.clinicwide import Bond, Course
from triad.domain.coverage import Due
from triad.domain.parties import PARTIES, Role
from triad.domain.scales import Scale
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import frozen
from triad.store.frozen import FrozenFigure

SCALES = {"brief": scales.SCALES["2x5"], "full": scales.SCALES["4x5"]}
"""Each edition of the form is a scale of its own: the same axis, not the same measure."""


def freeze(actor: Actor) -> bool:
    """Freeze this month's figures from all forms locked before it began; False if they are frozen already.

    Forms that were only counted are in them where that shows no one's.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.FREEZE_FIGURES)
        here = ctx.now.astimezone(ZoneInfo(ctx.settings.zone))
        began, period = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0), f"{here:%Y-%m}"
        if frozen.is_frozen(ctx.session, period):
            return False
        for edition, scale in SCALES.items():
            cases = clinicwide.courses(_bonds(frozen.bonds(ctx.session, edition, began)))
            kinds = dict(_figures(cases, scale)) if cases else {}
            if edition == instruments.GIVEN_OUT:
                kinds["coverage"] = _coverage(ctx, began)
            ctx.session.add_all(
                FrozenFigure(period=period, edition=edition, kind=kind, contents=contents)
                for kind, contents in kinds.items()
            )
        ctx.audit("monthly.freeze", period)
        return True


def _bonds(rows: Iterable[Any]) -> Iterator[Bond]:
    for row in rows:
        yield Bond(
            row.case_id,
            row.id,
            row.day,
            row.client_id,
            row.therapist_id,
            row.interpreter_id,
            row.direction,
            row.pomp,
            _sealed(row),
        )


def _coverage(ctx: Context, began: datetime) -> dict[str, Any]:
    """Of all forms of encounters whose window was over by then, whatever the edition; clients' rate of `month`."""
    month = (began - timedelta(days=1)).replace(day=1)
    window = timedelta(days=ctx.settings.window_days)
    rows = frozen.due(ctx.session, began, began - window)
    recent = (month - window).astimezone(UTC)
    found = coverage.coverage(_due(rows, recent), frozen.speakers(ctx.session))
    return {**found, "month": f"{month:%Y-%m}"}


def _due(rows: Iterable[Any], recent: datetime) -> Iterator[Due]:
    """Three forms for each encounter, whether they came or not."""
    for _, same in groupby(rows, key=lambda row: row.id):
        held = list(same)
        first = held[0]
        part = suppression.Part(first.client_id, first.interpreter_id, first.therapist_id)
        for party in PARTIES:
            mine = [row for row in held if row.party == party]
            scores = tuple(row.pomp for row in mine if row.direction) if mine else None
            sealed = any(_sealed(row) for row in mine)
            yield Due(party, first.language, part, scores, sealed, first.ends_at >= recent)


def _sealed(row: Any) -> bool:
    """Does no reader see this form by itself?"""
    return row.party == Role.CLIENT and release.counting(row.policy, row.choice) == release.COUNTED


def _figures(cases: Sequence[Course], scale: Scale) -> Mapping[str, Mapping[str, Any]]:
    spreads = clinicwide.spreads(cases, scale)
    return {
        "norms": {dyad: norm._asdict() for dyad, norm in clinicwide.norms(cases).items()},
        "spreads": {
            "ratings": {key: asdict(spread) for key, spread in spreads.ratings.items()},
            "asymmetries": {key: asdict(spread) for key, spread in spreads.asymmetries.items()},
            "together": dict(spreads.together),
            "sample": clinicwide.sample_sd(cases),
        },
        "relations": _relations(cases),
    }


def _relations(cases: Sequence[Course]) -> Mapping[str, Any]:
    """How therapists, interpreters and clients rate and are rated over all cases, as far as it may be said."""
    # Once a month, not in every worker: NumPy weighs more than the rest of Triad.
    from triad.engines import relations, relations_indices

    rows = [(course, row) for course in cases if (row := relations.case_row(course.rows))]
    parts = {suppression.Part(course.client, row.interpreter_id, course.therapist) for course, row in rows}
    if not suppression.may_show(parts):
        return {"refused": "too_few_people"}
    allowed = relations_indices.gate(len(rows)).models
    model = next((one for one in ("composite", "roles-equal") if one in allowed), None)
    if model is None:
        return {"refused": "too_few_cases", "n": len(rows)}
    try:
        fit = relations.fit(
            [row.scores for _, row in rows],
            model,
            therapists=[course.therapist for course, _ in rows],
            interpreters=[row.interpreter_id for _, row in rows],
        )
    except (errors.Unfit, errors.Conflict) as error:
        return {
            "refused": getattr(error, "fields", {}).get("ratings", error.code),
            "n": len(rows),
        }
    return _told(fit)


def _told(fit: Any) -> Mapping[str, Any]:
    """The possible fit where the free one is not, and errors only where they mean something."""
    robust = fit.robust
    return {
        "n": fit.n,
        "model": fit.model,
        "estimates": dict(fit.bounded.estimates if fit.bounded else fit.estimates),
        "se": {} if fit.bounded else dict(robust.se if robust else fit.se),
        "means": {name: suppression.told(mean) for name, mean in fit.means.items()},
        "mean_se": dict(robust.mean_se if robust else fit.mean_se),
        "df": robust.df if robust else None,
        "therapists": robust.therapists if robust else None,
        "interpreters": robust.interpreters if robust else None,
        "group": [fit.group.lower, fit.group.upper] if fit.group else None,
        "cautions": [[one.code, list(one.names)] for one in fit.cautions],
    }
