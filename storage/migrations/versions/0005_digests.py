"""What schedules and editions keep: quiet hours, claims, what did not fit; follows, mutes, opinions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("chats") as batch:
        batch.add_column(sa.Column("quiet_from", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("quiet_to", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("tells_empty", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("looked_until", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("empty_said_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE chats SET looked_until = (SELECT max(created_at) FROM editions"
        " WHERE editions.chat_id = chats.id AND editions.state <> 'skipped')"
    )
    with op.batch_alter_table("digests") as batch:
        batch.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("rules", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_digests_rules"), "digests", ["rules"], unique=False)
    with op.batch_alter_table("editions") as batch:
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("looked_from", sa.DateTime(timezone=True), nullable=True))
    _create("follows", sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False))
    op.create_index(op.f("ix_follows_story_id"), "follows", ["story_id"], unique=False)
    _create(
        "opinions",
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "mutes",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_mutes_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "kind", "about", name=op.f("pk_mutes")),
    )


def _create(table: str, *columns: sa.Column[Any]) -> None:
    """A table of one row per chat and story."""
    op.create_table(
        table,
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f(f"fk_{table}_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f(f"fk_{table}_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "story_id", name=op.f(f"pk_{table}")),
    )
