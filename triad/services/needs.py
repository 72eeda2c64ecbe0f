"""What a case needs: language, variety, level, direction, where each of the three sits, and the client's wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from triad.domain import cells, errors, modes, wishes
from triad.domain.notes import Fields
from triad.services import access, context
from triad.services.context import Actor, Context
from triad.services.policy import May
from triad.store.cases import Case, LanguageNeed
from triad.store.encounters import Slot

GENDERS = ("", "woman", "man", "other")
SAME = ("language", "dialect", "min_level", "direction", "gender_wish", "wish_kind", *modes.COLUMNS)
"""Fields that a need holds as they are written."""
BLANK = {"min_level": "3", "direction": "both", "wish_kind": "none", **modes.columns(modes.ALL_IN_PERSON)}
WISH = "wish_"
"""Before an attribute: the field with how strongly it is wished for."""
Written = Mapping[str, str]


@dataclass(frozen=True)
class NeedForm:
    """`need_id` is "" for a new one; `used` says that sessions were planned for it, so that it has to stay."""

    case: Case
    need_id: str
    written: Mapping[str, str]
    used: bool


def for_change(actor: Actor, case_id: str, need_id: str = "") -> NeedForm:
    """NotFound for a need of another case."""
    with context.look(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        if not need_id:
            return NeedForm(case, "", BLANK | {"version": str(case.version)}, False)
        need = _need(case, need_id)
        written = {name: str(getattr(need, name)) for name in SAME}
        written |= {f"{WISH}{wish.attribute}": wish.kind for wish in wishes.of(need.wishes)}
        written |= {"strict": "yes" if need.strict else "", "version": str(case.version)}
        return NeedForm(case, need_id, written, len(case.needs) == 1 or _used(ctx, need_id))


def add(actor: Actor, case_id: str, written: Written) -> str:
    """The id. Fields: language, dialect, strict, min_level (1 to 5), direction, wish_kind, gender_wish,
    `wish_` with each attribute, mode_t, mode_i, mode_c (or mode for all), and the case's version as it was
    read (else Stale). A mode left out is in person, a wish left out is none."""
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        values = _read(written, case)
        need = LanguageNeed(id=ctx.fresh_id(), case_id=case.id, **values)
        case.needs.append(need)
        ctx.audit("needs.add", case.id, need=need.id)
        return need.id


def change(actor: Actor, case_id: str, need_id: str, written: Written) -> None:
    """Fields as in `add`. Who is attached to a session stays until released."""
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        need = _need(case, need_id)
        for name, value in _read(written, case).items():
            setattr(need, name, value)
        ctx.audit("needs.change", case.id, need=need.id)


def remove(actor: Actor, case_id: str, need_id: str, version: int) -> None:
    """Conflict when it is the only one or sessions were planned for it."""
    with context.work(actor) as ctx:
        case = access.case(ctx, case_id, to=May.CHANGE_CASE)
        need = _need(case, need_id)
        if len(case.needs) == 1 or _used(ctx, need_id):
            raise errors.Conflict
        _bump(case, version)
        case.needs.remove(need)
        ctx.audit("needs.remove", case.id, need=need_id)


def _read(written: Written, case: Case) -> dict[str, Any]:
    fields = Fields(written)
    version = fields.whole("version", 1, 10**9)
    tag, dialect = fields.language("language"), fields.text("dialect", 40, optional=True)
    language, spoken = cells.split_variety(tag, cells.dialect(dialect) if dialect else "")
    wish, gender = fields.choice("wish_kind", wishes.KINDS, "none"), fields.choice("gender_wish", GENDERS)
    if wish != "none" and not gender:
        fields.fail("gender_wish", "choose_one")
    if gender and wish == "none":
        fields.fail("wish_kind", "choose_one")
    seats = modes.said(lambda name: fields.choice(name, ("", *modes.MODES)))
    wished = {name: fields.choice(f"{WISH}{name}", wishes.KINDS, "none") for name in wishes.ATTRIBUTES}
    values = {
        "language": language,
        "dialect": "" if spoken == language else spoken,
        "strict": fields.yes("strict"),
        "min_level": fields.whole("min_level", 1, 5),
        "wish_kind": wish,
        "gender_wish": gender,
        "direction": fields.choice("direction", modes.DIRECTIONS, modes.DIRECTIONS[0]),
        "wishes": {name: kind for name, kind in wished.items() if kind != "none"},
        **modes.columns(seats.over(modes.ALL_IN_PERSON)),
    }
    fields.settle()
    _bump(case, version)
    return values


def _need(case: Case, need_id: str) -> LanguageNeed:
    need = next((one for one in case.needs if one.id == need_id), None)
    if need is None:
        raise errors.NotFound
    return need


def _used(ctx: Context, need_id: str) -> bool:
    return bool(ctx.session.scalar(select(func.count()).where(Slot.need_id == need_id)))


def _bump(case: Case, version: int | None) -> None:
    if case.version != version:
        raise errors.Stale
    case.version += 1
