"""What the cells of one imported row must be together; the values that follow from them are added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from triad.domain import cells, errors, proofs, timespans, wishes
from triad.domain.cells import Misread
from triad.domain.timespans import WallTime

Values = dict[str, Any]


class Against(Exception):
    """A row that breaks `rule` in `column`; `hints` would fit."""

    def __init__(self, column: str, rule: str, *hints: str) -> None:
        self.column, self.rule, self.hints = column, rule, hints
        super().__init__(rule)


def _interpreter(values: Values) -> None:
    pairs = [one[:2] for one in values["skills"]]
    if len(set(pairs)) < len(pairs):
        raise Against("skills", "twice")
    values["skills"] = tuple(sorted(values["skills"]))
    if "credentials" in values:
        values["credentials"] = proofs.in_order(values["credentials"])


def _wish(values: Values) -> None:
    has_kind = values.get("wish_kind", "none") != "none"
    if has_kind != bool(values.get("gender_wish")):
        raise Against("gender_wish" if has_kind else "wish_kind", "goes_together")
    if "wish_kind" in values:
        values.setdefault("gender_wish", "")


def _case(values: Values) -> None:
    _wish(values)
    if "wishes" in values:
        held = dict(values["wishes"])
        if len(held) < len(values["wishes"]):
            raise Against("wishes", "twice")
        values["wishes"] = wishes.of(held)
    closed: date | None = values.get("closed_on")
    if closed and closed < values["opened_on"]:
        raise Against("closed_on", "order")
    values["language"], spoken = cells.split_variety(values["language"], values.get("dialect", ""))
    if spoken:
        values["dialect"] = spoken


def _hours(values: Values) -> None:
    if values["to"] != "00:00" and values["to"] <= values["from"]:
        raise Against("to", "order")
    first, last = values.get("valid_from"), values.get("valid_to")
    if first and last and last < first:
        raise Against("valid_to", "order")


def _away(values: Values) -> None:
    """Without times a day counts whole, whatever hour its clock begins with."""
    zone = values.pop("zone")
    starts = _edge(values.pop("from_date"), values.pop("from_time", None), zone, "from_time", 0)
    ends = _edge(values.pop("to_date"), values.pop("to_time", None), zone, "to_time", -1)
    if ends <= starts:
        raise Against("to_date", "order")
    values.update(starts_at=starts, ends_at=ends)


def _edge(day: date, at: time | None, zone: str, column: str, side: int) -> datetime:
    if at is not None:
        return _moment(day, at, zone, column)[0]
    spans = timespans.showing(day, time(0), time(0), zone)
    if not spans:
        raise Against(column.replace("time", "date"), "no_such_day")
    return spans[0].start if side == 0 else spans[-1].end


def _moment(day: date, at: time, zone: str, column: str) -> tuple[datetime, int]:
    """The instant and its fold. A written offset says which of two equal times is meant, and must be right."""
    bare = at.replace(tzinfo=None)
    try:
        found = timespans.instant(WallTime(day, bare, zone))
    except errors.Unfit as error:
        rule = next(iter(error.fields.values()))
        if rule == "time_gap":
            raise Against(column, rule, *(f"{error.details[side]:%H:%M}" for side in ("before", "after"))) from None
        if rule != "time_repeats":
            raise Against(column, rule) from None
        both = [timespans.local(error.details[side], zone) for side in ("first", "second")]
        for fold, local in enumerate(both):
            if at.utcoffset() == local.utcoffset():
                return local.astimezone(UTC), fold
        raise Against(column, rule, *(local.isoformat(timespec="minutes")[11:] for local in both)) from None
    local = timespans.local(found, zone)
    if at.tzinfo is not None and at.utcoffset() != local.utcoffset():
        raise Against(column, "offset", local.isoformat(timespec="minutes")[11:])
    return found, 0


def _encounter(values: Values) -> None:
    values["language"], spoken = cells.split_variety(values["language"], values.get("dialect", ""))
    values["dialect"] = spoken
    starts, fold = _moment(values["date"], values["start"], values["zone"], "start")
    length = timespans.span_of(
        WallTime(values["date"], values["start"].replace(tzinfo=None), values["zone"], fold), values["minutes"]
    )
    values.update(start=values["start"].replace(tzinfo=None), fold=fold, starts_at=starts, ends_at=length.end)
    if values.get("room") and not values.get("site"):
        raise Against("site", "goes_together")
    cancelled = values.get("status") == "cancelled"
    if cancelled != bool(values.get("cancelled_by")):
        raise Against("cancelled_by", "goes_together")
    if values.get("cancelled_at"):
        if not cancelled:
            raise Against("cancelled_at", "goes_together")
        values["cancelled_at"] = _written_moment(values["cancelled_at"], values["zone"])


def _written_moment(cell: str, zone: str) -> datetime:
    """`2027-03-28T14:30` or with a blank between; a day alone is its first moment."""
    on, _, at = cell.replace("T", " ").partition(" ")
    try:
        read_day = cells.day(on)
        return _edge(read_day, cells.clock(at) if at else None, zone, "cancelled_at", 0)
    except Misread as misread:
        raise Against("cancelled_at", misread.rule, *misread.hints) from None


def _nothing(values: Values) -> None:
    """A row of this file has no rule beyond its cells."""


RULES: dict[str, Callable[[Values], None]] = {
    "sites": _nothing,
    "interpreters": _interpreter,
    "therapists": _nothing,
    "clients": _wish,
    "cases": _case,
    "availability": _hours,
    "time_off": _away,
    "encounters": _encounter,
}
