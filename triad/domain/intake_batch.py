"""All rows of an import together: what they refer to, what is new in them, and whether everybody is free.

Knows the clinic only as `Known`: what is there already, said in the words of the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from triad.domain import cells, intake_needs, timespans
from triad.domain.intake import Finding, Row
from triad.domain.intake_columns import FILES, blanks
from triad.domain.intake_rules import Against, Values
from triad.domain.occupancy import Margins, Occupancy, Owner, spans
from triad.domain.timespans import TimeSpan

Verdict = Literal["created", "updated", "unchanged"]

PEOPLE = ("interpreters", "therapists", "clients")
REFERS: dict[str, tuple[str, ...]] = {
    "site": ("sites",),
    "client_ref": ("clients",),
    "therapist_ref": ("therapists",),
    "usual_interpreter_ref": ("interpreters",),
    "interpreter_ref": ("interpreters",),
    "person_ref": ("interpreters", "therapists"),
    "case_ref": ("cases",),
}
PASSING = {"clients": intake_needs.WISH, "encounters": ("dialect",), "time_off": ("from_time", "to_time")}
"""Columns that are read and checked, and kept elsewhere or as something else."""
FIXED = {"cases": ("client_ref", "therapist_ref"), "encounters": ("case_ref",)}
"""What a known row cannot change: other rows, and people's diaries, hang on it."""
COLUMN_OF = {"interpreter": "interpreter_ref", "room": "room"}
"""Whose time an encounter takes -> the column that says so."""
ALONE = {"sites": "name", "clients": "client_code", "cases": "code"}
"""The one column whose value no two rows share, beside the key."""


@dataclass(frozen=True)
class Known:
    """What is there: file -> key -> values. A case also has `needs`, language -> its values.

    `taken` holds what the encounters take now, by key. `inactive` are those who take no new bookings.
    """

    rows: Mapping[str, Mapping[str, Values]]
    taken: Iterable[tuple[Owner, TimeSpan, str]]
    now: datetime
    margins: Margins
    inactive: frozenset[Owner] = frozenset()


@dataclass(frozen=True)
class Accepted:
    """`values` are complete, `before` None for a new row."""

    row: Row
    verdict: Verdict
    values: Values
    before: Values | None


@dataclass
class Decision:
    accepted: list[Accepted] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def decide(rows: Mapping[str, Sequence[Row]], known: Known) -> Decision:
    """Every row accepted with its verdict, or refused with the first thing against it, in the order of FILES."""
    batch = _Batch(rows, known)
    for file in FILES:
        for row in rows.get(file, ()):
            batch.consider(row)
    return batch.decision


def series_id(case_key: str, ref: str) -> str:
    """A series has no row of its own in the files: case and name give the same id at each import."""
    return "s" + hashlib.sha256(f"{case_key}\0{ref}".encode()).hexdigest()[:20]


