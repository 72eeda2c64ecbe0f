"""What does not go together in a licensed form, by its place in the file."""

from __future__ import annotations

from collections.abc import Iterator

from triad.domain.licensed import SLOTS, LicensedForm, Subscale

Found = Iterator[tuple[str, str]]


def problems(form: LicensedForm) -> dict[str, str]:
    """Place in the file to a code, of what does not go together in it; empty for a whole form.

    What is missing of a licence is no such thing: without it a form can be read, and not be used (`against`).
    """
    return dict((*_of_head(form), *_of_items(form), *_of_subscales(form), *_of_editions(form)))


def _of_head(form: LicensedForm) -> Found:
    licence = form.licence
    if licence.granted_on and licence.expires_on and licence.expires_on < licence.granted_on:
        yield "licence.expires", "order"
    if form.maximum <= form.minimum:
        yield "range.maximum", "order"
    for name in ("items", "subscales", "wordings"):
        if not getattr(form, {"wordings": "editions"}.get(name, name)):
            yield name, "required"


def _of_items(form: LicensedForm) -> Found:
    for n, item in enumerate(form.items):
        if item.id in {one.id for one in form.items[:n]}:
            yield f"items[{n}].id", "twice"
        if not item.slots:
            yield f"items[{n}].directions", "required"
        yield from _listed(item.slots, SLOTS, f"items[{n}].directions")


def _of_subscales(form: LicensedForm) -> Found:
    for n, one in enumerate(form.subscales):
        at = f"subscales[{n}]"
        if one.id in {other.id for other in form.subscales[:n]}:
            yield f"{at}.id", "twice"
        if not one.items:
            yield f"{at}.items", "required"
        yield from _listed(one.items, [item.id for item in form.items], f"{at}.items")
        slots = [item.slots for item in map(form.item, one.items) if item]
        if any(set(other) != set(slots[0]) for other in slots):
            # Else a score would be of other items in each direction.
            yield f"{at}.items", "other_directions"
        if not 1 <= one.least <= max(1, len(one.items)):
            yield f"{at}.answered_at_least", "out_of_range"
        for k, found in enumerate(one.reliabilities):
            if not 0 <= found.value <= 1:
                yield f"{at}.reliability[{k}].value", "out_of_range"
        yield from _of_bands(form, one, at)


def _of_bands(form: LicensedForm, subscale: Subscale, at: str) -> Found:
    least, most = form.reach(subscale)
    before: float = least
    for k, band in enumerate(subscale.bands):
        if band.low < before:
            yield f"{at}.thresholds[{k}].from", "out_of_range" if k == 0 else "overlap"
        if not band.low < band.high <= most:
            yield f"{at}.thresholds[{k}].to", "out_of_range"
        before = max(before, band.high)


def _of_editions(form: LicensedForm) -> Found:
    wanted = {(item.id, slot) for item in form.items for slot in item.slots}
    steps = form.maximum - form.minimum + 1
    for n, one in enumerate(form.editions):
        at = f"wordings[{n}]"
        if one.language in {other.language for other in form.editions[:n]}:
            yield f"{at}.language", "twice"
        if not one.official and not form.licence.translate:
            yield f"{at}.official", "may_not_translate"
        if len(one.anchors) not in (2, steps):
            yield f"{at}.anchors", "anchors"
        keys = [(text.item, text.slot) for text in one.texts]
        for k, key in enumerate(keys):
            if key not in wanted or key in keys[:k]:
                yield f"{at}.texts[{k}]", "twice" if key in keys[:k] else "unknown"
        if wanted - set(keys):
            yield f"{at}.texts", "missing_texts"


def _listed(held: tuple[str, ...], known: tuple[str, ...] | list[str], at: str) -> Found:
    for k, one in enumerate(held):
        if one not in known or one in held[:k]:
            yield f"{at}[{k}]", "twice" if one in held[:k] else "unknown"
