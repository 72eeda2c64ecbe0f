"""Who may do what, written a second time by hand from the rules for privacy, without a look at the policy's table.

A line names who, then the routes. `th+` and `in+` are the parties of this very case or session, `in~` its interpreter
within the hours in which shared notes are open, `lead-` a clinical lead who is no party, `holder` who owns the thing.
"""

from __future__ import annotations

from triad.domain.parties import Role
from triad.services.context import Actor

LAW = """
all      static security.static security.login security.logout accounts.welcome accounts.set_password
noin     room.landing room.enter room.current room.screen room.language room.answer room.step room.contact room.send
noin     room.narrow room.said room.away tablets.index tablets.enter tablets.code tablets.still tablets.here
noin     tablets.forget tablets.ask_staff tablets.take_back room.listen ahead.screens ahead.together
all      feeds.read resets.ask resets.send resets.choose resets.set_password
all      second.start second.enter second.ask second.answer
staff    home.index me.index me.change_language me.end_logins audit.mine keys.mine keys.create_mine
staff    me.change_messages keyboard.index keyboard.change
staff    me.password me.change_password factors.index factors.app factors.begin_app factors.confirm_app
staff    factors.remove_app factors.renew_codes factors.start_key factors.add_key api-docs.openapi_json
co       unfilled.index unfilled.candidates unfilled.assign board.week people.index people.ask people.add
co       people.ask_change people.change people.interpreter people.set_active people.add_skill people.remove_skill
co       people.add_credential people.remove_credential people.add_hours people.add_off people.remove_hours
co       people.remove_off sites.ask sites.add sites.show sites.change sites.add_room sites.rename_room
co       people.change_activity sites.change_activity
co       staffing.index staffing.begin staffing.show staffing.accept staffing.why staffing.since staffing.hiring
co       staffing.undo api-staffing.undo
co       api-staffing.begin api-staffing.listed api-staffing.show api-staffing.lines api-staffing.accept
co       messages.index messages.show messages.again
co       bulk.day bulk.index bulk.begin bulk.show bulk.commit bulk.undo api-bulk.begin api-bulk.show api-bulk.commit
co       api-bulk.undo
co       history.of_person history.of_day contacts.close_another
co       cancellations.index cancellations.waive api-cancellations.listed api-cancellations.waive
co,ad    cancelling_rules.index cancelling_rules.add cancelling_rules.end cancelling_rules.remove
co,ad    api-cancellations.rules api-cancellations.add_rule api-cancellations.end_rule api-cancellations.remove_rule
co,th+   api-cancellations.show
co,th+,in+        history.of_encounter api-history.of_encounter
th+,in+  briefings.note api-briefings.note
co,th+,in+        api-briefings.show
co,th+,in+        attendance.mark api-attendance.mark api-attendance.show
co       imports.index imports.preview imports.commit imports.rejected imports.undo cases.ask cases.create
co       encounters.release encounters.ask_move encounters.move encounters.restore encounters.correct encounters.void
co       encounters.unvoid offers.send offers.withdraw api-offers.asked api-offers.send api-offers.withdraw
co       replacements.broken replacements.ask replacements.swap api-replacements.broken api-replacements.choice
co       api-replacements.swap requests.accept requests.refuse closures.close closures.reopen api-requests.accept
co       api-fhir.out api-fhir.preview api-fhir.take referrals.index referrals.preview referrals.take referrals.out
co       api-requests.refuse api-requests.unmet api-requests.close api-requests.reopen
co,th    requests.index api-requests.listed
co       sites.add_holiday sites.remove_holiday
lead-    acquaintances.decide
lead     acquaintances.index
co       series.ask series.move api-series.show api-series.check api-series.move
co,th+   series.cancel series.bring_back api-series.cancel api-series.bring_back
co,th+   requests.ask requests.create requests.show requests.withdraw api-requests.create api-requests.show
co,th+   api-requests.withdraw
th+      requests.send api-requests.send
co       api-encounters.between api-encounters.unfilled api-assignments.candidates api-assignments.assign
co       api-assignments.release api-people.listed api-people.add api-people.show api-people.change
co       api-people.add_skill api-sites.listed api-sites.add api-hours.theirs api-hours.add_theirs
co       api-hours.add_their_off api-hours.remove_theirs api-hours.remove_their_off api-imports.batches
co       api-imports.preview api-imports.commit api-imports.undo
co,th+   cases.ask_change cases.change needs.ask needs.add needs.show needs.change needs.remove plans.ask plans.save
co,th+   encounters.cancel encounters.mark api-encounters.plan api-encounters.check api-encounters.cancel
co,th+   api-encounters.mark api-cases.encounters
co,lead  reporting.index reporting.take
co,th,lead        cases.index people.find api-cases.listed
co,th+,lead-      cases.show api-cases.show choosing.index
co,th+,in+        encounters.show api-encounters.show
th+      notes.index notes.add notes.add_language notes.ask_change notes.change notes.confirm goals.index goals.add
th+      goals.ask_change goals.change agreements.show agreements.write agreements.agree exclusions.index
th+      exclusions.write exclusions.lift handover.ask handover.give handover.paper exports.case exports.take_case
th+      handover.tablet handover.code
th+      api-notes.listed api-notes.add api-notes.show api-notes.change api-goals.listed api-goals.add api-goals.show
th+      api-goals.change
th+,in~  notes.briefing
in+      encounters.accept encounters.decline api-assignments.accept api-assignments.decline
th+,in+  ratings.form ratings.submit api-ratings.form api-ratings.own api-ratings.submit
th+,lead-         alliance.case alliance.encounter alliance.answer contacts.close api-alliance.of_case
th+,lead-         choosing.choose
th+,lead-         api-alliance.of_encounter
lead     alliance.index relations.index exports.released exports.take_released sheets.index sheets.find sheets.show
lead     sheets.keep
th,in    encounters.mine exports.own exports.take_own api-encounters.mine feeds.mine feeds.make feeds.end
in       offers.mine api-offers.mine
holder   offers.accept offers.decline api-offers.accept api-offers.decline
in       hours.mine hours.add hours.add_off api-hours.mine api-hours.add_mine api-hours.add_my_off
holder   me.end_login factors.remove_key hours.remove hours.remove_off api-hours.remove_mine api-hours.remove_my_off
holder,ad         keys.revoke_mine
co,th,in,lead,ad  reviews.index reviews.show
co,th,in,lead     reviews.say reviews.take reviews.preview reviews.commit
co,th,lead        reviews.settle reviews.sign
lead     reviews.activate reviews.withdraw voices.index voices.put voices.remove voices.play
lead     instruments.activate instruments.end
ad,lead  instruments.index instruments.show instruments.load instruments.take
ad       accounts.index accounts.invite accounts.invite_again accounts.change_roles accounts.disable accounts.enable
ad       accounts.take_factors keys.index keys.create keys.revoke settings.change
ad,lead,au        settings.index
ad,lead  settings.take_back
lead     settings.confirm
ad,au    grants.index
au       audit.index
"""

