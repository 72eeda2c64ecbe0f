"""plans that can be taken back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('staffing_line', sa.Column('settled_version', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('staffing_line', 'settled_version')
