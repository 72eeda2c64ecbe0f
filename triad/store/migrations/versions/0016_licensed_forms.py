"""licensed forms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triad.store.migrations import only

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


WHY = 'a form that was in use is not changed'
FROZEN = 'key, version, hash, document'


def upgrade() -> None:
    op.create_table('licensed_form',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('loaded_by', sa.String(length=24), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('activated_by', sa.String(length=24), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=24), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('loaded', 'active', 'ended')", name=op.f('ck_licensed_form_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_licensed_form')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_licensed_form_key_version'))
    )
    in_use = sa.text("state = 'active'")
    op.create_index('uq_licensed_form_active', 'licensed_form', ['key'], unique=True, sqlite_where=in_use, postgresql_where=in_use)
    refused = f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
    only('sqlite', f"CREATE TRIGGER licensed_form_frozen BEFORE UPDATE OF {FROZEN} ON licensed_form WHEN OLD.state <> 'loaded' {refused}")
    only('sqlite', f"CREATE TRIGGER licensed_form_onward BEFORE UPDATE OF state ON licensed_form WHEN OLD.state <> 'loaded' AND NEW.state = 'loaded' {refused}")
    only('sqlite', f"CREATE TRIGGER licensed_form_kept BEFORE DELETE ON licensed_form WHEN OLD.state <> 'loaded' {refused}")
    only('postgresql', f"CREATE FUNCTION licensed_form_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WHY}'; END $$")
    act = 'EXECUTE FUNCTION licensed_form_frozen()'
    only('postgresql', f"CREATE TRIGGER licensed_form_frozen BEFORE UPDATE OF {FROZEN} ON licensed_form FOR EACH ROW WHEN (OLD.state <> 'loaded') {act}")
    only('postgresql', f"CREATE TRIGGER licensed_form_onward BEFORE UPDATE OF state ON licensed_form FOR EACH ROW WHEN (OLD.state <> 'loaded' AND NEW.state = 'loaded') {act}")
    only('postgresql', f"CREATE TRIGGER licensed_form_kept BEFORE DELETE ON licensed_form FOR EACH ROW WHEN (OLD.state <> 'loaded') {act}")


def downgrade() -> None:
    op.drop_index('uq_licensed_form_active', table_name='licensed_form')
    op.drop_table('licensed_form')
    only('postgresql', 'DROP FUNCTION licensed_form_frozen()')
