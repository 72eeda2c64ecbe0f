"""The file of a licensed form: strictly read, each refusal by its place, and nothing of anybody's shipped."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from tests import made_up
from triad.domain import errors
from triad.domain.licensed import Band, Text
from triad.formats import documents, licensed, wordings


def refused(row: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(errors.Unfit) as found:
        licensed.read(row)
    return found.value.fields


def test_what_the_file_says_is_what_is_read() -> None:
    form = licensed.read(documents.read(made_up.file()))
    assert (form.key, form.version, form.title, form.minimum, form.maximum) == (
        *("kettle-scale", "1", "Kettle Scale"),
        *(1, 5),
    )
    assert (form.licence.holder, form.licence.granted_on.isoformat() if form.licence.granted_on else "") == (
        "Society for Kettles",
        "2027-01-03",
    )
    assert form.subscales[0].bands[0] == Band(1, 2.4, "cool", made_up.CITED)
    assert form.editions[0].texts[1] == Text("k1", "TC", f"{made_up.NEEDLE} 1, TC.")


def test_a_mark_before_the_text_is_no_part_of_it() -> None:
    assert documents.read(b"\xef\xbb\xbf" + made_up.file()) == made_up.form()


@pytest.mark.parametrize(
    ("path", "value", "at", "code"),
    [
        ("colour", "red", "colour", "unknown_field"),
        ("items.2.colour", "red", "items[2].colour", "unknown_field"),
        ("licence.may.print", True, "licence.may.print", "unknown_field"),
        ("wordings.0.texts.5.voice", "x", "wordings[0].texts[5].voice", "unknown_field"),
        ("subscales.0.thresholds.1.colour", "red", "subscales[0].thresholds[1].colour", "unknown_field"),
        ("items.2.reverse", ..., "items[2].reverse", "required"),
        ("items.2.reverse", 1, "items[2].reverse", "yes_or_no"),
        ("items.2.id", "a b", "items[2].id", "characters"),
        ("items.2", "k3", "items[2]", "object"),
        ("items", {}, "items", "list"),
        ("format", "triad-licensed-form/2", "format", "format"),
        ("key", "Kettle Scale", "key", "characters"),
        ("licence", None, "licence", "required"),
        ("licence.date", "3.1.2027", "licence.date", "date"),
        ("licence.date", "2027-02-30", "licence.date", "date"),
        ("licence.may.electronic", "yes", "licence.may.electronic", "yes_or_no"),
        ("range.minimum", 1.5, "range.minimum", "number"),
        ("range.minimum", True, "range.minimum", "number"),
        ("range.maximum", 10**9, "range.maximum", "number"),
        ("subscales.0.method", "median", "subscales[0].method", "choose_one"),
        ("subscales.0.thresholds.0.citation", " ", "subscales[0].thresholds[0].citation", "required"),
        ("subscales.0.thresholds.0.citation", ..., "subscales[0].thresholds[0].citation", "required"),
        ("subscales.0.reliability.0.citation", "", "subscales[0].reliability[0].citation", "required"),
        ("subscales.0.thresholds.0.to", "2", "subscales[0].thresholds[0].to", "a_number"),
        ("wordings.0.language", "prs-AF", "wordings[0].language", "unknown"),
        ("wordings.0.texts.0.text", "a\0b", "wordings[0].texts[0].text", "characters"),
        ("wordings.0.texts.0.text", "a\u202eb", "wordings[0].texts[0].text", "characters"),
        ("wordings.0.texts.0.text", "\ud800", "wordings[0].texts[0].text", "characters"),
        ("wordings.0.texts.0.text", "x" * 4001, "wordings[0].texts[0].text", "too_long"),
        ("wordings.0.anchors", ["x"] * 2001, "wordings[0].anchors", "too_long"),
    ],
)
def test_what_is_of_the_wrong_shape_is_named_by_its_place(path: str, value: Any, at: str, code: str) -> None:
    assert refused(made_up.changed(path, value)) == {at: code}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    row = made_up.changed("items.2.reverse", "no")
    row["licence"]["may"]["print"] = True
    assert refused(row) == {"items[2].reverse": "yes_or_no", "licence.may.print": "unknown_field"}


def test_nothing_of_anybody_is_shipped() -> None:
    empty = json.loads(licensed.skeleton())
    assert {name: empty[name] for name in ("items", "subscales", "wordings")} == {
        **{"items": [], "subscales": []},
        "wordings": [],
    }
    assert set(empty) == set(made_up.form())
    assert {wordings.version(key).origin for key in wordings.versions()} == {"original"}
    shipped = resources.files("triad") / "instruments"
    assert sorted(one.name for one in shipped.iterdir()) == ["licensed-form.json", "triad-session-form"]
