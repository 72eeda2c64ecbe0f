"""wordings under review"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from triad.store.migrations import only

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

TABLES = ('wording_pack', 'wording_review', 'wording_step')
WHY = 'what was said of a wording is only added to'


def upgrade() -> None:
    op.create_table('wording_pack',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('version_key', sa.String(length=60), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('source_hash', sa.String(length=64), nullable=False),
    sa.Column('units', sa.JSON(), nullable=False),
    sa.Column('own', sa.JSON(), nullable=False),
    sa.Column('source', sa.JSON(), nullable=False),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_wording_pack'))
    )
    op.create_index(op.f('ix_wording_pack_hash'), 'wording_pack', ['hash'], unique=False)
    op.create_index(op.f('ix_wording_pack_language'), 'wording_pack', ['language'], unique=False)
    op.create_table('wording_review',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('version_key', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('about', sa.String(length=64), nullable=False),
    sa.Column('verdict', sa.String(length=8), nullable=False),
    sa.Column('proposed', sa.String(length=600), nullable=False),
    sa.Column('comment', sa.String(length=1000), nullable=False),
    sa.Column('back_translation', sa.String(length=600), nullable=False),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('interprets', sa.Boolean(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('ok', 'change', 'query')", name=op.f('ck_wording_review_verdict')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_wording_review'))
    )
    op.create_index(op.f('ix_wording_review_language'), 'wording_review', ['language'], unique=False)
    op.create_table('wording_step',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('pack', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('signer', sa.String(length=200), nullable=False),
    sa.Column('credential', sa.String(length=200), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['pack'], ['wording_pack.number'], name=op.f('fk_wording_step_pack_wording_pack')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_wording_step'))
    )
    op.create_index(op.f('ix_wording_step_pack'), 'wording_step', ['pack'], unique=False)
    for name in TABLES:
        for verb in ('UPDATE', 'DELETE'):
            only('sqlite', f"CREATE TRIGGER {name}_append_only_{verb.lower()} BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, '{WHY}'); END")
        only('postgresql', f"CREATE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WHY}'; END $$")
        only('postgresql', f'CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()')


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
        only('postgresql', f'DROP FUNCTION {name}_append_only()')
