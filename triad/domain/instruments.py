"""Rating forms as values: items, editions, lines in the order they are shown, and the texts of one language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from triad.domain.parties import LETTERS, PARTIES, DirectedDyad, Role

Facet = Literal["bond", "goal", "task", "triad", ""]
"""The last is that of a licensed form's items: its makers' subscales are no facets."""
Origin = Literal["original", "licensed"]

FACETS: tuple[Facet, ...] = ("bond", "goal", "task", "triad")
TRIAD = "triad"
"""Stands where a direction would: the item is about the three, not about one of them."""

GIVEN_OUT = "brief"
"""The edition that people are given unless somebody asks for the full one."""

PROVENANCE = (
    "source",
    "machine_draft",
    "human_forward",
    "reconciled",
    "back_translated",
    "expert_reviewed",
    "cognitively_debriefed",
    "final",
    "retired",
)

RATED_BY = {
    Role.THERAPIST: (Role.CLIENT, Role.INTERPRETER),
    Role.INTERPRETER: (Role.THERAPIST, Role.CLIENT),
    Role.CLIENT: (Role.THERAPIST, Role.INTERPRETER),
}
"""Whom each rater is asked about, in the order of the form."""


@dataclass(frozen=True)
class Item:
    """`directions` are keys such as `TC`; an item about the three has only `triad`."""

    id: str
    facet: Facet
    directions: tuple[str, ...]
    reverse: bool = False


@dataclass(frozen=True)
class Edition:
    name: str
    item_ids: tuple[str, ...]


class Line(NamedTuple):
    """One question as one rater meets it; `direction` is None for the items about the three."""

    item_id: str
    direction: DirectedDyad | None
    facet: Facet
    rater: Role

    @property
    def slot(self) -> str:
        """What an answer is filed under beside the item: a direction's key, or `triad`."""
        return self.direction.key if self.direction else TRIAD

    @property
    def key(self) -> str:
        """One word for form fields and drafts, unique within a rater's form: `bond.1:CT`."""
        return f"{self.item_id}:{self.slot}"

    @property
    def text_key(self) -> tuple[str, str]:
        """Where a Wording keeps the sentence: each rater has an own one about the three."""
        return (self.item_id, self.direction.key if self.direction else f"{TRIAD}_{self.rater}")


@dataclass(frozen=True)
class InstrumentVersion:
    """Immutable once in use: `hash` changes with anything that could change a score."""

    key: str
    version: str
    title: str
    origin: Origin
    minimum: int
    maximum: int
    items: tuple[Item, ...]
    editions: tuple[Edition, ...]

    def __hash__(self) -> int:
        return hash(self.hash)

    def item(self, item_id: str) -> Item:
        """KeyError when the version has no such item."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def edition(self, name: str) -> Edition:
        """KeyError when the version has no such edition."""
        for edition in self.editions:
            if edition.name == name:
                return edition
        raise KeyError(name)

    @cached_property
    def hash(self) -> str:
        """SHA-256, hexadecimal, of everything but the title."""
        items = [[item.id, item.facet, item.directions, item.reverse] for item in self.items]
        editions = [[edition.name, edition.item_ids] for edition in self.editions]
        return fingerprint([self.key, self.version, self.origin, self.minimum, self.maximum, items, editions])


@dataclass(frozen=True)
class Wording:
    """All texts of one version in one language; one changed character makes another Wording.

    `texts` maps (item id, direction key or `triad_<rater>`) to a sentence, `anchors` run from low to high,
    `ui` holds the client screens' own words. A language without staff sentences is a client-only pack.
    `active`: a clinical lead has let out exactly these texts.
    """

    language: str
    provenance: str
    texts: Mapping[tuple[str, str], str]
    anchors: tuple[str, ...]
    ui: Mapping[str, str]
    active: bool = False

    def __hash__(self) -> int:
        return hash(self.hash)

    def text(self, line: Line) -> str:
        """KeyError when the pack does not have the line's sentence."""
        return self.texts[line.text_key]

    def covers(self, version: InstrumentVersion, edition: str, rater: Role) -> bool:
        """Whether every line of this rater's form has a sentence: all or nothing."""
        return all(line.text_key in self.texts for line in lines(version, edition, rater))

    @cached_property
    def hash(self) -> str:
        """SHA-256, hexadecimal, of the language and every text; provenance may rise without changing it."""
        return self._hashed(self.texts)

    @cached_property
    def client_hash(self) -> str:
        """As `hash`, without what only staff are asked."""
        return self._hashed({key: text for key, text in self.texts.items() if is_clients(key[1])})

    @cached_property
    def has_staff(self) -> bool:
        """Does it word any of the questions to staff?"""
        return not all(is_clients(slot) for _, slot in self.texts)

    def _hashed(self, texts: Mapping[tuple[str, str], str]) -> str:
        lines = sorted([*key, text] for key, text in texts.items())
        return fingerprint([self.language, lines, self.anchors, sorted(self.ui.items())])


def is_clients(slot: str) -> bool:
    """Is what is filed under this direction key, or `triad_<rater>`, asked of the client?"""
    return slot == f"{TRIAD}_{Role.CLIENT}" or (len(slot) == 2 and slot[0] == LETTERS[Role.CLIENT])


def is_draft(provenance: str) -> bool:
    """Is it short of an expert's review? "" is none: nothing is known of it."""
    return provenance in PROVENANCE[1 : PROVENANCE.index("expert_reviewed")]


@lru_cache(maxsize=64)
def lines(version: InstrumentVersion, edition: str, rater: Role) -> tuple[Line, ...]:
    """The rater's form, grouped by who is rated, the items about the three last; always the same order.

    KeyError for an unknown edition, or a role that is no party.
    """
    items = [version.item(item_id) for item_id in version.edition(edition).item_ids]
    about_one = [
        Line(item.id, dyad, item.facet, rater)
        for dyad in (DirectedDyad(rater, about) for about in RATED_BY[rater])
        for item in items
        if dyad.key in item.directions
    ]
    about_three = [Line(item.id, None, item.facet, rater) for item in items if TRIAD in item.directions]
    return (*about_one, *about_three)


def text_keys(version: InstrumentVersion, edition: str) -> frozenset[tuple[str, str]]:
    """Every sentence a complete pack must have, of all three raters."""
    return frozenset(line.text_key for rater in PARTIES for line in lines(version, edition, rater))


def fingerprint(content: Any) -> str:
    """SHA-256, hexadecimal, of anything JSON can hold."""
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
