"""a case rated with a licensed form, and the scores of such ratings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('case', sa.Column('form_key', sa.String(length=60), nullable=True))
    op.create_table('licensed_score',
    sa.Column('rating_id', sa.String(length=24), nullable=False),
    sa.Column('direction', sa.String(length=6), nullable=False),
    sa.Column('subscale', sa.String(length=20), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('scorer', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['rating.id'], name=op.f('fk_licensed_score_rating_id_rating')),
    sa.PrimaryKeyConstraint('rating_id', 'direction', 'subscale', name=op.f('pk_licensed_score'))
    )


def downgrade() -> None:
    # Answers stay, and with the file they can be scored again.
    op.drop_table('licensed_score')
    op.drop_column('case', 'form_key')
