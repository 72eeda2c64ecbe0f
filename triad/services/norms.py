"""The usual asymmetry here, frozen once a month: computed afresh it would move with ratings nobody may see yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from triad.domain import asymmetry, suppression
from triad.domain.asymmetry import Norm
from triad.domain.parties import DYADS
from triad.services import access, context
from triad.services.context import Actor
from triad.services.policy import May
from triad.store import norms
from triad.store.norms import RoleNorm

EDITIONS = ("brief", "full")


def freeze(actor: Actor) -> int:
    """Freeze this month's norms from all forms locked before it began; how many there are now.

    Asked again in the same month it changes nothing. Forms that were only counted are in it: it shows no one's.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.FREEZE_NORMS)
        here = ctx.now.astimezone(ZoneInfo(ctx.settings.zone))
        began, period = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0), f"{here:%Y-%m}"
        kept = norms.count(ctx.session, period)
        if kept:
            return kept
        found = {edition: _norms(norms.bonds(ctx.session, edition, began)) for edition in EDITIONS}
        rows = [
            RoleNorm(period=period, edition=edition, dyad=dyad, value=norm.value, cases=norm.cases)
            for edition, each in found.items()
            for dyad, norm in each.items()
        ]
        ctx.session.add_all(rows)
        ctx.audit("norms.freeze", period, norms=len(rows))
        return len(rows)


def _norms(rows: Iterable[Any]) -> Mapping[str, Norm]:
    """Dyad to its norm, where there are cases and people enough."""
    scores: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    people: dict[str, set[suppression.Part]] = defaultdict(set)
    for row in rows:
        scores[row.case_id][row.id][row.direction] = row.pomp
        people[row.case_id].add(suppression.Part(row.client_id, row.interpreter_id, row.therapist_id))
    found = {}
    for dyad in DYADS:
        gaps = {case: _gaps(dyad.key, held.values()) for case, held in scores.items()}
        used = {case for case, each in gaps.items() if len(each) >= asymmetry.NORM_ENCOUNTERS}
        norm = asymmetry.role_norm(gaps[case] for case in used)
        if norm and suppression.may_show(part for case in used for part in people[case]):
            found[dyad.key] = norm
    return found


def _gaps(dyad: str, encounters: Iterable[Mapping[str, float]]) -> list[float]:
    return [held[dyad] - held[dyad[::-1]] for held in encounters if dyad in held and dyad[::-1] in held]
