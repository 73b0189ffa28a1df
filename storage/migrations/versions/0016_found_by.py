"""What points to orders, editions and chats is found by an index when they go, not by reading it all."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("editions", "digest_id"), ("outbox", "edition_id"), ("buttons", "chat_id")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
