"""One step for many sessions, for pages and programs: the verbs it is made of, what was asked for, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triad.domain import bulk as rules
from triad.domain import errors, replacing
from triad.services import assignments, encounters, moves, offers, replacements
from triad.services.bulk import Terms, Verbs
from triad.services.context import Actor
from triad.services.replacements import Instead
from triad.web import staffing
from triad.web.i18n import gettext, lazy

FIELDS = ("by", "reason", "why", "of", "to", "count", "people", "answer_hours")
WHY = {
    "cancelled_already": lazy("cancelled already"),
    "not_planned": lazy("is over"),
    "begun": lazy("has begun"),
    "asked_already": lazy("on offer already"),
    "given_up": lazy("nobody is looked for any more"),
    "has_somebody": lazy("has its interpreter"),
    "nobody_yet": lazy("has no interpreter"),
    "confirmed_already": lazy("confirmed already"),
    "somebody_else": lazy("somebody else has it"),
    "has_it_already": lazy("has it already"),
    "nobody_fits": lazy("nobody of these can take it"),
    "cannot_come_back": lazy("the interpreter cannot come any more"),
    "not_allowed": lazy("not yours to change"),
    "not_eligible": lazy("cannot take it"),
}
AFTER = {
    "confirm_again": lazy("was confirmed: ask for a new yes"),
    "looked_for_again": lazy("was given up: it waits for somebody again"),
    "ask_again": lazy("was on offer: nobody is asked any more"),
}
"""What is not as it was, although a line was taken back."""


def verbs(actor: Actor) -> Verbs:
    """The single verbs, by which each line is done."""
    return Verbs(
        confirm=lambda id_, seen: assignments.confirm(actor, id_, seen),
        unconfirm=lambda id_, seen: assignments.unconfirm(actor, id_, seen),
        cancel=lambda id_, by, reason, seen: encounters.cancel(actor, id_, by, reason, seen),
        restore=lambda id_, seen: moves.restore(actor, id_, seen),
        swap=lambda id_, why, to, seen: replacements.swap(actor, id_, why, Instead(to), seen),
        send=lambda id_, tiers, hours, seen: offers.send(actor, id_, tiers, hours, seen=seen),
        withdraw=lambda id_, seen: offers.withdraw(actor, id_, seen),
    )


def terms(form: Any) -> Terms:
    """Unfit for a number that is none; what else does not fit, the verb says."""
    texts = {name: form.get(name, "").strip() for name in ("by", "reason", "why", "of", "to")}
    numbers: dict[str, int] = {}
    problems = {}
    for name in ("count", "answer_hours"):
        text = form.get(name, "").strip()
        if text.isdecimal():
            numbers[name] = int(text[:6])
        elif text:
            problems[name] = "number"
    if problems:
        raise errors.Unfit(problems)
    return Terms(**texts, **numbers, people=tuple(filter(None, form.getlist("people"))))  # type: ignore[arg-type]


def why(codes: list[str]) -> str:
    """What stands against a line, in a few words each."""
    return "; ".join(_word(code) for code in codes)


def after(codes: list[str]) -> str:
    return "; ".join(gettext(AFTER[code]) for code in codes)


def _word(code: str) -> str:
    if code in WHY:
        return gettext(WHY[code])
    return staffing.rule(code if code in staffing.RULES else errors.BadTransition.code)


def cancellers() -> list[tuple[str, str]]:
    words = {
        "client": lazy("Client"),
        "therapist": lazy("Therapist"),
        "interpreter": lazy("Interpreter"),
        "clinic": lazy("Clinic"),
    }
    return [(code, gettext(words[code])) for code in rules.CANCELLERS]


def people(line_people: list[str], names: Mapping[str, str]) -> list[str]:
    return [names[one] for one in line_people if one in names]


def codes(sentences: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(sentences[code])) for code in replacing.REASONS]
