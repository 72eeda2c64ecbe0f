"""what a need asks of each party, and who is still active"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

MODES = ('mode_t', 'mode_i', 'mode_c')
WAYS = "IN ('both', 'from', 'into')"
ACTIVE = ('therapist', 'client', 'room')


def upgrade() -> None:
    with op.batch_alter_table('language_need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wishes', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('direction', sa.String(length=6), nullable=False, server_default='both'))
        for name in MODES:
            batch_op.add_column(sa.Column(name, sa.String(length=12), nullable=False, server_default='in_person'))
    op.execute("UPDATE language_need SET mode_t = mode, mode_i = mode, mode_c = mode")
    with op.batch_alter_table('language_need', schema=None) as batch_op:
        batch_op.create_check_constraint(op.f('ck_language_need_direction'), f"direction {WAYS}")
        batch_op.drop_column('mode')

    with op.batch_alter_table('language_skill', schema=None) as batch_op:
        batch_op.add_column(sa.Column('works', sa.String(length=6), nullable=False, server_default='both'))
    with op.batch_alter_table('language_skill', schema=None) as batch_op:
        batch_op.create_check_constraint(op.f('ck_language_skill_works'), f"works {WAYS}")

    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attributes', sa.JSON(), nullable=False, server_default='[]'))
    for table in ACTIVE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('active', sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('void_from', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('void_at', sa.DateTime(timezone=True), nullable=True))
    # What an entry error was before is known only where it had been cancelled; when it was found, by its interpreter.
    op.execute(
        "UPDATE encounter SET void_from = CASE WHEN cancelled_at IS NULL THEN 'scheduled' ELSE 'cancelled' END, "
        "void_at = (SELECT max(a.ended_at) FROM assignment a JOIN slot s ON s.id = a.slot_id "
        "WHERE s.encounter_id = encounter.id AND a.reason = 'void') WHERE status = 'void'"
    )


def downgrade() -> None:
    with op.batch_alter_table('encounter', schema=None) as batch_op:
        batch_op.drop_column('void_at')
        batch_op.drop_column('void_from')

    for table in ACTIVE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('active')
    with op.batch_alter_table('interpreter', schema=None) as batch_op:
        batch_op.drop_column('attributes')

    with op.batch_alter_table('language_skill', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_language_skill_works'), type_='check')
        batch_op.drop_column('works')

    with op.batch_alter_table('language_need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mode', sa.String(length=12), nullable=False, server_default='in_person'))
    op.execute("UPDATE language_need SET mode = mode_i")
    with op.batch_alter_table('language_need', schema=None) as batch_op:
        for name in MODES:
            batch_op.drop_column(name)
        batch_op.drop_constraint(op.f('ck_language_need_direction'), type_='check')
        batch_op.drop_column('direction')
        batch_op.drop_column('wishes')
