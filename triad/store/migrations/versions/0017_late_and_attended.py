"""late and attended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

STANDING = sa.text('restored_at IS NULL')


def upgrade() -> None:
    op.create_table('cancelling_rule',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('mode', sa.String(length=12), nullable=False),
    sa.Column('party', sa.String(length=12), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('payer', sa.String(length=12), nullable=False),
    sa.Column('charge', sa.String(length=16), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=24), nullable=False),
    sa.CheckConstraint("unit IN ('hours', 'business_days')", name=op.f('ck_cancelling_rule_unit')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_cancelling_rule_amount')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_cancelling_rule_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cancelling_rule'))
    )
    op.create_table('cancellation',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('encounter_id', sa.String(length=24), nullable=False),
    sa.Column('party', sa.String(length=12), nullable=False),
    sa.Column('notice_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=24), nullable=False),
    sa.Column('rule_id', sa.String(length=24), nullable=True),
    sa.Column('cut_off', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=True),
    sa.Column('waived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waived_by', sa.String(length=24), nullable=False),
    sa.Column('waived_reason', sa.Text(), nullable=False),
    sa.Column('restored_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_cancellation_encounter_id_encounter')),
    sa.ForeignKeyConstraint(['rule_id'], ['cancelling_rule.id'], name=op.f('fk_cancellation_rule_id_cancelling_rule')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cancellation'))
    )
    with op.batch_alter_table('cancellation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cancellation_encounter_id'), ['encounter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cancellation_rule_id'), ['rule_id'], unique=False)
        batch_op.create_index('uq_cancellation_standing', ['encounter_id'], unique=True, sqlite_where=STANDING, postgresql_where=STANDING)
    op.create_table('briefing',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('encounter_id', sa.String(length=24), nullable=False),
    sa.Column('part', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_by', sa.String(length=24), nullable=False),
    sa.CheckConstraint("part IN ('before', 'after')", name=op.f('ck_briefing_part')),
    sa.CheckConstraint("state IN ('done', 'missed')", name=op.f('ck_briefing_state')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_briefing_encounter_id_encounter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_briefing')),
    sa.UniqueConstraint('encounter_id', 'part', name=op.f('uq_briefing_encounter_id_part'))
    )
    op.add_column('interpreter', sa.Column('exposure_max', sa.Integer(), nullable=True))
    op.add_column('interpreter', sa.Column('supervision_due', sa.Date(), nullable=True))
    op.add_column('attendance', sa.Column('person_id', sa.String(length=24), server_default='', nullable=False))
    op.add_column('attendance', sa.Column('marked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('attendance', sa.Column('marked_by', sa.String(length=24), server_default='', nullable=False))
    op.add_column('attendance', sa.Column('source', sa.String(length=12), server_default='', nullable=False))


def downgrade() -> None:
    for name in ('supervision_due', 'exposure_max'):
        op.drop_column('interpreter', name)
    for name in ('source', 'marked_by', 'marked_at', 'person_id'):
        op.drop_column('attendance', name)
    op.drop_table('briefing')
    op.drop_table('cancellation')
    op.drop_table('cancelling_rule')
