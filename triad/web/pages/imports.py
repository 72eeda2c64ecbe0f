"""Bringing tables in: upload several files, look at what would happen, write it, take it back."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from triad.domain import errors, intake_columns
from triad.services import imports
from triad.services.policy import May
from triad.web import errors as refusals
from triad.web import guard, i18n, uploads
from triad.web.i18n import lazy

bp = Blueprint("imports", __name__)
bp.url_value_preprocessor(uploads.allow_files)
SHOWN = 200

RULES = {
    "required": lazy("This is needed."),
    "unknown": lazy("Nothing of that name is known here or in these files."),
    "row_refused": lazy("The row this names is not accepted itself."),
    "twice": lazy("This comes twice in the file."),
    "taken": lazy("Another row has this already."),
    "other_kind": lazy("This reference belongs to a person of another kind."),
    "fixed": lazy("This cannot change any more."),
    "over": lazy("This session is over: its row cannot change any more."),
    "future": lazy("This session still lies ahead."),
    "too_long": lazy("This is too long."),
    "characters": lazy("There are signs in it that cannot be seen."),
    "number": lazy("This needs a whole number."),
    "range": lazy("This is too small or too large."),
    "email": lazy("This is no e-mail address."),
    "date": lazy("Write the date as 2027-03-28."),
    "date_order": lazy("Day and month cannot be told apart. Write the date as 2027-03-28."),
    "no_such_day": lazy("There is no such day."),
    "order": lazy("The end lies before the start."),
    "time": lazy("Write the time as 14:30."),
    "time_gap": lazy("This time does not exist on that day: the clocks are put forward."),
    "time_repeats": lazy("This time comes twice on that day: add the offset, as in 02:30+01:00."),
    "offset": lazy("The clock has another offset then."),
    "unknown_zone": lazy("This time zone is not known."),
    "unknown_language": lazy("This language is not known."),
    "which_variety": lazy("This word names several languages: say which."),
    "spoken_only": lazy("This is spoken, not written. Name the language it is written as."),
    "skill": lazy("Write languages as ti>de~4: from, into, level 1 to 5."),
    "wish": lazy("Write wishes as trauma~prefer: what, and how strongly."),
    "seats": lazy("Write one word for all, or three: therapist|interpreter|client."),
    "not_active": lazy("This person or room takes no new bookings any more."),
    "credential": lazy("Write body, type and language with ~ between them."),
    "goes_together": lazy("This and its neighbour column go together."),
    "not_in_case": lazy("The case does not need this."),
    "wish_without_case": lazy("No case takes up this wish: write it in cases.csv."),
    "cell_count": lazy("This row has another number of cells than the heading."),
    "clash_therapist": lazy("The therapist is taken at that time."),
    "clash_interpreter": lazy("The interpreter is taken at that time."),
    "clash_client": lazy("The client is taken at that time."),
    "clash_room": lazy("The room is taken at that time."),
    "file_twice": lazy("Two of the files are the same table. Only the first one is read."),
    "unknown_file": lazy("Files of this name are not read here."),
    "unknown_column": lazy("This column is not known. Nothing of the file is read."),
    "missing_column": lazy("This column is needed. Nothing of the file is read."),
    "column_twice": lazy("A column comes twice. Nothing of the file is read."),
    "column_unnamed": lazy("A column has no name. Nothing of the file is read."),
    "too_large": lazy("This file is too large: at most 5 MB."),
    "too_many_columns": lazy("This file has too many columns."),
    "too_many_rows": lazy("This file has too many rows: at most 50,000."),
    "not_utf8": lazy("This file is not in UTF-8. Save it as “CSV UTF-8”."),
    "nul": lazy("This is no text file."),
    "empty": lazy("This file is empty."),
    "quotes": lazy("A quotation mark is opened and never closed, or a cell is far too long."),
}
NOTHING = {
    "required": lazy("Choose one or more files."),
    "nothing_to_write": lazy("There is nothing to write: every row is known already, or refused."),
    "broken": lazy("The files did not arrive whole. Choose them again."),
}


@bp.get("/import")
@guard.needs(May.IMPORT)
def index() -> str:
    return _page()


@bp.post("/import")
@guard.needs(May.IMPORT, "files")
def preview() -> str | tuple[str, int]:
    files = {}
    for upload in request.files.getlist("files"):
        with closing(upload):
            if upload.filename:
                files[upload.filename] = upload.read()
    if not files:
        return _page(wrong="required"), 422
    return _page(imports.preview(guard.actor(), files), files)


@bp.post("/import/batches")
@guard.needs(May.IMPORT, "name", "content")
def commit() -> AnyResponse | tuple[str, int]:
    try:
        files = _kept()
        imports.commit(guard.actor(), files)
    except errors.Unfit as error:
        return _page(wrong=error.fields["files"]), 422
    except errors.Conflict as error:
        status, body = refusals.described(error)
        return _page(imports.preview(guard.actor(), files), files, conflict=body["message"]), status
    flash(i18n.gettext("The rows are written. You can undo this import below."), "ok")
    return redirect(url_for("imports.index"), 303)


@bp.post("/import/rejected/<file>")
@guard.needs(May.IMPORT, "name", "content")
def rejected(file: str) -> Response | tuple[str, int]:
    """The refused rows of one of the files sent along, as a file to mend and upload again."""
    try:
        files = _kept()
    except errors.Unfit as error:
        return _page(wrong=error.fields["files"]), 422
    content = imports.rejected(imports.preview(guard.actor(), files), file)
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}-rejected.csv"'
    return answer


@bp.post("/import/batches/<id_>/undo")
@guard.needs(May.IMPORT)
def undo(id_: str) -> AnyResponse | tuple[str, int]:
    try:
        imports.undo(guard.actor(), id_)
    except errors.BadTransition:
        return _page(conflict=i18n.gettext("This import was undone already.")), 409
    except errors.Conflict:
        text = i18n.gettext("Something written later depends on this import, so it stays. Nothing was changed.")
        return _page(conflict=text), 409
    flash(i18n.gettext("The import is undone. Everything is as it was before."), "ok")
    return redirect(url_for("imports.index"), 303)


def _page(
    seen: imports.Preview | None = None, files: dict[str, bytes] | None = None, wrong: str = "", conflict: str = ""
) -> str:
    return render_template(
        "pages/imports_index.html",
        seen=seen,
        shown=seen.findings[:SHOWN] if seen else (),
        rule=rule,
        kept=[(name, uploads.pack(content)) for name, content in (files or {}).items()],
        wrong=i18n.gettext(NOTHING[wrong]) if wrong else "",
        conflict=conflict,
        batches=imports.batches(guard.actor()),
        columns=intake_columns.COLUMNS,
        zone=guard.clinic().settings.zone,
    )


def rule(code: str) -> str:
    return i18n.gettext(RULES.get(code, "This does not fit."))


def _kept() -> dict[str, bytes]:
    names, contents = request.form.getlist("name"), request.form.getlist("content")
    if not names or len(names) != len(contents):
        raise errors.Unfit({"files": "required" if not names else "broken"})
    if len(names) > 2 * len(intake_columns.FILES):
        raise errors.Unfit({"files": "broken"})
    return {name: uploads.unpack(content) for name, content in zip(names, contents, strict=True)}
