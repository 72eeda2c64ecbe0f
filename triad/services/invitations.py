"""The client's way in: the right to give one rating, each answer kept when given, everything sent once.

Nothing here gives an answer back: a form tells which of its screens are done, never what was chosen on them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from triad.domain import errors, instruments, release, scoring
from triad.domain import forms as screens
from triad.domain.forms import CHOICES, LINK, PAPER, State
from triad.domain.instruments import Wording
from triad.domain.parties import Role
from triad.domain.release import COUNTED
from triad.formats import wordings
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import contacts, forms
from triad.store import ratings as store
from triad.store.ratings import Invitation


def offered(actor: Actor) -> tuple[Wording, ...]:
    """The words clients of this clinic may be shown: drafts only where it is a demo."""
    with context.look(actor) as ctx:
        return access.offered(ctx)


def issue(actor: Actor, encounter_id: str, language: str) -> str:
    """A fresh link's token, shown this once; an earlier link that is still open ends.

    `language` is the canonical tag of a written language. Works alike whether or not the client has answered,
    since the therapist must not learn that. BadTransition before the start; Unfit for a language not offered.
    """
    with context.work(actor) as ctx:
        encounter = access.encounter(ctx, encounter_id, to=May.INVITE_CLIENT)
        if encounter.status not in ("scheduled", "held") or encounter.starts_at > ctx.now:
            raise errors.BadTransition(noun="invitation", state=encounter.status, event="issue")
        _ensure_offered(ctx, language)
        _end_earlier(ctx, encounter.id)
        found = access.usable(ctx, encounter.case.form_key)
        token = actor.clinic.secret()
        ctx.session.add(
            Invitation(
                id=ctx.fresh_id(),
                encounter_id=encounter.id,
                client_id=encounter.case.client_id,
                version_key=found[0] if found else wordings.DEFAULT,
                edition=instruments.GIVEN_OUT,
                language=language,
                policy=ctx.settings.release_policy,
                token_hash=ctx.keyed("link", token),
                issued_at=ctx.now,
                expires_at=ctx.now + timedelta(days=ctx.settings.invitation_days),
                progress={},
            )
        )
        ctx.audit("invitations.issue", encounter.id, language=language, edition=instruments.GIVEN_OUT)
        return token


def peek(actor: Actor, token: str) -> Wording:
    """The words in which a link greets; changes nothing. Closed for a link that is over or never was."""
    with context.look(actor) as ctx:
        return access.form(ctx, _by_link(ctx, token)).wording


def open_link(actor: Actor, token: str) -> str:
    """Trade the link for a page value, which the browser keeps; the page it opened before ends."""
    with context.work(actor) as ctx:
        row = _by_link(ctx, token, lock=True)
        value = actor.clinic.secret()
        row.page_hash, row.page_opened_at = ctx.keyed("page", value), ctx.now
        row.page_expires_at = screens.visit_ends(ctx.now, ctx.now)
        _keep(row, way=LINK)
        return value


def at(actor: Actor, page: str) -> State:
    """Closed when the page is over, revoked or unknown, whichever."""
    with context.look(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        return access.form(ctx, *forms.visit(ctx.session, ctx.hashes("page", page), ctx.now))


def choose_language(actor: Actor, page: str, language: str) -> None:
    with context.work(actor) as ctx:
        row = _open(ctx, page)
        _ensure_offered(ctx, language)
        row.language = language
        _keep(row, done="language")


def step(actor: Actor, page: str, screen: str, helped: str = "") -> None:
    """Pass a screen without a line; `who_helped` asks for one of `State.helps`, the others keep nothing."""
    with context.work(actor) as ctx:
        row, state = _reached(ctx, page, screen)
        if screen not in (*screens.PASSED, "who_helped"):
            raise errors.Unfit({"screen": "unknown"})
        if screen == "who_helped" and helped not in state.helps:
            raise errors.Unfit({"helped": "choose_one"})
        row.policy = state.policy  # who was told that nobody will see it keeps that, whatever the clinic decides
        _keep(row, done=screen, **({"helped": helped} if screen == "who_helped" else {}))


def answer(actor: Actor, page: str, line_key: str, mark: int | str) -> None:
    """Keep a value on the scale, `declined` or `not_understood` for one line; an earlier one is replaced."""
    with context.work(actor) as ctx:
        row, state = _reached(ctx, page, line_key)
        if state.line(line_key) is None:
            raise errors.Unfit({"screen": "unknown"})
        if mark not in (*state.given.values, scoring.DECLINED, scoring.NOT_UNDERSTOOD):
            raise errors.Unfit({"answer": "choose_one"})
        forms.keep(ctx.session, row.id, line_key, mark)
        _keep(row, worded={**row.progress.get("worded", {}), line_key: state.wording.hash})


def ask(actor: Actor, page: str, wishes: Collection[str]) -> None:
    """Tell some of WISHES to those they are for; no question need be answered, and asked twice is told once."""
    with context.work(actor) as ctx:
        _tell(ctx, _open(ctx, page), wishes)


def submit(actor: Actor, page: str, choice: str = "", wishes: Collection[str] = ()) -> None:
    """Make the answers a rating and spend the link; sent again it changes nothing. A blank choice is `COUNTED`, as is
    any choice where nobody is to see the form. BadTransition while a screen is open.

    The first rating of an encounter stays: a second link must not tell anybody that there was one. Whoever types
    in a sheet sends it here too, and holds nothing of it afterwards.
    """
    with context.work(actor) as ctx:
        row = _by_page(ctx, page, lock=True)
        if row.spent_at:
            return
        if row.progress.get("way") == PAPER:
            access.need(ctx, May.TRANSCRIBE)
            row.page_hash, choice = None, row.progress.get("choice", choice)
        state = access.form(ctx, row)
        if state.current != "choice":
            raise errors.BadTransition(noun="form", state="open", event="submit")
        if choice not in ("", *CHOICES):
            raise errors.Unfit({"choice": "choose_one"})
        _tell(ctx, row, wishes)
        if not forms.is_rated(ctx.session, row.encounter_id):
            _add_rating(ctx, row, state, release.counting(state.policy, choice or COUNTED))
        forms.forget(ctx.session, row.id)
        row.spent_at, row.progress, row.policy = ctx.now, {}, state.policy
        ctx.audit("invitations.submit", row.id)


def together(actor: Actor, page: str, steps: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """What a tablet kept without network, in its order, all or none: a key of STEPS and what that one takes. Each is
    taken as if it came alone, though the page may be over by now."""
    with context.work(actor) as ctx:
        access.need(ctx, May.USE_FORM)
        row = forms.promised(ctx.session, ctx.hashes("page", page), ctx.now, lock=True)
        row.page_opened_at, row.page_expires_at = ctx.now, screens.visit_ends(ctx.now, ctx.now, screens.TABLET)
        ctx.session.flush()
        for name, given in steps:
            STEPS[name](actor, page, **given)


STEPS: dict[str, Callable[..., None]] = {"answer": answer, "step": step, "contact": ask, "send": submit}


def _end_earlier(ctx: Context, encounter_id: str) -> None:
    """What was answered under an earlier link goes with it: nobody will send it any more."""
    for row in forms.unspent(ctx.session, encounter_id):
        row.revoked_at = row.revoked_at or ctx.now
        forms.forget(ctx.session, row.id)


def _ensure_offered(ctx: Context, language: str) -> None:
    if language not in {wording.language for wording in access.offered(ctx)}:
        raise errors.Unfit({"language": "not_reviewed" if language in wordings.languages() else "unknown"})


def _by_link(ctx: Context, token: str, lock: bool = False) -> Invitation:
    access.need(ctx, May.USE_FORM)
    return forms.by_link(ctx.session, ctx.hashes("link", token), ctx.now, lock)


def _by_page(ctx: Context, page: str, lock: bool = False) -> Invitation:
    access.need(ctx, May.USE_FORM)
    return forms.by_page(ctx.session, ctx.hashes("page", page), ctx.now, lock)


def _open(ctx: Context, page: str) -> Invitation:
    """The invitation behind a page that is still being filled in, locked; its time begins anew."""
    row = _by_page(ctx, page, lock=True)
    if row.spent_at:
        raise errors.Closed
    row.page_expires_at = screens.visit_ends(row.page_opened_at or ctx.now, ctx.now, row.progress.get("way", LINK))
    return row


def _reached(ctx: Context, page: str, screen: str) -> tuple[Invitation, State]:
    row = _open(ctx, page)
    state = access.form(ctx, row)
    if not state.reaches(screen):
        raise errors.BadTransition(noun="form", state="open", event="answer")
    return row, state


def _keep(row: Invitation, done: str = "", **what: Any) -> None:
    passed = sorted({*row.progress.get("done", ()), done} - {""})
    row.progress = {**row.progress, **what, "done": passed}


def _add_rating(ctx: Context, row: Invitation, state: State, choice: str) -> None:
    form, kept, worded = state.given, forms.kept(ctx.session, row.id), row.progress["worded"]
    given = {(line.item_id, line.slot): kept[line.key] for line in state.lines}
    rating_id = store.add(
        ctx.session,
        id=ctx.fresh_id(),
        encounter_id=row.encounter_id,
        party=Role.CLIENT.value,
        rater_id=row.client_id,
        interpreter_id=forms.interpreter(ctx.session, row.encounter_id),
        version_key=form.key,
        edition=form.edition,
        language=row.language,
        mode=screens.mode(row.progress.get("way", LINK), row.progress["helped"]),
        typed_by=ctx.actor.account_id if row.progress.get("way") == PAPER else None,
        choice=choice,
        policy=state.policy,
        submitted_at=ctx.now,
        locked_at=ctx.now,
    )
    shown = {(line.item_id, line.slot): worded[line.key] for line in state.lines}
    store.fill(ctx.session, rating_id, given, shown, form.scored(given))


def _tell(ctx: Context, row: Invitation, wishes: Collection[str]) -> None:
    if screens.ANOTHER_INTERPRETER in wishes:
        # Coordinators find it where they work: neither this form, nor the trail, nor a message tells of it.
        contacts.ask_another(ctx.session, ctx.fresh_id(), row.encounter_id, ctx.now)
    lead = screens.CONTACT_LEAD in wishes
    if "contact" in row.progress or not (lead or screens.CONTACT_ME in wishes):
        return
    case_id, people = contacts.ask(ctx.session, ctx.fresh_id(), row.encounter_id, lead, ctx.now)
    for person_id in people:
        ctx.post(person_id, "contact_me", case_id)
    _keep(row, contact=True)
    ctx.audit("invitations.ask_contact", row.id)
