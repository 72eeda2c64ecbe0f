"""short codes, tablets and paper sheets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paper_sheet',
    sa.Column('invitation_id', sa.String(length=24), nullable=False),
    sa.Column('number_hash', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('wording', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_paper_sheet_invitation_id_invitation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('invitation_id', name=op.f('pk_paper_sheet')),
    sa.UniqueConstraint('number_hash', name=op.f('uq_paper_sheet_number_hash'))
    )
    op.create_table('tablet',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('invitation_id', sa.String(length=24), nullable=False),
    sa.Column('opened_by', sa.String(length=24), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('ready', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('code_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code_tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_tablet_invitation_id_invitation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tablet')),
    sa.UniqueConstraint('hash', name=op.f('uq_tablet_hash'))
    )
    op.create_index(op.f('ix_tablet_invitation_id'), 'tablet', ['invitation_id'], unique=False)
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.add_column(sa.Column('typed_by', sa.String(length=24), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_column('typed_by')
    op.drop_index(op.f('ix_tablet_invitation_id'), table_name='tablet')
    op.drop_table('tablet')
    op.drop_table('paper_sheet')
