"""what a corrected form said before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('earlier_answer',
    sa.Column('rating_id', sa.String(length=24), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=20), nullable=False),
    sa.Column('direction', sa.String(length=6), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('missing', sa.String(length=16), nullable=True),
    sa.Column('wording', sa.String(length=64), nullable=False),
    sa.CheckConstraint('(value IS NULL) <> (missing IS NULL)', name=op.f('ck_earlier_answer_one')),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_earlier_answer_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', 'revision', 'item', 'direction', name=op.f('pk_earlier_answer'))
    )


def downgrade() -> None:
    op.drop_table('earlier_answer')
