"""Who goes first of those due at the same instant: somewhere, and turned round each time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("digests") as table:
        table.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    # Spread over the numbers there are; both databases multiply and divide whole numbers alike.
    op.execute("UPDATE digests SET place = (id % 1000003) * 40503 % 2147483647")
    op.drop_index(op.f("ix_digests_next_due_at"), "digests")
    op.create_index("ix_digests_due", "digests", ["next_due_at", "place"], unique=False)
