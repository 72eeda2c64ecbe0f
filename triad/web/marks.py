"""What a picture raises, in words: what happened, whether it is over, how it was found. Never who is to blame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triad.domain import literature as literature_
from triad.domain.flags import Entry, Flag
from triad.domain.parties import DIRECTIONS, DYADS
from triad.domain.pictures import Picture
from triad.services import alliance
from triad.services.context import Actor
from triad.web import bonds, pictures
from triad.web.i18n import gettext, lazy

STEPS = {
    "talked": lazy("Talked about"),
    "repair": lazy("Something was tried"),
    "dismissed": lazy("Not worth a conversation"),
    "closed": lazy("Closed"),
    "reopened": lazy("Opened again"),
}
SOURCES = {"assumed": lazy("assumed, no clinic has measured it"), "pooled": lazy("from this clinic's own cases")}


RULES = {
    "drop-previous": lazy("Fell by a standard deviation or more (as Strauss)"),
    "drop-peak": lazy("A standard deviation or more below the highest so far"),
    "below-mean": lazy("Two own standard deviations below the own mean (as Stiles)"),
    "reliable-change": lazy("Fell beyond measurement error (Jacobson and Truax)"),
    "individuals": lazy("Below the limit of the control chart"),
}


@dataclass(frozen=True)
class Told:
    entry: Entry
    sentence: str
    state: str
    found: str


def told(entries: Iterable[Entry], names: Mapping[str, str]) -> list[Told]:
    return [Told(one, _sentence(one.flag, names), _state(one), _found(one.flag)) for one in entries]


@dataclass(frozen=True)
class Waiting:
    """One entry of one of a therapist's own cases, and what could be next."""

    case_id: str
    code: str
    told: Told
    then: str


def waiting(actor: Actor) -> list[Waiting]:
    """What waits to be talked about in the reader's own cases, newest session first."""
    found = [
        Waiting(case.case_id, case.code, one, _then(one.entry))
        for case in alliance.waiting(actor)
        for entry in case.entries
        for one in told([entry], {"T": gettext("You"), "I": entry.meeting.interpreter})
    ]
    return sorted(found, key=lambda one: one.told.entry.meeting.day, reverse=True)


def _then(entry: Entry) -> str:
    steps = [one.step for one in entry.answers]
    if "repair" in steps:
        return gettext("Something was tried. It ends when the numbers are back, or when you close it.")
    if "talked" in steps:
        return gettext("Talked about. Note what was tried, or close it.")
    return gettext("Talk about it, perhaps in supervision.")


def _sentence(flag: Flag, names: Mapping[str, str]) -> str:
    if flag.kind == "pattern":
        return _pattern(flag, names)
    one, other = bonds.pair(flag.where, names)
    said = {"one": one, "other": other, "number": flag.number}
    if flag.kind == "rating":
        said |= _numbers(flag, "baseline", "drop")
        return gettext(
            "%(one)s about %(other)s: fell by %(drop)s from about %(baseline)s in session %(number)s.", **said
        )
    if flag.kind == "dyad":
        return gettext("%(one)s and %(other)s: both fell in session %(number)s.", **said)
    if flag.kind == "shift":
        return gettext("%(one)s about %(other)s: lower than before since about session %(number)s.", **said)
    return _gap(flag, one, other)


def _gap(flag: Flag, one: str, other: str) -> str:
    """Without a sign: who gives more is named. Few sessions swing, so the range is around less than their mean."""
    sign = 1 if flag.numbers["mean"] >= 0 else -1
    mean, less, *ends = (sign * flag.numbers[name] for name in ("mean", "shrunken", "low", "high"))
    held = {"mean": mean, "less": less, "low": min(ends), "high": max(ends), "n": flag.numbers["n"]}
    return gettext(
        "%(one)s and %(other)s: %(mean)s apart on average over %(n)s sessions (higher: %(who)s). Allowing for chance "
        "about %(less)s, likely between %(low)s and %(high)s.",
        **{"one": one, "other": other, "who": one if sign > 0 else other},
        **{name: bonds.figure(number) for name, number in held.items()},
    )


def _pattern(flag: Flag, names: Mapping[str, str]) -> str:
    if flag.pattern == "outsider" and flag.who:
        letter = flag.who
        who, _ = bonds.pair(f"{letter}{'T' if letter != 'T' else 'C'}", names)
        return gettext("%(who)s: outside of the bond of the other two.", who=who)
    if flag.pattern == "weak_link" and flag.who:
        one, other = bonds.pair(flag.who, names)
        return gettext("%(one)s and %(other)s: the weakest of the three bonds.", one=one, other=other)
    return gettext("The three bonds differ, each from the next.")


def _numbers(flag: Flag, *wanted: str) -> dict[str, str]:
    return {name: bonds.figure(flag.numbers[name]) for name in wanted}


def _state(entry: Entry) -> str:
    flag = entry.flag
    if entry.ended:
        return gettext("Closed by you.")
    if flag.kind in ("rating", "dyad"):
        if flag.state == "repaired":
            return gettext("Back again in session %(number)s. That says nothing about why.", number=flag.repaired_at)
        if flag.state == "open":
            return gettext("Too early to say whether it comes back.")
        return gettext("Not back within three sessions.")
    if entry.returned:
        return gettext("Its last two ratings are back where they were before. That says nothing about why.")
    if flag.kind in ("asymmetry", "pattern") and flag.state is None:
        return gettext("It no longer holds.")
    return gettext("It still holds.")


def _found(flag: Flag) -> str:
    """The rule with what it was found by, so that anybody can do it again by hand."""
    spread = flag.spreads[0]
    return gettext(
        "Rule %(rule)s, z %(z)s; usual swing %(swing)s, %(source)s.",
        rule=flag.rule,
        z=bonds.figure(round(flag.z, 1)),
        swing=bonds.figure(spread.value),
        source=gettext(SOURCES[spread.source]),
    )


def literature(picture: Picture, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What published rules would mark: rule, direction and sessions, share of quiet series in which it fires."""
    found = []
    for dyad in DIRECTIONS:
        met = [one for one in picture.meetings if one.scores[dyad.key] is not None]
        for rule in literature_.every([one.scores[dyad.key] for one in met], alliance.SCALE.sem, picture.sample_sd):
            if rule.at and (picture.sample_sd or not rule.criterion.startswith("drop")):
                sessions = ", ".join(str(met[place].number) for place in rule.at)
                false = literature_.FALSE_PER_TWELVE[rule.criterion][alliance.SCALE.key]
                where = f"{bonds.heading(dyad.key, names)}: {sessions}"
                found.append((gettext(RULES[rule.criterion]), where, f"{100 * false:.0f} %"))
    return sorted(found, key=lambda one: one[0])


def signs(picture: Picture) -> Sequence[pictures.Mark]:
    """The same as small signs on the courses; a dip that may be chance is drawn and not listed."""
    return list(_signs(picture))


def _signs(picture: Picture) -> Iterator[pictures.Mark]:
    kinds = {"rating": "fell", "dyad": "fell", "shift": "shift", "asymmetry": "apart", "watch": "watch"}
    for flag in picture.signals.flags:
        if flag.kind == "pattern":
            continue
        dyad = next(one for one in DYADS if flag.where in (one.key, one.back.key)).key
        ways = (flag.where,) if flag.kind in ("rating", "shift", "watch") else (dyad, dyad[::-1])
        yield pictures.Mark(dyad, flag.number, kinds[flag.kind], ways)
        if flag.repaired_at:
            yield pictures.Mark(dyad, flag.repaired_at, "back", ways)
