"""One step for many sessions by a program: look, carry out, look again, take back."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.cast import Cast
from tests.programs import program, told
from tests.services.test_bulk import state, ten
from triad.services import assignments


def test_a_program_looks_carries_out_and_takes_back(app: Flask, cast_: Cast) -> None:
    ids = ten(cast_)
    before = [state(cast_, id_) for id_ in ids]
    kora = program(app, cast_.kora)
    made = kora.post("/bulk", {"kind": "cancel", "sessions": ids, "by": "clinic"})
    assert made.status_code == 200
    place = f"/bulk/{made.json['id']}"

    def lines() -> list[tuple[str, list[str], str]]:
        return [(one["outcome"], one["codes"], one["undo"]) for one in kora.get(place).json["lines"]]

    assert lines() == [("", [], "")] * 10
    assert told(kora.post(f"{place}/undo", {})) == (409, "bad_transition")
    assignments.release(cast_.kora, ids[9], "x")
    before[9] = state(cast_, ids[9])
    for _ in range(2):
        assert kora.post(f"{place}/commit", {}).status_code == 204
    assert lines() == [("done", [], "")] * 9 + [("refused", ["stale"], "")]
    assert kora.post(f"{place}/undo", {}).status_code == 204
    assert lines() == [("done", [], "done")] * 9 + [("refused", ["stale"], "")]
    assert [state(cast_, id_) for id_ in ids] == before


def test_what_does_not_fit_is_named(app: Flask, cast_: Cast) -> None:
    kora = program(app, cast_.kora)
    bodies: list[tuple[dict[str, Any], set[str]]] = [
        ({"kind": "cancel", "sessions": ["nothing"]}, {"by"}),
        ({"kind": "confirm", "sessions": []}, {"row"}),
        ({"kind": "erase", "sessions": ["nothing"]}, {"kind"}),
        ({"kind": "confirm", "sessions": ["x"] * 201}, {"sessions"}),
        ({"kind": "confirm", "sessions": ["nothing"], "reason": "x", "more": 1}, {"more"}),
    ]
    for body, fields in bodies:
        answer = kora.post("/bulk", body)
        assert (answer.status_code, set(answer.json["fields"])) == (422, fields)
    assert program(app, cast_.thea).post("/bulk", {"kind": "confirm", "sessions": ["x"]}).status_code == 404
