"""The clinic's own settings as text: as somebody types them and as they are kept; and put over those of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triad.domain import typed_numbers
from triad.settings import CHANGEABLE, RANGES, Settings, fault


def read(key: str, text: str) -> tuple[Any, str]:
    """The value of a CHANGEABLE setting as somebody typed it, and what is wrong with it as `fault` says.

    Digits of any script; `required` and `number` for what is no number.
    """
    text = text.strip()
    if key not in RANGES:
        return text, fault(key, text)
    number = typed_numbers.whole(text)
    if number is None:
        return text, "number" if text else "required"
    return number, fault(key, number)


def over(filed: Settings, changed: Mapping[str, str]) -> Settings:
    """`filed` with what a clinic changed itself, key to text. What does not fit (any more) is left as filed."""
    values = {key: read(key, text) for key, text in changed.items() if key in CHANGEABLE}
    fit = {key: value for key, (value, wrong) in values.items() if not wrong}
    return replace(filed, **fit) if fit else filed
