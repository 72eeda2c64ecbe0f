"""frozen figures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('frozen_figure',
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('edition', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('contents', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('period', 'edition', 'kind', name=op.f('pk_frozen_figure'))
    )


def downgrade() -> None:
    op.drop_table('frozen_figure')
