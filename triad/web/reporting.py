"""A report as sections: definition, sentence, tables, picture. The page and the files are made of these alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from markupsafe import Markup

from triad.domain.proportions import Share
from triad.domain.reporting import Figures, Waits
from triad.services.reporting import Load, Report
from triad.web import bonds, i18n, pictures, reasons
from triad.web.coverage import month
from triad.web.i18n import gettext, lazy
from triad.web.pictures import Bar
from triad.web.reporting_words import CAUSES, CUTS, DEFINITIONS, SHARE, TITLES, WHO

ALL = "all"
Raw = str | int | float | None


@dataclass(frozen=True)
class Cell:
    """What is on the page, and what a program reads."""

    shown: str
    raw: Raw


@dataclass(frozen=True)
class Table:
    """`columns` and `rows` as code and name; a row has a cell for each column."""

    heading: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    definition: str
    said: str
    tables: tuple[Table, ...]
    picture: Markup | None = None


def sections(report: Report) -> list[Section]:
    """Those that can be told of, and the load where the reader sees people one by one."""
    found: list[Section] = []
    if report.told.total:
        total = report.told.total
        groups = [
            (ALL, gettext("All"), total),
            *((name, _named(report, name), each) for name, each in report.told.groups),
        ]
        cut = gettext(CUTS[report.by])
        found += [_share(code, cut, groups) for code in ("fill_met", "success_moj")]
        found += [_unmet(cut, groups), _waits(cut, groups)]
        found += [_parties(code, cut, groups) for code in ("late", "absent")]
        found.append(_continuity(cut, groups))
    return [*found, _load(report.load)] if report.load else found


Groups = Sequence[tuple[str, str, Figures]]


def _named(report: Report, name: str) -> str:
    if report.by == "month":
        first, last = name.split("/")
        return (
            month(first) if first == last else gettext("%(first)s to %(last)s", first=month(first), last=month(last))
        )
    if not name:
        return gettext("Other languages") if report.by == "language" else gettext("All others")
    named: dict[str, Callable[[str], str]] = {"language": i18n.language_text, "mode": reasons.mode}
    return named[report.by](name) if report.by in named else report.sites.get(name, gettext("No site"))


def percent(share: float | None) -> str:
    """ "91.1 %"; words where there is none."""
    return gettext("not available") if share is None else f"{bonds.figure(100 * share)} %"


def _cells(share: Share) -> tuple[Cell, ...]:
    counts = tuple(Cell(str(number), number) for number in share)
    ends = share.interval or (None, None)
    return (*counts, *(Cell(percent(one), one if one is None else round(one, 6)) for one in (share.value, *ends)))


def _bar(label: str, share: Share) -> Bar:
    if share.value is None:
        return Bar(label, None)
    low, high = share.interval or (0.0, 0.0)
    return Bar(label, 100 * share.value, 100 * low, 100 * high)


def _columns(columns: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, gettext(label)) for code, label in columns)


def _section(code: str, said: str, *tables: Table, bars: Sequence[Bar] = ()) -> Section:
    title, drawn = gettext(TITLES[code]), None
    if bars:
        uid = code.replace("_", "-")
        drawn = pictures.bars(bars, title, bonds.words(), uid, rtl=i18n.direction() == "rtl")
    return Section(code, title, gettext(DEFINITIONS[code]), said, tables, drawn)


def _share(code: str, cut: str, groups: Groups) -> Section:
    shares = [(key, label, found.shares[code]) for key, label, found in groups]
    rows = tuple((key, label, _cells(share)) for key, label, share in shares)
    bars = [_bar(label, share) for _, label, share in shares]
    return _section(code, _said(shares[0][2]), Table(cut, _columns(SHARE), rows), bars=bars)


def _said(share: Share) -> str:
    if share.interval is None:
        return gettext("There was nothing to count.")
    low, high = share.interval
    held = {"part": share.part, "whole": share.whole, "share": percent(share.value)}
    return gettext(
        "%(part)s of %(whole)s sessions: %(share)s, likely between %(low)s and %(high)s.",
        **held,
        low=percent(low),
        high=percent(high),
    )


def _unmet(cut: str, groups: Groups) -> Section:
    total = groups[0][2]
    there = [code for code in CAUSES if total.causes[code]]
    rows = tuple(
        (key, label, (_count(sum(each.causes.values())), *(_count(each.causes[code]) for code in there)))
        for key, label, each in groups
    )
    columns = (("unmet", gettext("Without")), *((code, gettext(CAUSES[code])) for code in there))
    first = max(there, key=lambda code: total.causes[code], default="")
    said = (
        gettext(
            "%(number)s sessions had nobody; most often: %(cause)s.",
            number=sum(total.causes.values()),
            cause=gettext(CAUSES[first]),
        )
        if first
        else gettext("Every session had its interpreter.")
    )
    return _section("unmet", said, Table(cut, columns, rows))


def _count(number: int) -> Cell:
    return Cell(str(number), number)


def _hours(hours: float | None) -> Cell:
    if hours is None:
        return Cell(gettext("not available"), None)
    if hours == inf:
        return Cell(gettext("never"), "never")
    if hours < 1:
        return Cell(gettext("less than 1 h"), round(hours, 2))
    return Cell(gettext("%(number)s h", number=bonds.figure(hours)), round(hours, 2))


def _waits(cut: str, groups: Groups) -> Section:
    columns = (
        ("vacancies", lazy("Vacancies")),
        ("never", lazy("Never filled")),
        ("median", lazy("Median")),
        ("ninetieth", lazy("9 in 10")),
    )
    rows = tuple((key, label, _wait(each.waits)) for key, label, each in groups)
    total = groups[0][2].waits
    said = gettext(
        "Half of %(count)s vacancies were filled in %(hours)s.",
        count=total.count,
        hours=_hours(total.median).shown,
    )
    if total.median in (None, inf):
        said = gettext("Fewer than half of %(count)s vacancies were filled.", count=total.count)
    return _section("waits", said, Table(cut, _columns(columns), rows))


def _wait(waits: Waits) -> tuple[Cell, ...]:
    return _count(waits.count), _count(waits.never), _hours(waits.median), _hours(waits.ninetieth)


def _parties(code: str, cut: str, groups: Groups) -> Section:
    """All together with intervals; by group the counts, since parties and groups at once would be too many ranges."""
    total = groups[0][2].shares
    who = [name for name in WHO if f"{code}.{name}" in total]
    shares = [(name, gettext(WHO[name]), total[f"{code}.{name}"]) for name in who]
    whole = Table(
        gettext("Who"), _columns(SHARE), tuple((name, label, _cells(share)) for name, label, share in shares)
    )
    columns = (("whole", gettext("Sessions")), *((name, gettext(WHO[name])) for name in who))
    rows = tuple((key, label, tuple(_counted(code, who, each))) for key, label, each in groups[1:])
    worst = max(shares, key=lambda one: one[2].value or 0.0)
    said = gettext("Most often: %(who)s, %(share)s.", who=worst[1], share=percent(worst[2].value))
    if not any(share.part for *_, share in shares):
        said = gettext("Nobody.")
    tables = (whole, Table(cut, columns, rows)) if rows else (whole,)
    return _section(code, said, *tables, bars=[_bar(label, share) for _, label, share in shares])


def _counted(code: str, who: Sequence[str], found: Figures) -> Iterator[Cell]:
    yield _count(max(found.shares[f"{code}.{name}"].whole for name in who))
    for name in who:
        share = found.shares[f"{code}.{name}"]
        yield Cell(f"{share.part} ({percent(share.value)})" if share.whole else "0", share.part)


def _continuity(cut: str, groups: Groups) -> Section:
    columns = (
        ("cases", lazy("Cases")),
        ("interpreted", lazy("Sessions")),
        ("kept", lazy("With the usual one")),
        ("run", lazy("Longest run")),
        ("people", lazy("People")),
        ("switches", lazy("Switches")),
    )
    rows = []
    for key, label, each in groups:
        one = each.continuity
        share = one.kept.value
        kept = Cell(percent(share), None if share is None else round(share, 6))
        counts = _count(one.cases), _count(one.kept.whole), kept, *map(_count, (one.run, one.people, one.switches))
        rows.append((key, label, counts))
    usual = groups[0][2].continuity.kept
    said = gettext("%(share)s of the sessions were with the usual interpreter.", share=percent(usual.value))
    return _section("continuity", said, Table(cut, _columns(columns), tuple(rows)))


def _load(load: Sequence[Load]) -> Section:
    columns = (("sessions", lazy("Sessions")), ("hours", lazy("Hours")), ("per_week", lazy("A week")))
    rows = []
    for one in load:
        numbers = one.minutes / 60, one.per_week
        cells = tuple(Cell(bonds.figure(number), round(number, 2)) for number in numbers)
        rows.append((one.name, one.name, (_count(one.sessions), *cells)))
    return _section("load", "", Table(gettext("Interpreter"), _columns(columns), tuple(rows)))
