"""Goals: what would be different, in the client's own words, and what was made of it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from triad.domain import errors
from triad.domain.notes import Fields
from triad.domain.parties import PARTIES
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Case, Goal

LONGEST = 2_000
"""Characters of each of the three texts."""
Written = Mapping[str, str]


def listed(actor: Actor, case_id: str) -> tuple[Case, Sequence[Goal]]:
    """The case and its goals: those still open first, each part oldest first."""
    with context.look(actor) as ctx:
        case = _case(ctx, case_id)
        query = select(Goal).where(Goal.case_id == case.id).order_by(Goal.written_at, Goal.id)
        goals = ctx.session.scalars(query).all()
        return case, sorted(goals, key=lambda goal: goal.attained_on is not None)


def show(actor: Actor, case_id: str, goal_id: str) -> tuple[Case, Goal]:
    with context.look(actor) as ctx:
        case = _case(ctx, case_id)
        return case, _goal(ctx, case, goal_id)


def add(actor: Actor, case_id: str, written: Written) -> str:
    """The new goal's id. Fields: words, language, aim, tasks, attained_on and, to tick, agreed_<party>."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        fields = Fields(written)
        goal = Goal(id=ctx.fresh_id(), case_id=case.id, written_at=ctx.now)
        _fill(goal, fields)
        fields.settle()
        ctx.session.add(goal)
        ctx.audit("goals.add", goal.id, case=case.id)
        return goal.id


def change(actor: Actor, case_id: str, goal_id: str, written: Written) -> None:
    """As `add`, and `version` as it was read: Stale when somebody changed the goal since."""
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        goal = _goal(ctx, case, goal_id)
        fields = Fields(written)
        version = fields.whole("version", 1, 10**9)
        _fill(goal, fields)
        fields.settle()
        if goal.version != version:
            raise errors.Stale
        goal.version += 1
        ctx.audit("goals.change", goal.id, case=case.id)


def _case(ctx: Context, case_id: str) -> Case:
    """Whoever may see the case but not its goals learns not even that there are any."""
    try:
        return access.case(ctx, case_id, to=May.WRITE_GOAL)
    except errors.NotAllowed:
        raise errors.NotFound from None


def _goal(ctx: Context, case: Case, goal_id: str) -> Goal:
    query = select(Goal).where(Goal.id == goal_id, Goal.case_id == case.id)
    goal = ctx.session.scalars(query.with_for_update()).one_or_none()
    if goal is None:
        raise errors.NotFound
    return goal


def _fill(goal: Goal, fields: Fields) -> None:
    goal.words = fields.text("words", LONGEST)
    goal.language = fields.language("language")
    goal.aim = fields.text("aim", LONGEST, optional=True)
    goal.tasks = fields.text("tasks", LONGEST, optional=True)
    goal.agreed_by = [party.value for party in PARTIES if fields.yes(f"agreed_{party}")]
    goal.attained_on = fields.day("attained_on", optional=True)
