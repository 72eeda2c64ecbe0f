"""What an import refuses: planted errors named one by one, hostile files whole, and everybody but coordinators."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cast import Cast
from tests.services.folders import GOOD, PLANTED, brief, dump, files
from triad.domain import errors
from triad.services import imports
from triad.services.imports import Counts


@pytest.fixture
def planted(cast_: Cast) -> dict[str, bytes]:
    """A folder with errors in every file; Thea, Cleo and their room are taken on 2 March from 14:30 on."""
    row = "P1,T-1001,2027-03-02,14:30,50,Europe/Berlin,S1,Room 1,,ti,,,,,\n"
    heading = GOOD["encounters"].partition("\n")[0] + "\n"
    imports.commit(cast_.kora, {"encounters": (heading + row).encode()})
    return {f"{name}.csv": text.encode() for name, (text, _) in PLANTED.items()}


def test_planted_errors_are_each_named_with_row_column_rule_and_hint(cast_: Cast, planted: dict[str, bytes]) -> None:
    before = dump(but=())
    seen = imports.preview(cast_.kora, planted)
    assert brief(seen) == [finding for _, found in PLANTED.values() for finding in found]
    for file, one in seen.counts.items():
        assert one.read == one.created + one.updated + one.unchanged + one.refused
        assert one.refused == len({finding[1] for finding in PLANTED[file][1]})
    assert dump(but=()) == before


def test_accepted_rows_are_written_and_the_refused_come_back_as_a_file(
    cast_: Cast, planted: dict[str, bytes]
) -> None:
    seen = imports.preview(cast_.kora, planted)
    before = dump()
    batch = imports.commit(cast_.kora, planted)
    after = imports.preview(cast_.kora, planted)
    assert after.total == replace(seen.total, created=0, unchanged=seen.total.created)
    again = {file: imports.rejected(seen, file) for file in seen.refused}
    assert imports.preview(cast_.kora, again).total.read == seen.total.refused
    mended = again["availability"].decode().replace("mondy", "monday").replace("9.30", "9:30").encode()
    assert imports.preview(cast_.kora, {"availability": mended}).counts["availability"] == Counts(3, 2, 0, 0, 1)
    with pytest.raises(errors.NotFound):
        imports.rejected(seen, "nothing")
    imports.undo(cast_.kora, batch)
    assert dump() == before


HOSTILE = {
    "not_utf8": "external_ref,name,zone\nN,Köln,Europe/Berlin\n".encode("latin-1"),
    "empty": b"\xef\xbb\xbf \r\n",
    "too_many_columns": ",".join(f"c{n}" for n in range(10_000)).encode(),
    "nul": b"external_ref,name,zone\nN,No\0rd,Europe/Berlin\n",
    "too_large": b"external_ref,name,zone\n" + b"N,N,Europe/Berlin\n" * 350_000,
    "quotes": b'external_ref,name,zone\nN,"Nord,Europe/Berlin\n',
    "missing_column": b"external_ref,name\nN,Nord\n",
    "unknown_column": b"external_ref,name,zone,birth_date\nN,Nord,Europe/Berlin,2000-01-01\n",
    "column_twice": b"external_ref,name,zone,name\nN,Nord,Europe/Berlin,Nord\n",
}


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_file_is_refused_whole_and_nothing_is_written(cast_: Cast, rule: str) -> None:
    before = dump(but=())
    seen = imports.preview(cast_.kora, {"sites.csv": HOSTILE[rule]})
    assert [(one.file, one.row, one.rule) for one in seen.findings] == [("sites", 0, rule)]
    assert seen.counts["sites"].read == seen.counts["sites"].refused == (rule in ("missing_column", "unknown_column"))
    with pytest.raises(errors.Unfit):
        imports.commit(cast_.kora, {"sites.csv": HOSTILE[rule]})
    assert dump(but=()) == before


def test_a_heading_alone_is_no_error_and_nothing_to_write(cast_: Cast) -> None:
    seen = imports.preview(cast_.kora, {"sites.csv": b"external_ref,name,zone\n"})
    assert (seen.findings, seen.total) == ((), Counts())


def test_files_of_other_names_are_never_read(cast_: Cast) -> None:
    seen = imports.preview(cast_.kora, {"ratings.csv": b"a,b\n", "accounts.csv": b"\xff"})
    assert [(one.file, one.rule) for one in seen.findings] == [
        ("accounts", "unknown_file"),
        ("ratings", "unknown_file"),
    ]


@pytest.mark.parametrize("name", ["sites-rejected.csv", "Sites (2).CSV", "sites-rejected(1).csv", " sites "])
def test_file_is_known_by_its_name_as_a_download_has_it(cast_: Cast, name: str) -> None:
    assert list(imports.preview(cast_.kora, {name: GOOD["sites"].encode()}).counts) == ["sites"]


def test_second_copy_of_a_file_is_not_read(cast_: Cast) -> None:
    copy = GOOD["sites"].replace("N,Nordhaus", "S,Südhaus").encode()
    seen = imports.preview(cast_.kora, {"sites.csv": GOOD["sites"].encode(), "sites (1).csv": copy})
    assert [(one.file, one.row, one.rule) for one in seen.findings] == [("sites (1).csv", 0, "file_twice")]
    assert seen.total.created == 2


def test_formulas_are_disarmed_on_the_way_out_and_whole_on_the_way_in(cast_: Cast) -> None:
    name = "=cmd|'/c calc'!A1"
    table = f'external_ref,name,zone\nN,"{name}",Europe/Belrin\n'.encode()
    out = imports.rejected(imports.preview(cast_.kora, {"sites": table}), "sites")
    assert out.decode("utf-8-sig") == f"external_ref,name,zone\r\nN,'{name},Europe/Belrin\r\n"
    imports.commit(cast_.kora, {"sites": out.replace(b"Belrin", b"Berlin")})
    assert imports.preview(cast_.kora, {"sites": table.replace(b"Belrin", b"Berlin")}).total == Counts(1, 0, 0, 1, 0)


def test_only_coordinators_import(cast_: Cast) -> None:
    for actor in (cast_.thea, cast_.ines, cast_.lena, cast_.ada, cast_.aud):
        for act in (lambda who: imports.preview(who, files(GOOD)), lambda who: imports.commit(who, files(GOOD))):
            with pytest.raises(errors.NotFound):
                act(actor)
        with pytest.raises(errors.NotFound):
            imports.undo(actor, "x")
