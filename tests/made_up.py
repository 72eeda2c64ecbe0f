"""A form nobody has ever published, with everything a licensed one may have; for tests alone."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

NEEDLE = "Moonlight weighs the kettle"
"""Words of the form that may turn up nowhere else."""
CITED = "Nobody (2026), Table 3"
ANCHORS = ["never", "rarely", "at times", "often", "always"]


def form(items: int = 4, minimum: int = 1, maximum: int = 5, least: int = 4, **changed: Any) -> dict[str, Any]:
    """The last item is reversed; a mean in two directions, with thresholds."""
    ids = [f"k{n}" for n in range(1, items + 1)]
    texts = [
        {"item": id_, "direction": slot, "text": f"{NEEDLE} {n}, {slot}."}
        for n, id_ in enumerate(ids, 1)
        for slot in ("CT", "TC")
    ]
    found = {
        "format": "triad-licensed-form/1",
        "key": "kettle-scale",
        "version": "1",
        "title": "Kettle Scale",
        "licence": {
            "holder": "Society for Kettles",
            "evidence": "Letter of 3 January 2027, folder K",
            "date": "2027-01-03",
            "expires": "2027-12-31",
            "may": {"electronic": True, "translate": False, "redistribute": False},
        },
        "range": {"minimum": minimum, "maximum": maximum},
        "items": [{"id": id_, "directions": ["CT", "TC"], "reverse": id_ == ids[-1]} for id_ in ids],
        "subscales": [
            {
                "id": "warmth",
                "title": "Warmth",
                "items": ids,
                "method": "mean",
                "answered_at_least": least,
                "reliability": [{"kind": "alpha", "value": 0.91, "citation": CITED}],
                "thresholds": [
                    {"from": minimum, "to": 2.4, "label": "cool", "citation": CITED},
                    {"from": 2.4, "to": maximum, "label": "warm", "citation": CITED},
                ],
            }
        ],
        "wordings": [
            {
                "language": "en",
                "official": True,
                "instructions": "",
                "anchors": ANCHORS if (minimum, maximum) == (1, 5) else ["never", "always"],
                "texts": texts,
            }
        ],
    }
    return deepcopy(found) | changed


def changed(path: str, value: Any) -> dict[str, Any]:
    """With another value at `licence.may.electronic`, `items.0.id`; `...` takes the field away."""
    found: Any = form()
    *way, last = path.split(".")
    place = found
    for name in way:
        place = place[int(name) if name.isdecimal() else name]
    key = int(last) if last.isdecimal() else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return dict(found)


def file(row: dict[str, Any] | None = None) -> bytes:
    return json.dumps(row or form(), ensure_ascii=False).encode()


def for_all(minimum: int = 0, maximum: int = 10, languages: tuple[str, ...] = ("en", "ar")) -> dict[str, Any]:
    """Another one, "lamp-scale": asked of all three, in every direction and about the three; a sum and a mean."""
    everywhere = ["TC", "TI", "IT", "IC", "CT", "CI"]
    three = ["triad_therapist", "triad_interpreter", "triad_client"]
    asked = {"l1": everywhere, "l2": everywhere, "l3": three}

    def edition(language: str) -> dict[str, Any]:
        return {
            "language": language,
            "official": True,
            "instructions": f"{NEEDLE} first, {language}.",
            "anchors": ["dark", "bright"],
            "texts": [
                {"item": id_, "direction": slot, "text": f"{NEEDLE} {id_} {slot} {language}."}
                for id_, slots in asked.items()
                for slot in slots
            ],
        }

    def subscale(id_: str, items: list[str], method: str, most: int) -> dict[str, Any]:
        band = {"from": most / 2, "to": most, "label": f"{id_} enough", "citation": CITED}
        named = {"id": id_, "title": id_.title(), "items": items, "method": method, "answered_at_least": 1}
        return named | {"reliability": [], "thresholds": [band]}

    return form() | {
        "key": "lamp-scale",
        "title": "Lamp Scale",
        "range": {"minimum": minimum, "maximum": maximum},
        "items": [{"id": id_, "directions": slots, "reverse": id_ == "l2"} for id_, slots in asked.items()],
        "subscales": [
            subscale("light", ["l1", "l2"], "sum", 2 * maximum),
            subscale("glow", ["l3"], "mean", maximum),
        ],
        "wordings": [edition(language) for language in languages],
    }
