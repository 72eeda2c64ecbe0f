"""The command over files: shapes of its JSON, the file's own unit, and a sentence for each file that does not fit."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from triad.cli import main

FOLDER = Path(__file__).parents[1] / "data/alliance"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
KEYS = ("TI", "TC", "IT", "IC", "CT", "CI")
LONG, WIDE = "case,rater,target,p1,p2\n", "case,session,TI,TC,IT,IC,CT,CI\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["alliance", *(str(word) for word in words)])


def answer(*words: object) -> Any:
    done = run(*words, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def wide(path: Path, *rows: tuple[object, ...]) -> Path:
    path.write_text(WIDE + "".join(",".join(map(str, row)) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ratings.csv"


def steady(file: Path, sessions: int = 8, case: object = 1, dip: int = 0) -> Path:
    """Everybody gives 4 of 1..5, but for a client's 2.5 about the therapist in session `dip`."""
    return wide(file, *((case, n, 4, 4, 4, 4, 2.5 if n == dip else 4, 4) for n in range(1, sessions + 1)))


def test_describe_gives_six_numbers_a_row_in_the_unit_of_the_file(file):
    wide(file, ("a", 1, 5.5, 6, 5.25, 4, 6.25, 3.5), ("a", 2, 5.5, 6, "", 4, 6.25, 3.5))
    first, second = answer("describe", file)["rows"]
    assert first == {
        "case": "a",
        "session": 1,
        "level": pytest.approx(5.08333333),
        "mutual": {"TI": 5.375, "TC": 6.125, "IC": 3.75},
        "asymmetry": {"TI": 0.25, "TC": -0.25, "IC": 0.5},
        "outsider": pytest.approx({"T": -2.0, "I": 1.5625, "C": 0.4375}),
        "giver": pytest.approx({"T": 0.0, "I": 0.125, "C": -0.125}),
        "cycle": pytest.approx(0.16666667),
    }
    assert (second["session"], second["level"], second["cycle"]) == (2, None, None)
    assert second["asymmetry"] == {"TI": None, "TC": -0.25, "IC": 0.5}


def test_describe_reads_a_long_file_by_the_mean_of_both_parcels():
    rows = answer("describe", FOLDER / "triad_n60.csv")["rows"]
    with (FOLDER / "triad_n60.csv").open() as lines:
        first = [(float(row["p1"]) + float(row["p2"])) / 2 for row in csv.DictReader(lines) if row["case"] == "1"]
    assert (len(rows), rows[0]["case"], rows[0]["session"]) == (60, "1", 1)
    assert rows[0]["level"] == pytest.approx(sum(first) / 6)


def test_signals_finds_the_dip_and_is_quiet_without_it(file):
    found = answer("signals", steady(file, dip=6), "--range", 1, 5, "--scale", "2x5")
    (flag,) = found["flags"]
    assert {
        name: flag[name] for name in ("case", "session", "edge", "dyad", "kind", "rule", "state", "repaired_at")
    } == {
        "case": "1",
        "session": 6,
        "edge": "CT",
        "dyad": None,
        "kind": "rating",
        "rule": "rating-1",
        "state": "repaired",
        "repaired_at": 7,
    }
    assert flag["z"] == pytest.approx(-37.5 / (10.5 * 1.2**0.5))
    assert flag["spread"] == {"value": 10.5, "source": "assumed"}
    assert found["expected_false"] == pytest.approx(30 * 0.0042 + 15 * 0.0031 + 0.12 + 0.025)
    quiet = answer("signals", steady(file), "--range", 1, 5)
    assert (quiet["flags"], quiet["counted"]) == ([], 0)


