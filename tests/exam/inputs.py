"""What people and programs send and take out: nothing breaks, nothing is computed, nothing is forged (X)."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.exam import corpora, hostile
from tests.exam.sheet import Reached, Size, address, row
from tests.walks import bringing_in, clinic, contract, entering, injecting, noise, taking_out
from triad.formats import tables
from triad.services import people
from triad.web import exchange


@row(
    "X1, X2",
    "whatever is sent, in the API's own shapes or in none, the answer is one that is documented, and no fault",
    "schemathesis per role, 500 cases per operation; 10,000 raw: 0 x 5xx",
)
def nothing_sent_breaks_it(size: Size) -> Reached:
    with address("sqlite", synced=False) as url, contract.opened(url) as app:
        callers = contract.EVERYBODY if size.whole else contract.CALLERS[:1]
        tally = contract.play(app, size.of(3_000, 10, 30_000), size.of(0, 1) * "api/sites", callers=callers)
    with address("sqlite", synced=False) as url, contract.opened(url) as app:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "listed", _throws)
            planted = contract.play(app, 12, "GET /api/sites", callers=contract.CALLERS[:1])
    count = size.of(10_000, 300)
    with clinic.opened() as house:
        heard = noise.play(house, count)
        with injecting.planted(house.app, "unfilled.index", _throws, quiet=False):
            thrown = noise.play(house, 30, only="/unfilled")
    each = tally.requests // max(1, len(tally.reached))
    told = (
        f"{tally.requests} cases of {len(tally.reached)} operations as {len(callers)} roles, about {each} each: "
        f"{tally.broken} x 5xx, {len(tally.wrong)} answers not documented; {heard.requests} raw requests at "
        f"{len(heard.endpoints)} endpoints, {len(heard.broken)} x 5xx"
    )
    holds = not tally.broken and not tally.wrong and not heard.broken and heard.requests == count
    return Reached(told if holds else f"{told} {heard.broken[:3]}", holds, bool(planted.broken and thrown.broken))


def _throws(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError


@row(
    "X3",
    "no cell of a file that is taken out is computed by a spreadsheet, and numbers stay numbers",
    "60 strings: 0 formulas; prefix, do not strip; numbers stay",
)
def no_cell_is_computed(size: Size) -> Reached:
    told, holds, red = [], True, True
    cells = corpora.FORMULAS[:: size.of(1, 7)]
    for database in size.databases:
        with address(database, synced=False) as url, entering.opened(url) as (_, who):
            wrong, read = taking_out.formulas(who, cells)
            bent = taking_out.numbers(corpora.NUMBERS)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(tables, "disarmed", lambda cell: cell)
                armed, _ = taking_out.formulas(who, cells[:3])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(tables, "disarmed", lambda cell: cell.lstrip("=+-@"))
                stripped, _ = taking_out.formulas(who, cells[:3])
        holds &= not wrong and not bent
        red &= bool(armed) and bool(stripped)
        told.append(f"{database}: {len(cells)} strings, {len(wrong)} formulas in {read} cells")
    told.append(f"{len(corpora.NUMBERS) - len(bent)} of {len(corpora.NUMBERS)} numbers stay; SPSS as it was")
    return Reached("; ".join(told), holds, red)


@row(
    "X4, X5",
    "only tables of text are read, looked at before they are written, as one batch that can be taken back whole",
    "UTF-8 CSV/JSON, else 415 unparsed; preview -> one undoable batch; 100 hostile files: 0 forged",
)
def nothing_is_forged_by_files(size: Size) -> Reached:
    told, holds, red = [], True, True
    files = dict(list(hostile.files())[:: size.of(1, 9)])
    some = {name: held for name, held in files.items() if name.startswith("a table")}
    for database in size.databases:
        with address(database, synced=False) as url:
            wrong, batches = bringing_in.forged(url, files)
            with entering.opened(url) as (app, who):
                read, kinds = bringing_in.unparsed(app, who)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(exchange, "is_json_request", lambda _: True)
                    lax, _ = bringing_in.unparsed(app, who)
            with bringing_in.generous():
                given, _ = bringing_in.forged(url, some)
            with bringing_in.for_good():
                left, _ = bringing_in.forged(url, some)
        holds &= not wrong and not read and batches > 0
        red &= bool(lax and given and left)
        told.append(
            f"{database}: {len(files)} files, {len(wrong)} forged or left something, {batches} written in part and "
            f"taken back whole; {kinds - len(read)} of {kinds} bodies of other kinds 415 unparsed"
        )
    note = "a file that is no UTF-8 is told so on the page, in a sentence"
    return Reached("; ".join([*told, note]) if holds else f"{told} {wrong[:3]} {read[:3]}", holds, red)


BITES = {
    "builds a statement": corpora.STATEMENTS[0],
    "builds a template": corpora.TEMPLATES[0].format(injecting.PRODUCT),
    "fetches an address": corpora.ADDRESSES[0],
}
"""What a page of each careless kind stumbles over."""


@row(
    "X6-9",
    "a file holds what the page shows; no word is taken for a statement, a template or an address to fetch",
    "export = screen, 24 h, once; no built SQL, template from data, fetch of URLs: 200 injections: 0; 0 egress",
)
def words_stay_words(size: Size) -> Reached:
    told, holds, red = [], True, True
    for database in size.databases:
        with address(database, synced=False) as url:
            wrong, states, numbers = taking_out.differing(url, size.of(1, 6))
            with taking_out.open_handed():
                open_handed, _, _ = taking_out.differing(url, 6)
        holds &= not wrong and numbers > states
        red &= bool(open_handed)
        told.append(f"{database}: {states} states, {numbers} numbers, {len(wrong)} other than the page's")
    words = corpora.injections()
    with clinic.opened() as house:
        links, asked = injecting.files_by_link(house) if size.whole else ([], 0)
        found = injecting.play(house, words, size.of(8, 1), size.of(0, 1) * "/cases")
        for name, act in injecting.CARELESS.items():
            with injecting.planted(house.app, "people.find", act):
                red &= bool(injecting.play(house, [BITES[name]], 1, "/search").wrong)
    holds &= not links and not found.wrong and len(set(words)) == 200
    told.append(
        f"{len(words)} injections, {found.requests} requests to {found.places} places, {len(found.wrong)} taken for "
        f"more than words, nothing left the house; no link to a file is given ({asked} addresses asked)"
    )
    return Reached("; ".join(told) if holds else f"{told} {found.wrong[:3]} {links[:3]}", holds, red)
