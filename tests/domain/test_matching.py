from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from triad.domain import matching
from triad.domain.availability import Away, WeeklyHours
from triad.domain.candidates import Candidate, Credential, Demand, Need, Skill
from triad.domain.matching import Fit, Misfit, Reason
from triad.domain.timespans import TimeSpan
from triad.domain.wishes import Wish

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
TUESDAY = date(2027, 5, 4)
START = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
MEETING = TimeSpan(START, START + 50 * MINUTE)
HELD = MEETING.widened(10 * MINUTE, 15 * MINUTE)
FARSI, GERMAN = Need("fa", mode="video"), Need("de")

INES = Candidate(
    id=7,
    name="Ines",
    gender="female",
    modes=frozenset({"video", "in_person"}),
    skills=(Skill("fa", None, 4), Skill("de", None, 5), Skill("tr", None, 2)),
    credentials=(Credential("NAATI", "certified", "fa", date(2025, 1, 1), date(2028, 1, 1)),),
    training_hours=100,
    ethics_on=date(2026, 1, 1),
    check_expires=date(2027, 12, 31),
    adult=True,
    family=False,
    hours=(WeeklyHours(1, time(8), time(18), "Europe/Berlin"),),
    away=(Away(TimeSpan(START + DAY, START + 2 * DAY)),),
    taken=((TimeSpan(START - 3 * DAY, START - 3 * DAY + 60 * MINUTE), "north"),),
    max_week_minutes=600,
    booked_week_minutes=60,
    excluded=False,
    conflict_open=False,
    times_with_client=0,
    is_usual=False,
)
DEMAND = Demand(
    encounter_span=MEETING,
    held_span=HELD,
    on=TUESDAY,
    site_id="south",
    needs=(FARSI, GERMAN),
    setup_minutes=0,
    travel={("north", "south"): 40, ("south", "north"): 20, ("south", "south"): 9},
)


def against(who: Candidate, what: Demand = DEMAND) -> list[tuple[str, dict[str, Any], str]]:
    found = matching.examine(who, what)
    return [(one.code, one.details, one.waiver) for one in found.reasons] if isinstance(found, Misfit) else []


def needing(need: Need) -> Demand:
    return replace(DEMAND, needs=(need, GERMAN))


def proving(*skills: Skill) -> Candidate:
    return replace(INES, skills=(*skills, Skill("de", None, 5)), credentials=())


def busy(*taken: tuple[TimeSpan, str | None]) -> Candidate:
    return replace(INES, taken=taken)


def fit(who: Candidate, what: Demand = DEMAND) -> Fit:
    found = matching.examine(who, what)
    assert isinstance(found, Fit)
    return found


# ROLE, ETHICS, CHECK, LANG_*, ...: one change to Ines, and the one reason it makes.
ABSENT = Away(TimeSpan(HELD.end - SECOND, HELD.end + DAY))
FAILURES: list[tuple[dict[str, Any], str, dict[str, Any], str]] = [
    ({"family": True}, "ROLE_FAMILY", {}, "N"),
    ({"adult": False}, "ROLE_MINOR", {}, "N"),
    ({"ethics_on": None}, "ETHICS", {"on": TUESDAY}, "N"),
    ({"ethics_on": TUESDAY + DAY}, "ETHICS", {"on": TUESDAY}, "N"),
    ({"check_expires": None}, "CHECK_EXPIRED", {"on": TUESDAY}, "N"),
    ({"check_expires": TUESDAY - DAY}, "CHECK_EXPIRED", {"on": TUESDAY}, "N"),
    ({"skills": (Skill("fa", None, 5),)}, "LANG_PAIR", {"language": "de"}, "N"),
    ({"training_hours": 99}, "TRAINING_HOURS", {"hours": 99, "needed": 100}, "W"),
    ({"excluded": True}, "CLIENT_CHOICE", {}, "N"),
    ({"conflict_open": True}, "CONFLICT_OPEN", {}, "L"),
    ({"modes": frozenset({"phone"})}, "MODE", {"mode": "video"}, "N"),
    ({"away": (ABSENT,)}, "TIME_OFF", {"span": HELD}, "W"),
    ({"hours": ()}, "AVAILABILITY", {"span": HELD}, "W"),
    ({"taken": ((MEETING, "south"),)}, "OVERLAP", {"span": MEETING}, "N"),
    ({"exposure_max": 3, "booked_week_sessions": 3}, "EXPOSURE_CAP", {"booked": 3, "max": 3}, "W"),
    ({"booked_week_minutes": 526}, "LOAD_MAX", {"booked": 526, "adds": 75, "max": 600}, "W"),
]
PASSES: list[dict[str, Any]] = [
    {},
    {"ethics_on": TUESDAY},
    {"check_expires": TUESDAY},
    {"modes": frozenset({"video"})},
    {"away": (Away(TimeSpan(HELD.end, HELD.end + DAY)),)},
    {"hours": (WeeklyHours(1, time(11, 50), time(13, 5), "Europe/Berlin"),)},
    {"taken": ()},
    {"booked_week_minutes": 525},
    {"exposure_max": 3, "booked_week_sessions": 2},
    {"booked_week_sessions": 60},
    {"max_week_minutes": None, "booked_week_minutes": 6000},
]


