"""What the demo clinic has beyond its tables: accounts to sign in with, ratings, notes, agreements, goals.

The tables themselves come in through the verbs of `imports`, like those of any clinic.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from triad.domain import courses, errors, instruments, notes, scoring
from triad.domain.parties import PARTIES, Role
from triad.formats import invented, invented_words, wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Agreement, Case, Consent, CulturalNote, Goal, LanguageNote
from triad.store.clinic import Client
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Account, Person, RoleGrant
from triad.store.ratings import Answer, Rating, Score

SEED = 7
PASSWORD = "demo demo demo 1"  # noqa: S105  (shown beside the sign-in of a clinic that does not exist)
DOMAIN = "demo.example"
PEOPLE = {
    "kora": ("Kora Brandt", Role.COORDINATOR),
    "thea": ("Thea Lindqvist", Role.THERAPIST),
    "ines": ("Ines Haddad", Role.INTERPRETER),
    "lena": ("Lena Voss", Role.LEAD),
    "ada": ("Ada Kern", Role.ADMIN),
    "aud": ("Aud Solberg", Role.AUDITOR),
}
"""One account per role; Thea and Ines are among the imported people."""
MODES = (("own_device", 60), ("clinic_tablet", 24), ("paper_transcribed", 8), ("read_by_other_staff", 6))
BY_RATED = "read_by_interpreter"


def sign_ins() -> list[tuple[str, Role]]:
    """Address and role of every demo account."""
    return [(f"{name}@{DOMAIN}", role) for name, (_, role) in PEOPLE.items()]


def files(actor: Actor, seed: int = SEED) -> dict[str, bytes]:
    """The demo clinic's tables around the present moment, by file name. NotAllowed outside a demo."""
    with context.look(actor) as ctx:
        _ensure_demo(ctx)
        return invented.files(seed, ctx.now)


def furnish(actor: Actor, hashed: str, seed: int = SEED) -> None:
    """Add what no table brings; `hashed` is the demo password as sign-in wants it. NotAllowed outside a demo."""
    with context.work(actor) as ctx:
        _ensure_demo(ctx)
        dice = random.Random(f"furnish {seed}")
        _add_accounts(ctx, hashed)
        past = _past(ctx)
        _add_ratings(ctx, dice, past)
        _add_words(ctx, dice, past)
        _end_some(ctx)
        ctx.audit("demo.furnish", "demo", ratings=len(past))


def _ensure_demo(ctx: Context) -> None:
    access.need(ctx, May.IMPORT)
    if ctx.settings.profile not in ("demo", "testing"):
        raise errors.NotAllowed


def _add_accounts(ctx: Context, hashed: str) -> None:
    known = {row.email: row for row in ctx.session.scalars(select(Person).where(Person.email.like(f"%@{DOMAIN}")))}
    for name, (full_name, role) in PEOPLE.items():
        email = f"{name}@{DOMAIN}"
        person = known.get(email) or Person(id=ctx.fresh_id(), name=full_name, email=email, zone=ctx.settings.zone)
        ctx.session.add(person)
        ctx.session.flush()
        account = Account(id=ctx.fresh_id(), person_id=person.id, email=email, password=hashed)
        account.fs_uniquifier = ctx.fresh_id()
        account.roles = [RoleGrant(name=role.value)]
        ctx.session.add(account)
    ctx.session.flush()


