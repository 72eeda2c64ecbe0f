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


def downgrade() -> None:
    op.drop_table('acquaintance')
    op.drop_table('offer')
