"""Publishers are counted, and their latest found, out of the index alone."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_articles_publisher"), "articles")
    op.create_index(
        "ix_articles_publisher_dates",
        "articles",
        ["publisher", "published_at", "first_seen_at"],
        unique=False,
    )
