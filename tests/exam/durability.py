"""What was acknowledged stays (D): through a kill, a full disk, a torn backup."""

from __future__ import annotations

from tests.exam.sheet import Reached, Size, address, row
from tests.walks import loss


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
            ended = loss.play(url, size.of(2000, 60), size.of(40, 2), servers=1 if lite else 2)
            synced, unsynced = (_synced(url, flags) for flags in ((), ("no-sync",)))
        holds &= not (ended.missing or ended.doubled) and ended.slowest_start <= loss.UP_WITHIN and synced >= 1
        red &= unsynced < 1
        told.append(
            f"{database}: {ended.kills} kills, {len(ended.acknowledged)} acknowledged, {ended.missing} lost, "
            f"{ended.doubled} doubled, up within {ended.slowest_start:.1f} s, >= {synced:.1f} syncs each"
        )
    return Reached("; ".join(told), holds, red)


def _synced(url: str, flags: tuple[str, ...]) -> float:
    """Of 20 acknowledgements the share that waited for the disk: SQLite is refused its syncs, PostgreSQL counts."""
    forms, desks = loss.prepare(url, 20)
    if url.startswith("sqlite"):
        return 1 - loss.one_by_one(url, forms, desks, "refuse-sync", *flags) / len(forms)
    with loss.wal_syncs(url) as found:
        acknowledged = loss.one_by_one(url, forms, desks, *flags)
    return (found["own"] if flags else found["all"]) / acknowledged
