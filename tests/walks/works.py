"""For each route that writes, a request that works: who may send it, and what with. Attacks begin from these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests import cast, made_up, reviewed, sounds
from tests.walks.clinic import NOBODY, RULES
from triad.domain import instruments
from triad.domain.parties import Role
from triad.domain.reviews import Unit
from triad.formats import review_table, wordings
from triad.web.uploads import pack


class Write(NamedTuple):
    """`state` is that of the session it works for; places in braces stand for ids of a side."""

    by: str
    fields: Mapping[str, Any] = {}
    state: str = "ahead"


WHEN = {
    "day": "2027-04-06",
    "start": "10:00",
    "minutes": "50",
    "site": "site-nord|Europe/Berlin",
    "mode": "in_person",
}
PLAN = {"day": "2027-04-06", "start": "10:00", "zone": "Europe/Berlin", "minutes": 50, "need": "{need}"}
SHIFT = {
    **{"scope": "this", "day": "2027-04-06", "start": "10:00", "zone": "Europe/Berlin", "minutes": 50},
    **{"site": "site-nord", "mode": "in_person", "release": True},
}
WISH = {
    **{name: str(value) for name, value in PLAN.items()},
    **{"count": "1", "every": "1", "mode": "", "urgency": "soon"},
}
SOON = {"first": "2027-03-01", "last": "2027-03-07"}
THERE = {"party": "interpreter", "mark": "arrived", "was": "unknown"}
TALK = {"part": "before", "state": "done", "points": "goal"}
RULE = {"valid_from": "2027-03-01", "unit": "business_days", "amount": "2", "words": "Two days."}
NOTE = {"topic": "time", "whose": "client", "source": "client", "text": "x", "language": "ti", "audience": "all"}
GOAL = {"words": "x", "language": "ti"}
NEED = {"version": "1", "language": "fr", "min_level": "3", "wish_kind": "none", "gender_wish": "", "mode": "video"}
HOURS = {"weekday": "6", "start": "05:00", "end": "06:00", "zone": "Europe/Berlin"}
OFF = {"from_day": "2027-07-01", "to_day": "2027-07-02"}
PERSON = {"name": "Nura", "email": "", "phone": "", "gender": "", "zone": "Europe/Berlin"}
WORKER = {**PERSON, "site": "site-nord", "in_person": "yes", "version": "1"}
SKILL = {"language": "fr", "into": "en", "level": "4"}
SITE = {"name": "West", "zone": "Europe/Berlin", "address": ""}
KEY = {"name": "x", "expires_on": "2027-06-01", "scopes": ["read-people"]}
TABLE = b"external_ref,name,zone\nS9,Sued,Europe/Berlin\n"
KEPT = {"name": "sites.csv", "content": pack(TABLE)}
FILES = {"files": {"sites.csv": TABLE.decode()}}
BUNDLE = {
    **{"resourceType": "Bundle", "type": "collection"},
    "entry": [
        {
            "resource": {
                **{"resourceType": "Appointment", "status": "waitlist", "start": "2027-04-06T10:00:00+02:00"},
                **{"minutesDuration": 50, "identifier": [{"system": "urn:triad:case", "value": "T-1001"}]},
                "participant": [{"actor": {"reference": "Patient/1"}}],
            }
        },
        {
            "resource": {
                **{"resourceType": "Patient", "id": "1"},
                "identifier": [{"system": "urn:triad:client", "value": "K-cleo"}],
                "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ti"}]}}],
            }
        },
    ],
}
PROGRAM = {"name": "Nura", "zone": "Europe/Berlin", "modes": ["in_person"]}
MARKED = {"bond.1:TC", "bond.2:TC", "goal.1:TC", "task.1:TC", "bond.1:TI", "bond.2:TI", "triad.1:triad"}
ANSWERS = dict.fromkeys(sorted(MARKED), "3")
OTHER_ANSWERS = dict.fromkeys(("bond.1:IT", "bond.2:IT", "bond.1:IC", "bond.2:IC", "triad.1:triad"), "3")
FIRST = instruments.lines(wordings.version(), "full", Role.CLIENT)[0]
SOURCE, DRAFT = (wordings.wording(tag).text(FIRST) for tag in ("en", "uk"))
JUDGED = review_table.written([Unit("bond.1:CT", SOURCE, DRAFT, ())], {}).replace(b",,,,", b",ok,,,")
OUTSIDE = {"name": "Oksana Hrytsenko", "interprets": ""}
FROM = {"name": "Neva", "email": "new@example.org", "roles": ["lead"], "zone": "Europe/Berlin", "person": ""}

WORKS: dict[str, Write] = {
    "accounts.invite": Write("ada", FROM),
    "accounts.invite_again": Write("ada"),
    "accounts.change_roles": Write("ada", {"roles": ["therapist"], "version": "1"}),
    "accounts.disable": Write("ada"),
    "accounts.take_factors": Write("ada"),
    "accounts.enable": Write("ada"),
    "resets.send": Write(NOBODY, {"email": "thea@example.org"}),
    "resets.set_password": Write(NOBODY, {"password": "a quiet river 9", "again": "a quiet river 9"}),
    "accounts.set_password": Write(NOBODY, {"password": "a quiet river 9", "again": "a quiet river 9"}),
    "agreements.write": Write("thea", {"version": "1", "languages": "en", **{f"{r}-en": "Yes." for r in RULES}}),
    "agreements.agree": Write("thea", {"party": "therapist", "version": "1"}),
    "alliance.answer": Write("thea", {"key": "{mark}", "step": "dismissed", "reason": "Ill."}),
    "cases.create": Write(
        "kora", {"code": "T-9", "client": "p-cleo", "therapist": "p-thea", "opened_on": "2027-01-01"}
    ),
    "cases.change": Write("kora", {"version": "1", "site": "site-nord", "opened_on": "2026-12-01"}),
    "attendance.mark": Write("ines", THERE, "begun"),
    "briefings.note": Write("ines", TALK),
    "cancellations.waive": Write("kora", {"reason": "Ill.", "version": "1"}, "cancelled"),
    "cancelling_rules.add": Write("ada", {**RULE, "mode": "", "party": ""}),
    "cancelling_rules.end": Write("ada", {"valid_to": "2027-12-31"}),
    "cancelling_rules.remove": Write("kora"),
    "choosing.choose": Write("thea", {"form": ""}),
    "contacts.close": Write("thea", {"at": "case"}),
    "contacts.close_another": Write("kora", {"at": "case"}),
    "encounters.release": Write("kora", {"reason": "Ill."}),
    "encounters.cancel": Write("kora", {"by": "client", "reason": "Ill."}),
    "encounters.mark": Write("kora", {"outcome": "held"}, "begun"),
    "encounters.accept": Write("ines"),
    "encounters.decline": Write("ines"),
    "encounters.move": Write("kora", {**WHEN, "version": "1", "release": "yes"}),
    "encounters.restore": Write("kora", {"version": "1"}, "cancelled"),
    "encounters.correct": Write("kora", {"version": "1"}, "held"),
    "encounters.void": Write("kora", {"version": "1"}),
    "encounters.unvoid": Write("kora", {"version": "1"}, "void"),
    "exclusions.write": Write("thea", {"interpreter": "p-ines", "reason": "x"}),
    "exclusions.lift": Write("thea"),
    "exports.take_case": Write("thea", {"file": "ratings.csv"}),
    "exports.take_released": Write("lena", {"file": "ratings.csv"}),
    "reporting.take": Write("kora", {"file": "reports.csv", "by": "site"}),
    "exports.take_own": Write("ines", {"file": "ratings.csv"}),
    "factors.begin_app": Write("ines"),
    "factors.confirm_app": Write("ines", {"code": "000000"}),
    "factors.remove_app": Write("ines"),
    "factors.renew_codes": Write("thea"),
    "factors.start_key": Write("ines"),
    "factors.add_key": Write("ines", {"name": "my phone", "key": ""}),
    "factors.remove_key": Write("thea"),
    "feeds.make": Write("thea"),
    "feeds.end": Write("thea"),
    "goals.add": Write("thea", GOAL),
    "goals.change": Write("thea", {**GOAL, "version": "1"}),
    "handover.give": Write("thea", {"language": "ar"}, "begun"),
    "handover.paper": Write("thea", {"language": "ar"}, "begun"),
    "handover.tablet": Write("thea", {"language": "ar"}, "begun"),
    "handover.code": Write("thea", {}, "held"),
    "hours.add": Write("ines", HOURS),
    "hours.add_off": Write("ines", OFF),
    "hours.remove": Write("ines"),
    "hours.remove_off": Write("ines"),
    "imports.preview": Write("kora", {"files": TABLE}),
    "imports.commit": Write("kora", KEPT),
    "imports.rejected": Write("kora", {**KEPT, "content": pack(TABLE.replace(b"Europe", b"Europa"))}),
    "imports.undo": Write("kora"),
    "referrals.preview": Write("kora", {"file": json.dumps(BUNDLE).encode()}),
    "referrals.take": Write("kora", {"content": pack(json.dumps(BUNDLE).encode())}),
    "referrals.out": Write("kora", {**SOON, "profile": "hl7"}),
    "instruments.load": Write("ada", {"file": made_up.file(made_up.form(version="9"))}),
    "instruments.activate": Write("lena", {"seen": "{seen_instrument}"}),
    "instruments.end": Write("lena"),
    "instruments.take": Write("ada"),
    "keys.create": Write("ada", {**KEY, "account": "a-kora"}),
    "keys.create_mine": Write("thea", KEY),
    "keys.revoke": Write("ada"),
    "keys.revoke_mine": Write("thea"),
    "staffing.begin": Write("kora", SOON),
    "staffing.accept": Write("kora", {"all": "yes"}),
    "staffing.undo": Write("kora"),
    "messages.again": Write("kora"),
    "bulk.begin": Write("kora", {"kind": "confirm", "row": "{ahead}"}),
    "bulk.commit": Write("kora"),
    "bulk.undo": Write("kora"),
    "keyboard.change": Write("thea", {"on": "yes"}),
    "me.change_messages": Write("thea", {}),
    "me.change_language": Write("thea", {"locale": "en"}),
    "me.change_password": Write(
        "thea", {"old": cast.PASSWORD, "password": "a quiet river 9", "again": "a quiet river 9"}
    ),
    "me.end_login": Write("thea"),
    "me.end_logins": Write("thea"),
    "needs.add": Write("thea", NEED),
    "needs.change": Write("thea", NEED),
    "needs.remove": Write("thea", {"version": "1"}),
    "notes.add": Write("thea", NOTE),
    "notes.add_language": Write("thea", {"text": "x", "language": "ti"}),
    "notes.change": Write("thea", {**NOTE, "version": "1"}),
    "notes.confirm": Write("thea", {"version": "1"}),
    "people.add": Write("kora", {k: v for k, v in WORKER.items() if k != "version"}),
    "people.change": Write("kora", WORKER),
    "people.set_active": Write("kora", {"active": "no", "version": "1"}),
    "people.change_activity": Write("kora", {"active": "no"}),
    "people.add_skill": Write("kora", SKILL),
    "people.remove_skill": Write("kora"),
    "people.add_credential": Write("kora", {"body": "B", "kind": "x", "language": "ti"}),
    "people.remove_credential": Write("kora"),
    "people.add_hours": Write("kora", HOURS),
    "people.add_off": Write("kora", OFF),
    "people.remove_hours": Write("kora"),
    "people.remove_off": Write("kora"),
    "requests.create": Write("thea", WISH),
    "requests.send": Write("thea", {"version": "1"}),
    "requests.accept": Write("kora", {"version": "1"}),
    "requests.refuse": Write("kora", {"version": "1", "code": "no_time"}),
    "requests.withdraw": Write("thea", {"version": "1"}),
    "series.move": Write("kora", {**WHEN, "version": "1", "scope": "this", "release": "yes", "step": "save"}),
    "series.cancel": Write("kora", {"version": "1", "scope": "this", "by": "client"}),
    "series.bring_back": Write("kora"),
    "closures.close": Write("kora", {"version": "1", "cause": "none_free"}, "unfilled"),
    "closures.reopen": Write("kora", {"version": "1"}, "given_up"),
    "replacements.swap": Write("kora", {"reason": "ill", "interpreter": "{stand_in}", "version": "1"}),
    "offers.send": Write("kora", {"ask": "{interpreter}|1", "answer_hours": "24", "wait_hours": "4"}, "unfilled"),
    "offers.withdraw": Write("kora", {}, "asked"),
    "offers.accept": Write("ines"),
    "offers.decline": Write("ines", {"reason": "time"}),
    "plans.save": Write("kora", {**WHEN, "count": "1", "every": "1", "need": "{need}", "step": "save"}),
    "ratings.submit": Write("thea", ANSWERS, "begun"),
    "room.enter": Write(NOBODY),
    "room.language": Write(NOBODY, {"language": "ar"}),
    "room.step": Write(NOBODY, {"screen": "who_sees"}),
    "room.answer": Write(NOBODY, {"line": "bond.1:CT", "answer": "3"}),
    "room.contact": Write(NOBODY, {"contact_lead": "yes"}),
    "room.send": Write(NOBODY, {"choice": "therapist"}),
    "ahead.together": Write(NOBODY, {"key": "0b9cf6f2-94cc-4a6b-bb0a-5a7d1f5f0c11", "steps": "[]"}),
    "room.narrow": Write(NOBODY, {"to": "erase"}),
    "second.start": Write(NOBODY),
    "second.enter": Write(NOBODY, {"key": ""}),
    "second.answer": Write(NOBODY, {"code": "000000"}),
    "reviews.say": Write("thea", {"seen": "{seen_draft}", "verdict:bond.1:CT": "ok"}),
    "reviews.settle": Write("thea", {"seen": "{seen_changed}", "take": "{opinion}"}),
    "reviews.sign": Write("thea", {"seen": "{seen_judged}", "step": "human_forward", **reviewed.SIGNATURE}),
    "reviews.activate": Write("lena", {"seen": "{seen_signed}"}),
    "reviews.withdraw": Write("lena"),
    "reviews.take": Write("thea"),
    "reviews.preview": Write("thea", {"file": JUDGED, **OUTSIDE}),
    "reviews.commit": Write("thea", {"content": pack(JUDGED), **OUTSIDE}),
    "voices.put": Write("lena", {"files": sounds.OGG, "unit": "anchor:2"}),
    "voices.remove": Write("lena", {"unit": "anchor:1", "origin": "recorded"}),
    "settings.change": Write("ada", {"version": "1", "notice": "Closed on Monday."}),
    "settings.confirm": Write("lena"),
    "settings.take_back": Write("ada"),
    "sheets.find": Write("lena", {"number": "{sheet}"}),
    "sheets.keep": Write("lena", {"bond.1:CT": "3", "helped": "nobody", "choice": "", "step": "keep"}),
    "tablets.enter": Write(NOBODY),
    "tablets.code": Write(NOBODY, {"code": "12345678", "language": "ar"}),
    "tablets.here": Write(NOBODY),
    "tablets.forget": Write(NOBODY),
    "tablets.take_back": Write(NOBODY, {"password": cast.PASSWORD}),
    "sites.add": Write("kora", SITE),
    "sites.change": Write("kora", {**SITE, "name": "Site Nord"}),
    "sites.add_room": Write("kora", {"name": "Room 9"}),
    "sites.add_holiday": Write("kora", {"day": "2027-05-01", "name": "May Day"}),
    "sites.remove_holiday": Write("kora"),
    "acquaintances.decide": Write("lena", {"outcome": "fine"}),
    "sites.rename_room": Write("kora", {"name": "Room 9"}),
    "sites.change_activity": Write("kora", {"active": "no"}),
    "unfilled.assign": Write("kora", {"interpreter": "{interpreter}"}, "unfilled"),
    "security.login": Write(NOBODY, {"email": "kora@example.org", "password": cast.PASSWORD}),
    "security.logout": Write("thea"),
    "api-assignments.assign": Write("kora", {"interpreter": "{interpreter}"}, "unfilled"),
    "api-assignments.accept": Write("ines"),
    "api-assignments.decline": Write("ines"),
    "api-assignments.release": Write("kora", {"reason": "Ill."}),
    "api-series.check": Write("kora", SHIFT),
    "api-series.move": Write("kora", SHIFT),
    "api-series.cancel": Write("kora", {"scope": "this", "by": "client"}),
    "api-series.bring_back": Write("kora"),
    "api-requests.create": Write("thea", {**PLAN, "urgency": "soon"}),
    "api-requests.send": Write("thea"),
    "api-requests.accept": Write("kora"),
    "api-requests.refuse": Write("kora", {"code": "no_time"}),
    "api-requests.withdraw": Write("thea"),
    "api-requests.close": Write("kora", {"cause": "none_free"}, "unfilled"),
    "api-requests.reopen": Write("kora", {}, "given_up"),
    "api-replacements.swap": Write("kora", {"reason": "ill", "interpreter": "{stand_in}"}),
    "api-offers.send": Write("kora", {"asks": [{"interpreter": "{interpreter}"}]}, "unfilled"),
    "api-offers.withdraw": Write("kora", {}, "asked"),
    "api-offers.accept": Write("ines"),
    "api-offers.decline": Write("ines", {"reason": "time"}),
    "api-attendance.mark": Write("thea", THERE, "begun"),
    "api-briefings.note": Write("thea", {**TALK, "points": ["goal"]}),
    "api-cancellations.waive": Write("kora", {"reason": "Ill."}, "cancelled"),
    "api-cancellations.add_rule": Write("ada", {**RULE, "amount": 2}),
    "api-cancellations.end_rule": Write("ada", {"valid_to": "2027-12-31"}),
    "api-cancellations.remove_rule": Write("kora"),
    "api-encounters.plan": Write("kora", PLAN),
    "api-encounters.check": Write("kora", PLAN),
    "api-encounters.cancel": Write("kora", {"by": "client"}),
    "api-encounters.mark": Write("kora", {"outcome": "held"}, "begun"),
    "api-goals.add": Write("thea", GOAL),
    "api-goals.change": Write("thea", GOAL),
    "api-notes.add": Write("thea", NOTE),
    "api-notes.change": Write("thea", NOTE),
    "api-hours.add_mine": Write("ines", {**HOURS, "weekday": 6}),
    "api-hours.add_theirs": Write("kora", {**HOURS, "weekday": 6}),
    "api-hours.add_my_off": Write("ines", OFF),
    "api-hours.add_their_off": Write("kora", OFF),
    "api-hours.remove_mine": Write("ines"),
    "api-hours.remove_theirs": Write("kora"),
    "api-hours.remove_my_off": Write("ines"),
    "api-hours.remove_their_off": Write("kora"),
    "api-fhir.preview": Write("kora", BUNDLE),
    "api-fhir.take": Write("kora", BUNDLE),
    "api-imports.preview": Write("kora", FILES),
    "api-imports.commit": Write("kora", FILES),
    "api-imports.undo": Write("kora"),
    "api-staffing.begin": Write("kora", SOON),
    "api-staffing.accept": Write("kora", {"sessions": ["{unfilled}"]}),
    "api-staffing.undo": Write("kora"),
    "api-bulk.begin": Write("kora", {"kind": "confirm", "sessions": ["{ahead}"]}),
    "api-bulk.commit": Write("kora"),
    "api-bulk.undo": Write("kora"),
    "api-people.add": Write("kora", PROGRAM),
    "api-people.change": Write("kora", PROGRAM),
    "api-people.add_skill": Write("kora", {**SKILL, "level": 4}),
    "api-ratings.submit": Write("thea", {"answers": ANSWERS}, "begun"),
    "api-sites.add": Write("kora", SITE),
}
