"""wordings read aloud"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voice_clip',
    sa.Column('id', sa.String(length=24), nullable=False),
    sa.Column('version_key', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('origin', sa.String(length=12), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('wording_hash', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('interprets', sa.Boolean(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('ogg', 'mp3', 'wav', 'm4a')", name=op.f('ck_voice_clip_kind')),
    sa.CheckConstraint("origin IN ('recorded', 'synthetic')", name=op.f('ck_voice_clip_origin')),
    sa.CheckConstraint('size BETWEEN 1 AND 40000', name=op.f('ck_voice_clip_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_clip')),
    sa.UniqueConstraint('version_key', 'language', 'unit', 'origin', name=op.f('uq_voice_clip_version_key_language_unit_origin'))
    )


def downgrade() -> None:
    op.drop_table('voice_clip')
