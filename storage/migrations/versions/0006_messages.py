"""What messages and their buttons keep: a chat's format, rich parts and what replaces them, saved stories."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("chats") as batch:
        batch.add_column(sa.Column("format", sa.String(), nullable=False, server_default="auto"))
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("is_rich", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("instead", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "saved",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_saved_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_saved_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "story_id", name=op.f("pk_saved")),
    )
    op.create_index(op.f("ix_saved_story_id"), "saved", ["story_id"], unique=False)
