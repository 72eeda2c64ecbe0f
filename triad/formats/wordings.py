"""The shipped rating forms: TOML files in `triad/instruments` read into domain values, once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from triad.domain import errors
from triad.domain.instruments import Edition, InstrumentVersion, Item, Wording
from triad.domain.languages import CLIENT_LANGUAGES

DEFAULT = "triad-session-form"
SOURCE = "en"
"""The language that all others are worded from."""
_STRUCTURE = "structure.toml"


@cache
def versions() -> tuple[str, ...]:
    """The keys of the shipped forms, sorted."""
    return tuple(sorted(entry.name for entry in _shipped().iterdir() if entry.is_dir()))


@cache
def version(key: str = DEFAULT) -> InstrumentVersion:
    """NotFound when no such form is shipped."""
    table = _read(_folder(key) / _STRUCTURE)
    return InstrumentVersion(
        key=key,
        version=table["version"],
        title=table["title"],
        origin=table["origin"],
        minimum=table["minimum"],
        maximum=table["maximum"],
        items=tuple(_item(row) for row in table["items"]),
        editions=tuple(Edition(name, tuple(ids)) for name, ids in table["editions"].items()),
    )


@cache
def languages(key: str = DEFAULT) -> tuple[str, ...]:
    """The tags of the languages a form is worded in, as the registry has them: neighbours in writing stand together.

    NotFound when no such form is shipped.
    """
    names = {entry.name for entry in _folder(key).iterdir()}
    return tuple(tag for tag in CLIENT_LANGUAGES if f"{tag}.toml" in names)


@cache
def wording(language: str, key: str = DEFAULT) -> Wording:
    """NotFound when the form is not shipped or not worded in this language, given as its canonical tag."""
    if language not in languages(key):
        raise errors.NotFound
    table = _read(_folder(key) / f"{language}.toml")
    texts = {(item, slot): text for slot, column in table["texts"].items() for item, text in column.items()}
    return Wording(
        language=language,
        provenance=table["provenance"],
        texts=MappingProxyType(texts),
        anchors=tuple(table["anchors"]),
        ui=MappingProxyType(table["ui"]),
    )


@cache
def every(key: str = DEFAULT) -> tuple[Wording, ...]:
    """The wordings of all languages a form is shipped in, as `languages`; NotFound when no such form is shipped."""
    return tuple(wording(language, key) for language in languages(key))


def _item(row: dict[str, Any]) -> Item:
    return Item(row["id"], row["facet"], tuple(row["directions"]), row.get("reverse", False))


def _shipped() -> Traversable:
    return resources.files("triad") / "instruments"


def _folder(key: str) -> Traversable:
    if key not in versions():
        raise errors.NotFound
    return _shipped() / key


def _read(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
