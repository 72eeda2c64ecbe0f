"""Relations of a file: one row per case, the model asked for, and sentences about what it can carry."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from statistics import fmean
from typing import Any

import click

from triad.cli import _alliance as words
from triad.domain import errors
from triad.domain.asymmetry import Row
from triad.engines import relations as engine
from triad.engines import relations_indices
from triad.engines.relations_values import Divisor, Fit
from triad.formats.alliance_files import PERSONS, Ratings, Session

LEAST = 10
NEARBY = {"A": "differ in how they rate", "P": "differ in how they are rated"}
NAMES = {"T": "Therapists", "I": "Interpreters", "C": "Clients"}


def relations(ratings: Ratings, model: str, divisor: Divisor | None, missing: engine.Missing) -> dict[str, Any]:
    """The answer as it goes into JSON, in the unit of the file. Unfit and Conflict as `engine.fit`."""
    if model == "parcels" and ratings.layout == "wide":
        raise errors.Unfit({"file": "columns"}, missing=("rater", "target", "p1", "p2"))
    rows, therapists, interpreters = _cases(ratings, model)
    if len(rows) < LEAST:
        raise errors.Unfit({"ratings": "too_few"}, cases=len(rows))
    given = {
        name: people
        for name, people in (("therapists", therapists), ("interpreters", interpreters))
        if name[:-1] in ratings.persons
    }
    return _answer(engine.fit(rows, model, divisor, missing, **given))


def _cases(ratings: Ratings, model: str) -> tuple[list[Sequence[float | None]], list[str], list[str]]:
    """One row a case: its means over the sessions with its main interpreter."""
    rows: list[Sequence[float | None]] = []
    people: list[tuple[str, str]] = []
    named = PERSONS[1] in ratings.persons
    for sessions in ratings.cases.values():
        held = [Row(s.number, date.min, (s.interpreter or None) if named else "I", s.scores) for s in sessions]
        row = engine.case_row(held)
        if row is None:
            continue
        mine = [one for one, met in zip(sessions, held, strict=True) if met.interpreter_id == row.interpreter_id]
        rows.append(_parcels(mine) if model == "parcels" else row.scores)
        people.append((Counter(one.therapist for one in mine).most_common(1)[0][0], str(row.interpreter_id)))
    return rows, [therapist for therapist, _ in people], [interpreter for _, interpreter in people]


def _parcels(sessions: Sequence[Session]) -> list[float | None]:
    columns = zip(*(one.parcels or () for one in sessions), strict=True)
    known = [[x for x in column if x is not None] for column in columns]
    return [fmean(column) if column else None for column in known]


def _answer(fit: Fit) -> dict[str, Any]:
    indices = fit.indices
    names = [name for name in fit.estimates if name.split(".")[0] in ("GR", "DR")]
    gate = relations_indices.gate(fit.n)
    return {
        "model": fit.model,
        "n": fit.n,
        "divisor": fit.divisor,
        "df": indices.df,
        "chisq": indices.chisq,
        "p": indices.p,
        "logl": fit.logl,
        "cfi": indices.cfi,
        "tli": indices.tli,
        "rmsea": indices.rmsea,
        "swain": indices.swain,
        "estimates": dict(fit.estimates),
        "se": dict(fit.se),
        "bounded": fit.bounded and asdict(fit.bounded),
        "group_variance": fit.group and {**fit.group._asdict(), "admissible": fit.group.admissible},
        "correlations": {
            name: relations_indices.correlation(fit.estimates, fit.se, name) if gate.correlations else None
            for name in names
        },
        "means": dict(fit.means),
        "mean_se": dict(fit.mean_se),
        "role_means": dict(fit.role_means),
        "role_mean_se": dict(fit.role_mean_se),
        "robust": fit.robust and asdict(fit.robust),
        "seen": dict(fit.seen),
        "warnings": [words.caution(one.code, one.names) for one in fit.cautions],
    }


def show(answer: dict[str, Any]) -> None:
    """Words first, then the estimates with their errors, then what limits them."""
    estimates = (answer["bounded"] or answer)["estimates"]
    words.sentences(_sentences(estimates, answer["se"]))
    robust = answer["robust"] or {"se": {}}
    words.table(
        ("", "estimate", "SE", "SE by groups", "bounded"),
        [
            (name, value, answer["se"][name], robust["se"].get(name), estimates[name] if answer["bounded"] else None)
            for name, value in answer["estimates"].items()
        ],
    )
    click.echo(
        f"{answer['n']} cases, divisor {answer['divisor']}; chi-square {answer['chisq']:.2f} with {answer['df']} df, "
        f"log-likelihood {answer['logl']:.2f}."
    )
    click.echo(f"Ratings there: {', '.join(f'{key} {count}' for key, count in answer['seen'].items())}.")
    if answer["group_variance"]:
        click.echo(_group(answer["group_variance"]))
    words.sentences(answer["warnings"])


def _sentences(estimates: dict[str, float], se: dict[str, float]) -> list[str]:
    """Whether a role differs more in how it rates or in how it is rated; within two errors neither is said."""
    found = []
    for role, name in NAMES.items():
        a, p = (estimates.get(f"{term}.{role}", estimates.get(term)) for term in "AP")
        if a is None or p is None:
            continue
        error = math.hypot(*(se.get(f"{term}.{role}", se.get(term, 0.0)) for term in "AP"))
        more, less = ("A", "P") if a >= p else ("P", "A")
        if abs(a - p) > 2 * error:
            found.append(
                f"{name} {NEARBY[more]} more than they {NEARBY[less]} ({max(a, p):.2f} and {min(a, p):.2f})."
            )
        else:
            found.append(f"{name} differ in how they rate ({a:.2f}) and in how they are rated ({p:.2f}) about alike.")
    return found


def _group(bounds: dict[str, Any]) -> str:
    if not bounds["admissible"]:
        return "The variance between whole groups cannot be estimated, and no value of it is admissible here."
    return (
        "The variance between whole groups cannot be estimated; it may be anything from "
        f"{bounds['lower']:.2f} to {bounds['upper']:.2f}."
    )
