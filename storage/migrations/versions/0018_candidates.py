"""On SQLite what ranking needs of each article lies close together, not in rows as long as its text."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SQLITE_INDEX = (
    "CREATE INDEX ix_articles_candidate ON articles (id, publisher, language, published_at, story_id)",
    "CREATE INDEX ix_analyses_candidate ON analyses (article_id, title_terms, title_also)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_INDEX:
            op.get_bind().exec_driver_sql(statement)
