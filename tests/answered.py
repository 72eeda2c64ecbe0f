"""Forms filled in line by line: a mark from 1 to 5 or a missing code for each question, and the scores they give."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.cast import Cast
from tests.filled import RATERS
from triad.domain import instruments, scoring
from triad.domain.parties import LETTERS, Role
from triad.formats import wordings
from triad.services import context
from triad.services.context import Actor
from triad.store import ratings

MARKS: dict[str, tuple[int | str, ...]] = {
    "therapist": (4, 3, 4, 2, 5, 4, 4),
    "interpreter": (5, 5, 3, 4, "not_understood"),
    "client": (2, 3, 4, "declined", 5, 4, 3),
}
"""In the order of the brief form."""


def rating(
    cast: Cast,
    encounter_id: str,
    party: str,
    locked_at: datetime,
    marks: tuple[int | str, ...] = (),
    *,
    choice: str = "therapist",
    mode: str = "own_device",
    policy: str = "client-choice",
    rater: str = "",
    language: str = "en",
    withdrawn: bool = False,
) -> str:
    """A locked form with these marks; its id."""
    role, version, wording = Role(party), wordings.version(), wordings.wording(language)
    lines = instruments.lines(version, "brief", role)
    keys = [(line.item_id, line.slot) for line in lines]
    given = dict(zip(keys, marks or MARKS[party], strict=True))
    scores = scoring.facet_scores(version, lines, given)
    with context.work(Actor(cast.clinic, source="test")) as ctx:
        id_ = ratings.add(
            ctx.session,
            id=f"r-{LETTERS[role]}-{encounter_id}"[:24],
            encounter_id=encounter_id,
            party=party,
            rater_id=rater or RATERS[party],
            interpreter_id="p-ines",
            version_key=version.key,
            edition="brief",
            language=language,
            mode=mode,
            choice=choice,
            policy=policy,
            submitted_at=locked_at - timedelta(minutes=10),
            locked_at=locked_at,
            withdrawn_at=locked_at if withdrawn else None,
        )
        ratings.fill(ctx.session, id_, given, dict.fromkeys(given, wording.hash), scores)
        return id_


def all_three(cast: Cast, encounter_id: str, locked_at: datetime, choice: str = "therapist", **more: str) -> None:
    for party in RATERS:
        rating(cast, encounter_id, party, locked_at, choice=choice if party == "client" else "therapist", **more)
