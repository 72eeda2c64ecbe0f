"""Forms as if they had been filled in: rows written straight into the tables, with the scores a test names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.cast import Cast
from triad.domain.parties import LETTERS, Role
from triad.services import context
from triad.services.context import Actor
from triad.store.ratings import Rating, Score

RATERS = {"therapist": "p-thea", "interpreter": "p-ines", "client": "p-cleo"}


def rating(
    cast: Cast,
    encounter_id: str,
    party: str,
    locked_at: datetime,
    scores: Mapping[str, float | None],
    *,
    choice: str = "therapist",
    mode: str = "own_device",
    policy: str = "client-choice",
    rater: str = "",
    withdrawn: bool = False,
) -> str:
    """A locked form with these bond scores, by direction; its id. Directions of other raters are left aside."""
    letter = LETTERS[Role(party)]
    with context.work(Actor(cast.clinic, source="test")) as ctx:
        row = Rating(
            id=f"r-{letter}-{encounter_id}"[:24],
            encounter_id=encounter_id,
            party=party,
            rater_id=rater or RATERS[party],
            interpreter_id="p-ines",
            version_key="triad-session-form",
            edition="brief",
            language="en",
            mode=mode,
            choice=choice,
            policy=policy,
            submitted_at=locked_at - timedelta(minutes=10),
            locked_at=locked_at,
            withdrawn_at=locked_at if withdrawn else None,
            answers=[],
            scores=[
                Score(direction=key, facet=facet, pomp=pomp, answered=2, scorer="1")
                for key, pomp in scores.items()
                if key.startswith(letter)
                for facet in ("bond", "task")
                if facet == "bond" or key in ("TC", "CT")
            ],
        )
        ctx.session.add(row)
        return row.id


def all_three(
    cast: Cast, encounter_id: str, locked_at: datetime, scores: Mapping[str, float | None], choice: str = "therapist"
) -> None:
    for party in RATERS:
        rating(cast, encounter_id, party, locked_at, scores, choice=choice if party == "client" else "therapist")
