"""The form one party is given about one session: Triad's own, or a licensed one, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from triad.domain import instruments, licensed, scoring
from triad.domain.instruments import TRIAD, Edition, Facet, InstrumentVersion, Item, Line, Wording
from triad.domain.licensed import LicensedForm, Scored
from triad.domain.parties import DirectedDyad, Role
from triad.domain.scoring import Score

LICENSED = "licensed"
"""The edition a licensed form is stored under: all of it, since nobody but its makers may shorten it."""

Scores = Mapping[tuple[str, Facet], Score] | Mapping[tuple[str, str], Scored]


@dataclass(frozen=True)
class Given:
    """`version.key` and `edition` are what a rating is stored under; that of a licensed form is the id of its file,
    which is one version of it. `interpreted`: somebody interprets, asked about or not. `form` is None for Triad's.
    """

    version: InstrumentVersion
    edition: str
    lines: tuple[Line, ...]
    wording: Wording
    interpreted: bool
    form: LicensedForm | None = None

    @property
    def key(self) -> str:
        return self.version.key

    @property
    def scale(self) -> tuple[tuple[int, str], ...]:
        """Each mark that can be given, and its words, from low to high."""
        values = range(self.version.minimum, self.version.maximum + 1)
        return tuple(zip(values, self.wording.anchors, strict=True))

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(value for value, _ in self.scale)

    @property
    def instructions(self) -> str:
        """What its makers want said before the first question; "" for nothing."""
        edition = self.form.edition(self.wording.language) if self.form else None
        return edition.instructions if edition else ""

    def scored(self, answers: scoring.Answers) -> Scores:
        """(direction key or `triad`, facet) to its score; of a licensed form its subscales, in its makers' unit.

        See `scoring.facet_scores` and `licensed.scores`, for what they refuse as well.
        """
        if self.form:
            return _subscales(self.form, self.lines, answers)
        return scoring.facet_scores(self.version, self.lines, answers)


def own(version: InstrumentVersion, edition: str, party: Role, interpreted: bool, wording: Wording) -> Given:
    asked = with_whom(instruments.lines(version, edition, party), interpreted)
    return Given(version, edition, asked, wording, interpreted)


def from_file(
    id_: str, form: LicensedForm, party: Role, interpreted: bool, language: str, base: Wording
) -> Given | None:
    """None where it is not worded in this language, or asks this party nothing. `base` has the words around it."""
    edition, asked = form.edition(language), with_whom(lines(form, party), interpreted)
    if edition is None or not asked:
        return None
    texts = {(one.item, one.slot): one.text for one in edition.texts}
    wording = replace(base, language=language, texts=texts, anchors=_anchors(form, edition))
    return Given(version(id_, form), LICENSED, asked, wording, interpreted, form)


def with_whom(lines: tuple[Line, ...], interpreted: bool) -> tuple[Line, ...]:
    """Without an interpreter there is nobody to rate as one, and no three."""
    if interpreted:
        return lines
    return tuple(line for line in lines if line.direction and Role.INTERPRETER not in line.direction)


def lines(form: LicensedForm, party: Role) -> tuple[Line, ...]:
    """What it asks this party: grouped by who is rated, the three last, in each group as the file has it."""
    places = [(dyad.key, dyad) for dyad in (DirectedDyad(party, about) for about in instruments.RATED_BY[party])]
    return tuple(
        Line(item.id, dyad, "", party)
        for slot, dyad in (*places, (f"{TRIAD}_{party}", None))
        for item in form.items
        if slot in item.slots
    )


def asked(form: LicensedForm) -> tuple[Role, ...]:
    """The parties it asks anything."""
    return tuple(party for party in instruments.RATED_BY if lines(form, party))


def version(key: str, form: LicensedForm) -> InstrumentVersion:
    """Its lines and its scale, without what a score is made by: that is in the form alone."""
    items = tuple(
        Item(one.id, "", tuple(dict.fromkeys(slot.partition("_")[0] for slot in one.slots)), one.reverse)
        for one in form.items
    )
    edition = Edition(LICENSED, tuple(one.id for one in items))
    return InstrumentVersion(key, form.version, form.title, "licensed", form.minimum, form.maximum, items, (edition,))


def _subscales(form: LicensedForm, lines: Iterable[Line], answers: scoring.Answers) -> dict[tuple[str, str], Scored]:
    asked: dict[tuple[str, str], dict[str, int | str]] = {}
    for line in lines:
        marks = asked.setdefault((line.slot, line.text_key[1]), {})
        marks[line.item_id] = answers.get((line.item_id, line.slot), scoring.UNTOUCHED)
    return {
        (slot, subscale): score
        for (slot, place), marks in asked.items()
        for subscale, score in licensed.scores(form, place, marks).items()
    }


def _anchors(form: LicensedForm, edition: licensed.Edition) -> tuple[str, ...]:
    """Words for every mark: where the makers named the ends alone, the others are their numbers."""
    values = range(form.minimum, form.maximum + 1)
    if len(edition.anchors) == len(values):
        return edition.anchors
    low, high = edition.anchors
    named = {form.minimum: f"{form.minimum} · {low}", form.maximum: f"{form.maximum} · {high}"}
    return tuple(named.get(value, str(value)) for value in values)
