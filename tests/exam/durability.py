"""What was acknowledged stays (D): through a kill, a full disk, a torn backup."""

from __future__ import annotations

from pathlib import Path

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import copies, engines, erasing, faults, loss, migrating


@row(
    "D1, D2",
    "what was acknowledged outlives the server, and each acknowledgement waits for the disk",
    "200 kills, 10,000 acknowledgements on both databases: 0 lost, up within 10 s, >= 1.0 syncs each",
    short_form="tests/walks/test_loss.py::test_acknowledged_ratings_survive_being_killed",
)
def nothing_is_lost(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        lite = database == "sqlite"
        with address(database) as url:
            ended = loss.play(url, size.of(2000, 60, 5000), size.of(40, 2, 100), servers=1 if lite else 2)
            synced, unsynced = (_synced(url, flags) for flags in ((), ("no-sync",)))
        holds &= not (ended.missing or ended.doubled) and ended.slowest_start <= loss.UP_WITHIN and synced >= 1
        red &= unsynced < 1
        told.append(
            f"{database}: {ended.kills} kills, {len(ended.acknowledged)} acknowledged, {ended.missing} lost, "
            f"{ended.doubled} doubled, up within {ended.slowest_start:.1f} s, >= {synced:.1f} syncs each"
        )
    return Reached("; ".join(told), holds, red)


@row(
    "D5",
    "what a full, failing, locked or absent database cannot keep is refused, and no part of it stays",
    "30 faults: 0 false acknowledgements, 503 + Retry-After",
)
def no_false_acknowledgement(size: Size) -> Reached:
    told, holds, red, refused = [], True, True, 0
    for database in size.databases:
        with address(database) as url:
            ended = faults.play(url)
            with faults.unnamed():
                blind = faults.play(url, "read-only")
            refused += ended.refused
            holds &= not ended.wrong
            red &= bool(blind.wrong)
            told.append(f"{database}: {', '.join(ended.told)}")
    if size.whole:
        with address("sqlite") as url:
            failing = {flag: faults.failing_disk(url, flag) for flag in faults.HARSH}
            careless, kept = faults.failing_disk(url, "refuse-sync", "no-sync")
        holds &= all(found == ([503] * 4, 0) for found in failing.values())
        red &= (careless, kept) == ([303] * 4, 4)
        refused += sum(len(statuses) for statuses, _ in failing.values())
        told.append("the kernel refuses to write, to sync")
    holds &= refused >= size.of(30, 16)
    return Reached(f"{refused} refused with 503, none acknowledged, none kept ({'; '.join(told)})", holds, red)


def _synced(url: str, flags: tuple[str, ...]) -> float:
    """Of 20 acknowledgements the share that waited for the disk: SQLite is refused its syncs, PostgreSQL counts."""
    forms, desks = loss.prepare(url, 20)
    if url.startswith("sqlite"):
        return 1 - loss.one_by_one(url, forms, desks, "refuse-sync", *flags) / len(forms)
    with loss.wal_syncs(url) as found:
        acknowledged = loss.one_by_one(url, forms, desks, *flags)
    return (found["own"] if flags else found["all"]) / acknowledged


@row(
    "D6",
    "every connection is set to lose nothing, and the house does not open on one that is not",
    "50 of 50 pooled connections; 9 unsafe settings refuse the start",
)
def careless_engines_are_refused(size: Size) -> Reached:
    told, holds, red, settings = [], True, True, 0
    for database in size.databases:
        with address(database) as url:
            safe = engines.safe_connections(url)
            refused, tried = engines.refused(url)
            unseen, _ = engines.refused(url, careless=True)
        settings += len(refused)
        holds &= safe == engines.POOL and len(refused) == tried
        red &= unseen == []
        told.append(f"{database}: {safe} of {engines.POOL} connections safe, refuses {', '.join(refused)}")
    return Reached("; ".join(told), holds and settings >= size.of(9, 6), red)


@row(
    "D7-9",
    "a backup made while others write comes back whole, and no harmed one is taken for it",
    "20 restored whole, 40 damaged refused; 100,000 rows within 30 min",
)
def backups_come_back(size: Size) -> Reached:
    told, holds, red = [], True, True
    rows, wanted, harms = size.of(100_000, 0), size.of(20, 2), size.of(40, 15)
    for database in size.databases:
        with address(database) as url:
            ended = copies.play(url, wanted, harms, rows)
            with copies.unsealed():
                open_ = copies.play(url, 1, 15)
        holds &= (ended.whole, ended.refused, ended.taken) == (wanted, harms, []) and ended.seconds <= 1800
        red &= bool(open_.taken)
        told.append(
            f"{database}: {ended.whole} whole of {wanted} under {ended.writes} writes, {ended.refused} refused"
        )
        told += [f"{rows} rows in {ended.seconds:.0f} s"] if rows else []
    with address("sqlite") as url:
        red &= copies.torn(Path(url.removeprefix("sqlite:///"))) != 0
    return Reached("; ".join(told), holds, red)


@row(
    "D10",
    "a restored backup brings nobody back who was erased since",
    "50 of 50 absent",
)
def the_erased_stay_erased(size: Size) -> Reached:
    told, holds, red, clients = [], True, True, size.of(50, 5)
    for database in size.databases:
        with address(database) as url:
            back, were = erasing.restored(url, clients)
            unlisted, _ = erasing.restored(url, 2, listed=False)
        holds &= (back, were) == (0, clients)
        red &= unlisted == 2
        told.append(f"{database}: {were - back} of {were} absent")
    return Reached("; ".join(told), holds, red)


@row(
    "D11",
    "a migration that is killed leaves tables which `triad migrate up` finishes, with their rows",
    "20 kills per revision, both ways",
)
def killed_migrations_are_finished(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            ended = migrating.play(url, size.of(20, 2), oldest="" if size.whole else migrating.LONGEST)
            torn = migrating.play(url, 1, only=migrating.LONGEST, whole=False)
        holds &= ended.unfinished == [] and ended.kills == size.of(20, 2) * ended.revisions
        red &= bool(torn.unfinished)
        told.append(f"{database}: {ended.revisions} revisions, {ended.kills} kills, all finished with their rows")
    return Reached("; ".join(told) if holds else f"{told} {ended.unfinished}", holds, red)


@row(
    "P1",
    "whoever is erased is in no table and no file of the database afterwards",
    "0 needles in database, WAL, caches",
)
def nothing_is_left(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database) as url:
            gone, deleted = erasing.erased(url), erasing.erased(url, careful=False)
        holds &= (gone.tables, gone.files) == (0, 0) and gone.before > 20
        red &= deleted.files > 0
        log = f"; its log of changes, written over in its own time, holds {gone.log}" if gone.log else ""
        told.append(f"{database}: {gone.before} before, {gone.tables} in tables, {gone.files} in files{log}")
    return Reached("; ".join(told), holds, red)