STEPS = """
ahead begun       encounters.release encounters.accept api-assignments.release api-assignments.accept
ahead begun unfilled   encounters.cancel api-encounters.cancel
unfilled          unfilled.assign api-assignments.assign offers.send api-offers.send
ahead             replacements.swap api-replacements.swap
ahead begun held  replacements.ask api-replacements.choice
unfilled          closures.close api-requests.close
ahead unfilled    series.move series.cancel api-series.check api-series.move api-series.cancel
given_up          closures.reopen api-requests.reopen
asked             offers.withdraw api-offers.withdraw
ahead             encounters.decline api-assignments.decline
ahead unfilled    encounters.move
begun             encounters.mark api-encounters.mark
begun             ratings.submit api-ratings.submit
held              api-ratings.own handover.code
begun held        handover.give handover.paper handover.tablet alliance.encounter api-alliance.of_encounter
cancelled         encounters.restore cancellations.waive api-cancellations.waive
begun held        attendance.mark api-attendance.mark
ahead begun held unfilled  briefings.note api-briefings.note
held              encounters.correct
ahead begun cancelled unfilled  encounters.void
void              encounters.unvoid
armed             factors.renew_codes
half              second.ask
handed            tablets.index tablets.enter tablets.code tablets.forget tablets.ask_staff tablets.take_back
handed            ahead.screens ahead.together
"""
"""The states of a session in which there is something to read, or a step can be taken; what is not here, always.

`asked` is one on offer, `given_up` one for which nobody is looked for any more. `handed` is a tablet in a client's
hands, `armed` somebody with a second step, `half` a sign-in that waits for it.
"""
FORBIDDEN = """
cases.ask_change cases.change needs.ask needs.add needs.show needs.change needs.remove plans.ask plans.save
api-encounters.plan api-encounters.check requests.ask requests.create api-requests.create
"""
"""What a therapist of another case who may see this one, as its lead, is told to be forbidden and not absent."""
ENDS = (
    "me.end_logins",
    "security.logout",
    "resets.send",
    "resets.set_password",
    "accounts.set_password",
    "second.answer",
)
"""Whoever comes through stands at the sign-in; so does who answers for a sign-in that is none."""
OVER = ("second.ask", "tablets.index", "tablets.ask_staff", "ahead.screens")
"""What is there for everybody says that it is over, and not that it never was."""

WORDS = {
    "co": Role.COORDINATOR,
    "th": Role.THERAPIST,
    "in": Role.INTERPRETER,
    "lead": Role.LEAD,
    "ad": Role.ADMIN,
    "au": Role.AUDITOR,
}


def _read(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.strip().splitlines():
        words = line.split()
        routes = [word for word in words if "." in word or word == "static"]
        for route in routes:
            assert route not in found, route
            found[route] = [one for word in words if word not in routes for one in word.split(",")]
    return found


WHO = _read(LAW)
WHEN = _read(STEPS)


def relations(actor: Actor, side: dict[str, str], state: str) -> set[str]:
    """All words that hold for this person about the case of this side, and its session in this state."""
    if not actor.account_id:
        return {"all", "noin"}
    found = {"all", "staff", *(word for word, role in WORDS.items() if actor.has(role))}
    person = actor.person_id
    found |= {"noin"} - ({"noin"} if "in" in found else set())
    if person == side["therapist"]:
        found.add("th+")
    elif "lead" in found:
        found.add("lead-")
    # Who interpreted a session that is cancelled or void is no party of it any more; the case has others to come.
    if person == side["interpreter"]:
        found |= {"in~"} | (set() if state in ("cancelled", "unfilled", "void") else {"in+"})
    return found
