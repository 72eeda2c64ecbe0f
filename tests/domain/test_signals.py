"""What is flagged in a case, by which rule and numbers, who belongs to which series, and what is only chance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from triad.domain import asymmetry, flags, phases, pooling, scales, signals
from triad.domain.asymmetry import ErrorBars, Norm, Row
from triad.domain.phases import Substitution
from triad.domain.pooling import Spread

KEYS = ("TI", "TC", "IT", "IC", "CT", "CI")
BRIEF, SEVEN, FULL = (scales.SCALES[key] for key in ("2x5", "4x7", "4x5"))
DAY = date(2025, 3, 4)


def case(length=8, interpreters=None, **changed):
    """Everybody gives 75 but for `changed`: a direction to {encounter number: score}."""
    rows = []
    for number in range(1, length + 1):
        scores = {key: changed.get(key, {}).get(number, 75.0) for key in KEYS}
        who = interpreters[number - 1] if interpreters else "ines"
        rows.append(Row(number, DAY + timedelta(weeks=number), who, scores))
    return rows


def always(score, length=12):
    return dict.fromkeys(range(1, length + 1), score)


def seen(found):
    return [(flag.kind, flag.number, flag.where, flag.state) for flag in found.flags]


def test_scales_have_the_assumed_constants():
    assert [round(scale.sem, 1) for scale in (BRIEF, SEVEN, FULL)] == [9.7, 6.3, 6.9]
    assert [round(scale.error_mark, 1) for scale in (BRIEF, SEVEN, FULL)] == [26.9, 17.5, 19.0]
    assert [(scale.swing, scale.asymmetry_swing) for scale in (BRIEF, SEVEN, FULL)] == [
        (10.5, 14.9),
        (7.7, 10.8),
        (8.2, 11.6),
    ]
    assert [scales.rules(scale).rating.floor for scale in (BRIEF, SEVEN, FULL)] == [18.75, 12.5, 12.5]


def test_error_bars_follow_from_independent_errors():
    assert [round(value**2, 9) for value in asymmetry.error_bars(6)] == [72, 18, 6, 27, 36, 6]
    assert asymmetry.error_bars(0) == ErrorBars(0, 0, 0, 0, 0, 0)
    with pytest.raises(ValueError, match="not below 0"):
        asymmetry.error_bars(-1)


def test_quiet_case_has_no_flag_and_the_dip_beside_it_one():
    assert signals.read(case(), BRIEF).flags == ()
    assert seen(signals.read(case(CT={5: 37.5}), BRIEF)) == [("rating", 5, "CT", "repaired")]


def test_flag_stores_its_rule_parameters_spread_and_numbers():
    (flag,) = signals.read(case(CT={5: 37.5}), BRIEF).flags
    assert flag.rule == "rating-1"
    assert (flag.parameters["alert"], flag.parameters["floor"], flag.parameters["window"]) == (3.0, 18.75, 3)
    assert flag.spreads == (Spread(10.5),)
    assert (flag.numbers["baseline"], flag.numbers["drop"]) == (75, 37.5)
    assert flag.z == pytest.approx(-37.5 / (10.5 * 1.25**0.5))
    assert (flag.repaired_at, flag.interpreter_id, flag.continues) == (6, None, False)


def test_watch_is_grey_and_not_counted():
    found = signals.read(case(IC={6: 50.0}), BRIEF)
    assert seen(found) == [("watch", 6, "IC", None)]
    assert found.counted == 0


def test_dyad_alert_needs_both_directions():
    both = signals.read(case(TC={5: 50.0}, CT={5: 50.0}), BRIEF)
    assert [one for one in seen(both) if one[0] != "watch"] == [("dyad", 5, "TC", "repaired")]
    apart = signals.read(case(TC={5: 50.0}, CT={6: 50.0}), BRIEF)
    assert {flag.kind for flag in apart.flags} == {"watch"}


def test_dyad_is_repaired_when_both_are_back_in_one_encounter():
    dips = {"TC": {5: 40.0, 6: 75.0, 7: 40.0}, "CT": {5: 40.0, 6: 40.0, 7: 75.0}}
    turns = [flag for flag in signals.read(case(8, **dips), BRIEF).flags if (flag.kind, flag.number) == ("dyad", 5)]
    assert [(flag.state, flag.repaired_at) for flag in turns] == [("repaired", 8)]
    shorter = [flag for flag in signals.read(case(7, **dips), BRIEF).flags if (flag.kind, flag.number) == ("dyad", 5)]
    assert [flag.state for flag in shorter] == ["open"]


def test_lasting_shift_is_called_once_and_alerts_in_a_row_are_one_entry():
    found = signals.read(case(8, IT=dict.fromkeys((5, 6, 7, 8), 37.5)), BRIEF)
    of_it = [flag for flag in found.flags if flag.where == "IT"]
    assert [(flag.kind, flag.number, flag.state, flag.continues) for flag in of_it] == [
        ("rating", 5, "unrepaired", False),
        ("watch", 6, None, False),
        ("shift", 6, None, False),
        ("watch", 7, None, False),
    ]
    deeper = signals.read(case(6, IT={5: 30.0, 6: 0.0}), BRIEF)
    assert [(f.number, f.continues) for f in deeper.flags if f.kind == "rating"] == [(5, False), (6, True)]


@pytest.mark.parametrize("key", KEYS)
def test_below_the_expected_band_is_where_a_dip_is_watched(key):
    rows = case(40, ["ines"] * 15 + ["ivo"] * 25, **{key: {n: float((n * 37) % 101) for n in range(1, 41)}})
    band = signals.bands(rows, BRIEF)[key]
    below = [row.number for row, span in zip(rows, band, strict=True) if span and row.scores[key] < span[0]]
    watched = {flag.number for flag in signals.read(rows, BRIEF).flags if flag.kind in ("watch", "rating")}
    assert (below, len(below) > 3) == (sorted(watched), True)
    without = 3 if "I" not in key else 6
    assert sum(span is None for span in band) == without


def test_expected_band_is_the_mean_of_the_earlier_ratings_and_goes_on_over_missing_ones():
    rows = case(6, TC={1: 60.0, 2: 90.0, 4: None})
    reach = [2 * 10.5 * (1 + 1 / n) ** 0.5 for n in (3, 3, 4)]
    assert signals.bands(rows, BRIEF)["TC"] == [
        *(None, None, None),
        *((75 - far, 75 + far) for far in reach),
    ]


def test_new_interpreter_starts_new_series_and_who_returns_continues_the_own():
    held = ["ines"] * 4 + ["ivo"] * 3 + ["ines"] * 2
    fall = dict.fromkeys(range(5, 8), 25.0)
    with_another = signals.read(case(9, held, TI=fall), BRIEF)
    assert [flag for flag in with_another.flags if flag.kind in ("rating", "shift", "watch")] == []
    with_the_same = signals.read(case(9, TI=fall), BRIEF)
    assert ("rating", 5, "TI", "repaired") in seen(with_the_same)
    back = signals.read(case(9, held, TI={**fall, 8: 25.0}), BRIEF)
    assert [(f.kind, f.number, f.interpreter_id, f.state) for f in back.flags if f.kind == "rating"] == [
        ("rating", 8, "ines", "repaired")
    ]


def test_bond_of_therapist_and_client_goes_on_when_the_interpreter_changes():
    held = ["ines"] * 4 + [None] + ["ivo"] * 3
    found = signals.read(case(8, held, CT={6: 37.5}), BRIEF)
    assert seen(found) == [("rating", 6, "CT", "repaired")]
    assert set(found.asymmetries) == {("TI", "ines"), ("TI", "ivo"), ("TC", None), ("IC", "ines"), ("IC", "ivo")}
    assert found.asymmetries["TC", None].n == 8
    assert set(found.patterns) == {"ines"}


def test_lasting_asymmetry_is_flagged_where_it_first_showed():
    found = signals.read(case(12, TI=always(87.5), IT=always(62.5)), BRIEF)
    (flag,) = (flag for flag in found.flags if flag.kind == "asymmetry")
    assert (flag.number, flag.where, flag.state, flag.rule) == (4, "TI", "open", "asymmetry-1")
    assert (flag.numbers["mean"], flag.numbers["n"]) == (25, 4)
    latest = found.asymmetries["TI", "ines"]
    assert (latest.n, latest.mean) == (12, 25)
    assert latest.low < latest.shrunken < latest.mean
    assert latest.p_beyond > 0.95


def test_lasting_asymmetry_that_went_away_is_no_longer_open():
    leaning = dict.fromkeys(range(1, 6), 100.0)
    found = signals.read(case(12, TI=leaning), BRIEF)
    assert [f.state for f in found.flags if f.kind == "asymmetry"] == [None]


def test_lasting_asymmetry_usual_here_is_left_alone():
    leaning = {"TC": always(67.5), "CT": always(82.5)}
    norms = {"TC": Norm(-10.0, 41)}
    assert [f.where for f in signals.read(case(12, **leaning), BRIEF).flags] == ["TC"]
    assert signals.read(case(12, **leaning), BRIEF, norms=norms).flags == ()


def test_outsider_and_weak_link_are_named():
    close = {"TC": always(100.0), "CT": always(100.0)}
    (flag,) = signals.read(case(12, **close), BRIEF).flags
    assert (flag.kind, flag.number, flag.pattern, flag.who, flag.state) == ("pattern", 4, "outsider", "I", "open")
    weak = {"TI": always(50.0), "IT": always(50.0)}
    (flag,) = signals.read(case(12, **weak), BRIEF).flags
    assert (flag.pattern, flag.who, flag.numbers["T"]) == ("weak_link", "TI", flag.numbers["I"])


def test_pattern_needs_four_complete_encounters():
    close = {"TC": always(100.0), "CT": always(100.0), "CI": {2: None, 4: None}}
    assert [(f.kind, f.number) for f in signals.read(case(6, **close), BRIEF).flags] == [("pattern", 6)]
    assert signals.read(case(5, **close), BRIEF).flags == ()


def test_expected_false_counts_the_looks():
    found = signals.read(case(8), BRIEF)
    assert found.expected == pytest.approx(
        {"rating": 30 * 0.0017, "shift": 30 * 0.0025, "dyad": 15 * 0.0031, "asymmetry": 0.12, "pattern": 0.025}
    )
    assert found.expected_false == pytest.approx(sum(found.expected.values()))
    three = signals.read(case(3), BRIEF)
    assert (three.expected_false, three.flags) == (0, ())


def test_signals_of_nothing_or_of_one_side_are_none():
    assert signals.read([], BRIEF).flags == ()
    silent = {key: always(None) for key in ("CT", "CI")}
    found = signals.read(case(8, **silent, TC={5: 37.5}), BRIEF)
    assert seen(found) == [("rating", 5, "TC", "repaired")]
    assert set(found.asymmetries) == {("TI", "ines")}
    assert found.patterns == {}


def test_everything_at_the_ceiling_is_quiet():
    assert signals.read(case(12, **{key: always(100.0) for key in KEYS}), SEVEN).flags == ()


def swinging(size):
    return [75 + size, 75 - size] * 3


def test_pooled_spread_takes_twenty_cases_with_four_ratings():
    spread = pooling.pooled([swinging(10.0)] * 20, 10.5)
    assert (spread.source, spread.cases, spread.df) == ("pooled", 20, 100)
    assert spread.value == pytest.approx(120**0.5)
    assert not spread.above_assumed
    assert pooling.pooled([swinging(20.0)] * 20, 10.5).above_assumed
    assert pooling.pooled([swinging(10.0)] * 19 + [[75, 50, 100]] * 9, 10.5) == Spread(10.5, assumed=10.5)
    assert pooling.pooled([[75, 75, 75, 75]] * 30, 10.5) == Spread(10.5, assumed=10.5)


def test_clinic_spreads_keep_direction_and_dyad_apart():
    one = {**dict.fromkeys(KEYS, [75.0, 80.0] * 3), "TC": swinging(10.0), "CT": swinging(10.0)}
    found = pooling.of_clinic([one] * 20, BRIEF)
    assert found.ratings["TC"].value == pytest.approx(120**0.5)
    assert found.ratings["TI"].value == pytest.approx(7.5**0.5)
    assert found.asymmetries["TC"] == Spread(14.9, assumed=14.9)
    assert (found.together["TC"], found.together["TI"]) == (0.9, 0.9)
    assert pooling.of_clinic([one] * 19, BRIEF).together["TC"] == 0


def test_reading_with_pooled_spreads_says_so():
    noisy = pooling.of_clinic([dict.fromkeys(KEYS, swinging(20.0))] * 20, BRIEF)
    assert signals.read(case(CT={5: 30.0}), BRIEF, noisy).counted == 0
    (flag,) = signals.read(case(CT={5: 0.0}), BRIEF, noisy).flags
    assert (flag.kind, flag.spreads[0].source) == ("rating", "pooled")


def test_kinds_that_count_are_all_but_the_watch():
    assert {*flags.COUNTED, "watch"} == {*flags.FALSE_PER_LOOK, *flags.FALSE_PER_SERIES, "watch"}


def test_phases_follow_the_interpreted_encounters():
    rows = case(8, ["ines", None, "ines", "ines", "ivo", "ivo", "ines", "ines"])
    assert phases.phases(rows) == (*["foundation"] * 6, "working", "working")
    assert phases.phases(rows, ending_from=rows[7].day)[5:] == ("foundation", "working", "ending")
    assert phases.phases([]) == ()


def test_substitutions_tell_of_the_foundation_and_of_returns():
    rows = case(8, ["ines", None, "ines", "ivo", "ivo", "ivo", "ines", "ines"])
    assert phases.substitutions(rows) == (
        Substitution(4, "ines", "ivo", True, False),
        Substitution(7, "ivo", "ines", False, True),
    )
    assert phases.substitutions(case(3)) == ()
