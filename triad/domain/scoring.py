"""From answers to facet scores. One form of one rater at a time; comparing raters is `asymmetry`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from triad.domain import errors
from triad.domain.instruments import Facet, InstrumentVersion, Item, Line

SCORER = "1"
"""Goes up whenever the same answers would give another number; stored beside every score."""

DECLINED = "declined"
NOT_UNDERSTOOD = "not_understood"
NOT_REACHED = "not_reached"
UNTOUCHED = "untouched"
MISSING = (DECLINED, NOT_UNDERSTOOD, NOT_REACHED, UNTOUCHED)

Key = tuple[str, str]
"""(item id, direction key or `triad`)."""

Answers = Mapping[Key, int | str]
"""To a value on the scale, or to one of `MISSING`."""


class Score(NamedTuple):
    """`pomp` runs from 0 to 100 and is None when too few of the `asked` items were `answered`."""

    pomp: float | None
    answered: int
    asked: int


def pomp(value: float, minimum: float, maximum: float) -> float:
    """Percent of maximum possible, 0..100: 100 (x - min) / (max - min) [Cohen et al. 1999].

    Puts two scales on one axis; it does not make them equal. ValueError when the scale has no length.
    """
    if maximum <= minimum:
        raise ValueError("a scale needs a maximum above its minimum")
    return 100 * (value - minimum) / (maximum - minimum)


def enough(answered: int, asked: int) -> bool:
    """At least 80 % of the items, in whole numbers: of 1, 2 or 4 items all, of 12 items ten."""
    return asked > 0 and 5 * answered >= 4 * asked


def facet_scores(
    version: InstrumentVersion, lines: Iterable[Line], answers: Answers
) -> dict[tuple[str, Facet], Score]:
    """One Score per (direction key or `triad`, facet) among `lines`, in their order.

    Facet mean of the answered items, reversed items as x' = min + max - x, then POMP; no total over facets
    and no single alliance score. A line without an answer is `untouched`. Unfit, keyed by the line's key,
    for an answer off the scale (`out_of_range`), an unknown missing code or a line not asked (`unknown`).
    """
    asked = tuple(lines)
    _check(version, asked, answers)
    values: dict[tuple[str, Facet], list[int | None]] = {}
    for line in asked:
        answer = answers.get((line.item_id, line.slot), UNTOUCHED)
        value = None if isinstance(answer, str) else _turned(version, version.item(line.item_id), answer)
        values.setdefault((line.slot, line.facet), []).append(value)
    return {key: _score(version, row) for key, row in values.items()}


def _check(version: InstrumentVersion, asked: tuple[Line, ...], answers: Answers) -> None:
    known = {(line.item_id, line.slot) for line in asked}
    refused = {}
    for (item_id, slot), answer in answers.items():
        if (item_id, slot) not in known or (isinstance(answer, str) and answer not in MISSING):
            refused[f"{item_id}:{slot}"] = "unknown"
        elif not isinstance(answer, str) and not version.minimum <= answer <= version.maximum:
            refused[f"{item_id}:{slot}"] = "out_of_range"
    if refused:
        raise errors.Unfit(refused)


def _turned(version: InstrumentVersion, item: Item, value: int) -> int:
    return version.minimum + version.maximum - value if item.reverse else value


def _score(version: InstrumentVersion, row: list[int | None]) -> Score:
    given = [value for value in row if value is not None]
    if not enough(len(given), len(row)):
        return Score(None, len(given), len(row))
    return Score(pomp(sum(given) / len(given), version.minimum, version.maximum), len(given), len(row))
