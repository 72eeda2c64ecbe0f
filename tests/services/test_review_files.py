"""A language's texts as a file for reviewers outside: what goes out, what comes back, what stays out and why."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests import cast, reviewed
from triad.domain import errors, packs
from triad.formats import tables, wordings
from triad.services import approvals, audit, review_files, reviews
from triad.services.review_files import Refused

ALL = len(packs.asked(wordings.wording("en"), wordings.wording("ar")))
NADIA = {"name": "Nadia Saleh", "interprets": ""}


def sheet(cast_: cast.Cast) -> list[dict[str, str]]:
    content = review_files.take(cast_.kora, "ar", {"ui:next": ("Button", "Short.")})
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def filed(rows: list[dict[str, str]]) -> bytes:
    return tables.written(list(rows[0]), [list(row.values()) for row in rows])


def judged(cast_: cast.Cast, **more: str) -> list[dict[str, str]]:
    return [row | {"verdict": "ok", "back_translation": "Back."} | more for row in sheet(cast_)]


def test_every_text_goes_out_beside_its_source(cast_: cast.Cast) -> None:
    units = reviews.show(cast_.kora, "ar").desk.units
    rows = sheet(cast_)
    assert [(row["unit"], row["source"], row["draft"]) for row in rows] == [
        (unit.key, unit.source, unit.text) for unit in units
    ]
    assert {row["verdict"] + row["proposed"] + row["comment"] + row["back_translation"] for row in rows} == {""}
    told = {row["unit"]: (row["where"], row["note"]) for row in rows}
    assert (told["ui:next"], told["ui:back"]) == (("Button", "Short."), ("", ""))
    lines = [line for line in audit.entries(cast_.aud).lines if line.verb == "reviews.take"]
    assert [(line.actor, line.subject, sorted(line.details)) for line in lines] == [("a-kora", "ar", ["wording"])]


def test_what_comes_back_is_seen_first_and_written_once(cast_: cast.Cast) -> None:
    content = filed(judged(cast_))
    found = review_files.preview(cast_.kora, "ar", content, NADIA)
    assert (len(found.fresh), found.known, found.silent, found.refused) == (ALL, 0, 0, ())
    assert reviews.show(cast_.kora, "ar").desk.counts["open"] == ALL
    assert review_files.commit(cast_.kora, "ar", content, NADIA) == ALL
    unit = reviews.show(cast_.kora, "ar").desk.units[0]
    (said,) = unit.opinions
    assert (unit.state, said.name, said.by, said.back) == ("ok", "Nadia Saleh", "a-kora", "Back.")
    found = review_files.preview(cast_.kora, "ar", content, NADIA)
    assert (len(found.fresh), found.known) == (0, ALL)
    with pytest.raises(errors.Unfit) as caught:
        review_files.commit(cast_.kora, "ar", content, NADIA)
    assert caught.value.fields == {"file": "nothing_new"}


def test_rows_that_do_not_fit_stay_out_each_with_its_reason(cast_: cast.Cast) -> None:
    rows = sheet(cast_)
    rows[0] |= {"verdict": "OK"}
    rows[1] |= {"verdict": "change"}
    rows[2] |= {"verdict": "fine"}
    rows[3] |= {"verdict": "ok", "draft": "Not this."}
    rows[4] |= {"verdict": "ok", "source": "Not this."}
    rows[5] |= {"comment": "Hm."}
    rows += [rows[0], rows[0] | {"unit": "ui:none"}]
    content = filed(rows)
    found = review_files.preview(cast_.kora, "ar", content, NADIA)
    assert [unit.key for unit, _ in found.fresh] == [rows[0]["unit"]]
    assert found.refused == (
        Refused(3, rows[1]["unit"], "proposed", "required"),
        Refused(4, rows[2]["unit"], "verdict", "which_verdict"),
        Refused(5, rows[3]["unit"], "draft", "text_changed"),
        Refused(6, rows[4]["unit"], "source", "source_changed"),
        Refused(7, rows[5]["unit"], "verdict", "which_verdict"),
        Refused(ALL + 2, rows[0]["unit"], "unit", "twice"),
        Refused(ALL + 3, "ui:none", "unit", "unknown"),
    )
    assert found.silent == ALL - 6
    assert review_files.commit(cast_.kora, "ar", content, NADIA) == 1


@pytest.mark.parametrize("proposed", ["=1+1", "+مرحبا", "@x", "-5x", "'=x"])
def test_no_cell_becomes_a_formula_and_every_one_comes_back(cast_: cast.Cast, proposed: str) -> None:
    rows = sheet(cast_)
    rows[0] |= {"verdict": "change", "proposed": proposed}
    content = filed(rows)
    assert f",{proposed}," not in content.decode("utf-8-sig") or proposed.startswith("'")
    review_files.commit(cast_.kora, "ar", content, NADIA)
    (one,) = reviews.show(cast_.kora, "ar").desk.units[0].opinions
    assert one.proposed == proposed
    approvals.settle(cast_.kora, "ar", reviewed.seen(cast_.kora), [one.number], [])
    out = next(line for line in review_files.take(cast_.kora, "ar", {}).decode("utf-8-sig").splitlines()[1:])
    assert f",'{proposed}," in out
    assert sheet(cast_)[0]["draft"] == f"'{proposed}"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"unit,verdict\nui:next,ok\n", "missing_column"),
        ("unit,söurce".encode("latin-1"), "not_utf8"),
        (b'unit,source\n"x', "quotes"),
    ],
)
def test_a_file_that_is_none_is_told(cast_: cast.Cast, content: bytes, code: str) -> None:
    for act in (review_files.preview, review_files.commit):
        with pytest.raises(errors.Unfit) as caught:
            act(cast_.kora, "ar", content, NADIA)
        assert caught.value.fields == {"file": code}


def test_words_have_a_name(cast_: cast.Cast) -> None:
    with pytest.raises(errors.Unfit) as caught:
        review_files.commit(cast_.kora, "ar", filed(judged(cast_)), {"name": " ", "interprets": ""})
    assert caught.value.fields == {"name": "required"}
    assert reviews.show(cast_.kora, "ar").desk.counts["open"] == ALL


def test_an_interpreters_words_stay_an_interpreters_whoever_brings_them(cast_: cast.Cast) -> None:
    content = filed(judged(cast_))
    review_files.commit(cast_.ines, "ar", content, {"name": "Somebody else", "interprets": ""})
    assert reviews.show(cast_.kora, "ar").desk.counts["helped"] == ALL
    review_files.commit(cast_.kora, "ar", content, {"name": "Ivo", "interprets": "yes"})
    assert reviews.show(cast_.kora, "ar").desk.counts["helped"] == ALL
    review_files.commit(cast_.kora, "ar", content, NADIA)
    assert reviews.show(cast_.kora, "ar").desk.counts["ok"] == ALL


@pytest.mark.parametrize("name", ["ada", "aud"])
def test_who_does_not_judge_takes_nothing_out_and_brings_nothing_in(cast_: cast.Cast, name: str) -> None:
    actor: Any = getattr(cast_, name)
    content = filed(judged(cast_))
    for act in (
        lambda: review_files.take(actor, "ar", {}),
        lambda: review_files.preview(actor, "ar", content, NADIA),
        lambda: review_files.commit(actor, "ar", content, NADIA),
    ):
        with pytest.raises(errors.NotFound):
            act()