def test_signals_keeps_interpreters_apart_where_the_file_names_them(file):
    rows = [(1, n, 4, 4, 4, 4, 4, 4 if n < 5 else 2, "ines" if n < 5 else "ivo") for n in range(1, 8)]
    text = WIDE.strip() + ",interpreter\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    file.write_text(text, "utf-8")
    assert [one["kind"] for one in answer("signals", file, "--range", 1, 5)["flags"]] == []
    file.write_text(text.replace("ivo", "ines"), "utf-8")
    assert ("rating", "CI") in {
        (one["kind"], one["edge"]) for one in answer("signals", file, "--range", 1, 5)["flags"]
    }


def test_signals_adds_the_literature_only_when_asked(file):
    steady(file, dip=6)
    assert "literature" not in answer("signals", file, "--range", 1, 5)
    found = answer("signals", file, "--range", 1, 5, "--literature")["literature"]
    assert {"case": "1", "session": 6, "edge": "CT", "criterion": "drop-previous"} in found
    assert "literature criterion" in run("signals", file, "--range", 1, 5, "--literature").stdout.lower()


def test_signals_needs_the_ends_of_the_scale(file):
    done = run("signals", steady(file))
    assert (done.exit_code, "--range" in done.stderr) == (2, True)
    assert run("signals", file, "--range", 5, 1).exit_code == 2
    assert run("signals", file, "--range", 1, "inf").exit_code == 2


@pytest.mark.parametrize(
    ("name", "options", "data_set", "key"),
    [
        ("triad_n60", ("--divisor", "n"), "triad_n60", "composite_F_dropped"),
        ("triad_n60", (), "triad_n60", "composite_F_dropped_divisor_N_minus_1"),
        ("triad_n60", ("--model", "parcels", "--divisor", "n"), "triad_n60", "two_parcels_independent_errors"),
        ("triad_n200_missing", (), "triad_n200_missing", "composite_F_dropped"),
        ("triad_n200_missing", ("--model", "parcels"), "triad_n200_missing", "two_parcels_independent_errors"),
    ],
)
def test_relations_gives_the_reference_values(name, options, data_set, key):
    found, expected = answer("relations", FOLDER / f"{name}.csv", *options), EXPECTED[data_set][key]
    for part, known in (("estimates", expected["estimate"]), ("se", expected["se"])):
        assert {one: found[part][one] for one in known} == pytest.approx(known, abs=2e-5)
    assert (found["n"], found["df"]) == (expected["N"], expected["fit"]["df"])
    assert (found["chisq"], found["logl"]) == pytest.approx(
        (expected["fit"]["chisq"], expected["fit"]["logl"]), abs=1e-4
    )


def test_relations_with_roles_equal():
    found = answer("relations", FOLDER / "triad_n60.csv", "--model", "roles-equal", "--divisor", "n")
    expected = EXPECTED["triad_n60"]["composite_roles_equal_free_means"]
    assert found["model"] == "roles-equal"
    assert found["estimates"] == pytest.approx(expected["estimate"], abs=2e-5)
    assert (found["df"], found["bounded"]) == (16, None)


def test_relations_warns_of_impossible_estimates_and_bounds_them():
    found = answer("relations", FOLDER / "triad_n25_heywood.csv", "--divisor", "n")
    assert found["logl"] == pytest.approx(-155.0481, abs=1e-3)
    assert found["bounded"]["logl"] == pytest.approx(-156.4274, abs=1e-3)
    assert any("R.I.C" in line and "impossible" in line for line in found["warnings"])
    assert found["group_variance"]["admissible"] is False
    fine = answer("relations", FOLDER / "triad_n60.csv")
    assert (fine["bounded"], any("impossible" in line for line in fine["warnings"])) == (None, False)


def test_relations_of_many_sessions_takes_each_case_once():
    found = answer("relations", FOLDER / "sessions_n80.csv")
    assert (found["n"], found["seen"]["TI"]) == (80, 80)


def test_relations_listwise_leaves_out_what_is_not_complete():
    assert answer("relations", FOLDER / "triad_n200_missing.csv", "--missing", "listwise")["n"] == 112


