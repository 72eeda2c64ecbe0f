"""Rows within a row: a tree of tables in one statement, as JSON, in the same shape on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import JSON


class _Rows(FunctionElement[Any]):
    """A list of lists, one for each row of the select it stands in; [] without any. In no order: sort what comes."""

    type = JSON()
    inherit_cache = True
    name = "rows"


@compiles(_Rows, "sqlite")
def _sqlite(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_Rows, "postgresql")
def _postgresql(element: _Rows, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(json_agg(json_build_array({compiler.process(element.clauses, **options)})), '[]'::json)"


class _Tree(FunctionElement[Any]):
    """A stored JSON value as part of a row, not as text in it."""

    type = JSON()
    inherit_cache = True
    name = "tree"


@compiles(_Tree, "sqlite")
def _parsed(element: _Tree, compiler: SQLCompiler, **options: Any) -> str:
    return f"json({compiler.process(element.clauses, **options)})"


@compiles(_Tree, "postgresql")
def _as_it_is(element: _Tree, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


def rows(*columns: Any) -> Select[Any]:
    """To be given its joins and conditions, then `scalar_subquery()`: a column that holds rows of these columns."""
    return select(_Rows(*columns))


def tree(column: Any) -> ColumnElement[Any]:
    """A column that is JSON itself, among the columns of `rows`."""
    return _Tree(column)


def moment(written: str) -> datetime:
    """An instant as JSON has it: with its offset on PostgreSQL, in UTC without saying so on SQLite."""
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
