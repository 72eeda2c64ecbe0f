"""Who may do what: one table, verb by verb. What is not here is denied.

A verb has alternatives; an alternative is a tuple of predicates that must all hold for (actor, subject).
"""

from __future__ import annotations

from collections.abc import Callable

from triad.domain.parties import PARTIES, Role
from triad.domain.verbs import May, Subject
from triad.services.context import Actor

Predicate = Callable[[Actor, Subject], bool]
NOBODY = Subject()


def anybody(actor: Actor, subject: Subject) -> bool:
    return True


def signed_in(actor: Actor, subject: Subject) -> bool:
    return bool(actor.account_id)


def coordinator(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.COORDINATOR)


def therapist(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.THERAPIST)


def interpreter(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.INTERPRETER)


def lead(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.LEAD)


def admin(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.ADMIN)


def auditor(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.AUDITOR)


def their_therapist(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.THERAPIST) and bool(actor.person_id) and actor.person_id == subject.therapist


def their_interpreter(actor: Actor, subject: Subject) -> bool:
    return actor.has(Role.INTERPRETER) and bool(actor.person_id) and actor.person_id == subject.interpreter


def no_party(actor: Actor, subject: Subject) -> bool:
    """A lead who is party to a case has only the party's rights there."""
    return actor.person_id not in subject.parties and actor.person_id != subject.therapist


def notes_open(actor: Actor, subject: Subject) -> bool:
    return subject.notes_open


def no_interpreter(actor: Actor, subject: Subject) -> bool:
    """The client's form is never opened where an interpreter is signed in."""
    return not actor.has(Role.INTERPRETER)


def at_the_machine(actor: Actor, subject: Subject) -> bool:
    """By a command on the host: no account, page or key reaches so far."""
    return actor.source == "cli"


Alternatives = tuple[tuple[Predicate, ...], ...]

