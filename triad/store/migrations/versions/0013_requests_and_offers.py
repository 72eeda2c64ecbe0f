"""requests, offers and who was asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

OPEN = sa.text('ended_at IS NULL')


def upgrade() -> None:
    op.create_table('offer',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('slot_id', sa.String(length=24), nullable=False),
    sa.Column('interpreter_id', sa.String(length=24), nullable=False),
    sa.Column('tier', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('sent_by', sa.String(length=24), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.CheckConstraint("state IN ('sent', 'seen', 'accepted', 'declined', 'expired', 'withdrawn', 'too_late')", name=op.f('ck_offer_state')),
    sa.CheckConstraint('expires_at > opens_at', name=op.f('ck_offer_order')),
    sa.ForeignKeyConstraint(['interpreter_id'], ['interpreter.id'], name=op.f('fk_offer_interpreter_id_interpreter')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_offer_slot_id_slot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer'))
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_interpreter_id'), ['interpreter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_opens_at'), ['opens_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_slot_id'), ['slot_id'], unique=False)
        batch_op.create_index('uq_offer_open', ['slot_id', 'interpreter_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)

    op.create_table('acquaintance',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('client_id', sa.String(length=24), nullable=False),
    sa.Column('interpreter_id', sa.String(length=24), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=24), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_acquaintance_client_id_client')),
    sa.ForeignKeyConstraint(['interpreter_id'], ['interpreter.id'], name=op.f('fk_acquaintance_interpreter_id_interpreter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acquaintance'))
    )
    with op.batch_alter_table('acquaintance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acquaintance_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acquaintance_interpreter_id'), ['interpreter_id'], unique=False)

    op.create_table('holiday',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('site_id', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_holiday_site_id_site')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holiday')),
    sa.UniqueConstraint('site_id', 'day', name=op.f('uq_holiday_site_id_day'))
    )
    op.create_table('skipped_date',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('series_id', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_skipped_date_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skipped_date')),
    sa.UniqueConstraint('series_id', 'day', name=op.f('uq_skipped_date_series_id_day'))
    )
    op.create_table('request',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.String(length=24), nullable=False),
    sa.Column('need_id', sa.String(length=24), nullable=False),
    sa.Column('asked_by', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('urgency', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.Time(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('every_weeks', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=12), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=24), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('amended', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'accepted', 'refused', 'withdrawn')", name=op.f('ck_request_state')),
    sa.CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name=op.f('ck_request_urgency')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_request_case_id_case')),
    sa.ForeignKeyConstraint(['need_id'], ['language_need.id'], name=op.f('fk_request_need_id_language_need')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request'))
    )
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_state'), ['state'], unique=False)

    op.create_table('request_encounter',
    sa.Column('request_id', sa.String(length=24), nullable=False),
    sa.Column('encounter_id', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounter.id'], name=op.f('fk_request_encounter_encounter_id_encounter')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_encounter_request_id_request')),
    sa.PrimaryKeyConstraint('request_id', 'encounter_id', name=op.f('pk_request_encounter'))
    )
    with op.batch_alter_table('request_encounter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_encounter_encounter_id'), ['encounter_id'], unique=False)

    op.create_table('slot_closure',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('slot_id', sa.String(length=24), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by', sa.String(length=24), nullable=False),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_slot_closure_slot_id_slot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot_closure'))
    )
    with op.batch_alter_table('slot_closure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slot_closure_slot_id'), ['slot_id'], unique=False)


def downgrade() -> None:
    for name in ('slot_closure', 'request_encounter', 'request', 'skipped_date', 'holiday'):
        op.drop_table(name)
    op.drop_table('acquaintance')
    op.drop_table('offer')
