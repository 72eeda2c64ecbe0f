"""What somebody may ask for, and why it was turned down or given up: codes."""

from __future__ import annotations

URGENCIES = ("routine", "soon", "urgent")
PRIORITIES = dict(zip(URGENCIES, (1, 2, 4), strict=True))
"""How many of those that can wait one is worth in a plan."""
REFUSALS = ("no_interpreter", "no_time", "no_room", "not_needed", "twice", "other")
CAUSES = ("none_eligible", "none_free", "declined", "no_answer", "not_needed")
"""Why a slot was closed with nobody in it."""
