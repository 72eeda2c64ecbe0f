"""Wordings under review: what there is in each language and who needs it, and what reviewers say of its texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from triad.domain import errors, forms, instruments, languages, packs, reviews
from triad.domain.packs import Said, Step
from triad.domain.parties import Role
from triad.domain.reviews import Desk, Opinion, Unit
from triad.formats import wordings
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import reviews as store

KEY = wordings.DEFAULT
FIELDS = ("verdict", "proposed", "comment", "back")


@dataclass(frozen=True)
class Line:
    """A language of the registry. `desk` is None where it is not worded, and for the source. `ready`: clients of a
    real clinic may be shown it. `clients` and `cases` that need it are None for whoever may not count them."""

    tag: str
    desk: Desk | None
    ready: bool
    clients: int | None
    cases: int | None

    @property
    def needed(self) -> bool:
        return bool(self.clients or self.cases)


@dataclass(frozen=True)
class Shown:
    """`following` maps each step that may come next to what stands against it. `history` is that of all packs,
    newest first. `releasable`: the state is enough for a lead; `by_me`: and the reader may be the one."""

    desk: Desk
    ready: bool
    mine: Mapping[str, Opinion]
    following: Mapping[str, tuple[str, ...]]
    history: tuple[Step, ...]
    releasable: bool
    by_me: bool


def overview(actor: Actor) -> tuple[Line, ...]:
    """Every language: needed and not ready first, then by how many need it; one statement for each table."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_LANGUAGES)
        standing, said = store.standings(ctx.session, KEY), store.opinions(ctx.session, KEY)
        clients, cases = _needs(ctx) if policy.allows(May.COUNT_LANGUAGES, actor) else (None, None)
        source = wordings.wording(wordings.SOURCE)
        lines = []
        for tag in languages.CLIENT_LANGUAGES:
            found = None
            if tag in wordings.languages() and tag != wordings.SOURCE:
                found = reviews.desk(wordings.wording(tag), source, standing.get(tag), said.get(tag, ()))
            ready = tag == wordings.SOURCE or (found is not None and is_ready(found))
            counts = (None, None) if clients is None or cases is None else (clients[tag], cases[tag])
            lines.append(Line(tag, found, ready, *counts))
    return tuple(sorted(lines, key=lambda one: (not one.needed, one.ready, -(one.cases or 0), -(one.clients or 0))))


def show(actor: Actor, language: str) -> Shown:
    """NotFound for a language that is not worded, and for the source."""
    with context.look(actor) as ctx:
        desk = access.wording(ctx, language, to=May.SEE_LANGUAGES)
        own = {unit.key: _own(unit, actor.account_id, actor.name) for unit in desk.units}
        releasable = reviews.is_ready(desk) and not desk.wording.active
        return Shown(
            desk=desk,
            ready=is_ready(desk),
            mine={key: one for key, one in own.items() if one},
            following={step: reviews.against(desk, step) for step in reviews.following(desk)},
            history=tuple(store.history(ctx.session, KEY, language)),
            releasable=releasable,
            by_me=releasable and reviews.may_activate(desk, actor.account_id),
        )


def is_ready(desk: Desk) -> bool:
    """May clients of a real clinic be shown it?"""
    both = (wordings.wording(wordings.SOURCE), desk.wording)
    return desk.wording in forms.offered(both, wordings.version(), instruments.GIVEN_OUT, drafts=False)


def say(actor: Actor, language: str, seen: str, said: Mapping[str, Said]) -> int:
    """Write down what the actor says of these units; how many opinions are new. What is empty or said already is
    passed over. Unfit by `field:unit`, and then nothing is kept; Stale when the texts are no longer those `seen`."""
    with context.work(actor) as ctx:
        desk = access.wording(ctx, language, to=May.REVIEW_WORDING)
        if seen != desk.wording.hash:
            raise errors.Stale
        fresh, problems = {}, {}
        for key, one in said.items():
            unit = desk.unit(key)
            if unit is None:
                problems[f"verdict:{key}"] = "unknown"
            elif any((one.verdict, one.proposed, one.comment, one.back)):
                wrong = packs.unfit(one, unit.source, unit.text)
                problems |= {f"{field}:{key}": code for field, code in wrong.items()}
                own = _own(unit, actor.account_id, actor.name)
                if own is None or one != own.said:
                    fresh[unit] = one
        if problems:
            raise errors.Unfit(problems)
        for unit, one in fresh.items():
            store.say(
                ctx.session,
                one,
                language=language,
                version_key=KEY,
                unit=unit.key,
                about=packs.about(unit.source, unit.text),
                by=actor.account_id,
                name=actor.name,
                interprets=actor.has(Role.INTERPRETER),
                at=ctx.now,
            )
        if fresh:
            ctx.audit("reviews.say", language, units=len(fresh))
        return len(fresh)


def _own(unit: Unit, account_id: str, name: str) -> Opinion | None:
    return next((one for one in reversed(unit.opinions) if (one.by, one.name) == (account_id, name)), None)


def _needs(ctx: Context) -> tuple[Counter[str], Counter[str]]:
    """Written language to clients who chose it, and to open cases that need it or a variety written as it."""
    today = ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date()
    clients: Counter[str] = Counter()
    for tag, count in store.clients(ctx.session).items():
        clients[_written(tag)] += count
    pairs = {(_written(tag), case) for tag, case in store.needs(ctx.session, today)}
    return clients, Counter(tag for tag, _ in pairs)


def _written(tag: str) -> str:
    try:
        return languages.written(tag).tag
    except KeyError:
        return tag
