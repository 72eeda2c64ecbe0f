"""The words of a report: what each figure is called and how it is counted."""

from __future__ import annotations

from triad.web.i18n import lazy

DEFINITIONS = {
    "fill_met": lazy(
        "Sessions whose interpreter came, in time or late, of all sessions an interpreter was asked for (as Central "
        "London Community Healthcare counts, FOI/25/297). Without a mark, held counts as came. Called-off sessions "
        "are left out, unless the interpreter called off or the search had been given up; refused requests for want "
        "of an interpreter are in."
    ),
    "success_moj": lazy(
        "The same, and sessions that failed because client or therapist stayed away count as served too (as the "
        "Ministry of Justice counts: fulfilled and customer absent, of completed less cancelled by the customer)."
    ),
    "unmet": lazy("Sessions that were asked for and had no interpreter, by what was noted of them."),
    "waits": lazy(
        "Hours from the demand, or from a release, to the next booking, for each vacancy. Half of all are filled "
        "within the median, nine in ten within the last figure; vacancies nobody filled count as never."
    ),
    "late": lazy(
        "Sessions called off late, by who called off, of all sessions that were ever planned. Late is what the rule "
        "of that day says; without a rule, less than 24 hours before the start."
    ),
    "absent": lazy(
        "Sessions in which this party is marked absent, of all sessions marked as held or as failed; of the "
        "interpreter, of those that had one."
    ),
    "continuity": lazy(
        "Sessions with the interpreter a case has most often, of its interpreted sessions, all cases together. Run "
        "and people are those of the case in the middle; a switch is a session with another one than before."
    ),
    "load": lazy("Interpreted sessions of these months. In order of names: this is no ranking."),
}
TITLES = {
    "fill_met": lazy("Had their interpreter"),
    "success_moj": lazy("Served, or failed for another reason"),
    "unmet": lazy("Why there was nobody"),
    "waits": lazy("How long it took"),
    "late": lazy("Called off late"),
    "absent": lazy("Stayed away"),
    "continuity": lazy("Who kept coming"),
    "load": lazy("Who interpreted how much"),
}
CAUSES = {
    "none_eligible": lazy("Nobody meets every need"),
    "none_free": lazy("Nobody is free"),
    "declined": lazy("Everybody said no"),
    "no_answer": lazy("Nobody answered"),
    "absent": lazy("Did not come"),
    "cancelled": lazy("Called off"),
    "refused": lazy("Request turned down"),
    "unknown": lazy("Not noted"),
}
WHO = {
    "client": lazy("Client"),
    "therapist": lazy("Therapist"),
    "interpreter": lazy("Interpreter"),
    "clinic": lazy("Clinic"),
}
CUTS = {"language": lazy("Language"), "mode": lazy("Way"), "site": lazy("Site"), "month": lazy("Month")}
SHARE = (
    ("part", lazy("Sessions")),
    ("whole", lazy("Of")),
    ("share", lazy("Share")),
    ("low", lazy("From")),
    ("high", lazy("To")),
)
