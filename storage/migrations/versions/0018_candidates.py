"""On SQLite a small row of each article has what ranking reads of it: a search reads hundreds, far apart."""

# ruff: noqa: S608 - constants alone
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TITLE = "' ' || {0}.title_terms || ' ', ' ' || {0}.title_also || ' '"
_OF_ARTICLE = "articles.publisher, CAST(strftime('%s', articles.published_at) AS INTEGER), articles.story_id"
SQLITE_CANDIDATES = (
    """CREATE TABLE candidates (
        article_id INTEGER NOT NULL CONSTRAINT pk_candidates PRIMARY KEY,
        title_terms TEXT NOT NULL,
        title_also TEXT NOT NULL,
        publisher TEXT NOT NULL,
        published_s INTEGER NOT NULL,
        story_id INTEGER)""",
    f"""INSERT INTO candidates SELECT analyses.article_id, {_TITLE.format("analyses")}, {_OF_ARTICLE}
        FROM analyses JOIN articles ON articles.id = analyses.article_id ORDER BY analyses.article_id""",
    f"""CREATE TRIGGER candidates_insert AFTER INSERT ON analyses BEGIN
        INSERT INTO candidates SELECT new.article_id, {_TITLE.format("new")}, {_OF_ARTICLE}
        FROM articles WHERE articles.id = new.article_id; END""",
    f"""CREATE TRIGGER candidates_title AFTER UPDATE OF title_terms, title_also ON analyses BEGIN
        UPDATE candidates SET (title_terms, title_also) = ({_TITLE.format("new")})
        WHERE article_id = new.article_id; END""",
    """CREATE TRIGGER candidates_delete AFTER DELETE ON analyses BEGIN
        DELETE FROM candidates WHERE article_id = old.article_id; END""",
    """CREATE TRIGGER candidates_article AFTER UPDATE OF publisher, published_at, story_id ON articles BEGIN
        UPDATE candidates SET (publisher, published_s, story_id) =
            (new.publisher, CAST(strftime('%s', new.published_at) AS INTEGER), new.story_id)
        WHERE article_id = new.id; END""",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_CANDIDATES:
            op.get_bind().exec_driver_sql(statement)
