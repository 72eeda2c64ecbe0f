"""A wording's way out of draft: who judged which of its texts, which step may follow, when clients may meet it.

A text is judged beside its source: one changed character in either of the two, and it has not been judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from triad.domain import instruments, packs
from triad.domain.instruments import PROVENANCE, Wording
from triad.domain.packs import ANCHOR, CHANGE, OK, QUERY, SIGNED, UI, Said, Standing, Step

OPEN, HELPED = "open", "helped"
"""Nobody has judged a text yet; or interpreters of the clinic alone, and they may help but not decide."""
UNSETTLED = (OPEN, HELPED, CHANGE, QUERY)

OPENS = "expert_reviewed"
"""The state from which on a lead may let a wording out."""
DEBRIEFED, RETIRED = "cognitively_debriefed", "retired"


@dataclass(frozen=True)
class Opinion:
    """What one person said about one text. `about` stands for the text and its source as they were then.

    With `closes` it settles an earlier opinion, by its number. `by` is the account that wrote it down, `name` whose
    opinion it is: a reviewer from outside has no account.
    """

    number: int
    unit: str
    about: str
    verdict: str
    proposed: str
    comment: str
    back: str
    by: str
    name: str
    interprets: bool
    closes: int | None
    at: datetime

    @property
    def said(self) -> Said:
        return Said(self.verdict, self.proposed, self.comment, self.back)


@dataclass(frozen=True)
class Unit:
    """One text beside its source. `opinions` are those that still hold; `text` is "" where the pack has none.

    `stale`: the source has changed since the pack was signed.
    """

    key: str
    source: str
    text: str
    opinions: tuple[Opinion, ...]
    stale: bool = False

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0] if self.key.startswith((f"{ANCHOR}:", f"{UI}:")) else "text"

    @cached_property
    def state(self) -> str:
        """A verdict, `OPEN` or `HELPED`: what anybody still wants changed, or asks, comes first."""
        verdicts = {one.verdict for one in self.opinions}
        for verdict in (CHANGE, QUERY):
            if verdict in verdicts:
                return verdict
        if any(not one.interprets for one in self.opinions):
            return OK
        return HELPED if self.opinions else OPEN


@dataclass(frozen=True)
class Desk:
    """A wording under review. `wording` carries the state reached; `stale` means that signatures stopped counting
    because the source changed."""

    wording: Wording
    source_hash: str
    units: tuple[Unit, ...]
    standing: Standing | None
    stale: bool

    @property
    def state(self) -> str:
        return self.wording.provenance

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those that count for exactly these texts."""
        return packs.counting(self.wording.hash, self.source_hash, self.standing)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Units by their state, all states present."""
        states = [unit.state for unit in self.units]
        return {state: states.count(state) for state in (OK, *UNSETTLED)}

    def unit(self, key: str) -> Unit | None:
        return next((unit for unit in self.units if unit.key == key), None)


def desk(
    shipped: Wording,
    source: Wording,
    standing: Standing | None,
    opinions: Iterable[Opinion],
    signed_source: Mapping[str, str] | None = None,
) -> Desk:
    """`opinions` on this language in the order in which they were given; `signed_source` are the source texts of the
    standing pack by unit, as fingerprints: without them no unit is told to be stale."""
    wording = packs.worded(shipped, source, standing)
    now, texts = packs.source_hash(source, wording), packs.units(wording)
    holding = _holding(opinions)
    found = []
    for key, original in packs.asked(source, wording).items():
        text = texts.get(key, "")
        own = tuple(one for one in holding.get(key, ()) if one.about == packs.about(original, text))
        was = (signed_source or {}).get(key)
        found.append(Unit(key, original, text, own, was is not None and was != instruments.fingerprint(original)))
    is_stale = standing is not None and bool(standing.steps) and standing.source_hash != now
    return Desk(wording, now, tuple(found), standing, is_stale)


def following(desk: Desk) -> tuple[str, ...]:
    """The steps that lead on from here: the next one, and retiring what no client meets. Nothing is skipped."""
    if desk.state == RETIRED:
        return ()
    place = PROVENANCE.index(desk.state) + 1
    return tuple(dict.fromkeys((PROVENANCE[place], *(() if desk.wording.active else (RETIRED,)))))


def against(desk: Desk, step: str) -> tuple[str, ...]:
    """Codes of what stands between this wording and the step, which is for the whole of it or not at all."""
    if step == RETIRED:
        return ()
    rank = SIGNED.index(step)
    items = [unit for unit in desk.units if unit.kind in ("text", ANCHOR)]
    reasons = {
        "missing_texts": any(not unit.text for unit in desk.units),
        "open_texts": desk.counts[OPEN] > 0,
        "open_changes": rank >= SIGNED.index("reconciled") and desk.counts[CHANGE] > 0,
        "open_queries": rank >= SIGNED.index("reconciled") and desk.counts[QUERY] > 0,
        "no_back_translation": rank >= SIGNED.index("back_translated")
        and any(not any(one.back for one in unit.opinions) for unit in items),
        "interpreters_alone": rank >= SIGNED.index(OPENS) and desk.counts[HELPED] > 0,
    }
    return tuple(code for code, holds in reasons.items() if holds)


def reviewers(desk: Desk) -> frozenset[str]:
    """Accounts of those whose word counts: who found a text right and does not interpret here, and who signed."""
    judged = {one.by for unit in desk.units for one in unit.opinions if one.verdict == OK and not one.interprets}
    return frozenset(judged | {step.by for step in desk.steps if step.step in SIGNED})


def is_ready(desk: Desk) -> bool:
    """Has it reached what a lead may let out?"""
    return PROVENANCE.index(OPENS) <= PROVENANCE.index(desk.state) < PROVENANCE.index(RETIRED)


def may_activate(desk: Desk, account_id: str) -> bool:
    """Nobody lets out what they signed, or judged alone."""
    signed = [step.by for step in desk.steps if step.step == OPENS]
    return account_id not in signed[-1:] and reviewers(desk) != {account_id}


def _holding(opinions: Iterable[Opinion]) -> dict[str, list[Opinion]]:
    """By unit, the last opinion of each person on each text, but for those somebody settled."""
    last: dict[tuple[str, ...], Opinion] = {}
    closed = set()
    for one in opinions:
        last[one.unit, one.about, one.by, one.name] = one
        closed.add(one.closes)
    found: dict[str, list[Opinion]] = {}
    for one in last.values():
        if one.number not in closed:
            found.setdefault(one.unit, []).append(one)
    return found
