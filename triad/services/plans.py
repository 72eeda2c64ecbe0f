"""Planning: one encounter or a weekly series, every date checked before any is written."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import candidates
from triad.store.plannings import DateCheck, Plan, Planner

__all__ = ["DateCheck", "Plan", "check", "plan"]


def check(actor: Actor, case_id: str, plan: Plan) -> list[DateCheck]:
    """Every date of the plan with what stands against it; nothing is written."""
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.PLAN)
        return _planner(ctx).checked(case, plan)


def plan(actor: Actor, case_id: str, plan: Plan, skip: Collection[date] = ()) -> list[str]:
    """Ids of the new encounters: all dates but `skip`, or none at all.

    Raises Unfit naming the first date's problem, Clash when somebody is taken, Inactive, NotFound.
    """
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.PLAN)
        ids = _planner(ctx).write(case, plan, skip)
        ctx.audit("encounters.plan", case.id, count=len(ids))
        return ids


def _planner(ctx: Context) -> Planner:
    return Planner(ctx.session, candidates.Rules.of(ctx.settings), ctx.now, ctx.fresh_id)
