"""messages with their tries, and calendar feeds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

ADDED = ('starts_at', 'doubtful', 'problem', 'claimed_at', 'next_try_at', 'tries', 'channel', 'state')


def upgrade() -> None:
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=8), server_default='waiting', nullable=False))
        batch_op.add_column(sa.Column('channel', sa.String(length=5), server_default='email', nullable=False))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('problem', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('doubtful', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f('ck_outbox_message_state'),
            "state IN ('waiting', 'sending', 'sent', 'failed', 'given_up', 'unsure')",
        )
        batch_op.create_check_constraint(batch_op.f('ck_outbox_message_channel'), "channel IN ('email', 'sms')")
        batch_op.create_index('ix_outbox_message_due', ['state', 'written_at'], unique=False)
    # Nobody was told so far, and what is old is no news: it shall not go out on the day a mail server is set.
    op.execute("UPDATE outbox_message SET state = 'given_up', problem = 'before_mail'")
    op.add_column('encounter', sa.Column('sequence', sa.Integer(), server_default='0', nullable=False))
    op.add_column('encounter', sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('person', sa.Column('sms_since', sa.DateTime(timezone=True), nullable=True))
    op.create_table('calendar_feed',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.String(length=24), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('hash', name=op.f('uq_calendar_feed_hash')),
    sa.UniqueConstraint('person_id', name=op.f('uq_calendar_feed_person_id'))
    )


def downgrade() -> None:
    op.drop_table('calendar_feed')
    op.drop_column('person', 'sms_since')
    op.drop_column('encounter', 'changed_at')
    op.drop_column('encounter', 'sequence')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_message_due')
        batch_op.drop_constraint(batch_op.f('ck_outbox_message_channel'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_outbox_message_state'), type_='check')
        for name in ADDED:
            batch_op.drop_column(name)
