"""Words so frequent that the pairs they stand in are terms of their own (storage/pairs.py)."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frequent_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("looked_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_frequent_terms")),
        sqlite_with_rowid=False,
    )
    # As if the archive had outgrown them: they and the frequent words are written down within the hour.
    op.execute("DELETE FROM completions WHERE start = ''")
