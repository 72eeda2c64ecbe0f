"""Who can interpret an encounter: every reason against, or the points in favour and a rank.

Reads no rating and no outcome, judges on the encounter's date, and never says why a client chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from triad.domain import availability, candidates, merits, wishes
from triad.domain.candidates import Candidate, Demand
from triad.domain.merits import Point
from triad.domain.timespans import MINUTE

Details = dict[str, Any]

ASKS_INTERPRETER = frozenset({"TIME_OFF", "AVAILABILITY"})


@dataclass(frozen=True)
class Reason:
    """`waiver`: N none, W the coordinator with a typed reason, C the client's consent, L the lead."""

    code: str
    details: Details
    waiver: Literal["N", "W", "C", "L"]


@dataclass(frozen=True)
class Fit:
    """`rank` sorts: the smaller, the better."""

    candidate: Candidate
    points: tuple[Point, ...]
    rank: tuple[Any, ...]


@dataclass(frozen=True)
class Misfit:
    candidate: Candidate
    reasons: tuple[Reason, ...]


def _language(who: Candidate, what: Demand, code: str) -> Iterator[Details]:
    for need in what.needs:
        yield from (details for name, details in candidates.lacking(who.skills, need) if name == code)


def _lapsed(who: Candidate, what: Demand) -> Iterator[Details]:
    for need in what.needs:
        held = candidates.credentials(who, need)
        if held and not any(one.is_valid(what.on) for one in held):
            last = max(held, key=lambda one: one.expires or date.max)
            yield {"credential": last.body, "kind": last.kind, "language": last.tag, "on": what.on}


def _gender(who: Candidate, what: Demand) -> Iterator[Details]:
    # A gender not stated cannot be shown to keep either wish.
    for need in (need for need in what.needs if need.gender_wish):
        matches = who.gender == need.gender_wish
        kept = {"require": matches, "avoid": bool(who.gender) and not matches}
        if not kept.get(need.wish_kind, True):
            yield {"gender": need.gender_wish, "wish": need.wish_kind}


def _wishes(who: Candidate, what: Demand, kind: wishes.Kind) -> Iterator[Details]:
    """What was required and is not there, or was to be avoided and is."""
    for need in what.needs:
        off = wishes.had if kind == "avoid" else wishes.missing
        yield from ({"attribute": name} for name in off(need.wishes, who.attributes, kind))


def _mode(who: Candidate, what: Demand) -> Iterator[Details]:
    return ({"mode": need.mode} for need in what.needs if need.mode and need.mode not in who.modes)


def _overlap(who: Candidate, what: Demand) -> Iterator[Details]:
    spans = [span for span, _ in who.taken if span.overlaps(what.held_span)]
    if spans:
        yield {"span": min(spans)}


