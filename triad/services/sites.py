"""Places: sites and their rooms. A room has a diary; nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from triad.domain import errors
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.clinic import Room, Site
from triad.store.diaries import Diary

Written = Mapping[str, str]


@dataclass(frozen=True)
class SitePage:
    """`hidden` counts the rooms out of use that are not among `rooms`."""

    site: Site
    rooms: Sequence[Room]
    hidden: int


def show(actor: Actor, site_id: str, gone: bool = False) -> SitePage:
    """With `gone` also the rooms out of use."""
    with context.look(actor) as ctx:
        access.need(ctx, May.SEE_PEOPLE)
        site = _site(ctx, site_id)
        rooms = ctx.session.scalars(select(Room).where(Room.site_id == site_id).order_by(Room.name)).all()
        shown = [room for room in rooms if room.active or gone]
        return SitePage(site, shown, len(rooms) - len(shown))


def add(actor: Actor, written: Written) -> str:
    """Fields: name, zone, address; the id."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        site = Site(id=ctx.fresh_id())
        _fill(ctx, site, written)
        ctx.session.add(site)
        ctx.audit("sites.add", site.id)
        return site.id


def change(actor: Actor, site_id: str, written: Written) -> None:
    """Fields as in `add`. What is planned keeps the zone it was planned in."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        _fill(ctx, _site(ctx, site_id), written)
        ctx.audit("sites.change", site_id)


def add_room(actor: Actor, site_id: str, written: Written) -> str:
    """Field: name; the id."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        _site(ctx, site_id)
        name = _room_name(ctx, site_id, written)
        diary = Diary(kind="room")
        ctx.session.add(diary)
        ctx.session.flush()
        room = Room(id=ctx.fresh_id(), site_id=site_id, name=name, diary_id=diary.id)
        ctx.session.add(room)
        ctx.audit("sites.add_room", room.id, site=site_id)
        return room.id


def rename_room(actor: Actor, site_id: str, room_id: str, written: Written) -> None:
    """Field: name. NotFound for a room of another site."""
    with context.work(actor) as ctx:
        access.need(ctx, May.CHANGE_PEOPLE)
        room = ctx.session.get(Room, room_id)
        if room is None or room.site_id != site_id:
            raise errors.NotFound
        room.name = _room_name(ctx, site_id, written, room_id)
        ctx.audit("sites.rename_room", room_id, site=site_id)


def _site(ctx: Context, site_id: str) -> Site:
    site = ctx.session.get(Site, site_id)
    if site is None:
        raise errors.NotFound
    return site


def _fill(ctx: Context, site: Site, written: Written) -> None:
    fields = Fields(written)
    name, zone = fields.text("name", 120), fields.zone("zone")
    address = fields.text("address", 300, optional=True)
    _refuse_second(ctx, fields, Site.id != site.id, Site.name == name)
    fields.settle()
    site.name, site.zone, site.address = name, zone, address


def _room_name(ctx: Context, site_id: str, written: Written, room_id: str = "") -> str:
    fields = Fields(written)
    name = fields.text("name", 80)
    _refuse_second(ctx, fields, Room.site_id == site_id, Room.name == name, Room.id != room_id)
    fields.settle()
    return name


def _refuse_second(ctx: Context, fields: Fields, *where: ColumnElement[bool]) -> None:
    if ctx.session.scalar(select(func.count()).where(*where)):
        fields.fail("name", "taken")
