"""Why one interpreter takes the place of another: codes, kept with the one who was there before."""

from __future__ import annotations

REASONS = ("ill", "away", "overbooked", "acquainted", "client_asks", "clinic", "other")
AWAY = REASONS[1]