@pytest.mark.parametrize(("change", "code", "details", "waiver"), FAILURES)
def test_examine_one_thing_wrong(change: dict[str, Any], code: str, details: dict[str, Any], waiver: str) -> None:
    assert against(replace(INES, **change)) == [(code, details, waiver)]


@pytest.mark.parametrize("change", PASSES)
def test_examine_just_good_enough(change: dict[str, Any]) -> None:
    assert against(replace(INES, **change)) == []


def test_examine_hours_one_minute_short() -> None:
    late = replace(INES, hours=(WeeklyHours(1, time(11, 51), time(13, 5), "Europe/Berlin"),))

    assert against(late) == [("AVAILABILITY", {"span": HELD}, "W")]


def test_examine_gives_every_reason_in_the_order_of_the_table() -> None:
    worst = replace(
        INES,
        gender="male",
        modes=frozenset(),
        skills=(Skill("ar", "ary", 1, "from"),),
        credentials=(Credential("NRPSI", "certified", "ar", None, TUESDAY - DAY),),
        training_hours=0,
        ethics_on=None,
        check_expires=None,
        adult=False,
        family=True,
        hours=(),
        away=(Away(HELD),),
        taken=((HELD, "south"), (TimeSpan(HELD.end, HELD.end + 60 * MINUTE), "north")),
        max_week_minutes=10,
        exposure_max=0,
        excluded=True,
        conflict_open=True,
    )
    need = Need("ar", "apc", True, 4, "female", "require", "phone")

    codes = [code for code, _, _ in against(worst, needing(need))]

    assert codes == [
        "ROLE_FAMILY",
        "ROLE_MINOR",
        "ETHICS",
        "CHECK_EXPIRED",
        "LANG_PAIR",
        "LANG_DIRECTION",
        "LANG_DIALECT",
        "LANG_LEVEL",
        "CRED_INVALID",
        "TRAINING_HOURS",
        "CLIENT_CHOICE",
        "GENDER",
        "CONFLICT_OPEN",
        "MODE",
        "TIME_OFF",
        "AVAILABILITY",
        "OVERLAP",
        "GAP",
        "LOAD_MAX",
        "EXPOSURE_CAP",
    ]


def test_examine_same_lack_in_two_needs_is_one_reason_two_lacks_are_two() -> None:
    nobody = replace(INES, modes=frozenset(), skills=(), credentials=())
    demand = replace(DEMAND, needs=(FARSI, replace(GERMAN, mode="video")))

    assert against(nobody, demand) == [
        ("LANG_PAIR", {"language": "fa"}, "N"),
        ("LANG_PAIR", {"language": "de"}, "N"),
        ("MODE", {"mode": "video"}, "N"),
    ]


