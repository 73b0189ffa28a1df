"""The first schema."""

from alembic import op

from storage.dialects import postgresql, sqlite
from storage.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    dialect = sqlite if op.get_bind().dialect.name == "sqlite" else postgresql
    for statement in dialect.CREATE_INDEX:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("Depesche migrates forward; restore a backup to go back")
