"""What the breaking desk keeps: how an item goes out, how far it has been fed, in which wording it is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("broadcasts") as table:
        table.add_column(sa.Column("story_version", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("topic_ids", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(
            sa.Column("edits_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        table.add_column(sa.Column("in_quiet", sa.String(), nullable=False, server_default="silent"))
        table.add_column(sa.Column("paid", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("approved_by", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("fed_to", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("fed", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("capped", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("is_fed", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What ran before was put into the outbox whole.
    op.execute("UPDATE broadcasts SET is_fed = (1 = 1), fed = audience WHERE state IN ('running', 'done')")
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("paid", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(op.f("ix_outbox_broadcast_id"), "outbox")
    op.create_index(
        "ix_outbox_of_broadcast",
        "outbox",
        ["broadcast_id", "state", "revision", "ended_at"],
        unique=False,
        sqlite_where=sa.text("broadcast_id IS NOT NULL"),
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )
