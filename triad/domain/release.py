"""Who may see whose ratings of one encounter, and from when. What a viewer may not see looks as if never given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from triad.domain import errors
from triad.domain.batches import Opening
from triad.domain.parties import DIRECTIONS, PARTIES, Role

Viewer = Literal["therapist", "lead", "interpreter"]
"""As what a person looks: a party of the case, or the clinical lead who is none."""

TO_THERAPIST, TO_LEAD, COUNTED = "therapist", "lead_only", "statistics_only"
"""The client's choice: my therapist may see it; only the clinical lead; only counted with others."""

CLIENT_CHOICE, NEVER = "client-choice", "never"
POLICIES = (CLIENT_CHOICE, NEVER)
"""What clients are told before they answer: they choose who sees it; or nobody sees it, it is only counted.

Each form keeps the one it was sent under. So what a name stands for never changes: another promise is another name.
"""

ERASE = "erase"
NARROWING = (TO_THERAPIST, TO_LEAD, COUNTED, ERASE)
"""From the widest to nothing at all: afterwards a choice moves in this direction only."""


def narrowed(choice: str, asked: str) -> str:
    """What holds after the client asks for `asked`: the narrower of the two. Unfit for what cannot be asked for."""
    if asked not in NARROWING[1:]:
        raise errors.Unfit({"to": "choose_one"})
    return max(choice, asked, key=NARROWING.index)


def stricter(*policies: str) -> str:
    """Of these policies the one that opens least; one that is not known opens nothing."""
    return CLIENT_CHOICE if all(policy == CLIENT_CHOICE for policy in policies) else NEVER


def counting(policy: str, choice: str) -> str:
    """The client's choice as it counts: only under `CLIENT_CHOICE` is it the one that was made."""
    return choice if stricter(policy) == CLIENT_CHOICE else COUNTED


class Slot(NamedTuple):
    """One party's form. `locked_at` is None while nothing was sent, and lies ahead while it can be corrected.

    `choice` matters for the client alone. `read_by_rated` says that the interpreter, who is rated in it,
    opened, read out or wrote down the client's form.
    """

    party: Role
    locked_at: datetime | None
    choice: str = TO_THERAPIST
    withdrawn: bool = False
    read_by_rated: bool = False


def visible(viewer: Viewer, slots: Iterable[Slot], now: datetime, opening: Opening) -> frozenset[Role]:
    """The parties whose ratings the viewer may see now.

    An interpreter sees the own form only, for ever. A therapist sees the own form, and the others once it is
    locked and either the window after the encounter is over or all three are in; "all in" counts only if the
    client shares with the therapist, else its early coming would tell that the client answered. The lead sees
    locked forms at the end of the window, or when all three are in and the client shares with the lead: any
    other early coming would tell the same. Where forms are let out in batches there is no early coming at all, and
    what was locked late waits for the next one. What is withdrawn is as if never given.
    """
    given = {slot.party: slot for slot in slots if slot.locked_at is not None and not slot.withdrawn}
    locked = {party for party, slot in given.items() if slot.locked_at is not None and slot.locked_at <= now}
    over, complete = now >= opening.at, opening.may_be_early and len(locked) == len(PARTIES)
    out = {party for party in locked if opening.lets_out(given[party].locked_at or now, now)}
    choice = given[Role.CLIENT].choice if Role.CLIENT in locked else COUNTED
    if viewer == "interpreter":
        return frozenset(given.keys() & {Role.INTERPRETER})
    if viewer == "lead":
        shared = choice in (TO_THERAPIST, TO_LEAD)
        if not (over or (complete and shared)):
            return frozenset()
        return frozenset(out - (set() if shared else {Role.CLIENT}))
    own = given.keys() & {Role.THERAPIST}
    if Role.THERAPIST not in locked or not (over or (complete and choice == TO_THERAPIST)):
        return frozenset(own)
    return frozenset((own | out) - (set() if choice == TO_THERAPIST else {Role.CLIENT}))


def directions(viewer: Viewer, slots: Iterable[Slot], now: datetime, opening: Opening) -> frozenset[str]:
    """Keys of the directed ratings the viewer may see now, of `visible` parties.

    CI is left out where the interpreter had a hand in the client's form: nobody is frank to the one who asks.
    """
    slots = tuple(slots)
    seen = visible(viewer, slots, now, opening)
    keys = {dyad.key for dyad in DIRECTIONS if dyad.rater in seen}
    if any(slot.party == Role.CLIENT and slot.read_by_rated for slot in slots):
        keys.discard("CI")
    return frozenset(keys)


class Form(Protocol):
    """A stored form, as far as its release goes. Properties, so that a row of any shape will do."""

    @property
    def party(self) -> str: ...
    @property
    def rater_id(self) -> str: ...
    @property
    def locked_at(self) -> datetime: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def choice(self) -> str: ...
    @property
    def policy(self) -> str: ...
    @property
    def mode(self) -> str: ...


class Opened(NamedTuple):
    """What of one encounter lies open to a reader: `slots` of the forms that count for that reader, the directed
    ratings, and the parties whose answers about the three together may be seen."""

    slots: tuple[Slot, ...]
    directions: frozenset[str]
    about_three: frozenset[Role]

    def shows(self, party: Role, key: str) -> bool:
        """`key` is a direction, or anything else for what is asked about the three."""
        return key in self.directions or (key not in _KEYS and party in self.about_three)


_KEYS = frozenset(dyad.key for dyad in DIRECTIONS)


def opened(viewer: Viewer, reader_id: str, forms: Iterable[Form], now: datetime, opening: Opening) -> Opened:
    """The one door between stored forms and whoever reads them, page and file alike.

    Who took a case over has not rated what a predecessor rated: that form is nobody's own. The client's answers
    about the three are left out where CI is, since the interpreter who had a hand in them is one of the three.
    """
    if viewer == "therapist":
        forms = [form for form in forms if form.party != Role.THERAPIST or form.rater_id == reader_id]
    slots = tuple({form.party: _slot(form) for form in forms}.values())
    seen = visible(viewer, slots, now, opening)
    led = {slot.party for slot in slots if slot.party == Role.CLIENT and slot.read_by_rated}
    return Opened(slots, directions(viewer, slots, now, opening), seen - led)


def _slot(form: Form) -> Slot:
    return Slot(
        party=Role(form.party),
        locked_at=form.locked_at,
        choice=counting(form.policy, form.choice),
        withdrawn=form.withdrawn_at is not None,
        read_by_rated=form.mode == "read_by_interpreter",
    )
