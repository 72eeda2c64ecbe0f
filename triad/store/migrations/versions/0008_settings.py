"""settings of the clinic"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triad.store.migrations import only

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('setting_change',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=10), nullable=False),
    sa.Column('was', sa.String(length=300), nullable=False),
    sa.Column('now', sa.String(length=300), nullable=False),
    sa.Column('from_file', sa.Boolean(), nullable=False),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('changed', 'proposed', 'confirmed', 'taken_back')", name=op.f('ck_setting_change_step')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_setting_change'))
    )
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_setting_change_key'), ['key'], unique=False)

    only('sqlite', "CREATE TRIGGER setting_append_only_update BEFORE UPDATE ON setting_change BEGIN SELECT RAISE(ABORT, 'what was set is only added to'); END")
    only('sqlite', "CREATE TRIGGER setting_append_only_delete BEFORE DELETE ON setting_change BEGIN SELECT RAISE(ABORT, 'what was set is only added to'); END")
    only('postgresql', "CREATE FUNCTION setting_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'what was set is only added to'; END $$")
    only('postgresql', 'CREATE TRIGGER setting_append_only BEFORE UPDATE OR DELETE ON setting_change FOR EACH STATEMENT EXECUTE FUNCTION setting_append_only()')


def downgrade() -> None:
    with op.batch_alter_table('setting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_setting_change_key'))

    op.drop_table('setting_change')
    only('postgresql', 'DROP FUNCTION setting_append_only()')