def test_relations_says_what_remains_when_the_interpreter_does_not_rate(file):
    lines = (FOLDER / "triad_n60.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[1] != "I"]
    file.write_text("\n".join(kept) + "\n", "utf-8")
    found = answer("relations", file)
    assert set(found["estimates"]) == {"A.T", "A.C", "P.I", "R.T.I", "R.C.I", "GR.T", "GR.C", "DR.T.C"}
    assert any("P.T" in line for line in found["warnings"])
    assert any("IT, IC" in line for line in found["warnings"])


def test_relations_allows_for_therapists_where_the_file_names_them(file):
    lines = (FOLDER / "triad_n60.csv").read_text("utf-8").splitlines()
    named = [f"{line},t{int(line.split(',')[0]) % 10}" for line in lines[1:]]
    file.write_text("\n".join([lines[0] + ",therapist", *named]) + "\n", "utf-8")
    found = answer("relations", file)
    assert (found["robust"]["therapists"], found["robust"]["interpreters"], found["robust"]["df"]) == (10, None, 9)
    assert found["robust"]["se"].keys() == found["se"].keys()
    assert answer("relations", FOLDER / "triad_n60.csv")["robust"] is None


BAD = [
    (WIDE + "1,1,4,4,4,4,4,4\n1,2,4,x,4,4,4,4\n", "Row 3, column TC: 'x' is no number."),
    (WIDE + "1,1,4,4,4,4,4,nan\n", "Row 2, column CI: 'nan' is no number."),
    (WIDE + "1,1,4,4,4,4,4,9\n", "Row 2, column CI: '9' lies outside 1 to 5."),
    (WIDE + "1,1,4,4,4,4,4,4\n1,1,4,4,4,4,4,4\n", "Row 3 repeats row 2: the same case, session and direction."),
    (WIDE + "1,one,4,4,4,4,4,4\n", "Row 2, column session: 'one' is no whole number."),
    (WIDE + ",1,4,4,4,4,4,4\n", "Row 2 names no case."),
    (WIDE + "1,1,4,4\n", "Row 2 has 4 cells where the heading has 8."),
    (WIDE, "The file has a heading and no rows."),
    ("", "The file is empty."),
    ("case,session,TI\n1,1,4\n", "The heading (row 1) lacks TC, IT, IC, CT, CI."),
    (LONG + "1,T,I,4,4\n1,T,I,4,4\n", "Row 3 repeats row 2: the same case, session and direction."),
    (LONG + "1,T,X,4,4\n", "Row 2, column target: 'X' is none of T, I, C."),
    (LONG + "1,T,T,4,4\n", "Row 2: rater and target are the same ('T')."),
    (LONG + "1,T,I,4,1e999\n", "Row 2, column p2: '1e999' is no number."),
    ('case,session,"TI\n', "The file cannot be read as CSV: a quotation mark never ends."),
]


@pytest.mark.parametrize("verb", ["describe", "signals", "relations"])
@pytest.mark.parametrize(("text", "sentence"), BAD, ids=[one[1] for one in BAD])
def test_file_that_cannot_be_read_is_refused_with_its_row(file, verb, text, sentence):
    file.write_text(text, "utf-8")
    done = run(verb, file, "--range", 1, 5)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_file_that_is_no_text_or_not_there_is_refused(file):
    file.write_bytes(b"case,\xff\xfe\n")
    assert "UTF-8" in run("describe", file).stderr
    assert run("describe", file).exit_code == 2
    assert run("describe", file.with_name("nothing.csv")).exit_code == 2


def test_values_outside_are_refused_only_with_a_range(file):
    wide(file, (1, 1, 7.5, 4, 4, 4, 4, 4))
    assert run("describe", file).exit_code == 0
    assert run("describe", file, "--range", 1, 7).exit_code == 2


def cases(number: int, score: Any) -> list[tuple[object, ...]]:
    return [(case, 1, *(score(case, place) for place in range(6))) for case in range(1, number + 1)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (cases(1, lambda case, place: 4), "Too few cases for a model of relations: 1."),
        (cases(9, lambda case, place: case * place % 7), "Too few cases for a model of relations: 9."),
        (cases(30, lambda case, place: 5), "Every rating of TI, TC, IT, IC, CT, CI is the same"),
        (
            cases(30, lambda case, place: 5 if place == 1 else case * (place + 2) % 11),
            "Every rating of TC is the same",
        ),
        (cases(30, lambda case, place: case % 5), "follow exactly from others"),
        (cases(30, lambda case, place: case * 3 % 7 if place == 1 else ""), "Nothing but TC is rated"),
    ],
)
def test_relations_that_cannot_be_told_are_refused_with_a_sentence(file, rows, sentence):
    wide(file, *rows)
    done = run("relations", file, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_relations_of_parcels_need_the_long_layout():
    done = run("relations", FOLDER / "sessions_n80.csv", "--model", "parcels")
    assert (done.exit_code, "lacks rater, target, p1, p2" in done.stderr) == (2, True)


def test_constant_and_single_sessions_are_described_with_a_sentence(file):
    wide(file, (1, 1, 5, 5, 5, 5, 5, 5))
    found = answer("describe", file, "--range", 1, 5)
    assert found["rows"][0]["level"] == 5
    assert any("All ratings are the same" in line for line in found["notes"])
    assert any("100% of the ratings are at the top" in line for line in found["notes"])
    signals = answer("signals", file, "--range", 1, 5)
    assert signals["flags"] == []
    assert any("fewer than 4 sessions" in line for line in signals["notes"])


def test_everything_at_the_ceiling_is_quiet_and_said(file):
    wide(file, *((1, n, 5, 5, 5, 5, 5, 5) for n in range(1, 9)))
    found = answer("signals", file, "--range", 1, 5)
    assert (found["flags"], found["counted"]) == ([], 0)
    for text in ("All ratings are the same", "100% of the ratings are at the top"):
        assert any(text in line for line in found["notes"])
    dice = random.Random(5)
    mostly = [(case, 1, *(min(5, max(1, round(dice.gauss(4.5, 1)))) for _ in KEYS)) for case in range(1, 41)]
    wide(file, *mostly)
    warned = answer("relations", file, "--range", 0, 5)["warnings"]
    assert any("of the ratings are at the top of the scale" in line for line in warned)
    assert not any("at the top" in line for line in answer("relations", file)["warnings"])


def test_one_case_is_described_and_read_but_not_modelled(file):
    steady(file)
    assert len(answer("describe", file)["rows"]) == 8
    assert answer("signals", file, "--range", 1, 5)["cases"] == 1
    done = run("relations", file)
    assert (done.exit_code, "Too few cases for a model of relations: 1." in done.stderr) == (2, True)


def test_role_that_never_rates_is_told(file):
    wide(file, *((1, n, 4, 4, "", "", 4, 4) for n in range(1, 9)))
    for found in (answer("describe", file), answer("signals", file, "--range", 1, 5)):
        assert any("There is no rating in IT, IC" in line for line in found["notes"])


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (("describe", FOLDER / "triad_n60.csv"), ("L level", "360 of 360 ratings")),
        (("signals", FOLDER / "sessions_n80.csv", "--range", 0, 10), ("chance alone", "assumed")),
        (("relations", FOLDER / "triad_n25_heywood.csv"), ("Interpreters differ", "bounded", "25 cases")),
    ],
)
def test_without_json_there_is_a_table_and_sentences(words, lines):
    done = run(*words)
    assert done.exit_code == 0
    assert [line for line in lines if line not in done.stdout] == []


def test_text_of_a_file_does_not_steer_the_terminal(file):
    wide(file, ("a\x1b[31m", 1, 4, 4, 4, 4, 4, 4))
    assert "\x1b" not in run("describe", file).stdout
    wide(file, ("a", 1, "\x1b[31m", 4, 4, 4, 4, 4))
    assert "\x1b" not in run("describe", file).stderr
