"""The way out of draft: taking proposed texts over, signing what a wording has reached, letting it out to clients."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from triad.domain import errors, instruments, packs, reviews
from triad.domain.notes import Fields
from triad.domain.packs import ACTIVATED, CHANGE, OK, WITHDRAWN, Said
from triad.domain.reviews import DEBRIEFED, OPENS, Desk, Opinion, Unit
from triad.formats import wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import reviews as store
from triad.store import settings as stored
from triad.store.reviews import WordingPack, WordingStep

KEY = wordings.DEFAULT
MOST_PEOPLE = 999
LONGEST = 200


class Turn(NamedTuple):
    """The numbers of the next pack and the next step."""

    pack: int
    step: int


def settle(actor: Actor, language: str, seen: str, take: Collection[int], aside: Collection[int]) -> int:
    """Take the proposed texts of these opinions over, by their numbers, and set others aside: for those the text
    stays as it is, and the actor stands for it. How many texts are new: with one, a new pack begins as a draft.

    Stale when the texts are no longer those `seen`, or an opinion does not hold any more; Unfit `take` for two
    proposals on one text, or one that is both taken and set aside.
    """
    with context.work(actor) as ctx:
        turn = _turn(ctx)
        desk = access.wording(ctx, language, to=May.SIGN_WORDING)
        _ensure_seen(desk, seen)
        open_now = {one.number: (unit, one) for unit in desk.units for one in unit.opinions if one.verdict != OK}
        if not {*take, *aside} <= open_now.keys():
            raise errors.Stale
        taken = _taken([open_now[number] for number in take], set(take) & set(aside))
        if taken:
            standing = desk.standing
            shipped = packs.units(wordings.wording(language))
            own = {**dict(standing.own if standing else ()), **taken}
            own = {key: text for key, text in own.items() if shipped.get(key) != text}
            _keep(ctx, turn, desk, own)
        for number in sorted(aside):
            unit, _ = open_now[number]
            if unit.key not in taken:
                _stand_for(ctx, language, unit, number)
        ctx.audit("approvals.settle", language, taken=len(taken), aside=len(set(aside)))
        return len(taken)


def sign(actor: Actor, language: str, seen: str, written: Mapping[str, str]) -> str:
    """Sign that the wording has reached a step, for exactly the texts `seen`; the step. Fields: `step`, `name`,
    `credential`, `day`, and `people` for a debriefing. Unfit by field; Stale; BadTransition where something stands
    against the step, or it does not come next. Leads hear of what they may let out."""
    with context.work(actor) as ctx:
        turn = _turn(ctx)
        desk = access.wording(ctx, language, to=May.SIGN_WORDING)
        _ensure_seen(desk, seen)
        step, row = _signature(ctx, written)
        if step not in reviews.following(desk) or reviews.against(desk, step):
            raise errors.BadTransition(noun="wording", state=desk.state, event=step)
        _add(ctx, turn, desk, step, **row)
        if step == OPENS:
            for person_id in stored.leads(ctx.session):
                ctx.post(person_id, "wording_signed", language)
        ctx.audit("approvals.sign", language, step=step, wording=_code(desk))
        return step


def activate(actor: Actor, language: str, seen: str) -> None:
    """Let clients meet exactly the texts `seen`. NotAllowed for whoever signed them or judged them alone; Stale;
    BadTransition before experts have reviewed them, and where they are out already."""
    with context.work(actor) as ctx:
        turn = _turn(ctx)
        desk = access.wording(ctx, language, to=May.ACTIVATE_WORDING)
        _ensure_seen(desk, seen)
        if not reviews.is_ready(desk) or desk.wording.active:
            raise errors.BadTransition(noun="wording", state=desk.state, event=ACTIVATED)
        if not reviews.may_activate(desk, actor.account_id):
            raise errors.NotAllowed
        _add(ctx, turn, desk, ACTIVATED, **_own_hand(ctx))
        ctx.audit("approvals.activate", language, wording=_code(desk))


def withdraw(actor: Actor, language: str) -> None:
    """Clients are not shown it any more, from now on. BadTransition where it is not out."""
    with context.work(actor) as ctx:
        turn = _turn(ctx)
        desk = access.wording(ctx, language, to=May.ACTIVATE_WORDING)
        if not desk.wording.active:
            raise errors.BadTransition(noun="wording", state=desk.state, event=WITHDRAWN)
        _add(ctx, turn, desk, WITHDRAWN, **_own_hand(ctx))
        ctx.audit("approvals.withdraw", language, wording=_code(desk))


def _turn(ctx: Context) -> Turn:
    """Asked before anything else: who decides on what somebody has changed meanwhile finds the number taken."""
    return Turn(store.newest_pack(ctx.session) + 1, store.newest_step(ctx.session) + 1)


def _ensure_seen(desk: Desk, seen: str) -> None:
    if seen != desk.wording.hash:
        raise errors.Stale


def _code(desk: Desk) -> str:
    return desk.wording.hash[:12]


def _taken(chosen: list[tuple[Unit, Opinion]], twice: set[int]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for unit, one in chosen:
        if one.verdict != CHANGE or unit.key in texts or one.number in twice:
            raise errors.Unfit({"take": "one_text_each"})
        texts[unit.key] = one.proposed
    return texts


def _stand_for(ctx: Context, language: str, unit: Unit, number: int) -> None:
    store.say(
        ctx.session,
        Said(OK),
        language=language,
        version_key=KEY,
        unit=unit.key,
        about=packs.about(unit.source, unit.text),
        by=ctx.actor.account_id,
        name=ctx.actor.name,
        interprets=False,
        closes=number,
        at=ctx.now,
    )


def _signature(ctx: Context, written: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    fields = Fields(written)
    step = fields.choice("step", packs.SIGNED)
    signer, credential = fields.text("name", LONGEST), fields.text("credential", LONGEST)
    day = fields.day("day")
    if day is not None and day > _today(ctx):
        fields.fail("day", "future")
    people = fields.whole("people", 1, MOST_PEOPLE, optional=step != DEBRIEFED)
    fields.settle()
    asked = people if step == DEBRIEFED else None
    return step, {"signer": signer, "credential": credential, "signed_on": day, "people": asked}


def _own_hand(ctx: Context) -> dict[str, object]:
    return {"signer": ctx.actor.name, "credential": "", "signed_on": _today(ctx), "people": None}


def _today(ctx: Context) -> date:
    return ctx.now.astimezone(ZoneInfo(ctx.settings.zone)).date()


def _add(ctx: Context, turn: Turn, desk: Desk, step: str, **row: object) -> None:
    """A step with the pack of these texts, which is kept first if it is not the standing one."""
    standing = desk.standing
    same = standing is not None and (standing.hash, standing.source_hash) == (desk.wording.hash, desk.source_hash)
    pack = standing.number if standing and same else _keep(ctx, turn, desk, dict(standing.own if standing else ()))
    by = ctx.actor.account_id
    ctx.session.add(WordingStep(number=turn.step, pack=pack, step=step, by=by, at=ctx.now, **row))


def _keep(ctx: Context, turn: Turn, desk: Desk, own: Mapping[str, str]) -> int:
    """Keep the pack that these own texts make, as it is now; its number."""
    language = desk.wording.language
    wording = packs.merged(wordings.wording(language), own)
    row = WordingPack(
        number=turn.pack,
        language=language,
        version_key=KEY,
        hash=wording.hash,
        source_hash=desk.source_hash,
        units=packs.units(wording),
        own=dict(own),
        source={unit.key: instruments.fingerprint(unit.source) for unit in desk.units},
        by=ctx.actor.account_id,
        at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return turn.pack
