"""Run by Alembic, once per command: on the connection it is given, with the guards no model can express."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops

from triad.store import diaries, ledger
from triad.store.types import Base, Instant

GUARDS = {
    "taken": [
        ("sqlite", diaries.trigger("INSERT")),
        ("sqlite", diaries.trigger("UPDATE")),
        ("postgresql", diaries.EXCLUDE),
    ],
    "audit_entry": [
        *(("sqlite", statement) for statement in ledger.SQLITE_APPEND_ONLY),
        *(("postgresql", statement) for statement in ledger.POSTGRES_APPEND_ONLY),
    ],
}
LEFT_OVER = {"audit_entry": [("postgresql", "DROP FUNCTION audit_append_only()")]}
"""What stays on an engine after its table is dropped."""


class Guard(ops.MigrateOperation):
    """A trigger or constraint that only one engine has."""

    def __init__(self, dialect: str, statement: str) -> None:
        self.dialect = dialect
        self.statement = statement


@renderers.dispatch_for(Guard)
def render_guard(_: AutogenContext, guard: Guard) -> str:
    return f"only({guard.dialect!r}, {guard.statement!r})"


def add_guards(_: Any, __: Any, directives: list[Any]) -> None:
    """Beside each table that is made or dropped, the guards that belong to it."""
    for script in directives:
        for steps, kind, wanted in (
            (script.upgrade_ops, ops.CreateTableOp, GUARDS),
            (script.downgrade_ops, ops.DropTableOp, LEFT_OVER),
        ):
            tables = [step.table_name for step in steps.ops if isinstance(step, kind)]
            steps.ops += [Guard(*row) for name in tables for row in wanted.get(name, ())]


def render_type(kind: str, column_type: Any, _: AutogenContext) -> str | Literal[False]:
    # A revision stays true when the code moves on: it names SQL types, none of ours.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(column_type, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
    render_item=render_type,
    process_revision_directives=add_guards,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
