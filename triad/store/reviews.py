"""Wordings under review: packs as they were judged, what was said about their texts, and the steps taken with them.

All three are only ever added to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, String, Table, event, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from triad.domain.instruments import PROVENANCE
from triad.domain.packs import Said, Standing, Step
from triad.domain.reviews import Opinion
from triad.store import types
from triad.store.cases import Case, LanguageNeed
from triad.store.clinic import Client
from triad.store.types import Base


class WordingPack(Base):
    """Every text of one language as it was: `hash` is that of `units`, `own` are those the clinic changed, and
    `source` holds a fingerprint of what each text was worded from.

    `number` counts without a gap: two who saw the same pack cannot both write the next one.
    """

    __tablename__ = "wording_pack"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(20), index=True)
    version_key: Mapped[str] = mapped_column(String(60))
    hash: Mapped[str] = mapped_column(String(64), index=True)
    source_hash: Mapped[str] = mapped_column(String(64))
    units: Mapped[dict[str, Any]]
    own: Mapped[dict[str, Any]]
    source: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


class WordingReview(Base):
    """What one person said about one text. `about` stands for the text and its source; `closes` is the number of
    another review that this one settles."""

    __tablename__ = "wording_review"
    __table_args__ = (CheckConstraint("verdict IN ('ok', 'change', 'query')", name="verdict"),)
    number: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(20), index=True)
    version_key: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(8))
    proposed: Mapped[str] = mapped_column(String(600))
    comment: Mapped[str] = mapped_column(String(1000))
    back_translation: Mapped[str] = mapped_column(String(600))
    by: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(200))
    interprets: Mapped[bool]
    closes: Mapped[int | None]
    at: Mapped[datetime]


class WordingStep(Base):
    """A state that somebody signed, or a lead's letting out and withdrawing. `signed_on` is the day they wrote."""

    __tablename__ = "wording_step"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pack: Mapped[int] = mapped_column(ForeignKey("wording_pack.number"), index=True)
    step: Mapped[str] = mapped_column(String(24))
    signer: Mapped[str] = mapped_column(String(200))
    credential: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date]
    people: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


_PACKS = (WordingPack.number, WordingPack.hash)
_STEPS = (WordingStep.number, WordingStep.at)
NEWS = (
    *(select(one).order_by(WordingPack.number.desc()).limit(1).scalar_subquery() for one in _PACKS),
    *(select(one).order_by(WordingStep.number.desc()).limit(1).scalar_subquery() for one in _STEPS),
)
"""The last pack and the last step. As both tables only grow, whoever read `standings` under the same news need not
read them again."""

