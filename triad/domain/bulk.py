"""One step for many sessions at once: which steps there are, where there is nothing to be done, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from triad.domain import errors, offers, replacing

CONFIRM, CANCEL, REASSIGN, OFFER = KINDS = ("confirm", "cancel", "reassign", "offer")
MOST = 200
"""Sessions in one go."""
MOST_ASKED = 20
"""People who are asked for each of them."""
DONE, SKIPPED, REFUSED = "done", "skipped", "refused"
HOLDING = ("filled", "confirmed")
OFFERED = {"unfilled": "", "on_offer": "asked_already", "closed_unfilled": "given_up"}
LOST = {"confirmed": ("confirm_again",), "on_offer": ("ask_again",), "closed_unfilled": ("looked_for_again",)}
"""What of a slot's state no undo can give back: people were told meanwhile."""
CANCELLERS = ("client", "therapist", "interpreter", "clinic")


@dataclass(frozen=True)
class Terms:
    """`by`, `reason`: who cancels, and why in words. `why`: a code of `replacing`; `of`, `to`: interpreters.

    `count`: how many are asked at most; `people`: only these, none for whoever fits best.
    """

    by: str = ""
    reason: str = ""
    why: str = ""
    of: str = ""
    to: str = ""
    count: int = 3
    people: tuple[str, ...] = ()
    answer_hours: int = offers.ANSWER_HOURS

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Terms:
        """As they were kept, where a tuple is a list."""
        return cls(**{**kept, "people": tuple(kept["people"])})


@dataclass(frozen=True)
class Verbs:
    """The single steps as somebody may take them, with a session's id first, and those that take them back.

    The last number is the version as it was seen: Stale for an older one. `restore` says whether the interpreter
    came back too.
    """

    confirm: Callable[[str, int], None]
    unconfirm: Callable[[str, int], None]
    cancel: Callable[[str, str, str, int], None]
    restore: Callable[[str, int], bool]
    swap: Callable[[str, str, str, int], None]
    send: Callable[[str, Mapping[str, int], int, int], object]
    withdraw: Callable[[str, int], None]


class Step(NamedTuple):
    """One session's part: `people` are asked, where somebody is."""

    encounter_id: str
    seen: int
    people: Sequence[str] = ()


class Standing(NamedTuple):
    """How a session stands: its status, its slot's state, who interprets ("" nobody), and whether it has begun."""

    status: str
    slot: str
    interpreter: str
    begun: bool


def needless(kind: str, now: Standing, of: str = "", to: str = "") -> str:
    """Why this step has nothing to do there; "" where it has.

    `of`: only what this interpreter has is to be reassigned, "" whoever has it; `to`: who is to have it.
    """
    if now.status == "cancelled":
        return "cancelled_already"
    if now.status != "scheduled":
        return "not_planned"
    if now.begun:
        return "begun"
    if kind == CANCEL:
        return ""
    if kind == OFFER:
        return OFFERED.get(now.slot, "has_somebody")
    if now.slot not in HOLDING:
        return "nobody_yet"
    if kind == CONFIRM:
        return "confirmed_already" if now.slot == "confirmed" else ""
    if of and now.interpreter != of:
        return "somebody_else"
    return "has_it_already" if now.interpreter == to else ""


def problems(kind: str, ids: Sequence[str], terms: Terms) -> dict[str, str]:
    """Field -> code, for what does not fit."""
    found = {} if ids else {"row": "required"}
    if len(ids) > MOST:
        found["row"] = "too_many"
    if kind not in KINDS:
        found["kind"] = "choose_one"
    if kind == CANCEL and terms.by not in CANCELLERS:
        found["by"] = "choose_one"
    if kind == REASSIGN:
        found |= {} if terms.why in replacing.REASONS else {"why": "choose_one"}
        found |= {} if terms.to else {"to": "required"}
    if kind == OFFER:
        found |= {} if 1 <= terms.count <= MOST_ASKED else {"count": "range"}
        found |= {} if 1 <= terms.answer_hours <= offers.LONGEST_HOURS else {"answer_hours": "range"}
    return found


def act(kind: str, terms: Terms, step: Step, verbs: Verbs) -> None:
    id_, seen, people = step
    if kind == CONFIRM:
        verbs.confirm(id_, seen)
    elif kind == CANCEL:
        verbs.cancel(id_, terms.by, terms.reason, seen)
    elif kind == REASSIGN:
        verbs.swap(id_, terms.why, terms.to, seen)
    else:
        verbs.send(id_, dict.fromkeys(people, 1), terms.answer_hours, seen)


def take_back(kind: str, before: Mapping[str, Any], step: Step, verbs: Verbs) -> list[str]:
    """Codes for what is not as it was although it is taken back; none, as a rule.

    `before`: slot state and interpreter until then. Conflict `cannot_come_back` where the interpreter cannot.
    """
    id_, seen, _ = step
    if kind == CONFIRM:
        verbs.unconfirm(id_, seen)
        return []
    if kind == OFFER:
        verbs.withdraw(id_, seen)
        return []
    if kind == REASSIGN:
        verbs.swap(id_, "clinic", before["interpreter"], seen)
    elif not verbs.restore(id_, seen) and before["interpreter"]:
        raise errors.Conflict("cannot_come_back")
    return list(LOST.get(before["slot"], ()))


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """How many lines came to each end."""
    found = Counter(outcomes)
    return {name: found[name] for name in (DONE, SKIPPED, REFUSED)}
