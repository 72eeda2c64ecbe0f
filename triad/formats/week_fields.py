"""Fields of a week's file, each as what it has to be; a refusal names the place, as in `sessions[3].mode`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triad.domain import errors


def table(row: Any, at: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise unfit(at, "object")
    return {**row}


def threes(row: Mapping[str, Any], name: str, at: str) -> None:
    for n, three in enumerate(listed(row, name, at)):
        if not isinstance(three, list) or len(three) != 3 or not all(map(is_whole, three)):
            raise unfit(f"{at}.{name}[{n}]", "three_numbers")


def listed(row: Mapping[str, Any], name: str, at: str = "") -> list[Any]:
    if not isinstance(row.get(name), list):
        raise unfit(_place(at, name), "list")
    return list(row[name])


def minutes(row: Any, name: str, count: int) -> tuple[int, ...]:
    """So many whole numbers, none below 0."""
    if not isinstance(row, list) or len(row) != count or not all(is_whole(one) and one >= 0 for one in row):
        raise unfit(name, "minutes")
    return tuple(row)


def text(row: Mapping[str, Any], name: str, at: str) -> None:
    if not isinstance(row.get(name), str):
        raise unfit(f"{at}.{name}", "text")


def index_or_none(row: Mapping[str, Any], name: str, at: str, people: int) -> int | None:
    # Some writers say -1 for nobody.
    if row.get(name) in (None, -1):
        return None
    return whole(row, name, at, 0, people - 1)


def whole(row: Mapping[str, Any], name: str, at: str, least: int, most: int) -> int:
    held = row.get(name)
    if not isinstance(held, int) or isinstance(held, bool):
        raise unfit(_place(at, name), "whole_number")
    if not least <= held <= most:
        raise unfit(_place(at, name), "out_of_range")
    return held


def is_whole(held: Any) -> bool:
    return isinstance(held, int) and not isinstance(held, bool)


def _place(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def unfit(field: str, code: str) -> errors.Unfit:
    return errors.Unfit({field: code})