def _past(ctx: Context) -> dict[str, list[Any]]:
    """Case id -> its held encounters in order, each with its three people and the client's language."""
    query = (
        select(
            Encounter.id,
            Encounter.case_id,
            Encounter.starts_at,
            Encounter.ends_at,
            Case.therapist_id,
            Case.client_id,
            Assignment.interpreter_id,
            Client.form_language,
        )
        .join(Case, Case.id == Encounter.case_id)
        .join(Client, Client.id == Case.client_id)
        .join(Slot, Slot.encounter_id == Encounter.id)
        .join(Assignment, Assignment.slot_id == Slot.id)
        .where(Encounter.status == "held", Assignment.ended_at.is_(None))
        .order_by(Case.code, Encounter.starts_at)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in ctx.session.execute(query):
        found[row.case_id].append(row)
    return found


def _add_ratings(ctx: Context, dice: random.Random, past: dict[str, list[Any]]) -> None:
    ratings: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for number, rows in enumerate(past.values()):
        kind = courses.KINDS[number % len(courses.KINDS)]
        for row, bonds in zip(rows, courses.course(dice, kind, [row.interpreter_id for row in rows]), strict=True):
            for party in PARTIES:
                sent = row.ends_at + timedelta(minutes=dice.randrange(4, 300))
                if dice.random() < courses.GIVEN[party] and sent < ctx.now:
                    rating = _rating(ctx, dice, row, party, sent)
                    ratings.append(rating)
                    _fill(dice, rating, party, bonds, answers, scores)
    for model, table in ((Rating, ratings), (Answer, answers), (Score, scores)):
        ctx.session.execute(insert(model), table)


def _rating(ctx: Context, dice: random.Random, row: Any, party: Role, sent: datetime) -> dict[str, Any]:
    is_client = party == Role.CLIENT
    raters = {Role.THERAPIST: row.therapist_id, Role.INTERPRETER: row.interpreter_id, Role.CLIENT: row.client_id}
    modes = [*MODES, (BY_RATED, 2)]
    mode = dice.choices([name for name, _ in modes], [weight for _, weight in modes])[0]
    grace = timedelta(0) if is_client else timedelta(minutes=ctx.settings.grace_minutes)
    return {
        "id": ctx.fresh_id(),
        "encounter_id": row.id,
        "party": party.value,
        "rater_id": raters[party],
        "interpreter_id": row.interpreter_id,
        "version_key": wordings.DEFAULT,
        "edition": instruments.GIVEN_OUT,
        "language": row.form_language if is_client and row.form_language in wordings.languages() else "en",
        "mode": mode if is_client else "own_device",
        "choice": courses.choice(dice) if is_client else "therapist",
        "policy": "client-choice",
        "revision": 1,
        "submitted_at": sent,
        "locked_at": sent + grace,
        "withdrawn_at": None,
    }


def _fill(
    dice: random.Random,
    rating: dict[str, Any],
    party: Role,
    bonds: courses.Bonds,
    answers: list[dict[str, Any]],
    scores: list[dict[str, Any]],
) -> None:
    version = wordings.version()
    lines = instruments.lines(version, instruments.GIVEN_OUT, party)
    given = courses.answers(dice, version, lines, bonds)
    wording = wordings.wording(rating["language"]).hash
    for (item, slot), value in given.items():
        number, missing = (None, value) if isinstance(value, str) else (value, None)
        row: dict[str, Any] = {
            "item": item,
            "direction": slot,
            "value": number,
            "missing": missing,
            "wording": wording,
        }
        answers.append({"rating_id": rating["id"], **row})
    for (slot, facet), score in scoring.facet_scores(version, lines, given).items():
        row = {"direction": slot, "facet": facet, "pomp": score.pomp, "answered": score.answered}
        scores.append({"rating_id": rating["id"], **row, "scorer": scoring.SCORER})


def _add_words(ctx: Context, dice: random.Random, past: dict[str, list[Any]]) -> None:
    """In every third case something to read: notes in many scripts, an agreement, a goal."""
    for number, rows in enumerate(past.values()):
        if number % 3 == 0:
            ctx.session.add_all(_words(ctx, dice, number // 3, rows))
            ctx.session.flush()


def _end_some(ctx: Context) -> None:
    """Of the clients whose therapy is over, two do not come any more."""
    over = select(Case.client_id).where(Case.closed_on <= ctx.now.date()).order_by(Case.code).limit(2)
    ctx.session.execute(update(Client).where(Client.id.in_(over.scalar_subquery())).values(active=False))


def _words(ctx: Context, dice: random.Random, number: int, rows: Sequence[Any]) -> Iterator[Any]:
    first, written = rows[0], rows[0].ends_at
    own = {"case_id": first.case_id, "written_at": written}
    for step in range(2):
        every = invented_words.NOTES[(2 * number + step) % len(invented_words.NOTES)]
        language, topic, whose, source, audience, text = every
        yield CulturalNote(
            id=ctx.fresh_id(),
            author_id=first.therapist_id,
            topic=topic,
            whose=whose,
            source=source,
            confirmed=dice.random() < 0.5,
            text=text,
            language=language,
            audience=audience,
            review_on=(ctx.now + timedelta(days=30)).date(),
            **own,
        )
    language, text = invented_words.LANGUAGE_NOTES[number % len(invented_words.LANGUAGE_NOTES)]
    yield LanguageNote(id=ctx.fresh_id(), author_id=first.therapist_id, text=text, language=language, **own)
    language, text, aim, tasks = invented_words.GOALS[number % len(invented_words.GOALS)]
    agreed = [party.value for party in PARTIES]
    yield Goal(id=ctx.fresh_id(), words=text, language=language, aim=aim, tasks=tasks, agreed_by=agreed, **own)
    tags = dict.fromkeys(("en", first.form_language))
    texts = {
        tag: {"rules": notes.default_rules(tag), "draft": tag in notes.DRAFTS}
        for tag in tags
        if tag in notes.DEFAULTS
    }
    agreement = Agreement(id=ctx.fresh_id(), version=1, texts=texts, **own)
    yield agreement
    people = (first.therapist_id, first.interpreter_id, first.client_id)
    for party, person in list(zip(PARTIES, people, strict=True))[: 3 if number % 4 else 2]:
        yield Consent(agreement_id=agreement.id, party=party.value, person_id=person, agreed_at=written)
