"""Where one step for many has nothing to be done, what it has to be told, and what the way back cannot give again."""

from __future__ import annotations

from typing import Any

import pytest

from triad.domain import bulk as rules
from triad.domain import errors
from triad.domain.bulk import Standing, Step, Terms, Verbs, needless

FILLED = Standing("scheduled", "filled", "ines", begun=False)


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("confirm", {}, ""),
        ("confirm", {"slot": "confirmed"}, "confirmed_already"),
        ("confirm", {"slot": "unfilled", "interpreter": ""}, "nobody_yet"),
        ("confirm", {"begun": True}, "begun"),
        ("cancel", {}, ""),
        ("cancel", {"slot": "closed_unfilled"}, ""),
        ("cancel", {"status": "cancelled"}, "cancelled_already"),
        ("cancel", {"status": "held"}, "not_planned"),
        ("cancel", {"begun": True}, "begun"),
        ("offer", {}, "has_somebody"),
        ("offer", {"slot": "on_offer"}, "asked_already"),
        ("offer", {"slot": "unfilled"}, ""),
        ("offer", {"slot": "closed_unfilled"}, "given_up"),
        ("reassign", {}, ""),
        ("reassign", {"interpreter": "ivo"}, "somebody_else"),
        ("reassign", {"slot": "on_offer"}, "nobody_yet"),
    ],
)
def test_needless_steps_are_named(kind: str, changed: dict[str, Any], code: str) -> None:
    assert needless(kind, FILLED._replace(**changed), "ines", "noor") == code


def test_who_has_it_already_is_left_out() -> None:
    assert (needless("reassign", FILLED, "", "ines"), needless("reassign", FILLED, "", "noor")) == (
        "has_it_already",
        "",
    )


@pytest.mark.parametrize(
    ("kind", "terms", "fields"),
    [
        ("confirm", Terms(), {}),
        ("cancel", Terms(), {"by": "choose_one"}),
        ("reassign", Terms(why="bored"), {"why": "choose_one", "to": "required"}),
        ("offer", Terms(count=21, answer_hours=0), {"count": "range", "answer_hours": "range"}),
        ("erase", Terms(), {"kind": "choose_one"}),
    ],
)
def test_what_does_not_fit_is_named(kind: str, terms: Terms, fields: dict[str, str]) -> None:
    assert rules.problems(kind, ["x"], terms) == fields
    assert rules.problems(kind, [], terms) == fields | {"row": "required"}
    assert rules.problems(kind, ["x"] * 201, terms) == fields | {"row": "too_many"}


def noted(seen: list[tuple[Any, ...]], back: bool = True) -> Verbs:
    def of(name: str, answer: Any = None) -> Any:
        def verb(*given: Any) -> Any:
            seen.append((name, *given))
            return answer

        return verb

    names = ("confirm", "unconfirm", "cancel", "swap", "send", "withdraw")
    return Verbs(restore=of("restore", back), **{name: of(name) for name in names})


def test_each_step_is_one_verb_and_so_is_its_way_back() -> None:
    terms = Terms(by="clinic", reason="Snow.", why="ill", to="ivo", answer_hours=5)
    seen: list[tuple[Any, ...]] = []
    for kind in rules.KINDS:
        rules.act(kind, terms, Step("e", 3, ["ines"]), noted(seen))
        rules.take_back(kind, {"slot": "filled", "interpreter": "ines"}, Step("e", 4), noted(seen))
    assert seen == [
        ("confirm", "e", 3),
        ("unconfirm", "e", 4),
        ("cancel", "e", "clinic", "Snow.", 3),
        ("restore", "e", 4),
        ("swap", "e", "ill", "ivo", 3),
        ("swap", "e", "clinic", "ines", 4),
        ("send", "e", {"ines": 1}, 5, 3),
        ("withdraw", "e", 4),
    ]


def test_what_is_not_as_it_was_is_said() -> None:
    def said(slot: str, kind: str = "cancel") -> list[str]:
        return rules.take_back(kind, {"slot": slot, "interpreter": "ines"}, Step("e", 4), noted([]))

    assert [said(slot) for slot in ("filled", "confirmed", "on_offer")] == [[], ["confirm_again"], ["ask_again"]]
    assert said("confirmed", "reassign") == ["confirm_again"]
    with pytest.raises(errors.Conflict) as refused:
        rules.take_back("cancel", {"slot": "filled", "interpreter": "ines"}, Step("e", 4), noted([], back=False))
    assert refused.value.code == "cannot_come_back"
    assert (
        rules.take_back("cancel", {"slot": "unfilled", "interpreter": ""}, Step("e", 4), noted([], back=False)) == []
    )