def _gap(who: Candidate, what: Demand) -> Iterator[Details]:
    """The worst shortage of max(set-up, travel), needed once between two held spans."""
    short = []
    for near in (*candidates.near(who, what, before=True), *candidates.near(who, what, before=False)):
        needed = max(what.setup_minutes, near.travel)
        if near.idle < needed * MINUTE:
            short.append((needed * MINUTE - near.idle, needed, near.idle // MINUTE))
    if short:
        _, needed, has = max(short)
        yield {"needed": needed, "has": has}


def _load(who: Candidate, what: Demand) -> Iterator[Details]:
    adds, booked, limit = what.held_span.minutes, who.booked_week_minutes, who.max_week_minutes
    if limit is not None and booked + adds > limit:
        yield {"booked": booked, "adds": adds, "max": limit}


def _exposure(who: Candidate, what: Demand) -> Iterator[Details]:
    """Sessions a week, however long: it is what is heard in them that weighs."""
    booked, limit = who.booked_week_sessions, who.exposure_max
    if limit is not None and booked + 1 > limit:
        yield {"booked": booked, "max": limit}


def _away(who: Candidate, what: Demand) -> Iterator[Details]:
    return _when(availability.is_away(who.away, what.held_span), span=what.held_span)


def _hours(who: Candidate, what: Demand) -> Iterator[Details]:
    # Asked without the absences, which have a rule of their own.
    return _when(not availability.covers(who.hours, (), what.held_span), span=what.held_span)


def _training(who: Candidate, what: Demand) -> Iterator[Details]:
    hours, needed = who.training_hours, what.min_training_hours
    return _when(hours < needed, hours=hours, needed=needed)


def _when(fails: bool, **details: Any) -> Iterator[Details]:
    return iter([details] if fails else [])


Rule = Callable[[Candidate, Demand], Iterable[Details]]

RULES: tuple[tuple[str, Literal["N", "W", "C", "L"], Rule], ...] = (
    ("ROLE_FAMILY", "N", lambda who, what: _when(who.family)),
    ("ROLE_MINOR", "N", lambda who, what: _when(not who.adult)),
    ("ETHICS", "N", lambda who, what: _when((who.ethics_on or date.max) > what.on, on=what.on)),
    ("CHECK_EXPIRED", "N", lambda who, what: _when((who.check_expires or date.min) < what.on, on=what.on)),
    ("LANG_PAIR", "N", lambda who, what: _language(who, what, "LANG_PAIR")),
    ("LANG_DIRECTION", "N", lambda who, what: _language(who, what, "LANG_DIRECTION")),
    ("LANG_DIALECT", "C", lambda who, what: _language(who, what, "LANG_DIALECT")),
    ("LANG_LEVEL", "W", lambda who, what: _language(who, what, "LANG_LEVEL")),
    ("CRED_INVALID", "W", _lapsed),
    ("TRAINING_HOURS", "W", _training),
    ("CLIENT_CHOICE", "N", lambda who, what: _when(who.excluded)),
    ("GENDER", "C", _gender),
    ("WISH_MISSING", "C", lambda who, what: _wishes(who, what, "require")),
    ("WISH_AVOIDED", "C", lambda who, what: _wishes(who, what, "avoid")),
    ("CONFLICT_OPEN", "L", lambda who, what: _when(who.conflict_open)),
    ("MODE", "N", _mode),
    ("TIME_OFF", "W", _away),
    ("AVAILABILITY", "W", _hours),
    ("OVERLAP", "N", _overlap),
    ("GAP", "W", _gap),
    ("LOAD_MAX", "W", _load),
    ("EXPOSURE_CAP", "W", _exposure),
)


DIARY = ("CLIENT_CHOICE", "CONFLICT_OPEN", "OVERLAP", "GAP", "LOAD_MAX", "EXPOSURE_CAP")
OF_THE_DIARY = tuple(rule for rule in RULES if rule[0] in DIARY)
"""What asks for the client, or for what is taken."""
OF_THE_HOUR = tuple(rule for rule in RULES if rule[0] in ("MODE", "TIME_OFF", "AVAILABILITY"))
"""What asks for the person and the session."""
OF_THE_PERSON = tuple(rule for rule in RULES if rule not in OF_THE_DIARY + OF_THE_HOUR)
"""What asks for the person, the needs and the day alone."""


def examine(candidate: Candidate, demand: Demand) -> Fit | Misfit:
    """All reasons against in the order of `RULES`, one per language where several fail; else the points and rank."""
    reasons: list[Reason] = []
    for reason in _against(candidate, demand):
        if reason not in reasons:
            reasons.append(reason)
    return Misfit(candidate, tuple(reasons)) if reasons else Fit(candidate, *merits.weighed(candidate, demand))


def _against(candidate: Candidate, demand: Demand) -> Iterator[Reason]:
    for code, waiver, rule in RULES:
        yield from (Reason(code, details, waiver) for details in rule(candidate, demand))


def fits(candidate: Candidate, demand: Demand, rules: tuple[tuple[str, Any, Rule], ...] = RULES) -> bool:
    """Whether `examine` would find somebody fit, as far as these rules go; it stops at the first that fails."""
    return not any(True for _, _, rule in rules for _ in rule(candidate, demand))


def ranked(people: Iterable[Candidate], demand: Demand) -> tuple[tuple[Fit, ...], tuple[Misfit, ...]]:
    """Fits best first: continuity, preferences, credential, dialect, travel, name. Then misfits, nearest first:
    those who have the language before those who have not, fewest reasons nobody can waive, then fewest reasons,
    then fewest that need the client's or the lead's consent.
    """
    found = [examine(candidate, demand) for candidate in people]
    fits = sorted((one for one in found if isinstance(one, Fit)), key=lambda fit: fit.rank)
    return tuple(fits), tuple(sorted((one for one in found if isinstance(one, Misfit)), key=_distance))


def _distance(misfit: Misfit) -> tuple[Any, ...]:
    waivers = [reason.waiver for reason in misfit.reasons]
    # An hour can be moved, a language cannot.
    foreign = any(reason.code == "LANG_PAIR" for reason in misfit.reasons)
    asks = waivers.count("C") + waivers.count("L")
    return foreign, waivers.count("N"), len(waivers), asks, misfit.candidate.name.casefold(), str(misfit.candidate.id)


def unresolved(reasons: Iterable[Reason], waived: Set[str], consented: Set[str] = frozenset()) -> tuple[Reason, ...]:
    """The reasons that still stand. `waived`: codes the coordinator waives, with a typed reason each.

    `consented`: codes the one concerned agreed to: the client for C, the lead for L, and the interpreter for
    `ASKS_INTERPRETER`, which need both. N always stands.
    """

    def stands(reason: Reason) -> bool:
        if reason.waiver == "W":
            needs_both = reason.code in ASKS_INTERPRETER
            return reason.code not in waived or (needs_both and reason.code not in consented)
        return reason.waiver == "N" or reason.code not in consented

    return tuple(reason for reason in reasons if stands(reason))


def waivable(reasons: Iterable[Reason], waived: Set[str], consented: Set[str] = frozenset()) -> bool:
    """Whether none of the reasons stands any more; see `unresolved`."""
    return not unresolved(reasons, waived, consented)
