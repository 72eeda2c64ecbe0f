"""The part of a form that says whom to ask, in which turn, and how long they may think."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triad.domain import errors, typed_numbers
from triad.domain import offers as rules

FIELDS = ("answer_hours", "wait_hours")


def tiers(form: Any) -> dict[str, int]:
    """`ask` is sent once for everybody on the page: empty, or "id|tier". A tier that is none reads as 0."""
    found = {}
    for one in filter(None, form.getlist("ask")):
        person, _, number = one.partition("|")
        found[person] = int(number) if number in map(str, rules.TIERS) else 0
    return found


def hours(form: Mapping[str, str]) -> tuple[int, int]:
    """To answer, and between two turns; Unfit for what is no number."""
    answer, wait = (typed_numbers.whole(form.get(name, "")) for name in FIELDS)
    if answer is None or wait is None:
        missing = {name: "number" for name, number in zip(FIELDS, (answer, wait), strict=True) if number is None}
        raise errors.Unfit(missing)
    return answer, wait
