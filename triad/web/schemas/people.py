"""Shapes of interpreters, what they can and when, and of places."""

from __future__ import annotations

from marshmallow import fields

from triad.domain.modes import DIRECTIONS, MODES
from triad.domain.wishes import ATTRIBUTES
from triad.web.schemas import base
from triad.web.schemas.base import In, NamedOut, Out


class SearchIn(In):
    page = base.asked_number(1, base.LAST_PAGE)
    text = base.text(80)


class InterpreterIn(In):
    name = base.text(required=True)
    zone = base.text(60, required=True)
    email = base.text(254)
    phone = base.text(40)
    gender = base.choice("", "woman", "man", "other")
    site = base.text(24)
    modes = base.several(base.choice(*MODES), 3, required=True)
    attributes = base.several(base.choice(*ATTRIBUTES), len(ATTRIBUTES))
    training_hours = base.whole(0, 20_000)
    ethics_on = base.day()
    check_expires = base.day()
    minor = base.yes()
    max_week_minutes = base.whole(1, 10_080)
    exposure_max = base.whole(1, 60)
    supervision_due = base.day()


class SkillIn(In):
    """`works`: both ways, or only from or into `language`; both where it is left out."""

    language = base.text(40, required=True)
    into = base.text(40, required=True)
    dialect = base.text(40)
    level = base.whole(1, 5, required=True)
    works = base.choice(*DIRECTIONS)


class SkillOut(Out):
    id = fields.String(required=True)
    language = fields.String(required=True)
    into = fields.String(required=True)
    dialect = fields.String(required=True)
    level = fields.Integer(required=True)
    works = fields.String(required=True)


class InterpreterOutForCoordinator(Out):
    id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True, attribute="person.name")
    email = fields.String(required=True, allow_none=True, attribute="person.email")
    phone = fields.String(required=True, allow_none=True, attribute="person.phone")
    gender = fields.String(required=True, attribute="person.gender")
    zone = fields.String(required=True, attribute="person.zone")
    site = fields.String(required=True, allow_none=True, attribute="site_id")
    modes = fields.List(fields.String(), required=True)
    attributes = fields.List(fields.String(), required=True)
    training_hours = fields.Integer(required=True)
    ethics_on = fields.Date(required=True, allow_none=True)
    check_expires = fields.Date(required=True, allow_none=True)
    adult = fields.Boolean(required=True)
    max_week_minutes = fields.Integer(required=True, allow_none=True)
    exposure_max = fields.Integer(required=True, allow_none=True)
    supervision_due = fields.Date(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    skills = fields.List(fields.Nested(SkillOut), required=True)


class SiteIn(In):
    name = base.text(120, required=True)
    zone = base.text(60, required=True)
    address = base.text(300)


class SiteOut(Out):
    id = fields.String(required=True)
    name = fields.String(required=True)
    zone = fields.String(required=True)
    address = fields.String(required=True)
    rooms = fields.List(fields.Nested(NamedOut), required=True)


class HoursIn(In):
    """Hours on one weekday, 0 Monday to 6 Sunday; an end of 00:00 is midnight."""

    weekday = base.whole(0, 6, required=True)
    start = base.clock(required=True)
    end = base.clock(required=True)
    zone = base.text(60, required=True)
    valid_from = base.day()
    valid_to = base.day()


class TimeOffIn(In):
    """On the person's own clock. Without times the days count whole, the last one included."""

    from_day = base.day(required=True)
    from_time = base.clock()
    to_day = base.day(required=True)
    to_time = base.clock()


class WeeklyHoursOut(Out):
    id = fields.String(required=True)
    weekday = fields.Integer(required=True)
    start = fields.String(required=True)
    end = fields.String(required=True)
    zone = fields.String(required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True, allow_none=True)


class TimeOffOut(Out):
    id = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)


class HoursOut(Out):
    """All weekly hours, and the time off that is not over."""

    zone = fields.String(required=True)
    hours = fields.List(fields.Nested(WeeklyHoursOut), required=True)
    away = fields.List(fields.Nested(TimeOffOut), required=True)


InterpreterPageOut = base.page_of(InterpreterOutForCoordinator)
SitePageOut = base.page_of(SiteOut)