@pytest.mark.parametrize(
    ("need", "skill", "reasons"),
    [
        (Need("fa"), Skill("fa", None, 1), []),
        (Need("ckb"), Skill("kmr", None, 5), [("LANG_PAIR", {"language": "ckb"}, "N")]),
        (Need("ti"), Skill("am", None, 5), [("LANG_PAIR", {"language": "ti"}, "N")]),
        (Need("zh-Hans"), Skill("zh-Hans", "yue", 5), [("LANG_PAIR", {"language": "zh-Hans"}, "N")]),
        (Need("prs"), Skill("fa", None, 5), []),
        (
            Need("prs", strict=True),
            Skill("fa", None, 5),
            [("LANG_DIALECT", {"dialect": "prs", "understood": "partly"}, "C")],
        ),
        (Need("ar", "apc"), Skill("ar", "ary", 5), []),
        (
            Need("ar", "apc", True),
            Skill("ar", "ary", 5),
            [("LANG_DIALECT", {"dialect": "apc", "understood": "no"}, "C")],
        ),
        (
            Need("ar", "apc", True),
            Skill("ar", None, 5),
            [("LANG_DIALECT", {"dialect": "apc", "understood": "partly"}, "C")],
        ),
        (Need("ar", "apc", True), Skill("ar", "apc", 5), []),
        (Need("ar", "apc", True), Skill("apc", None, 5), []),
        (Need("ar", None, True), Skill("ar", "apc", 5), []),
        (Need("fa", None, True), Skill("fa", "Mashhad", 5), []),
        (Need("fa", min_level=3), Skill("fa", None, 3), []),
        (
            Need("fa", min_level=4),
            Skill("fa", None, 3),
            [("LANG_LEVEL", {"language": "fa", "level": 3, "needed": 4}, "W")],
        ),
        (Need("fa", works="from"), Skill("fa", None, 5, "from"), []),
        (Need("fa", works="into"), Skill("fa", None, 5, "both"), []),
        (
            Need("fa"),
            Skill("fa", None, 5, "from"),
            [("LANG_DIRECTION", {"language": "fa", "works": "from", "needed": "both"}, "N")],
        ),
    ],
)
def test_examine_languages(need: Need, skill: Skill, reasons: list[Any]) -> None:
    assert against(proving(skill), needing(need)) == reasons


def test_examine_takes_the_skill_with_the_fewest_shortcomings() -> None:
    both = proving(Skill("ar", "apc", 2), Skill("ar", "acm", 5))

    assert against(both, needing(Need("ar", "apc", min_level=4))) == []
    assert [code for code, _, _ in against(both, needing(Need("ar", "apc", True, min_level=4)))] == ["LANG_LEVEL"]


def test_credential_flips_the_day_after_its_last_day() -> None:
    held = Credential("NAATI", "certified", "fa", None, TUESDAY)
    lapsed = {"credential": "NAATI", "kind": "certified", "language": "fa", "on": TUESDAY}

    assert against(replace(INES, credentials=(held,))) == []
    assert against(replace(INES, credentials=(replace(held, expires=TUESDAY - DAY),))) == [
        ("CRED_INVALID", lapsed, "W")
    ]


def test_credential_is_judged_on_the_date_of_the_encounter() -> None:
    who = replace(
        INES, credentials=(Credential("CCHI", "certified", "fa", TUESDAY, TUESDAY + DAY),), check_expires=date.max
    )
    days = [TUESDAY + step * DAY for step in (-1, 0, 1, 2)]

    codes = [[code for code, _, _ in against(who, replace(DEMAND, on=day))] for day in days]

    assert codes == [["CRED_INVALID"], [], [], ["CRED_INVALID"]]


@pytest.mark.parametrize(
    "credentials",
    [
        (),
        (Credential("none", "no_exam", "fa", None, TUESDAY - DAY),),
        (Credential("BDÜ", "translator", "fa", None, TUESDAY - DAY),),
        (Credential("NAATI", "certified", "tr", None, TUESDAY - DAY),),
        (Credential("A", "certified", "fa", None, TUESDAY - DAY), Credential("B", "recognised", "fa", None, None)),
    ],
    ids=["none held", "no exam exists", "of a translator", "of another language", "another one is valid"],
)
def test_credential_does_not_stand_against(credentials: tuple[Credential, ...]) -> None:
    assert against(replace(INES, credentials=credentials)) == []


@pytest.mark.parametrize(
    ("gender", "wish", "fails"),
    [
        ("female", "require", False),
        ("male", "require", True),
        (None, "require", True),
        ("female", "avoid", True),
        ("male", "avoid", False),
        (None, "avoid", True),
        ("male", "prefer", False),
        ("male", "none", False),
    ],
)
def test_gender_only_require_and_avoid_are_hard(gender: str | None, wish: Any, fails: bool) -> None:
    demand = needing(replace(FARSI, gender_wish="female", wish_kind=wish))
    reason = ("GENDER", {"gender": "female", "wish": wish}, "C")

    assert against(replace(INES, gender=gender), demand) == ([reason] if fails else [])


