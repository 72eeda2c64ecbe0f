"""wishes for another interpreter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

ANOTHER = sa.text('closed_at IS NULL AND encounter_id IS NOT NULL')


def upgrade() -> None:
    with op.batch_alter_table('contact_wish', schema=None) as batch_op:
        batch_op.add_column(sa.Column('encounter_id', sa.String(length=24), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_contact_wish_encounter_id_encounter'), 'encounter', ['encounter_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_contact_wish_encounter_id'), ['encounter_id'], unique=False)
    op.create_index('uq_contact_wish_another', 'contact_wish', ['case_id'], unique=True, sqlite_where=ANOTHER, postgresql_where=ANOTHER)


def downgrade() -> None:
    # Without the column they would be wishes to be contacted, which the therapist is shown: what was promised goes first.
    op.execute('DELETE FROM contact_wish WHERE encounter_id IS NOT NULL')
    op.drop_index('uq_contact_wish_another', table_name='contact_wish')
    with op.batch_alter_table('contact_wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_wish_encounter_id'))
        batch_op.drop_constraint(batch_op.f('fk_contact_wish_encounter_id_encounter'), type_='foreignkey')
        batch_op.drop_column('encounter_id')
