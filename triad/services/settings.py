"""The clinic's own settings: changed by an admin; those that decide who sees a form, with a clinical lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triad import settings as rules
from triad.domain import errors
from triad.formats import settings as texts
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.settings import Settings
from triad.store import settings as stored
from triad.store.settings import CHANGED, CONFIRMED, PROPOSED, TAKEN_BACK, SettingChange

PAGE = 20
VERBS = {CHANGED: "change", PROPOSED: "propose", CONFIRMED: "confirm", TAKEN_BACK: "take_back"}
"""What each step is called in the trail, which holds no value."""


@dataclass(frozen=True)
class Held:
    """One setting: what holds now, what the file says, and whether it was changed in here."""

    key: str
    value: Any
    filed: Any
    is_changed: bool


@dataclass(frozen=True)
class Step:
    """`by` is a name, "" for the house itself. With `from_file` the value follows the file."""

    number: int
    key: str
    step: str
    was: str
    now: str
    from_file: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """All settings by key, what waits for a second person by key, and at most 20 steps, newest first.

    `version` is that of the whole; `older` the `before` of the next page, None on the last.
    """

    held: Mapping[str, Held]
    waiting: Mapping[str, Step]
    steps: tuple[Step, ...]
    older: int | None
    version: int


@dataclass(frozen=True)
class Outcome:
    """Keys that hold from now on, and keys that wait for a lead."""

    changed: tuple[str, ...]
    proposed: tuple[str, ...]


def shown(actor: Actor, before: int | None = None) -> Shown:
    """As the database has it this moment; steps older than number `before` if given. Raises NotFound."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_SETTINGS)
        filed, changed = actor.clinic.filed, stored.in_force(ctx.session)
        now = texts.over(filed, changed)
        rows = stored.steps(ctx.session, before, PAGE + 1)
        return Shown(
            held={key: Held(key, getattr(now, key), getattr(filed, key), key in changed) for key in rules.CHANGEABLE},
            waiting={key: _step(*found) for key, found in stored.waiting(ctx.session).items()},
            steps=tuple(_step(*row) for row in rows[:PAGE]),
            older=rows[PAGE - 1][0].number if len(rows) > PAGE else None,
            version=stored.newest(ctx.session),
        )


def change(actor: Actor, written: Mapping[str, str], back: Collection[str], version: int) -> Outcome:
    """Set what is `written` (key to text) and differs from what holds; give the keys in `back` to the file again.

    All or nothing. What two have to decide is proposed only, in the place of an earlier proposal. Unfit by key;
    Stale when a step was taken since `version`; Conflict when one is taken this moment.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_SETTINGS)
        _ensure_fresh(ctx, version)
        changed, waiting = stored.in_force(ctx.session), stored.waiting(ctx.session)
        now = texts.over(actor.clinic.filed, changed)
        wanted = _wanted(actor.clinic.filed, now, written, {key for key in back if key in changed})
        told: dict[str, list[str]] = {CHANGED: [], PROPOSED: []}
        for key, (text, from_file) in wanted.items():
            step = PROPOSED if key in rules.BY_TWO else CHANGED
            if step == PROPOSED and key in waiting and _same(waiting[key][0], text, from_file):
                continue
            version = _add(ctx, version, key, step, str(getattr(now, key)), text, from_file)
            told[step].append(key)
        if told[PROPOSED]:
            for person_id in stored.leads(ctx.session):
                ctx.post(person_id, "setting_proposed", "settings")
        return Outcome(tuple(told[CHANGED]), tuple(told[PROPOSED]))


def confirm(actor: Actor, number: int) -> str:
    """Let a proposal hold; its key. Stale unless it waits still; NotAllowed for whoever made it."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CONFIRM_SETTING)
        row = _waiting(ctx, number)
        if row.by == actor.account_id:
            raise errors.NotAllowed
        was = getattr(texts.over(actor.clinic.filed, stored.in_force(ctx.session)), row.key)
        now = str(getattr(actor.clinic.filed, row.key)) if row.from_file else row.now
        _add(ctx, stored.newest(ctx.session), row.key, CONFIRMED, str(was), now, row.from_file)
        return row.key


def take_back(actor: Actor, number: int) -> str:
    """End a proposal that nobody has confirmed; its key. Stale unless it waits still."""
    with context.work(actor) as ctx:
        access.need(ctx, May.TAKE_BACK_SETTING)
        row = _waiting(ctx, number)
        _add(ctx, stored.newest(ctx.session), row.key, TAKEN_BACK, row.was, row.now, row.from_file)
        return row.key


def _wanted(
    filed: Settings, now: Settings, written: Mapping[str, str], back: Collection[str]
) -> dict[str, tuple[str, bool]]:
    """Key to the new text and whether it is the file's, of what is to change. Unfit with all that does not fit."""
    wanted = {key: (str(getattr(filed, key)), True) for key in sorted(back)}
    problems = {}
    for key, text in written.items():
        if key in wanted:
            continue
        if key not in rules.CHANGEABLE:
            problems[key] = "unknown_field"
            continue
        value, wrong = texts.read(key, text)
        if wrong:
            problems[key] = wrong
        elif value != getattr(now, key):
            wanted[key] = (str(value), False)
    if problems:
        raise errors.Unfit(problems)
    return wanted


def _ensure_fresh(ctx: Context, version: int) -> None:
    if stored.newest(ctx.session) != version:
        raise errors.Stale


def _waiting(ctx: Context, number: int) -> SettingChange:
    for row, _ in stored.waiting(ctx.session).values():
        if row.number == number:
            return row
    raise errors.Stale


def _same(row: SettingChange, text: str, from_file: bool) -> bool:
    return (row.now, row.from_file) == (text, from_file)


def _add(ctx: Context, version: int, key: str, step: str, was: str, now: str, from_file: bool) -> int:
    """The number of the step, which follows `version`."""
    ctx.session.add(
        SettingChange(
            number=version + 1,
            key=key,
            step=step,
            was=was,
            now=now,
            from_file=from_file,
            by=ctx.actor.account_id,
            at=ctx.now,
        )
    )
    ctx.audit(f"settings.{VERBS[step]}", key)
    ctx.tell(ctx.actor.clinic.outdate)
    return version + 1


def _step(row: SettingChange, name: str | None) -> Step:
    return Step(row.number, row.key, row.step, row.was, row.now, row.from_file, name or "", row.at)