class _Batch:
    def __init__(self, rows: Mapping[str, Sequence[Row]], known: Known) -> None:
        self.rows, self.clinic, self.decision = rows, known, Decision()
        self.known: dict[str, dict[str, Values]] = {file: dict(known.rows.get(file, {})) for file in FILES}
        self.seen: set[tuple[str, str]] = set()
        self.wishes: dict[str, Values] = {}
        self.alone = {
            file: {values[column]: key for key, values in self.known[file].items()} for file, column in ALONE.items()
        }
        self.occupancy = Occupancy()
        for owner, span, key in known.taken:
            self.occupancy.take(owner, span, key)

    def consider(self, row: Row) -> None:
        before = self.known[row.file].get(row.key)
        try:
            self._ensure_own_key(row)
            values = self._with_references(row)
            rule = _RULES.get(row.file)
            if rule:
                before = rule(self, row, values, before)
            full = {**_blanks(row.file), **(before or {}), **values}
            self._ensure_alone(row, full)
            verdict = _verdict(full, before)
            self._ensure_changeable(row.file, full, before)
            if row.file == "encounters" and verdict != "unchanged":
                self._seat(row.key, full, before)
        except Against as refusal:
            value = row.cells.get(refusal.column, "")[:80]
            finding = Finding(row.file, row.number, refusal.column, value, refusal.rule, refusal.hints)
            self.decision.findings.append(finding)
            return
        self.known[row.file][row.key] = full
        self.decision.accepted.append(Accepted(row, verdict, full, before))

    def _ensure_own_key(self, row: Row) -> None:
        if (row.file, row.key) in self.seen:
            raise Against("external_ref", "twice")
        self.seen.add((row.file, row.key))
        if row.file in PEOPLE and any(row.key in self.known[other] for other in PEOPLE if other != row.file):
            raise Against("external_ref", "other_kind")

    def _with_references(self, row: Row) -> Values:
        values = dict(row.values)
        for column, targets in REFERS.items():
            if values.get(column):
                values[column] = self._key(column, values[column], targets)
        return values

    def _key(self, column: str, text: str, targets: tuple[str, ...]) -> str:
        for file in targets:
            if text in self.known[file]:
                return text
        if column == "site" and text in self.alone["sites"]:
            return self.alone["sites"][text]
        if any((file, text) in self.seen for file in targets):
            raise Against(column, "row_refused")
        keys = [key for file in targets for key in self.known[file]]
        names = list(self.alone["sites"]) if column == "site" else []
        raise Against(column, "unknown", *cells.nearest(text, [*keys, *names]))

    def _ensure_alone(self, row: Row, full: Values) -> None:
        if row.file not in ALONE:
            return
        column, holders = ALONE[row.file], self.alone[row.file]
        if holders.setdefault(full[column], row.key) != row.key:
            raise Against(column if column in row.cells else "external_ref", "taken")

    def _ensure_changeable(self, file: str, full: Values, before: Values | None) -> None:
        for column in FIXED.get(file, ()):
            if before and before[column] != full[column]:
                raise Against(column, "fixed", before[column])
        over = file == "encounters" and before and before["status"] != "scheduled"
        if over and _verdict(full, before) == "updated":
            raise Against("status", "over")

    def site(self, row: Row, values: Values, before: Values | None) -> Values | None:
        """Rooms are added, never taken away: they may be booked."""
        there = before["rooms"] if before else ()
        values["rooms"] = tuple(sorted({*there, *values.get("rooms", ())}))
        return before

    def client(self, row: Row, values: Values, before: Values | None) -> Values | None:
        """A wish belongs to a case: it goes to the client's rows in cases.csv, or is there already."""
        asked = intake_needs.wish(values)
        if not asked:
            return before
        coming = any(case.values["client_ref"] == row.key for case in self.rows.get("cases", ()))
        own = (case for case in self.known["cases"].values() if case["client_ref"] == row.key)
        if not coming and not any(
            intake_needs.is_kept(asked, need) for case in own for need in case["needs"].values()
        ):
            raise Against("gender_wish" if "gender_wish" in asked else "mode_wish", "wish_without_case")
        self.wishes[row.key] = asked
        return before

    def case(self, row: Row, values: Values, before: Values | None) -> Values | None:
        values["code"] = before["code"] if before else row.key
        if before is None and not values.get("closed_on"):
            parties = ("client", "therapist")
            self._ensure_active({(who, values[f"{who}_ref"]): f"{who}_ref" for who in parties})
        return intake_needs.add_need(values, before, self.wishes.get(values["client_ref"], {}))

    def encounter(self, row: Row, values: Values, before: Values | None) -> Values | None:
        needs = self.known["cases"][values["case_ref"]]["needs"]
        if values["language"] not in needs:
            raise Against("language", "not_in_case", *needs)
        spoken = values.pop("dialect")
        if spoken and spoken != needs[values["language"]]["dialect"]:
            raise Against("dialect", "not_in_case", *filter(None, [needs[values["language"]]["dialect"]]))
        if values.get("room") and values["room"] not in (rooms := self.known["sites"][values["site"]]["rooms"]):
            raise Against("room", "unknown", *(cells.nearest(values["room"], rooms) or rooms[:2]))
        if values.get("status") in ("held", "abandoned") and values["starts_at"] > self.clinic.now:
            raise Against("status", "future", "scheduled")
        if values.get("series_ref"):
            values["series_ref"] = series_id(values["case_ref"], values["series_ref"])
        return before

    def _ensure_active(self, columns: Mapping[Owner, str]) -> None:
        """`columns`: whose time a row takes, and where it says so."""
        for owner, column in columns.items():
            if owner in self.clinic.inactive:
                raise Against(column, "not_active")

    def _seat(self, key: str, full: Values, before: Values | None) -> None:
        """Take everybody's time, or none of it; what a known encounter took until now it then has again."""
        wanted = spans(full, self.known["cases"][full["case_ref"]], self.clinic.margins)
        if full["ends_at"] > self.clinic.now:
            self._ensure_active({owner: COLUMN_OF.get(owner[0], "case_ref") for owner, _ in wanted})
        had = self.occupancy.give_back(key)
        try:
            for owner, span in wanted:
                if there := self.occupancy.clash(owner, span):
                    column = COLUMN_OF.get(owner[0], "start")
                    begin, end = (timespans.local(moment, full["zone"]) for moment in (there.start, there.end))
                    raise Against(column, f"clash_{owner[0]}", f"{begin:%H:%M}–{end:%H:%M}")
                self.occupancy.take(owner, span, key)
        except Against:
            self.occupancy.give_back(key)
            for owner, span in had:
                self.occupancy.take(owner, span, key)
            raise


def _blanks(file: str) -> Values:
    return {name: blank for name, blank in blanks(file).items() if name not in PASSING.get(file, ())}


def _verdict(full: Values, before: Values | None) -> Verdict:
    if before is None:
        return "created"
    return "unchanged" if all(before.get(name) == value for name, value in full.items()) else "updated"


_RULES = {"sites": _Batch.site, "clients": _Batch.client, "cases": _Batch.case, "encounters": _Batch.encounter}
