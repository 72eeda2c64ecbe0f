"""Licensed forms: scores by the file's own rules, what must go together, and when one may be used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import made_up
from triad.domain import errors, licensed, licensed_faults, scoring
from triad.domain.licensed import LicensedForm, Scored
from triad.formats import documents
from triad.formats import licensed as files

TODAY = date(2027, 3, 1)


def read(row: dict[str, Any] | None = None) -> LicensedForm:
    return files.read(row or made_up.form())


def plain(count: int, minimum: int = 1, maximum: int = 5, least: int | None = None, **scale: Any) -> LicensedForm:
    """Without a reversed item and without thresholds, so that sums are as they look."""
    row = made_up.form(count, minimum, maximum, least=count if least is None else least)
    for item in row["items"]:
        item["reverse"] = False
    row["subscales"][0] |= {"thresholds": [], **scale}
    return read(row)


def scored(form: LicensedForm, *answers: int | str) -> Scored:
    ids = [one.id for one in form.items]
    return licensed.scores(form, "CT", dict(zip(ids, answers, strict=False)))["warmth"]


@pytest.mark.parametrize(
    ("minimum", "maximum", "answers", "mean"),
    [(1, 5, (4, 4, 4, 4, 5), 4.2), (1, 7, (6, 6, 6, 6, 5), 5.8), (0, 10, (8, 8, 8, 8, 8), 8.0)],
)
def test_three_scales_of_the_same_height_are_all_80(
    minimum: int, maximum: int, answers: tuple[int, ...], mean: float
) -> None:
    assert scored(plain(5, minimum, maximum), *answers) == Scored(mean, 80.0, 5, 5, None)


def test_three_of_four_have_no_score_and_ten_of_twelve_have_one() -> None:
    assert scored(plain(4), 5, 5, 5) == Scored(None, None, 3, 4, None)
    assert scored(plain(4), 5, 5, 5, scoring.DECLINED) == Scored(None, None, 3, 4, None)
    assert scored(plain(4), 5, 5, 5, 5) == Scored(5.0, 100.0, 4, 4, None)
    assert scored(plain(12, least=10), *[3] * 10) == Scored(3.0, 50.0, 10, 12, None)
    assert scored(plain(12, least=10), *[3] * 9) == Scored(None, None, 9, 12, None)


def test_a_licensed_rule_overrides_ours() -> None:
    assert not scoring.enough(2, 4)
    assert scored(plain(4, least=2), 1, 5) == Scored(3.0, 50.0, 2, 4, None)


def test_a_sum_counts_what_is_missing_as_the_mean() -> None:
    form = plain(4, least=3, method="sum")
    assert scored(form, 4, 4, 4, 4) == Scored(16.0, 75.0, 4, 4, None)
    assert scored(form, 4, 4, 4) == Scored(16.0, 75.0, 3, 4, None)
    assert form.reach(form.subscales[0]) == (4, 20)


def test_a_reversed_item_is_turned() -> None:
    form = read()
    assert [item.reverse for item in form.items] == [False, False, False, True]
    assert scored(form, 5, 5, 5, 1).pomp == 100.0
    assert scored(form, 5, 5, 5, 5).value == 4.0


@pytest.mark.parametrize(
    ("answers", "label"), [((1, 1, 1, 5), "cool"), ((2, 2, 2, 3), "cool"), ((5, 5, 5, 1), "warm"), ((1, 1, 1), None)]
)
def test_a_threshold_holds_from_its_low_end_on_and_at_the_top(answers: tuple[int, ...], label: str | None) -> None:
    found = scored(read(), *answers).band
    assert (found.label if found else None, found.citation if found else made_up.CITED) == (label, made_up.CITED)


def test_a_threshold_that_is_reached_exactly_is_reached() -> None:
    row = made_up.form(5, least=5)
    row["items"][4]["reverse"] = False
    assert scored(read(row), 2, 2, 2, 3, 3).value == 2.4
    assert scored(read(row), 2, 2, 2, 3, 3).band == read(row).subscales[0].bands[1]


def test_a_subscale_is_scored_where_all_its_items_are_asked() -> None:
    assert licensed.scores(read(), "TI", {}) == {}
    assert list(licensed.scores(read(), "TC", {"k1": 1})) == ["warmth"]


@pytest.mark.parametrize(
    ("item", "answer", "code"),
    [("k1", 6, "out_of_range"), ("k1", 0, "out_of_range"), ("k9", 3, "unknown"), ("k1", "perhaps", "unknown")],
)
def test_an_answer_off_the_scale_or_to_nothing_is_refused(item: str, answer: int | str, code: str) -> None:
    with pytest.raises(errors.Unfit) as found:
        licensed.scores(read(), "CT", {item: answer})
    assert found.value.fields == {item: code}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("licence.holder", "", "no_holder"),
        ("licence.evidence", " ", "no_evidence"),
        ("licence.date", None, "no_date"),
        ("licence.date", "2027-03-02", "not_yet"),
        ("licence.expires", "2027-02-28", "expired"),
        ("licence.may.electronic", False, "not_electronic"),
    ],
)
def test_what_the_licence_lacks_stands_against_its_use(path: str, value: Any, code: str) -> None:
    form = read(made_up.changed(path, value))
    assert licensed.against(form, TODAY) == (code,)
    assert not licensed.is_offered(form, licensed.ACTIVE, TODAY)
    assert licensed.against(read(), TODAY) == ()


def test_a_form_is_offered_in_use_and_up_to_its_last_day() -> None:
    assert [licensed.is_offered(read(), state, TODAY) for state in licensed.STATES] == [False, True, False]
    days = (date(2027, 12, 31), date(2028, 1, 1))
    assert [licensed.is_offered(read(), licensed.ACTIVE, day) for day in days] == [True, False]
    endless = read(made_up.changed("licence.expires", None))
    assert licensed.is_offered(endless, licensed.ACTIVE, date(2099, 1, 1))


ITEM = {"id": "k1", "directions": ["CT", "TC"], "reverse": False}
BAND = {"from": 1, "to": 3, "label": "x", "citation": "y"}


@pytest.mark.parametrize(
    ("path", "value", "at", "code"),
    [
        ("range.maximum", 1, "range.maximum", "order"),
        ("licence.expires", "2026-01-01", "licence.expires", "order"),
        ("items.1", ITEM, "items[1].id", "twice"),
        ("items.1.directions", [], "items[1].directions", "required"),
        ("items.1.directions", ["CT", "XY"], "items[1].directions[1]", "unknown"),
        ("items.1.directions", ["CT", "CT"], "items[1].directions[1]", "twice"),
        ("items.1.directions", ["CT"], "subscales[0].items", "other_directions"),
        ("subscales.0.items.2", "k9", "subscales[0].items[2]", "unknown"),
        ("subscales.0.items.2", "k1", "subscales[0].items[2]", "twice"),
        ("subscales.0.items", [], "subscales[0].items", "required"),
        ("subscales.0.answered_at_least", 0, "subscales[0].answered_at_least", "out_of_range"),
        ("subscales.0.answered_at_least", 5, "subscales[0].answered_at_least", "out_of_range"),
        ("subscales.0.reliability.0.value", 1.2, "subscales[0].reliability[0].value", "out_of_range"),
        ("subscales.0.thresholds.0.from", 0, "subscales[0].thresholds[0].from", "out_of_range"),
        ("subscales.0.thresholds.1", BAND, "subscales[0].thresholds[1].from", "overlap"),
        ("subscales.0.thresholds.1.to", 6, "subscales[0].thresholds[1].to", "out_of_range"),
        ("wordings.0.official", False, "wordings[0].official", "may_not_translate"),
        ("wordings.0.anchors", ["a", "b", "c"], "wordings[0].anchors", "anchors"),
        ("wordings.0.texts.3.item", "k9", "wordings[0].texts[3]", "unknown"),
        ("wordings.0.texts.3", {"item": "k1", "direction": "CT", "text": "x"}, "wordings[0].texts[3]", "twice"),
        ("wordings.0.texts.3", ..., "wordings[0].texts", "missing_texts"),
        ("wordings", [], "wordings", "required"),
        ("items", [], "items", "required"),
    ],
)
def test_what_does_not_go_together_is_named_by_its_place(path: str, value: Any, at: str, code: str) -> None:
    assert licensed_faults.problems(read(made_up.changed(path, value)))[at] == code


def test_the_made_up_form_is_whole_and_the_empty_one_is_not() -> None:
    assert licensed_faults.problems(read()) == {}
    with pytest.raises(errors.Unfit) as found:
        files.read(documents.read(files.skeleton().encode()))
    assert found.value.fields == dict.fromkeys(("key", "version", "title"), "required")
    filled = documents.read(files.skeleton().encode()) | {"key": "k", "version": "1", "title": "K"}
    assert licensed_faults.problems(files.read(filled)) == {
        "range.maximum": "order",
        **dict.fromkeys(("items", "subscales", "wordings"), "required"),
    }
    assert set(licensed.against(files.read(filled), TODAY)) == {
        *("no_holder", "no_evidence", "no_date"),
        "not_electronic",
    }