@pytest.mark.parametrize(
    ("attributes", "kind", "code"),
    [
        ({"trauma"}, "require", None),
        ({"older"}, "require", "WISH_MISSING"),
        (set(), "require", "WISH_MISSING"),
        ({"trauma"}, "avoid", "WISH_AVOIDED"),
        ({"older"}, "avoid", None),
        (set(), "avoid", None),
        (set(), "prefer", None),
        ({"trauma"}, "none", None),
    ],
)
def test_wish_only_require_and_avoid_are_hard(attributes: set[str], kind: Any, code: str | None) -> None:
    demand = needing(replace(FARSI, wishes=(Wish("trauma", kind),)))
    reasons = [(code, {"attribute": "trauma"}, "C")] if code else []

    assert against(replace(INES, attributes=frozenset(attributes)), demand) == reasons


def test_every_wish_that_fails_is_told_beside_the_gender() -> None:
    wishes = (Wish("mental_health", "require"), Wish("trauma", "require"), Wish("older", "avoid"))
    demand = needing(replace(FARSI, gender_wish="male", wish_kind="require", wishes=wishes))

    found = against(replace(INES, attributes=frozenset({"older", "trauma"})), demand)

    assert [(code, details.get("attribute")) for code, details, _ in found] == [
        ("GENDER", None),
        ("WISH_MISSING", "mental_health"),
        ("WISH_AVOIDED", "older"),
    ]


def test_points_tell_which_wishes_are_met_and_which_are_not() -> None:
    wishes = (
        Wish("trauma", "require"),
        Wish("children", "prefer"),
        Wish("older", "prefer"),
        Wish("younger", "avoid"),
    )
    demand = needing(replace(FARSI, wishes=wishes))

    found = fit(replace(INES, attributes=frozenset({"trauma", "children", "lgbtiq"})), demand).points

    told = [(point.code, point.details["attribute"]) for point in found if "attribute" in point.details]
    assert told == [("AS_WISHED", "trauma"), ("AS_WISHED", "children"), ("WISH_UNMET", "older")]


def test_ranked_by_how_many_hopes_are_not_met() -> None:
    wishes = (Wish("trauma", "prefer"), Wish("older", "prefer"))
    demand = needing(replace(FARSI, gender_wish="female", wish_kind="prefer", wishes=wishes))
    own = {"A none": set(), "B one": {"older"}, "C both": {"trauma", "older"}, "D other": {"children"}}
    people = [replace(INES, name=name, attributes=frozenset(held)) for name, held in own.items()]
    people.append(replace(INES, name="E man", gender="male", attributes=frozenset({"trauma", "older"})))

    fits, _ = matching.ranked(people, demand)

    assert [one.candidate.name for one in fits] == ["C both", "B one", "E man", "A none", "D other"]


@pytest.mark.parametrize("side", ["before", "after"])
def test_back_to_back_passes_and_one_second_over_does_not(side: str) -> None:
    step = -60 * MINUTE if side == "before" else 75 * MINUTE
    touching = TimeSpan(HELD.start + step, HELD.start + step + 60 * MINUTE)
    nudge = SECOND if side == "before" else -SECOND
    over = TimeSpan(touching.start + nudge, touching.end + nudge)

    assert against(busy((touching, "south"))) == []
    assert against(busy((over, "south"))) == [("OVERLAP", {"span": over}, "N")]


def test_overlap_names_the_earliest_and_counts_briefing_and_debrief() -> None:
    debrief = TimeSpan(HELD.end - SECOND, HELD.end + DAY)
    briefing = TimeSpan(HELD.start - DAY, HELD.start + SECOND)

    assert against(busy((debrief, None), (briefing, None))) == [("OVERLAP", {"span": briefing}, "N")]


def spaced(minutes: float, *, before: bool) -> TimeSpan:
    """An hour, `minutes` away from the held span."""
    start = HELD.start - minutes * MINUTE - 60 * MINUTE if before else HELD.end + minutes * MINUTE
    return TimeSpan(start, start + 60 * MINUTE)


