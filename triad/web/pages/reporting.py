"""Reports for whoever coordinates or leads: a range of months, one thing to look at them by, and the files of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from triad.domain import errors
from triad.formats import tables, workbooks
from triad.services import reporting
from triad.services.policy import May
from triad.services.reporting import Report
from triad.web import guard, i18n
from triad.web import reporting as words
from triad.web.coverage import month
from triad.web.i18n import gettext
from triad.web.reporting import Section

bp = Blueprint("reporting", __name__)

COLUMNS = ("figure", "group", "measure", "value", "definition")
CSV, XLSX = "reports.csv", "reports.xlsx"
MIMETYPES = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.get("/reports")
@guard.needs(May.SEE_REPORTS)
def index() -> str:
    """`first` and `last` are months as 2027-01, `by` what the figures are parted by."""
    report = reporting.show(guard.actor(), *_asked(request.args))
    total = report.told.total
    return render_template(
        "pages/reporting_index.html",
        report=report,
        sections=words.sections(report),
        cuts=[(code, gettext(words.CUTS[code])) for code in reporting.CUTS],
        months=[(f"{one:%Y-%m}", month(f"{one:%Y-%m}")) for one in report.months],
        chosen={
            name: f"{day:%Y-%m}" if day else "" for name, day in (("first", report.first), ("last", report.last))
        },
        filled=total.shares["fill_met"] if total else None,
        percent=words.percent,
        told_of=_told_of(report),
        files=tuple(MIMETYPES),
    )


# No link but a button for each file: taking out is an act, and a GET is none.
@bp.post("/reports")
@guard.needs(May.TAKE_REPORTS, "file", "first", "last", "by")
def take() -> Response:
    name = request.form.get("file", "")
    if name not in MIMETYPES:
        raise errors.NotFound
    report = reporting.take(guard.actor(), *_asked(request.form))
    sections = words.sections(report)
    content = tables.written(COLUMNS, _lines(sections)) if name == CSV else _workbook(sections)
    answer = Response(content, mimetype=MIMETYPES[name])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(given: Any) -> tuple[str, str, str]:
    return given.get("first", ""), given.get("last", ""), given.get("by", "")


def _told_of(report: Report) -> str:
    """The months the figures are of, where these are fewer than those asked for; "" where they are the same."""
    if not report.told.periods:
        return ""
    first, last = report.told.periods[0].first, report.told.periods[-1].last
    if (first, last) == (report.first, report.last):
        return ""
    return gettext("%(first)s to %(last)s", first=month(f"{first:%Y-%m}"), last=month(f"{last:%Y-%m}"))


def _lines(sections: list[Section]) -> list[tuple[object, ...]]:
    """A line for each number, so that every figure fits one table."""
    return [
        (section.code, key, code, "" if cell.raw is None else cell.raw, section.definition)
        for section in sections
        for table in section.tables
        for key, _, cells in table.rows
        for (code, _), cell in zip(table.columns, cells, strict=True)
    ]


def _workbook(sections: list[Section]) -> bytes:
    sheets = [
        workbooks.Sheet(
            section.title,
            (section.definition, section.said),
            (table.heading, *(label for _, label in table.columns)),
            tuple((label, *(cell.raw for cell in cells)) for _, label, cells in table.rows),
        )
        for section in sections
        for table in section.tables
    ]
    return workbooks.written(sheets, guard.clinic().clock(), rtl=i18n.direction() == "rtl")
