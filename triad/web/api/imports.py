"""Bringing a clinic's tables in: look at what would happen, write it as one batch, take it back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request

from triad.services import imports
from triad.services.policy import May
from triad.web import exchange, guard
from triad.web.exchange import Noun
from triad.web.schemas import imports as shapes
from triad.web.schemas.base import CreatedOut, PageIn

bp = Noun("imports")
LARGEST = 5_000_000
"""Bytes of one request here; elsewhere it is a fifth of that."""


@bp.url_value_preprocessor
def allow_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    request.max_content_length = LARGEST


@bp.get("/imports")
@guard.needs(May.IMPORT)
@bp.answers(shapes.BatchPageOut, asks=PageIn, refuses=(422,))
def batches(asked: dict[str, Any]) -> Any:
    """The latest imports, newest first."""
    return exchange.page(imports.batches(guard.actor()), asked.get("page", 1))


@bp.post("/imports/preview")
@guard.needs(May.IMPORT)
@bp.answers(shapes.PreviewOut, takes=shapes.FilesIn)
def preview(body: dict[str, Any]) -> Any:
    """What these files would do; nothing is written."""
    seen = imports.preview(guard.actor(), _files(body))
    findings = [
        {"file": one.file, "row": one.row, "column": one.column, "code": one.rule}
        for one in seen.findings[: exchange.PAGE]
    ]
    counts = {file: asdict(one) for file, one in seen.counts.items()}
    return {"counts": counts, "findings": findings, "more": len(seen.findings) - len(findings)}


@bp.post("/imports")
@guard.needs(May.IMPORT)
@bp.answers(CreatedOut, 201, takes=shapes.FilesIn, once=True)
def commit(body: dict[str, Any]) -> Any:
    """Write every row that fits; rows that do not stay out."""
    return {"id": imports.commit(guard.actor(), _files(body))}


@bp.post("/imports/<batch_id>/undo")
@guard.needs(May.IMPORT)
@bp.answers(status=204, refuses=(409,))
def undo(batch_id: str) -> None:
    """Put everything back as it was, unless something written later depends on it."""
    imports.undo(guard.actor(), batch_id)


def _files(body: dict[str, Any]) -> dict[str, bytes]:
    # What is no character at all is let through as bytes, which the reading of tables refuses by its own rule.
    return {name: content.encode("utf-8", "surrogatepass") for name, content in body["files"].items()}
