"""A long week as programs of one day each, built once: asked alone for a bound, then in turn among the others.

What the others hold changes only a few numbers of a day, so that its last solution is nearly the next one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from triad.domain.staffing import Assigned, Week
from triad.engines import staffing_rows
from triad.engines.staffing_program import Program, Taken, bearable_left, minutes_left
from triad.engines.staffing_rows import Part
from triad.engines.staffing_solver import Solved, Standing

STEER = 0.03
"""Share of a session's worth: so much at most is set against somebody of whom the days want more than a week."""
NOTHING_HELD = Taken(Counter(), Counter())


class Days:
    """`sessions` by day, `order` with the fullest first; `bound`: no plan of the days asked so far is worth more."""

    def __init__(self, week: Week, promised: Assigned) -> None:
        self.week, self.promised = week, promised
        self.sessions: dict[int, list[int]] = {}
        for n, session in enumerate(week.sessions):
            self.sessions.setdefault(session.day, []).append(n)
        self.order = sorted(self.sessions, key=lambda day: (-len(self.sessions[day]), day))
        self.bound = float(week.weights.moved * len(promised))
        self._spread = Counter(client for client, _ in {(one.client, one.day) for one in week.sessions})
        self._standing: dict[int, Standing] = {}
        self._minutes: defaultdict[tuple[int, int], float] = defaultdict(float)
        self._exposure: defaultdict[tuple[int, int], float] = defaultdict(float)

    def alone(self, day: int, seconds: float) -> None:
        """As if everybody had their whole week for this day. Unsolved when the time is over first."""
        part = Part(self.sessions[day], {}, self.promised, self._spread)
        self._standing[day] = Standing(staffing_rows.built(self.week, part))
        found = self._standing[day].solve(seconds)
        self.bound += found.bound
        for (n, who), share in found.values.items():
            session = self.week.sessions[n]
            self._minutes[who, session.week] += share * session.minutes
            self._exposure[who, session.week] += share * session.exposure

    def among(self, day: int, held: Assigned, steer: bool, seconds: float) -> Solved:
        """With what is `held` on other days. With `steer` whoever is sought after costs more, so that something of
        their week is left for the days to come; `worth` and `bound` are without meaning then."""
        standing = self._standing[day]
        rows, gains = aimed(self.week, standing.program, held)
        price = self._prices() if steer else {}
        for column, (n, who) in enumerate(standing.program.chosen):
            gains[column] = standing.program.gain[column] - price.get((who, self.week.sessions[n].week), 0.0)
        return standing.solve(seconds, rows, gains)

    def _prices(self) -> Mapping[tuple[int, int], float]:
        """By person and week, for those of whom the days alone wanted more than the week has."""
        most, found = STEER * self.week.weights.terms.fill, {}
        for (who, number), minutes in self._minutes.items():
            limits = self.week.interpreters[who]
            shares = [minutes / max(1, minutes_left(limits, number, NOTHING_HELD, who))]
            if number in limits.bearable:
                room = bearable_left(limits, number, NOTHING_HELD, who)
                shares.append(self._exposure[who, number] / max(1, room))
            if max(shares) > 1:
                found[who, number] = most * min(1.0, max(shares) - 1)
        return found


def aimed(week: Week, program: Program, held: Assigned) -> tuple[dict[int, float], dict[int, float]]:
    """What is left in which row when these are held on other days, and what which meeting costs then."""
    taken = Taken.of(week, held)
    rows = {one.row: float(one.room(week.interpreters[one.who], one.week, taken, one.who)) for one in program.shared}
    met = {(week.sessions[n].client, who) for n, who in held.items()}
    price = float(week.weights.terms.continuity)
    return rows, {column: 0.0 if pair in met else price for pair, column in program.firsts.items()}
