"""The triad agreement: ground rules in the three people's languages, versioned, with who agreed when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from triad.domain import errors, languages
from triad.domain.notes import DRAFTS, RULES, Fields, default_rules
from triad.domain.parties import PARTIES, Role
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Agreement, Case, Consent
from triad.store.clinic import Interpreter, LanguageSkill
from triad.store.encounters import Assignment, Encounter, Slot
from triad.store.people import Person

LONGEST = 500
"""Characters of one rule."""
Written = Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """The rules in one language. `draft` until a speaker has checked them."""

    language: str
    rules: Mapping[str, str]
    draft: bool


@dataclass(frozen=True)
class AgreementPage:
    case: Case
    version: int
    """0 while nothing is agreed on paper; `wordings` are then the ones to start from."""
    wordings: Sequence[Wording]
    consents: Mapping[str, Consent]
    """By party; those who have not agreed to this version are absent."""
    interpreters: Sequence[tuple[str, str]]
    """Id and name of those who can agree as the interpreter of this case."""
    history: Sequence[Agreement]


@dataclass(frozen=True)
class Shared:
    """The newest version as all three may read it, and how many of them agreed to it."""

    version: int
    wordings: Sequence[Wording]
    agreed: int


def show(actor: Actor, case_id: str) -> AgreementPage:
    """The newest version with its consents."""
    with context.look(actor) as ctx:
        case = _case(ctx, case_id)
        versions = _versions(ctx, case)
        newest = versions[0] if versions else None
        consents = _consents(ctx, newest) if newest else {}
        wordings = _kept(newest.texts) if newest else _first(ctx, case)
        return AgreementPage(
            case, newest.version if newest else 0, wordings, consents, _interpreters(ctx, case), versions
        )


def shared(actor: Actor, case_id: str) -> Shared | None:
    """For whoever may read the shared notes now; None while nothing is agreed on paper."""
    with context.look(actor) as ctx:
        case = _case(ctx, case_id, May.SEE_SHARED_NOTES)
        versions = _versions(ctx, case)
        if not versions:
            return None
        return Shared(versions[0].version, _kept(versions[0].texts), len(_consents(ctx, versions[0])))


def write(actor: Actor, case_id: str, written: Written) -> int:
    """A new version, to which nobody has agreed yet; its number.

    Fields: `version` as it was read (Stale when there is a newer one), `languages` (tags with spaces), for
    each of them `<rule>-<tag>` and, to tick, `checked-<tag>`.
    """
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        fields = Fields(written)
        version = fields.whole("version", 0, 10**6)
        texts: dict[str, Any] = {}
        for tag in dict.fromkeys(fields.text("languages").split()):
            if tag not in languages.BY_TAG:
                fields.fail("languages", "unknown")
                continue
            rules = {rule: fields.text(f"{rule}-{tag}", LONGEST) for rule in RULES}
            texts[tag] = {"rules": rules, "draft": not fields.yes(f"checked-{tag}")}
        fields.settle()
        versions = _versions(ctx, case)
        if version != (versions[0].version if versions else 0):
            raise errors.Stale
        agreement = Agreement(
            id=ctx.fresh_id(), case_id=case.id, version=version + 1, texts=texts, written_at=ctx.now
        )
        ctx.session.add(agreement)
        ctx.audit("agreements.write", agreement.id, case=case.id, version=agreement.version)
        return agreement.version


def agree(actor: Actor, case_id: str, written: Written) -> None:
    """Somebody said yes to the newest version; a second yes changes nothing.

    Fields: `party`, `version` as it was read (Stale when there is a newer one), `interpreter` (the id; needed
    for that party only). NotFound while there is no version.
    """
    with context.work(actor) as ctx:
        case = _case(ctx, case_id)
        versions = _versions(ctx, case)
        if not versions:
            raise errors.NotFound
        newest = versions[0]
        fields = Fields(written)
        party = fields.choice("party", PARTIES)
        version = fields.whole("version", 1, 10**6)
        people = {Role.THERAPIST: case.therapist_id, Role.CLIENT: case.client_id}
        person_id = people.get(Role(party)) if party in PARTIES else None
        chosen = fields.text("interpreter", optional=True)
        if party == Role.INTERPRETER:
            person_id = chosen
            if chosen not in dict(_interpreters(ctx, case)):
                fields.fail("interpreter", "choose_one")
        fields.settle()
        if newest.version != version:
            raise errors.Stale
        if party in _consents(ctx, newest):
            return
        ctx.session.add(Consent(agreement_id=newest.id, party=party, person_id=person_id, agreed_at=ctx.now))
        ctx.audit("agreements.agree", newest.id, case=case.id, party=party, version=newest.version)


def _case(ctx: Context, case_id: str, to: May = May.WRITE_AGREEMENT) -> Case:
    """Whoever may see the case but not its agreement learns not even that there is one."""
    try:
        return access.case(ctx, case_id, to=to)
    except errors.NotAllowed:
        raise errors.NotFound from None


def _versions(ctx: Context, case: Case) -> Sequence[Agreement]:
    query = select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.version.desc())
    return ctx.session.scalars(query).all()


def _consents(ctx: Context, agreement: Agreement) -> dict[str, Consent]:
    query = select(Consent).where(Consent.agreement_id == agreement.id)
    return {consent.party: consent for consent in ctx.session.scalars(query)}


def _kept(texts: Mapping[str, Any]) -> list[Wording]:
    return [Wording(tag, held["rules"], held["draft"]) for tag, held in texts.items()]


def _first(ctx: Context, case: Case) -> list[Wording]:
    """Our defaults in the languages of the three; empty lines for a language in which we ship none."""
    wanted = [*case.therapist.languages, *(need.language for need in case.needs)]
    wanted += [case.client.form_language, case.client.reads]
    query = select(LanguageSkill.into).where(LanguageSkill.interpreter_id == case.usual_interpreter_id)
    wanted += ctx.session.scalars(query).all()
    known = (tag for tag in wanted if tag in languages.BY_TAG or tag in languages.VARIETIES)
    tags = dict.fromkeys(languages.written(tag).tag for tag in known) or {"en": None}
    return [Wording(tag, default_rules(tag), tag in DRAFTS) for tag in tags]


def _interpreters(ctx: Context, case: Case) -> list[tuple[str, str]]:
    """The usual interpreter and whoever is attached to one of the encounters, by name."""
    attached = (
        select(Assignment.interpreter_id)
        .join(Slot, Slot.id == Assignment.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(Encounter.case_id == case.id, Assignment.ended_at.is_(None))
    )
    query = (
        select(Person.id, Person.name)
        .join(Interpreter, Interpreter.id == Person.id)
        .where(Person.id.in_(attached) | (Person.id == (case.usual_interpreter_id or "")))
        .order_by(Person.name, Person.id)
    )
    return [(id_, name) for id_, name in ctx.session.execute(query)]
