"""The clinic's relations: words first, then the picture with its ranges, then the table, then what it cannot say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, render_template

from triad.domain.parties import DIRECTIONS
from triad.services import relations
from triad.services.policy import May
from triad.web import bonds, coverage, guard, i18n, pictures
from triad.web.i18n import gettext, lazy
from triad.web.pictures import Estimate

bp = Blueprint("relations", __name__)

SURE = 1.96
NOBODY = {"T": "", "I": ""}
"""Roles are meant here, never a person."""
ROLES = {"T": lazy("Therapists"), "I": lazy("Interpreters"), "C": lazy("Clients"), "": lazy("All three roles")}
GROUPS = {
    "A": lazy("How people differ in how they rate"),
    "P": lazy("How people differ in how they are rated"),
    "R": lazy("What is special between two, with error in it"),
    "GR": lazy("Do those who rate high get rated high?"),
    "DR": lazy("Is what is special between two mutual?"),
}
REFUSED = {
    "too_few_people": lazy(
        "Too few people to say anything without showing somebody: it takes 5 clients, 3 interpreters, 2 therapists."
    ),
    "too_few_cases": lazy("Below 10 cases nothing is estimated."),
    "too_few": lazy("Too few complete cases for this model."),
    "constant": lazy("Somebody always gave the same mark: there is nothing to compare."),
    "collinear": lazy("Two of the six ratings always move together: they cannot be told apart."),
    "nothing_left": lazy("Too many ratings are missing to tell rater from rated."),
    "not_converged": lazy("The estimates did not settle. More cases will help."),
}
CAUTIONS = {
    "exploratory": lazy("So few cases give a first idea only."),
    "improper": lazy(
        "Without bounds the estimates would be impossible; these are the nearest possible ones, without ranges."
    ),
    "reduced": lazy("A role that did not rate takes some estimates with it."),
    "too_few_for_model": lazy("For so few cases a simpler model is advised."),
    "missing_at_random": lazy(
        "Missing ratings are taken as missing by chance. Who leaves because of the bond is not."
    ),
    "divisor_n": lazy("With missing ratings the spread comes out a little too small."),
    "holds_error": lazy("What is special between two holds rating error as well."),
    "few_groups": lazy("Few therapists or interpreters: the ranges are likely too narrow."),
    "pair_missing": lazy("Some directions were never rated together."),
}


@bp.get("/relations")
@guard.needs(May.SEE_RELATIONS)
def index() -> str:
    frozen = relations.latest(guard.actor())
    found = frozen.get("relations", {})
    values: dict[str, Any] = {"found": found, "period": ""}
    for one in frozen.values():
        values["period"] = coverage.month(one["period"])
    values["refused"] = (
        gettext(REFUSED.get(found.get("refused", "too_few_people"), "")) if "estimates" not in found else ""
    )
    if "coverage" in frozen:
        values["covered"] = coverage.told(frozen["coverage"])
    if "estimates" in found:
        unbounded = CAUTIONS["improper"]
        groups = {gettext(GROUPS[kind]): list(_rows(found, kind)) for kind in GROUPS}
        values |= {
            "said": list(_said(found)),
            "groups": [(title, "", rows) for title, rows in groups.items()],
            "forest": pictures.forest(groups, bonds.words(), rtl=i18n.direction() == "rtl"),
            "means": [(_way(key), found["means"].get(key), found["mean_se"].get(key)) for key in _keys(found)],
            "bounds": "" if found["se"] else gettext(unbounded),
            "cautions": [gettext(CAUTIONS[code]) for code, _ in found["cautions"] if code != "improper"],
            "figure": bonds.figure,
        }
    return render_template("pages/relations_index.html", **values)


def _keys(found: Mapping[str, Any]) -> list[str]:
    return [dyad.key for dyad in DIRECTIONS if dyad.key in found["means"]]


def _said(found: Mapping[str, Any]) -> Iterator[str]:
    """One sentence a role: how far people differ in how they rate, and in how they are rated, in points."""
    for letter, role in ROLES.items():
        rate, rated = (_points(found, f"{kind}.{letter}".rstrip(".")) for kind in ("A", "P"))
        if rate is None or rated is None:
            if f"A.{letter}".rstrip(".") in found["estimates"]:
                yield gettext("%(who)s: how far they differ cannot be estimated.", who=gettext(role))
            continue
        yield gettext(
            "%(who)s differ by about %(rate)s points in how they rate, by about %(rated)s in how they are rated.",
            who=gettext(role),
            rate=bonds.figure(rate),
            rated=bonds.figure(rated),
        )


def _points(found: Mapping[str, Any], name: str) -> float | None:
    """The standard deviation; None where the variance was not estimated or came out below 0."""
    value = found["estimates"].get(name)
    return None if value is None or value < 0 else math.sqrt(value)


def _rows(found: Mapping[str, Any], kind: str) -> Iterator[Estimate]:
    for name, value in found["estimates"].items():
        term, *who = name.split(".")
        if term == kind:
            se = found["se"].get(name)
            low, high = (None, None) if se is None else (value - SURE * se, value + SURE * se)
            yield Estimate(_label(kind, "".join(who)), value, low, high)


def _label(kind: str, who: str) -> str:
    if len(who) < 2:
        return gettext(ROLES[who])
    if kind == "R":
        return _way(who)
    one, other = bonds.pair(who, NOBODY)
    return gettext("%(one)s and %(other)s", one=one, other=other)


def _way(key: str) -> str:
    return bonds.heading(key, NOBODY)
