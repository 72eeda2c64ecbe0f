"""Forms that belong to somebody else, brought along by a clinic: what is in one, when it may be used, its scores.

Nothing of such a form is shipped. Everything that decides a score comes from the clinic's own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from triad.domain import errors, scoring
from triad.domain.instruments import TRIAD
from triad.domain.parties import DIRECTIONS, PARTIES

LOADED, ACTIVE, ENDED = "loaded", "active", "ended"
STATES = (LOADED, ACTIVE, ENDED)
MEAN, SUM = "mean", "sum"
METHODS = (MEAN, SUM)
MOST_CHOICES = 11
"""Of one item: more are no cards to choose from."""
SLOTS = (*(dyad.key for dyad in DIRECTIONS), *(f"{TRIAD}_{party}" for party in PARTIES))
"""What an item may be asked about, and by whom; the last three are about the three together."""


@dataclass(frozen=True)
class Licence:
    """`evidence` is the text of it, or where it lies; "" and None while there is none. `expires_on` is its last day,
    None for one without an end."""

    holder: str
    evidence: str
    granted_on: date | None
    expires_on: date | None
    electronic: bool
    translate: bool
    redistribute: bool


@dataclass(frozen=True)
class Item:
    id: str
    slots: tuple[str, ...]
    reverse: bool


@dataclass(frozen=True)
class Reliability:
    kind: str
    value: float
    citation: str


@dataclass(frozen=True)
class Band:
    """A threshold of the makers: from `low` on, and below `high`; at the top of the scale `high` is in it."""

    low: float
    high: float
    label: str
    citation: str


@dataclass(frozen=True)
class Subscale:
    """`least` is how many of its items must be answered for a score."""

    id: str
    title: str
    items: tuple[str, ...]
    method: str
    least: int
    reliabilities: tuple[Reliability, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Text:
    item: str
    slot: str
    text: str


@dataclass(frozen=True)
class Edition:
    """All texts of one language. `official`: as its makers published it, and not the clinic's own translation."""

    language: str
    official: bool
    instructions: str
    anchors: tuple[str, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class LicensedForm:
    key: str
    version: str
    title: str
    licence: Licence
    minimum: int
    maximum: int
    items: tuple[Item, ...]
    subscales: tuple[Subscale, ...]
    editions: tuple[Edition, ...]

    def item(self, item_id: str) -> Item | None:
        return next((one for one in self.items if one.id == item_id), None)

    def edition(self, language: str) -> Edition | None:
        """Its texts in this language; None where it has none."""
        return next((one for one in self.editions if one.language == language), None)

    def reach(self, subscale: Subscale) -> tuple[int, int]:
        """The lowest and the highest value a subscale can have."""
        times = len(subscale.items) if subscale.method == SUM else 1
        return self.minimum * times, self.maximum * times


class Scored(NamedTuple):
    """`value` in the makers' own unit, `pomp` from 0 to 100; both None when too few of the `asked` items were
    `answered`. `band` is None where the makers gave no threshold."""

    value: float | None
    pomp: float | None
    answered: int
    asked: int
    band: Band | None


def scores(form: LicensedForm, slot: str, answers: Mapping[str, int | str]) -> dict[str, Scored]:
    """Subscale to its score, of one rater's answers in one direction: item id to a value, or to a missing code.

    Reversed items as x' = min + max - x. A mean is that of the answered items; a sum is that mean times the number of
    items, so that what is missing is not counted as nothing. Unfit by item for a value off the scale (`out_of_range`)
    or an item that is not asked (`unknown`).
    """
    asked = {one.id: one for one in form.items if slot in one.slots}
    refused = {}
    for item_id, answer in answers.items():
        if item_id not in asked or (isinstance(answer, str) and answer not in scoring.MISSING):
            refused[item_id] = "unknown"
        elif not isinstance(answer, str) and not form.minimum <= answer <= form.maximum:
            refused[item_id] = "out_of_range"
    if refused:
        raise errors.Unfit(refused)
    turned = {
        item_id: form.minimum + form.maximum - answer if asked[item_id].reverse else answer
        for item_id, answer in answers.items()
        if not isinstance(answer, str)
    }
    return {one.id: _scored(form, one, turned) for one in form.subscales if set(one.items) <= asked.keys()}


def _scored(form: LicensedForm, subscale: Subscale, turned: Mapping[str, int]) -> Scored:
    given = [turned[item_id] for item_id in subscale.items if item_id in turned]
    asked = len(subscale.items)
    if len(given) < subscale.least:
        return Scored(None, None, len(given), asked, None)
    # One division: a threshold that is reached exactly is reached.
    value = sum(given) * (asked if subscale.method == SUM else 1) / len(given)
    pomp = scoring.pomp(sum(given) / len(given), form.minimum, form.maximum)
    return Scored(value, pomp, len(given), asked, band(form, subscale, value))


def band(form: LicensedForm, subscale: Subscale, value: float) -> Band | None:
    """Which threshold a score reaches; None where the makers gave none for it."""
    top = form.reach(subscale)[1]
    return next((one for one in subscale.bands if one.low <= value < one.high or value == one.high == top), None)


def against(form: LicensedForm, today: date) -> tuple[str, ...]:
    """What stands against its use on this day; empty for nothing."""
    licence = form.licence
    found = (
        ("no_holder", not licence.holder),
        ("no_evidence", not licence.evidence),
        ("no_date", licence.granted_on is None),
        ("not_yet", licence.granted_on is not None and licence.granted_on > today),
        ("expired", licence.expires_on is not None and licence.expires_on < today),
        ("not_electronic", not licence.electronic),
        ("too_many_choices", form.maximum - form.minimum >= MOST_CHOICES),
    )
    return tuple(code for code, holds in found if holds)


def is_offered(form: LicensedForm, state: str, today: date) -> bool:
    return state == ACTIVE and not against(form, today)
