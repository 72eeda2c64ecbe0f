"""mark answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mark_answer',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('case_id', sa.String(length=24), nullable=False),
    sa.Column('viewer', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('step', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found', sa.JSON(), nullable=False),
    sa.CheckConstraint("step IN ('dismissed', 'talked', 'repair', 'closed', 'reopened')", name=op.f('ck_mark_answer_step')),
    sa.CheckConstraint("viewer IN ('therapist', 'lead')", name=op.f('ck_mark_answer_viewer')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_mark_answer_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_answer'))
    )
    with op.batch_alter_table('mark_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mark_answer_case_id'), ['case_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('mark_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mark_answer_case_id'))

    op.drop_table('mark_answer')
