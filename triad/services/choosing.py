"""What the sessions of a case are rated with: Triad's own form, or a licensed one that is in use."""

from __future__ import annotations

from dataclasses import dataclass

from triad.domain import errors, giving, licensed
from triad.domain.licensed import LicensedForm
from triad.domain.parties import PARTIES, Role
from triad.formats import licensed as files
from triad.formats import wordings
from triad.services import access, context, policy
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store import instruments as store
from triad.store.cases import Case


@dataclass(frozen=True)
class Option:
    """A licensed form that may be given. `lacks` are those it asks nothing, `speaks` whether it is worded in the
    language of the client's forms: who is lacking, and a client it does not speak to, is given Triad's own."""

    form: LicensedForm
    lacks: tuple[Role, ...]
    speaks: bool


@dataclass(frozen=True)
class Choice:
    """`chosen` is a licensed form's key, "" for Triad's own, whose title is `own`; `given`: it can be given today.

    `options` may be chosen by whoever `may_choose`.
    """

    case: Case
    own: str
    chosen: str
    given: bool
    options: tuple[Option, ...]
    may_choose: bool

    @property
    def option(self) -> Option | None:
        """The chosen one; None where it is Triad's own, or cannot be given."""
        return next((one for one in self.options if one.form.key == self.chosen), None)


def show(actor: Actor, case_id: str) -> Choice:
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.SEE_CASE)
        subject = access.about_case(ctx, case.id)
        options = _options(ctx, case)
        chosen = case.form_key or ""
        return Choice(
            case=case,
            own=wordings.version().title,
            chosen=chosen,
            given=chosen in ("", *(one.form.key for one in options)),
            options=options,
            may_choose=subject is not None and policy.allows(May.CHOOSE_FORM, actor, subject),
        )


def choose(actor: Actor, case_id: str, key: str) -> None:
    """From now on; what was sent, and a link that was given out, keep their form. `key` is "" for Triad's own.

    Unfit for a form that may not be given today.
    """
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHOOSE_FORM)
        if key and access.usable(ctx, key) is None:
            raise errors.Unfit({"form": "choose_one"})
        if (case.form_key or "") != key:
            case.form_key = key or None
            ctx.audit("choosing.choose", case.id, form=key or wordings.DEFAULT)


def of_session(actor: Actor, encounter_id: str) -> LicensedForm | None:
    """What a client would be given about it now, in a language it is worded in; None for Triad's own."""
    with context.look(actor) as ctx:
        outline = access.outline(ctx, encounter_id, to=May.INVITE_CLIENT)
        found = access.usable(ctx, outline.form_key)
        return found[1] if found and giving.lines(found[1], Role.CLIENT) else None


def _options(ctx: Context, case: Case) -> tuple[Option, ...]:
    today, language = access.today(ctx), case.client.form_language
    forms = [(row, files.read(row.document)) for row in store.in_use(ctx.session)]
    return tuple(
        Option(
            form,
            tuple(party for party in PARTIES if not giving.lines(form, party)),
            not language or form.edition(language) is not None,
        )
        for row, form in forms
        if licensed.is_offered(form, row.state, today)
    )
