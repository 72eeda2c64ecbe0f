"""Bringing a clinic's tables in: look at all rows first, write those that fit as one batch, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from triad.domain import errors, intake, intake_batch, intake_columns
from triad.domain.intake import Finding, Row
from triad.domain.intake_batch import Decision, Known
from triad.domain.intake_columns import FILES
from triad.domain.occupancy import Margins
from triad.domain.timespans import DAY, TimeSpan
from triad.formats import tables
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import intake as store
from triad.store import intake_dates, intake_encounters, journal
from triad.store.intake_encounters import Entry
from triad.store.intake_write import Writer
from triad.store.ledger import ImportBatch

SHOWN = 50
"""Batches that can be looked back on."""

Files = Mapping[str, bytes]
"""File name, with or without `.csv`, to content."""


@dataclass(frozen=True)
class Counts:
    """`read` is always the sum of the others."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Refused:
    """The rows of one file that would not be written, as they came."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Preview:
    """Files in the order of `intake_columns.FILES`, files not known here last; findings by file, then row."""

    counts: Mapping[str, Counts]
    findings: tuple[Finding, ...]
    refused: Mapping[str, Refused]

    @property
    def total(self) -> Counts:
        names = ("read", "created", "updated", "unchanged", "refused")
        return Counts(*(sum(getattr(one, name) for one in self.counts.values()) for name in names))

    @property
    def writes(self) -> int:
        """Rows that would be created or changed."""
        return self.total.created + self.total.updated


@dataclass(frozen=True)
class Batch:
    id: str
    at: datetime
    created: int
    updated: int
    refused: int
    undone_at: datetime | None


@dataclass
class _Sheets:
    """The files as they were read: tables, rows that can be read, what stands against the others."""

    tables: dict[str, tables.Table]
    rows: dict[str, list[Row]]
    findings: list[Finding]


def preview(actor: Actor, files: Files) -> Preview:
    """What an import of these files would do, all rows looked at; nothing is written."""
    sheets = _read(files)
    with context.look(actor) as ctx:
        access.need(ctx, May.IMPORT)
        return _summary(sheets, _decide(ctx, sheets)[1])


def commit(actor: Actor, files: Files) -> str:
    """Write every row that fits, in one transaction; the batch's id. Rows refused now stay out.

    Unfit `{"files": "nothing_to_write"}` when no row would be created or changed; Clash when somebody
    took a time meanwhile.
    """
    sheets = _read(files)
    with context.work(actor) as ctx:
        access.need(ctx, May.IMPORT)
        seen, decision = _decide(ctx, sheets)
        total = _summary(sheets, decision).total
        if not total.created + total.updated:
            raise errors.Unfit({"files": "nothing_to_write"})
        writer = Writer(ctx.session, seen, ctx.fresh_id, ctx.settings.zone)
        writer.write(decision.accepted)
        by = actor.account_id or "-"
        intake_encounters.write(writer, decision.accepted, Entry(ctx.now, by, _margins(ctx)))
        counts = {"created": total.created, "updated": total.updated, "refused": total.refused}
        batch = ImportBatch(id=ctx.fresh_id(), at=ctx.now, by=by, counts=counts, undo=writer.journal.sealed())
        ctx.session.add(batch)
        ctx.audit("imports.commit", batch.id, **counts)
        return batch.id


def undo(actor: Actor, batch_id: str) -> None:
    """Put everything back as it was before the batch.

    NotFound; BadTransition when it has been undone; Conflict when something written later depends on it.
    """
    with context.work(actor) as ctx:
        access.need(ctx, May.IMPORT)
        query = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
        batch = ctx.session.scalars(query).one_or_none()
        if batch is None:
            raise errors.NotFound
        if batch.undone_at is not None:
            raise errors.BadTransition(noun="batch", event="undo")
        journal.undo(ctx.session, batch.undo)
        batch.undone_at = ctx.now
        ctx.audit("imports.undo", batch.id)


def batches(actor: Actor) -> list[Batch]:
    """The latest imports, newest first."""
    with context.look(actor) as ctx:
        access.need(ctx, May.IMPORT)
        columns = (ImportBatch.id, ImportBatch.at, ImportBatch.counts, ImportBatch.undone_at)
        query = select(*columns).order_by(ImportBatch.at.desc(), ImportBatch.id.desc()).limit(SHOWN)
        return [
            Batch(id_, at, counts["created"], counts["updated"], counts["refused"], undone_at)
            for id_, at, counts, undone_at in ctx.session.execute(query)
        ]


def rejected(preview: Preview, file: str) -> bytes:
    """The refused rows of one file as CSV with the same columns, to be mended and read again. NotFound if none."""
    refused = preview.refused.get(file)
    if refused is None:
        raise errors.NotFound
    return tables.written(refused.columns, refused.rows)


def _read(files: Files) -> _Sheets:
    sheets = _Sheets({}, {}, [])
    named: dict[str, bytes] = {}
    for name, content in files.items():
        file = intake_columns.file_of(name)
        if file in named:
            sheets.findings.append(Finding(name[:80], 0, "", "", "file_twice"))
        else:
            named[file] = content
    for file in sorted(named, key=lambda name: (FILES.index(name) if name in FILES else len(FILES), name)):
        if file not in FILES:
            sheets.findings.append(Finding(file[:80], 0, "", "", "unknown_file", FILES))
            continue
        try:
            table = sheets.tables[file] = tables.read(named[file])
        except errors.Unfit as error:
            sheets.findings.append(Finding(file, 0, "", "", error.fields["file"]))
            continue
        wrong = intake.heading_findings(file, table.columns)
        sheets.findings += wrong
        if not wrong:
            _read_rows(sheets, file, table)
    return sheets


def _read_rows(sheets: _Sheets, file: str, table: tables.Table) -> None:
    sheets.rows[file] = []
    for number, record in table.rows:
        row, findings = intake.row(file, number, table.columns, record)
        sheets.findings += findings
        if row:
            sheets.rows[file].append(row)


def _decide(ctx: Context, sheets: _Sheets) -> tuple[store.Snapshot, Decision]:
    seen = store.snapshot(ctx.session)
    dated = ("availability", "time_off", "encounters")
    intake_dates.add_named(ctx.session, seen, {row.key for file in dated for row in sheets.rows.get(file, ())})
    spans = [(row.values["starts_at"], row.values["ends_at"]) for row in sheets.rows.get("encounters", ())]
    window = None
    if spans:
        window = TimeSpan(min(start for start, _ in spans) - DAY, max(end for _, end in spans) + DAY)
    taken = intake_dates.taken(ctx.session, seen, window)
    known = Known(seen.rows, taken, ctx.now, _margins(ctx), frozenset(seen.inactive))
    return seen, intake_batch.decide(sheets.rows, known)


def _margins(ctx: Context) -> Margins:
    return Margins(timedelta(minutes=ctx.settings.briefing_minutes), timedelta(minutes=ctx.settings.debrief_minutes))


def _summary(sheets: _Sheets, decision: Decision) -> Preview:
    accepted: dict[str, dict[int, str]] = {file: {} for file in sheets.tables}
    for one in decision.accepted:
        accepted[one.row.file][one.row.number] = one.verdict
    counts, refused = {}, {}
    for file, table in sheets.tables.items():
        verdicts = list(accepted[file].values())
        out = tuple(cells for number, cells in table.rows if number not in accepted[file])
        created, updated, unchanged = (verdicts.count(name) for name in ("created", "updated", "unchanged"))
        counts[file] = Counts(len(table.rows), created, updated, unchanged, len(out))
        if out:
            refused[file] = Refused(table.columns, out)
    order = {file: place for place, file in enumerate(FILES)}
    findings = sorted(
        [*sheets.findings, *decision.findings], key=lambda it: (order.get(it.file, len(order)), it.file, it.row)
    )
    for finding in findings:
        counts.setdefault(finding.file, Counts())
    return Preview(counts, tuple(findings), refused)
