"""role norms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('role_norm',
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('edition', sa.String(length=10), nullable=False),
    sa.Column('dyad', sa.String(length=2), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('period', 'edition', 'dyad', name=op.f('pk_role_norm'))
    )


def downgrade() -> None:
    op.drop_table('role_norm')
