"""one step for many sessions at once, and the keys of the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulk',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('asked_by', sa.String(length=24), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('confirm', 'cancel', 'reassign', 'offer')", name=op.f('ck_bulk_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk'))
    )
    op.create_index(op.f('ix_bulk_asked_at'), 'bulk', ['asked_at'], unique=False)
    op.create_table('bulk_line',
    sa.Column('bulk_id', sa.String(length=24), nullable=False),
    sa.Column('encounter_id', sa.String(length=24), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=True),
    sa.Column('undo', sa.String(length=8), nullable=False),
    sa.Column('undo_why', sa.JSON(), nullable=False),
    sa.CheckConstraint("outcome IN ('', 'done', 'skipped', 'refused')", name=op.f('ck_bulk_line_outcome')),
    sa.CheckConstraint("undo IN ('', 'done', 'skipped', 'refused')", name=op.f('ck_bulk_line_undo')),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulk.id'], name=op.f('fk_bulk_line_bulk_id_bulk'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_bulk_line_encounter_id_encounter')),
    sa.PrimaryKeyConstraint('bulk_id', 'encounter_id', name=op.f('pk_bulk_line'))
    )
    op.create_index(op.f('ix_bulk_line_encounter_id'), 'bulk_line', ['encounter_id'], unique=False)
    op.add_column('account', sa.Column('single_keys', sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column('account', 'single_keys')
    op.drop_table('bulk_line')
    op.drop_table('bulk')