TABLE: dict[May, Alternatives] = {
    May.ENTER: ((anybody,),),
    May.SEE_OWN_ACCOUNT: ((signed_in,),),
    May.USE_FORM: ((no_interpreter,),),
    May.SEE_UNFILLED: ((coordinator,),),
    May.SEE_BOARD: ((coordinator,),),
    May.SEE_PEOPLE: ((coordinator,),),
    May.CHANGE_PEOPLE: ((coordinator,),),
    May.SEE_CASES: ((coordinator,), (therapist,), (lead,)),
    May.SEE_CASE: ((coordinator,), (their_therapist,), (lead, no_party)),
    May.SEE_CLIENT_NAME: ((coordinator,), (their_therapist,)),
    May.CREATE_CASE: ((coordinator,),),
    May.CHANGE_CASE: ((coordinator,), (their_therapist,)),
    May.SEE_ENCOUNTER: ((coordinator,), (their_therapist,), (their_interpreter,)),
    May.PLAN: ((coordinator,), (their_therapist,)),
    May.SEE_CANDIDATES: ((coordinator,),),
    May.PLAN_WEEK: ((coordinator,),),
    May.ASSIGN: ((coordinator,),),
    May.RELEASE: ((coordinator,),),
    May.CANCEL: ((coordinator,), (their_therapist,)),
    May.MARK_HELD: ((coordinator,), (their_therapist,)),
    May.ANSWER_ASSIGNMENT: ((their_interpreter,),),
    May.CONFIRM: ((coordinator,),),
    May.CHANGE_MANY: ((coordinator,),),
    May.SEE_OWN_WEEK: ((therapist,), (interpreter,)),
    May.CHANGE_OWN_HOURS: ((interpreter,),),
    May.SEE_SHARED_NOTES: ((their_therapist,), (their_interpreter, notes_open)),
    May.SEE_ALL_NOTES: ((their_therapist,),),
    May.WRITE_NOTE: ((their_therapist,),),
    May.WRITE_AGREEMENT: ((their_therapist,),),
    May.WRITE_GOAL: ((their_therapist,),),
    May.RATE: ((their_therapist,), (their_interpreter,)),
    May.INVITE_CLIENT: ((their_therapist,),),
    May.SEE_PICTURE: ((their_therapist,), (lead, no_party)),
    May.SEE_ALL_PICTURES: ((lead,),),
    May.IMPORT: ((coordinator,),),
    May.SEE_ACCOUNTS: ((admin,),),
    May.INVITE_ACCOUNT: ((admin,),),
    May.CHANGE_ROLES: ((admin,),),
    May.SEE_SETTINGS: ((admin,), (lead,), (auditor,)),
    May.CHANGE_SETTINGS: ((admin,),),
    May.CONFIRM_SETTING: ((lead,),),
    May.ACTIVATE_WORDING: ((lead,),),
    May.TAKE_BACK_SETTING: ((admin,), (lead,)),
    May.SEE_LANGUAGES: ((coordinator,), (therapist,), (interpreter,), (lead,), (admin,)),
    May.COUNT_LANGUAGES: ((coordinator,), (lead,), (admin,)),
    May.REVIEW_WORDING: ((coordinator,), (therapist,), (interpreter,), (lead,)),
    # Interpreters are rated in these words: they help, and never decide.
    May.SIGN_WORDING: ((coordinator, no_interpreter), (therapist, no_interpreter), (lead, no_interpreter)),
    # A voice is heard as the clinic's own, and an interpreter's would be that of whom is asked about.
    May.KEEP_VOICES: ((lead, no_interpreter),),
    May.SEE_INSTRUMENTS: ((lead,), (admin,)),
    May.LOAD_INSTRUMENT: ((lead,), (admin,)),
    May.ACTIVATE_INSTRUMENT: ((lead,),),
    May.CHOOSE_FORM: ((their_therapist,), (lead, no_party)),
    May.SEE_AUDIT: ((auditor,),),
    May.SEE_GRANTS: ((auditor,), (admin,)),
    May.SEE_API: ((signed_in,),),
    May.CHANGE_KEYS: ((admin,),),
    May.CHANGE_OWN_KEYS: ((signed_in,),),
    May.CHANGE_OWN_FACTORS: ((signed_in,),),
    May.MOVE: ((coordinator,),),
    May.RESTORE: ((coordinator,),),
    May.VOID: ((coordinator,),),
    May.SEE_UNAVAILABLE: ((coordinator,), (their_therapist,)),
    May.WRITE_EXCLUSION: ((their_therapist,),),
    May.CORRECT: ((coordinator,),),
    May.FREEZE_FIGURES: ((lead,),),
    May.ANSWER_MARK: ((their_therapist,), (lead, no_party)),
    May.SEE_RELATIONS: ((lead,),),
    May.EXPORT_CASE: ((their_therapist,),),
    May.EXPORT_RELEASED: ((lead,),),
    May.EXPORT_OWN: ((therapist,), (interpreter,)),
    May.ERASE: ((admin, at_the_machine),),
    May.EXPORT_PERSON: ((admin, at_the_machine),),
    May.ANSWER_CONTACT: ((their_therapist,), (lead, no_party)),
    # Clients are told that neither interpreter nor therapist sees it, though a coordinator may be the therapist too.
    May.FIND_OTHER_INTERPRETER: ((coordinator, no_party),),
    # Whom a clinic has type sheets in holds the role of a lead, which no coordinator, admin or interpreter can have.
    May.TRANSCRIBE: ((lead, no_party),),
    May.SEE_REPORTS: ((coordinator,), (lead,)),
    May.TAKE_REPORTS: ((coordinator,), (lead,)),
    May.EXPORT_SCHEDULE: ((coordinator,),),
    May.SEE_MESSAGES: ((coordinator,),),
    May.SEND_AGAIN: ((coordinator,),),
    May.SEND_MESSAGES: ((at_the_machine,),),
    May.CHANGE_OWN_CALENDAR: ((therapist,), (interpreter,)),
    May.CHANGE_OWN_MESSAGES: ((signed_in,),),
    May.OFFER: ((coordinator,),),
    May.ANSWER_OFFER: ((their_interpreter,),),
    May.SEE_OWN_OFFERS: ((interpreter,),),
    May.REQUEST: ((coordinator,), (their_therapist,)),
    May.SEE_REQUESTS: ((coordinator,), (therapist,)),
    May.DECIDE_REQUEST: ((coordinator,),),
    May.CLOSE_SLOT: ((coordinator,),),
    May.DECIDE_ACQUAINTANCE: ((lead,),),
    May.REPLACE: ((coordinator,),),
    May.KEEP_OFFERS: ((at_the_machine,),),
    May.SEE_CANCELLED: ((coordinator,),),
    # Whoever sets lateness aside also says when a notice came: a party to the session does neither for themselves.
    May.WAIVE_LATENESS: ((coordinator,),),
    May.CHANGE_CANCELLING_RULES: ((coordinator,), (admin,)),
    May.MARK_ATTENDANCE: ((coordinator,), (their_therapist,), (their_interpreter,)),
    # The two who talk with each other; a coordinator sees whether they did, and not about what.
    May.NOTE_BRIEFING: ((their_therapist,), (their_interpreter,)),
}

# Predicates that speak of the actor alone; the others need a subject to be true.
OF_ROLE = (coordinator, therapist, interpreter, lead, admin, auditor)
OF_ACTOR = (anybody, signed_in, *OF_ROLE, no_interpreter, at_the_machine)
NEEDS: dict[Predicate, Predicate] = {their_therapist: therapist, their_interpreter: interpreter}


def allows(to: May, actor: Actor, subject: Subject = NOBODY) -> bool:
    """Does one alternative hold for this actor and this subject, and is the verb within the actor's scope?"""
    return _in_scope(to, actor) and any(all(holds(actor, subject) for holds in way) for way in TABLE.get(to, ()))


def could(to: May, actor: Actor) -> bool:
    """Might the actor do this to some subject? Asked at the door, before anything is loaded."""

    def passes(predicate: Predicate) -> bool:
        predicate = NEEDS.get(predicate, predicate)
        return predicate not in OF_ACTOR or predicate(actor, NOBODY)

    return _in_scope(to, actor) and any(all(map(passes, way)) for way in TABLE.get(to, ()))


def _in_scope(to: May, actor: Actor) -> bool:
    return actor.scope is None or to in actor.scope


def roles_that_could(to: May) -> frozenset[Role]:
    """For the matrix a person reads: the roles with some way to this verb."""
    # A predicate looks at roles and ids only: no clinic is needed.
    actors = {role: Actor(None, "x", "x", roles=frozenset({role})) for role in Role}  # type: ignore[arg-type]
    return frozenset(role for role in Role if role not in PARTIES[2:] and could(to, actors[role]))
