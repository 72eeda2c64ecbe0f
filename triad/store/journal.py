"""Writing that can be taken back: each row made, changed or dropped leaves a line with what was before."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Table, Time, delete, insert, select, update
from sqlalchemy.orm import Session

from triad.domain import errors
from triad.store import calendars, types
from triad.store.encounters import Encounter
from triad.store.types import Base, Instant

CHUNK = 5_000
UNCHECKED = frozenset({"diary"})
"""Tables whose rows others may change meanwhile without depending on what the journal wrote."""

Line = dict[str, Any]
"""`table`, `id`, `before` (null: it was new) and, once sealed, `after`: a digest of what was left behind."""


class Journal:
    """Rows are written in the order of the calls; those added are gathered until `flush` or another kind of call."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lines: list[Line] = []
        self._added: dict[Table, list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: type[Base], **values: Any) -> None:
        self._added[types.table(model)].append(_complete(types.table(model), values))

    def flush(self) -> None:
        for table in Base.metadata.sorted_tables:
            rows = self._added.pop(table, [])
            if rows:
                self.session.execute(insert(table), rows)
                self.lines += [{"table": table.name, "id": row["id"], "before": None} for row in rows]

    def note_new(self, model: type[Base], ids: Iterable[Any]) -> None:
        """Rows that somebody else has just inserted."""
        self.lines += [{"table": types.table(model).name, "id": id_, "before": None} for id_ in ids]

    def note_before(self, model: type[Base], ids: Iterable[Any]) -> None:
        """Rows that somebody else is about to change."""
        self.flush()
        table = types.table(model)
        for id_, row in _rows(self.session, table, list(ids)).items():
            self.lines.append({"table": table.name, "id": id_, "before": _plain(row)})

    def change(self, model: type[Base], id_: str, **values: Any) -> None:
        self.note_before(model, [id_])
        table = types.table(model)
        if model is Encounter:
            values |= _counted(self.session, id_, values)
        self.session.execute(update(table).where(table.c.id == id_).values(**values))

    def drop(self, model: type[Base], ids: Iterable[Any]) -> None:
        ids = list(ids)
        self.note_before(model, ids)
        _delete(self.session, types.table(model), ids)

    def sealed(self) -> str:
        """All lines as JSON, newest first, each with the digest of its row as it is now."""
        self.flush()
        self.session.flush()
        left = _digests(self.session, self.lines)
        for line in self.lines:
            line["after"] = left.get((line["table"], line["id"]))
        return json.dumps(self.lines[::-1], separators=(",", ":"))


def undo(session: Session, sealed: str) -> None:
    """Take every line back, newest first. Conflict when one of the rows is no longer as the journal left it."""
    lines: list[Line] = json.loads(sealed)
    now = _digests(session, lines)
    for line in lines:
        as_left = now.get((line["table"], line["id"])) == line["after"]
        if not as_left and line["table"] not in UNCHECKED:
            raise errors.Conflict("depended_on")
    for (name, is_new), group in groupby(lines, key=lambda line: (line["table"], line["before"] is None)):
        table = Base.metadata.tables[name]
        if is_new:
            _delete(session, table, [line["id"] for line in group])
            continue
        for line in group:
            if now.get((name, line["id"])) == line["after"]:
                _restore(session, table, line["id"], line["before"])


def _restore(session: Session, table: Table, id_: Any, before: dict[str, Any]) -> None:
    values = {column.name: _typed(column.type, before[column.name]) for column in table.columns}
    if table.name == Encounter.__tablename__:
        values |= _counted(session, id_, values)
    changed = session.execute(update(table).where(table.c.id == id_).values(**values))
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.execute(insert(table).values(**values))


def _counted(session: Session, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Calendars never hear a lower number than before, also of what is put back."""
    row = _rows(session, types.table(Encounter), [id_]).get(id_)
    return calendars.counted(session, row, values) if row else {}


def _delete(session: Session, table: Table, ids: list[Any]) -> None:
    for start in range(0, len(ids), CHUNK):
        session.execute(delete(table).where(table.c.id.in_(ids[start : start + CHUNK])))


def _complete(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """With every column, so that many rows are one statement."""
    if strange := set(values) - set(table.columns.keys()):
        raise KeyError(min(strange))
    return {column.name: values.get(column.name, _default(column)) for column in table.columns}


def _default(column: Any) -> Any:
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg


def _rows(session: Session, table: Table, ids: list[Any]) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(table).where(table.c.id.in_(ids[start : start + CHUNK]))
        found.update({row["id"]: dict(row) for row in session.execute(query).mappings()})
    return found


def _digests(session: Session, lines: list[Line]) -> dict[tuple[str, Any], str]:
    """(table, id) -> digest of the row, for those of the lines' rows that there are."""
    ids: dict[str, set[Any]] = defaultdict(set)
    for line in lines:
        ids[line["table"]].add(line["id"])
    return {
        (name, id_): hashlib.sha256(json.dumps(_lasting(row), sort_keys=True).encode()).hexdigest()[:16]
        for name, wanted in ids.items()
        for id_, row in _rows(session, Base.metadata.tables[name], sorted(wanted)).items()
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, (date, time)) else value for name, value in row.items()}


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _plain(row).items() if name not in calendars.COUNTED}


def _typed(kind: Any, value: Any) -> Any:
    readers = {Instant: datetime.fromisoformat, Date: date.fromisoformat, Time: time.fromisoformat}
    reader = readers.get(type(kind))
    return reader(value) if reader and value is not None else value
