"""What a digest without topics tells: the headlines of all, of a country, of a section."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("chats") as table:
        table.add_column(sa.Column("headlines", sa.String(), nullable=False, server_default=""))
