"""contact wishes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contact_wish',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.String(length=24), nullable=False),
    sa.Column('about_therapist', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_contact_wish_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_wish'))
    )
    with op.batch_alter_table('contact_wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_wish_case_id'), ['case_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('contact_wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_wish_case_id'))

    op.drop_table('contact_wish')