@pytest.mark.parametrize(
    ("before", "site", "setup", "needed"),
    [
        (True, "north", 0, 40),
        (False, "north", 0, 20),
        (False, "north", 30, 30),
        (True, "north", 30, 40),
        (True, "south", 15, 15),
        (True, None, 15, 15),
        (False, "west", 5, 5),
    ],
)
def test_gap_is_directed_and_counted_once(before: bool, site: str | None, setup: int, needed: int) -> None:
    demand = replace(DEMAND, setup_minutes=setup)
    enough, short = spaced(needed, before=before), spaced(needed - 1 / 60, before=before)

    assert against(busy((enough, site)), demand) == []
    assert against(busy((short, site)), demand) == [("GAP", {"needed": needed, "has": needed - 1}, "W")]


def test_gap_tells_the_worst_of_both_sides() -> None:
    who = busy((spaced(39, before=True), "north"), (spaced(5, before=False), "north"))

    assert against(who) == [("GAP", {"needed": 20, "has": 5}, "W")]


def test_gap_and_overlap_agree_with_a_model_on_generated_pairs() -> None:
    chance = random.Random(20270504)
    seen: dict[tuple[str, ...], int] = {}
    for _ in range(500):
        start = HELD.start + chance.randrange(-9000, 9000) * SECOND
        other = TimeSpan(start, start + chance.randrange(1, 5400) * SECOND)
        site, setup = chance.choice(["north", "south", None]), chance.choice([0, 10, 30])
        there, back = (40, 20) if site == "north" else (0, 0)
        if other.start < HELD.end and HELD.start < other.end:
            expected: tuple[str, ...] = ("OVERLAP",)
        elif other.end <= HELD.start:
            expected = ("GAP",) if other.end + max(setup, there) * MINUTE > HELD.start else ()
        else:
            expected = ("GAP",) if HELD.end + max(setup, back) * MINUTE > other.start else ()
        seen[expected] = seen.get(expected, 0) + 1
        codes = tuple(code for code, _, _ in against(busy((other, site)), replace(DEMAND, setup_minutes=setup)))
        assert codes == expected
    assert min(seen.values()) > 50
    assert set(seen) == {(), ("GAP",), ("OVERLAP",)}


def test_points_of_a_newcomer() -> None:
    assert fit(INES).points == (
        ("NEW_TO_CLIENT", {}),
        ("LEVEL", {"language": "fa", "level": 4}),
        ("LEVEL", {"language": "de", "level": 5}),
        ("CREDENTIAL", {"credential": "NAATI", "kind": "certified", "language": "fa"}),
    )


def test_points_of_an_old_acquaintance() -> None:
    who = replace(
        INES,
        is_usual=True,
        times_with_client=9,
        credentials=(),
        taken=((spaced(60, before=True), "north"), (spaced(0, before=False), "south")),
    )
    demand = needing(Need("prs", gender_wish="female", wish_kind="prefer"))

    assert fit(who, demand).points == (
        ("USUAL", {"times": 9}),
        ("GENDER_AS_WISHED", {}),
        ("LEVEL", {"language": "prs", "level": 4}),
        ("DIALECT", {"dialect": "prs", "understood": "partly"}),
        ("LEVEL", {"language": "de", "level": 5}),
        ("SAME_SITE", {}),
        ("TRAVEL", {"minutes": 40}),
    )


def test_points_known_but_not_usual_and_gender_not_as_wished() -> None:
    demand = needing(Need("fa", gender_wish="male", wish_kind="prefer"))

    codes = [point.code for point in fit(replace(INES, times_with_client=1), demand).points]

    assert codes == ["KNOWN", "LEVEL", "LEVEL", "CREDENTIAL", "WISH_UNMET"]


def test_travel_of_another_day_is_no_point() -> None:
    near, far = spaced(12 * 60, before=True), spaced(12 * 60 + 1, before=True)

    points = [[point.code for point in fit(busy((span, "north"))).points] for span in (near, far)]

    assert [codes[-1] for codes in points] == ["TRAVEL", "CREDENTIAL"]