KEPT: tuple[Table, ...] = tuple(types.table(one) for one in (WordingPack, WordingReview, WordingStep))
WHY = "what was said of a wording is only added to"
for _table in KEPT:
    for _verb in ("UPDATE", "DELETE"):
        _statement = (
            f"CREATE TRIGGER {_table.name}_append_only_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        )
        event.listen(_table, "after_create", DDL(_statement).execute_if(dialect="sqlite"))
    for _statement in (
        f"CREATE FUNCTION {_table.name}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$",
        f"CREATE TRIGGER {_table.name}_append_only BEFORE UPDATE OR DELETE ON {_table.name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_table.name}_append_only()",
    ):
        event.listen(_table, "after_create", DDL(_statement).execute_if(dialect="postgresql"))
    _statement = f"DROP FUNCTION IF EXISTS {_table.name}_append_only()"
    event.listen(_table, "after_drop", DDL(_statement).execute_if(dialect="postgresql"))


def standings(session: Session, version_key: str) -> dict[str, Standing]:
    """Language to its newest pack with the steps taken with it; one statement, without the texts of the packs."""
    newest = select(func.max(WordingPack.number)).where(WordingPack.version_key == version_key)
    query = (
        select(WordingPack.number, WordingPack.language, WordingPack.hash, WordingPack.source_hash, WordingPack.own)
        .add_columns(WordingStep)
        .outerjoin(WordingStep, WordingStep.pack == WordingPack.number)
        .where(WordingPack.number.in_(newest.group_by(WordingPack.language)))
        .order_by(WordingPack.number, WordingStep.number)
    )
    found: dict[str, Standing] = {}
    for number, language, hash_, source_hash, own, step in session.execute(query):
        before = found[language].steps if language in found else ()
        steps = (*before, _step(step, hash_)) if step else before
        found[language] = Standing(number, hash_, source_hash, tuple(sorted(own.items())), steps)
    return found


def signed_source(session: Session, number: int) -> Mapping[str, str]:
    """Unit to the fingerprint of the source text it was worded from, of a pack."""
    return session.scalars(select(WordingPack.source).where(WordingPack.number == number)).one()


def opinions(session: Session, version_key: str, language: str = "") -> dict[str, list[Opinion]]:
    """Language to what was said about its texts, in the order in which it was; one statement."""
    query = select(WordingReview).where(WordingReview.version_key == version_key).order_by(WordingReview.number)
    if language:
        query = query.where(WordingReview.language == language)
    found: dict[str, list[Opinion]] = {}
    for row in session.scalars(query):
        found.setdefault(row.language, []).append(
            Opinion(
                number=row.number,
                unit=row.unit,
                about=row.about,
                verdict=row.verdict,
                proposed=row.proposed,
                comment=row.comment,
                back=row.back_translation,
                by=row.by,
                name=row.name,
                interprets=row.interprets,
                closes=row.closes,
                at=row.at,
            )
        )
    return found


def say(session: Session, said: Said, **row: Any) -> None:
    """Add what somebody said; `row` are the other columns."""
    session.add(
        WordingReview(
            verdict=said.verdict, proposed=said.proposed, comment=said.comment, back_translation=said.back, **row
        )
    )


def history(session: Session, version_key: str, language: str) -> list[Step]:
    """Every step ever taken with a pack of this language, newest first."""
    query = (
        select(WordingStep, WordingPack.hash)
        .join(WordingPack, WordingPack.number == WordingStep.pack)
        .where(WordingPack.version_key == version_key, WordingPack.language == language)
        .order_by(WordingStep.number.desc())
    )
    return [_step(step, hash_) for step, hash_ in session.execute(query)]


def reached(session: Session) -> dict[str, tuple[str, str]]:
    """Hash to language and the highest state signed for it, of every pack that anything was signed for."""
    query = (
        select(WordingPack.hash, WordingPack.language, WordingStep.step)
        .join(WordingStep, WordingStep.pack == WordingPack.number)
        .where(WordingStep.step.in_(PROVENANCE[:-1]))
    )
    found: dict[str, tuple[str, str]] = {}
    for hash_, language, step in session.execute(query):
        best = found.get(hash_, (language, step))[1]
        found[hash_] = (language, max(best, step, key=PROVENANCE.index))
    return found


def newest_pack(session: Session) -> int:
    """The number of the last pack; 0 before the first."""
    return session.scalar(select(func.max(WordingPack.number))) or 0


def newest_step(session: Session) -> int:
    """The number of the last step; 0 before the first."""
    return session.scalar(select(func.max(WordingStep.number))) or 0


def clients(session: Session) -> dict[str, int]:
    """Language tag to how many clients who still come chose it for their form."""
    query = select(Client.form_language, func.count()).where(Client.active.is_(True)).group_by(Client.form_language)
    return {row[0]: row[1] for row in session.execute(query)}


def needs(session: Session, today: date) -> Iterable[tuple[str, str]]:
    """Language tag and case, for each need of a case that is open on this day."""
    is_open = Case.closed_on.is_(None) | (Case.closed_on > today)
    query = select(LanguageNeed.language, LanguageNeed.case_id).join(Case, Case.id == LanguageNeed.case_id)
    return [(tag, case_id) for tag, case_id in session.execute(query.where(is_open).distinct())]


def _step(row: WordingStep, hash_: str) -> Step:
    return Step(row.step, row.signer, row.credential, row.signed_on, row.people, row.by, row.at, row.pack, hash_)
