"""All settings, once: `config/default.toml`, then the profile's file, then `TRIAD_*` from the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

OPEN_PROFILES = ("demo", "testing")
SHIPPED = ("demo-only", "testing-")
"""Parts of the secrets in `config/`, which are public: no clinic may start with one."""

HERE = Path(__file__).parent


class SettingsError(Exception):
    """A setting is unknown, of the wrong kind, or a secret is missing. The message never holds its value."""


@dataclass(frozen=True)
class Settings:
    """Each field is a key of `config/default.toml`, where its meaning stands."""

    profile: str
    clinic_name: str
    database_url: str
    secret_key: str
    pepper: str
    hosts: tuple[str, ...]
    zone: str
    locale: str
    https: bool
    offer_drafts_to_clients: bool
    briefing_minutes: int
    debrief_minutes: int
    setup_minutes: int
    min_training_hours: int
    window_days: int
    grace_minutes: int
    idle_minutes: int
    session_hours: int
    note_before_hours: int
    note_after_hours: int
    invitation_days: int
    notice: str

    def __repr__(self) -> str:
        return f"Settings(profile={self.profile!r})"


def shipped(folder: str) -> Path:
    """Where `config` or `translations` lies: beside the package in a checkout, inside it in a wheel."""
    inside = HERE / "_shipped" / folder
    return inside if inside.is_dir() else HERE.parent / folder


def load(profile: str = "", environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Settings of `profile` ("demo", "testing", or the path of a TOML file; default `TRIAD_CONFIG`).

    Later sources win: default.toml, profile, environment (`TRIAD_<KEY>`), `overrides`. Raises SettingsError.
    """
    values = _read(shipped("config") / "default.toml")
    profile = profile or environ.get("TRIAD_CONFIG", "")
    if profile:
        path = shipped("config") / f"{profile}.toml"
        values |= _read(path if path.is_file() else Path(profile))
    for key in list(values):
        name = f"TRIAD_{key.upper()}"
        if name in environ:
            values[key] = _from_text(environ[name], values[key])
    values |= overrides
    return _checked(values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"no settings file {path.name}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}") from None


def _from_text(text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return text.lower() in ("1", "true", "yes")
    if isinstance(like, int):
        return int(text)
    if isinstance(like, list):
        return [part.strip() for part in text.split(",")]
    return text


def _checked(values: dict[str, Any]) -> Settings:
    known = {field.name: field.type for field in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise SettingsError(f"unknown setting: {', '.join(unknown)}")
    if missing := sorted(set(known) - set(values)):
        raise SettingsError(f"missing setting: {', '.join(missing)}")
    for key in ("secret_key", "pepper"):
        if len(values[key]) < 32:
            raise SettingsError(f"{key} needs at least 32 characters: set TRIAD_{key.upper()}")
        if values["profile"] not in OPEN_PROFILES and any(word in values[key] for word in SHIPPED):
            raise SettingsError(f"{key} is one that everybody knows: set TRIAD_{key.upper()}")
    for key, kind in known.items():
        want: type | tuple[type, ...] = {"str": str, "bool": bool, "int": int}.get(str(kind), (list, tuple))
        if not isinstance(values[key], want):
            raise SettingsError(f"{key} is of the wrong kind")
    frozen: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    return Settings(**frozen)
