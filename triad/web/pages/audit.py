"""The trail of what was done, for the auditor; and for each person what they did themselves."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from triad.services import audit
from triad.services.policy import May
from triad.web import guard

bp = Blueprint("audit", __name__)
LONGEST = 60
LAST = 2**31 - 1


@bp.get("/audit")
@guard.needs(May.SEE_AUDIT)
def index() -> str:
    verb = request.args.get("verb", "").strip()[:LONGEST].replace("\0", "")
    actor = guard.actor()
    checked = request.args.get("check") == "yes"
    return render_template(
        "pages/audit_index.html",
        trail=audit.entries(actor, _before(), verb),
        verb=verb,
        checked=checked,
        broken=audit.first_broken(actor) if checked else None,
        zone=guard.clinic().settings.zone,
        older="audit.index",
    )


@bp.get("/me/trail")
@guard.needs(May.SEE_OWN_ACCOUNT)
def mine() -> str:
    trail = audit.own_acts(guard.actor(), _before())
    return render_template(
        "pages/audit_mine.html", trail=trail, zone=guard.clinic().settings.zone, older="audit.mine"
    )


def _before() -> int | None:
    """The number in the address, kept within what a line can be numbered."""
    number = request.args.get("before", type=int)
    return None if number is None else max(1, min(number, LAST))
