"""Publishers are terms of the text index; older articles get theirs bit by bit."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """INSERT INTO frequent_terms(term, looked_to, is_complete)
        SELECT '·', 0, NOT EXISTS (SELECT 1 FROM analyses)"""
    )
