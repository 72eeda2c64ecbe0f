"""Linear programs solved with HiGHS: relaxed, whole, or whole from a start; always with one thread and one seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import highspy
import numpy as np

from triad.domain.staffing import Unsolved
from triad.engines.staffing_program import Program

NOTHING: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True)
class Solved:
    """`values` of the choices, 0 to 1; `bound`: nothing is worth more; `worth` of these values."""

    values: Mapping[tuple[int, int], float]
    worth: float
    bound: float


def relaxed(program: Program, seconds: float) -> Solved:
    """The best with parts of choices allowed. Unsolved when the time is over before that is known."""
    return _run(program, seconds, whole=False)


def whole(
    program: Program, seconds: float, tolerance: float = 0.0, start: set[tuple[int, int]] | None = None
) -> Solved:
    """The best of whole choices found within `seconds`, at most `tolerance` (a share) from its bound.

    `start`: choices to begin with. Unsolved when nothing was found.
    """
    return _run(program, seconds, whole=True, tolerance=tolerance, start=start)


class Standing:
    """A relaxed program that is asked again with other limits and prices, and goes on from where it stood.

    Only numbers and the last basis are kept in between: a solver takes ten times their room.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._model = _model(program, whole=False)
        self._basis: highspy.HighsBasis | None = None

    def solve(
        self, seconds: float, most: Mapping[int, float] = NOTHING, gain: Mapping[int, float] = NOTHING
    ) -> Solved:
        """With `most` for these rows and `gain` for these columns from now on. Unsolved as `relaxed`."""
        self._model.row_upper_ = _changed(self._model.row_upper_, most)
        self._model.col_cost_ = _changed(self._model.col_cost_, gain)
        if not self.program.chosen:
            return Solved({}, 0.0, 0.0)
        solver = _ready(self._model, seconds)
        if self._basis is not None:
            solver.setBasis(self._basis)
        found = _answered(self.program, solver, whole=False)
        self._basis = solver.getBasis()
        return found


def _changed(values: Any, new: Mapping[int, float]) -> Any:
    found = np.array(values, dtype=float)
    found[list(new)] = list(new.values())
    return found


def _run(
    program: Program,
    seconds: float,
    whole: bool,
    tolerance: float = 0.0,
    start: set[tuple[int, int]] | None = None,
) -> Solved:
    if not program.chosen:
        return Solved({}, 0.0, 0.0)
    solver = _ready(_model(program, whole), seconds)
    if not whole:
        # Little falls away of a program that is solved once.
        solver.setOptionValue("presolve", "off")
    solver.setOptionValue("mip_rel_gap", tolerance)
    if start:
        begun = highspy.HighsSolution()
        begun.col_value = _begun(program, start)
        solver.setSolution(begun)
    return _answered(program, solver, whole)


def _ready(model: highspy.HighsLp, seconds: float) -> highspy.Highs:
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 7),
        ("time_limit", max(seconds, 0.05)),
        # Worths are whole numbers: what is nearer than half of one is equal.
        ("mip_abs_gap", 0.45),
    ):
        solver.setOptionValue(name, value)
    solver.passModel(model)
    return solver


def _answered(program: Program, solver: highspy.Highs, whole: bool) -> Solved:
    solver.run()
    told, status = solver.getInfo(), solver.getModelStatus()
    values = list(solver.getSolution().col_value)
    if not values or (not whole and status != highspy.HighsModelStatus.kOptimal) or not _is_found(told, whole):
        raise Unsolved
    worth = float(told.objective_function_value)
    bound = float(told.mip_dual_bound) if whole else worth
    return Solved(dict(zip(program.chosen, values, strict=False)), worth, bound if math.isfinite(bound) else math.inf)


def _is_found(told: highspy.HighsInfo, whole: bool) -> bool:
    return not whole or told.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible


def _begun(program: Program, start: set[tuple[int, int]]) -> list[float]:
    # The columns that are no choices: as high as they go costs most and breaks nothing; the solver mends that.
    rest = [min(upper, 1e6) for upper in program.upper[len(program.chosen) :]]
    return [1.0 if pair in start else 0.0 for pair in program.chosen] + rest


def _model(program: Program, whole: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    columns, rows = len(program.gain), len(program.most)
    model.num_col_, model.num_row_ = columns, rows
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array(program.gain)
    model.col_lower_, model.col_upper_ = np.array(program.lower), np.array(program.upper)
    model.row_lower_, model.row_upper_ = np.full(rows, -highspy.kHighsInf), np.array(program.most, dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = columns, rows
    model.a_matrix_.start_ = np.array(program.starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(program.columns, dtype=np.int32)
    model.a_matrix_.value_ = np.array(program.factors)
    if whole:
        choices = len(program.chosen)
        model.integrality_ = [highspy.HighsVarType.kInteger] * choices + [highspy.HighsVarType.kContinuous] * (
            columns - choices
        )
    return model
