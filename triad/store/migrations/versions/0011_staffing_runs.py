"""plans of the staffing engine, as they were proposed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staffing_run',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('asked_by', sa.String(length=24), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('keeps', sa.Boolean(), nullable=False),
    sa.Column('away_id', sa.String(length=24), nullable=True),
    sa.Column('urgent_id', sa.String(length=24), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('problem', sa.String(length=24), nullable=False),
    sa.Column('inputs_hash', sa.String(length=64), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('how', sa.String(length=8), nullable=False),
    sa.Column('worth', sa.BigInteger(), nullable=False),
    sa.Column('bound', sa.BigInteger(), nullable=True),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('filled', sa.Integer(), nullable=False),
    sa.Column('unfilled', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('plan', 'replan')", name=op.f('ck_staffing_run_kind')),
    sa.CheckConstraint('share BETWEEN 0 AND 100', name=op.f('ck_staffing_run_share')),
    sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f('ck_staffing_run_state')),
    sa.ForeignKeyConstraint(['away_id'], ['interpreter.id'], name=op.f('fk_staffing_run_away_id_interpreter')),
    sa.ForeignKeyConstraint(['urgent_id'], ['encounter.id'], name=op.f('fk_staffing_run_urgent_id_encounter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staffing_run'))
    )
    op.create_index(op.f('ix_staffing_run_asked_at'), 'staffing_run', ['asked_at'], unique=False)
    op.create_table('staffing_line',
    sa.Column('run_id', sa.String(length=24), nullable=False),
    sa.Column('encounter_id', sa.String(length=24), nullable=False),
    sa.Column('before_id', sa.String(length=24), nullable=True),
    sa.Column('after_id', sa.String(length=24), nullable=True),
    sa.Column('runner_up_id', sa.String(length=24), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('could', sa.Integer(), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome IN ('', 'done', 'skipped', 'refused')", name=op.f('ck_staffing_line_outcome')),
    sa.ForeignKeyConstraint(['after_id'], ['interpreter.id'], name=op.f('fk_staffing_line_after_id_interpreter')),
    sa.ForeignKeyConstraint(['before_id'], ['interpreter.id'], name=op.f('fk_staffing_line_before_id_interpreter')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_staffing_line_encounter_id_encounter')),
    sa.ForeignKeyConstraint(['run_id'], ['staffing_run.id'], name=op.f('fk_staffing_line_run_id_staffing_run'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['runner_up_id'], ['interpreter.id'], name=op.f('fk_staffing_line_runner_up_id_interpreter')),
    sa.PrimaryKeyConstraint('run_id', 'encounter_id', name=op.f('pk_staffing_line'))
    )
    op.create_index(op.f('ix_staffing_line_encounter_id'), 'staffing_line', ['encounter_id'], unique=False)


def downgrade() -> None:
    op.drop_table('staffing_line')
    op.drop_table('staffing_run')
