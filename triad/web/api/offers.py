"""Offers: ask several people to take an encounter, and answer what one is asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from triad.domain import errors
from triad.domain import offers as rules
from triad.services import answers, offers
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import offers as shapes
from triad.web.schemas.base import PageIn

bp = Noun("offers")


@bp.get("/encounters/<encounter_id>/offers")
@guard.needs(May.OFFER)
@bp.answers(shapes.OfferPageOutForCoordinator, asks=PageIn, refuses=(403, 422))
def asked(asked: dict[str, Any], encounter_id: str) -> Any:
    """Everybody who was asked to take this encounter, the newest round first."""
    found = offers.asked(guard.actor(), encounter_id)
    rows = [{**asdict(one), "interpreter": {"id": one.interpreter_id, "name": one.name}} for one in found]
    return exchange.page(rows, asked.get("page", 1))


@bp.post("/encounters/<encounter_id>/offers")
@guard.needs(May.OFFER)
@bp.answers(shapes.SentOut, 201, takes=shapes.OffersIn, once=True, refuses=(403, 409))
def send(body: dict[str, Any], encounter_id: str) -> Any:
    """Ask one or many, in up to three turns. Nobody is asked when one of them cannot take it."""
    tiers = {one["interpreter"]: one.get("tier", 1) for one in body["asks"]}
    if len(tiers) < len(body["asks"]):
        raise errors.Unfit({"asks": "asked_already"})
    hours = body.get("answer_hours", rules.ANSWER_HOURS), body.get("wait_hours", rules.WAIT_HOURS)
    return {"ids": offers.send(guard.actor(), encounter_id, tiers, *hours)}


@bp.post("/encounters/<encounter_id>/offers/withdraw")
@guard.needs(May.OFFER)
@bp.answers(status=204, refuses=(403, 409))
def withdraw(encounter_id: str) -> None:
    """Nobody can accept any more; those who have heard of it are told."""
    offers.withdraw(guard.actor(), encounter_id)


@bp.get("/my-offers")
@guard.needs(May.SEE_OWN_OFFERS)
@bp.answers(shapes.OfferPageOut, asks=PageIn, refuses=(422,))
def mine(asked: dict[str, Any]) -> Any:
    """What one is asked, soonest first, and what was over in the last two weeks. Reading marks as seen, no more."""
    rows = [{**asdict(one), "start": f"{one.at:%H:%M}"} for one in answers.mine(guard.actor())]
    return exchange.page(rows, asked.get("page", 1))


@bp.post("/my-offers/<offer_id>/accept")
@guard.needs(May.ANSWER_OFFER)
@bp.answers(shapes.OfferStateOut, refuses=(409, 422))
def accept(offer_id: str) -> Any:
    """Take it: the first yes has the encounter. Asked again, the answer is how the offer stands."""
    return {"state": answers.accept(guard.actor(), offer_id)}


@bp.post("/my-offers/<offer_id>/decline")
@guard.needs(May.ANSWER_OFFER)
@bp.answers(shapes.OfferStateOut, takes=shapes.DeclineIn)
def decline(body: dict[str, Any], offer_id: str) -> Any:
    """Say no; no reason is needed."""
    return {"state": answers.decline(guard.actor(), offer_id, body.get("reason", ""))}
