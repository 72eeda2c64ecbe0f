"""The tables a clinic arrives with: each row read by itself, into values or findings.

Values are in the words of the files: other rows are named by their `external_ref`, never by our ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triad.domain import cells
from triad.domain.cells import Misread
from triad.domain.intake_columns import COLUMNS, KEY
from triad.domain.intake_rules import RULES, Against, Values


@dataclass(frozen=True)
class Finding:
    """What stands against a row, or with `row` 0 against a whole file. `hints` would fit; `rule` is a code."""

    file: str
    row: int
    column: str
    value: str
    rule: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row that can be read. `values` lack the columns that the file does not have, or keeps."""

    file: str
    number: int
    key: str
    values: Values
    cells: Mapping[str, str]


def heading_findings(file: str, columns: Sequence[str]) -> list[Finding]:
    """What keeps the whole file from being read: a column nobody knows, or one that is missing."""
    known = [column.heading(columns) for column in COLUMNS[file]]
    strange = [
        Finding(file, 0, name[:80], "", "unknown_column", cells.nearest(name[:80], known))
        for name in columns
        if name not in known
    ]
    missing = [
        Finding(file, 0, column.name, "", "missing_column")
        for column in COLUMNS[file]
        if column.required and column.name not in columns
    ]
    return strange + missing


def row(file: str, number: int, columns: Sequence[str], record: Sequence[str]) -> tuple[Row | None, list[Finding]]:
    """One row by itself; None with every finding if it cannot be read."""
    given = dict(zip(columns, record, strict=False))
    if len(record) != len(columns):
        hint = f"{len(columns)}"
        return None, [Finding(file, number, "", f"{len(record)}", "cell_count", (hint,))]
    values: Values = {}
    findings: list[Finding] = []

    def against(column: str, rule: str, *hints: str) -> None:
        findings.append(Finding(file, number, column, given.get(column, "")[:80], rule, tuple(hints)))

    for column in COLUMNS[file]:
        heading = column.heading(given)
        if heading not in given:
            continue
        cell = given[heading]
        if not cell and column.required:
            against(heading, "required")
        elif not cell and not column.keeps:
            values[column.name] = column.blank
        elif cell:
            try:
                values[column.name] = column.read(cell)
            except Misread as misread:
                against(heading, misread.rule, *misread.hints)
    if not findings:
        try:
            RULES[file](values)
        except Against as refusal:
            against(refusal.column, refusal.rule, *refusal.hints)
    if findings:
        return None, findings
    return Row(file, number, values.pop(KEY), values, given), []
