"""Everything a language needs on its way out of draft, for tests that begin somewhere along it."""

from __future__ import annotations

from dataclasses import replace

from tests.cast import Cast
from triad.domain.packs import Said
from triad.services import approvals, reviews
from triad.services.context import Actor

WALK = ("human_forward", "reconciled", "back_translated", "expert_reviewed")
SIGNATURE = {"name": "Dr. Nadia Saleh", "credential": "Sworn translator", "day": "2027-02-28", "people": ""}


def strict(actor: Actor) -> Actor:
    """The same person in a clinic that shows clients no drafts."""
    clinic = replace(actor.clinic, settings=replace(actor.clinic.filed, offer_drafts_to_clients=False))
    return replace(actor, clinic=clinic)


def seen(actor: Actor, language: str = "ar") -> str:
    return reviews.show(actor, language).desk.wording.hash


def all_right(actor: Actor, language: str = "ar") -> int:
    """Find every text right, and say what it says in the source."""
    units = reviews.show(actor, language).desk.units
    said = {unit.key: Said("ok", back=f"Back: {unit.source}") for unit in units}
    return reviews.say(actor, language, seen(actor, language), said)


def sign(actor: Actor, step: str, language: str = "ar", **changed: str) -> str:
    written = {**SIGNATURE, "step": step, **changed}
    return approvals.sign(actor, language, seen(actor, language), written)


def walk(cast_: Cast, language: str = "ar", to: str = "expert_reviewed", by: Actor | None = None) -> None:
    """Thea judges, and signs every step up to this one."""
    actor = by or cast_.thea
    all_right(actor, language)
    for step in WALK[: WALK.index(to) + 1]:
        sign(actor, step, language)


def out(cast_: Cast, language: str = "ar") -> None:
    """All the way: Lena lets out what Thea has signed."""
    walk(cast_, language)
    approvals.activate(cast_.lena, language, seen(cast_.lena, language))