def test_ranked_each_goal_outweighs_all_that_follow() -> None:
    need = Need("prs", gender_wish="female", wish_kind="prefer")
    plain = replace(INES, credentials=(), gender="male", taken=((spaced(60, before=True), "north"),))
    best_at = {
        "usual": {"is_usual": True},
        "twice": {"times_with_client": 2},
        "once": {"times_with_client": 1},
        "wish": {"gender": "female"},
        "health": {"credentials": (Credential("A", "specialist_health", "fa", None, None),)},
        "certified": {"credentials": (Credential("A", "certified", "fa", None, None),)},
        "provisional": {"credentials": (Credential("A", "provisional", "fa", None, None),)},
        "no exam": {"credentials": (Credential("A", "no_exam", "fa", None, None),)},
        "dialect": {"skills": (Skill("prs", None, 1), Skill("de", None, 5))},
        "near": {"taken": ()},
        "Anna": {},
        "berta": {},
        "Cora": {},
    }
    people = [replace(plain, name=name, **change) for name, change in best_at.items()]  # type: ignore[arg-type]
    random.Random(1).shuffle(people)

    fits, misfits = matching.ranked(people, needing(need))

    assert [one.candidate.name for one in fits] == list(best_at)
    assert misfits == ()


def test_ranked_misfits_nearest_first() -> None:
    people = [
        replace(INES, name="never twice", adult=False, family=True),
        replace(INES, name="never", adult=False),
        replace(INES, name="two waivers", training_hours=0, hours=()),
        replace(INES, name="lead", conflict_open=True),
        replace(INES, name="waiver", hours=()),
        replace(INES, name="other language", skills=()),
        INES,
    ]

    fits, misfits = matching.ranked(people, DEMAND)

    assert [one.candidate.name for one in fits] == ["Ines"]
    expected = ["waiver", "lead", "two waivers", "never", "never twice", "other language"]
    assert [one.candidate.name for one in misfits] == expected


def test_ranked_namesakes_in_any_order() -> None:
    one, two = replace(INES, id=1), replace(INES, id=2)

    assert matching.ranked([two, one], DEMAND) == matching.ranked([one, two], DEMAND)


def test_ranked_nobody() -> None:
    assert matching.ranked([], DEMAND) == ((), ())


def test_nothing_reads_ratings() -> None:
    known = {field.name for field in fields(Candidate)} | {field.name for field in fields(Demand)}

    assert [name for name in known if "rating" in name or "score" in name or "outcome" in name] == []
    assert {"times_with_client", "training_hours", "needs"} <= known


WAIVED = [
    ([], set(), set(), True),
    (["LANG_LEVEL"], set(), set(), False),
    (["LANG_LEVEL"], {"LANG_LEVEL"}, set(), True),
    (["LANG_LEVEL", "GAP"], {"LANG_LEVEL"}, set(), False),
    (["LANG_LEVEL", "GAP"], {"LANG_LEVEL", "GAP"}, set(), True),
    (["OVERLAP"], {"OVERLAP"}, {"OVERLAP"}, False),
    (["CLIENT_CHOICE"], {"CLIENT_CHOICE"}, {"CLIENT_CHOICE"}, False),
    (["GENDER"], {"GENDER"}, set(), False),
    (["GENDER"], set(), {"GENDER"}, True),
    (["CONFLICT_OPEN"], {"CONFLICT_OPEN"}, set(), False),
    (["CONFLICT_OPEN"], set(), {"CONFLICT_OPEN"}, True),
    (["TIME_OFF"], {"TIME_OFF"}, set(), False),
    (["TIME_OFF"], set(), {"TIME_OFF"}, False),
    (["AVAILABILITY"], {"AVAILABILITY"}, {"AVAILABILITY"}, True),
]


@pytest.mark.parametrize(("codes", "waived", "consented", "expected"), WAIVED)
def test_waivable(codes: list[str], waived: set[str], consented: set[str], expected: bool) -> None:
    waivers = {code: waiver for code, waiver, _ in matching.RULES}
    reasons = [Reason(code, {}, waivers[code]) for code in codes]

    assert matching.waivable(reasons, waived, consented) is expected


def test_unresolved_keeps_what_still_stands() -> None:
    gap, overlap = Reason("GAP", {"needed": 20, "has": 5}, "W"), Reason("OVERLAP", {}, "N")

    assert matching.unresolved([overlap, gap], {"GAP", "OVERLAP"}) == (overlap,)
    assert matching.unresolved([overlap, gap], set()) == (overlap, gap)
