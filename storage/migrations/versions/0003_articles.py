"""What articles and their versions keep: earlier wordings, further addresses, pages owed, boilerplate."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def _of_article(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id"], ["articles.id"], name=op.f(f"fk_{table}_article_id_articles"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.add_column("feeds", sa.Column("braked_at", _AT, nullable=True))
    op.add_column("articles", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_articles_feed_seen", "articles", ["feed_id", "first_seen_at"], unique=False)
    has_wire = sa.text("wire_of IS NOT NULL")
    op.create_index(
        "ix_articles_wire_of",
        "articles",
        ["wire_of"],
        unique=False,
        sqlite_where=has_wire,
        postgresql_where=has_wire,
    )
    has_text = sa.text("text <> ''")
    op.create_index(
        "ix_articles_with_text",
        "articles",
        ["first_seen_at"],
        unique=False,
        sqlite_where=has_text,
        postgresql_where=has_text,
    )
    op.create_index(op.f("ix_stories_lead_id"), "stories", ["lead_id"], unique=False)
    op.create_index(op.f("ix_entries_article_id"), "entries", ["article_id"], unique=False)
    op.create_index("ix_entries_feed_seen", "entries", ["feed_id", "first_seen_at"], unique=False)
    op.create_index(op.f("ix_listings_item_id"), "listings", ["item_id"], unique=False)
    op.create_index(op.f("ix_topic_matches_article_id"), "topic_matches", ["article_id"], unique=False)
    op.create_table(
        "versions",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("replaced_at", _AT, nullable=False),
        _of_article("versions"),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_versions")),
    )
    op.create_table(
        "addresses",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        _of_article("addresses"),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_article_id"), "addresses", ["article_id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("awaited_until", _AT, nullable=False),
        _of_article("pages"),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_due_at"), "pages", ["due_at"], unique=False)
    op.create_table(
        "boilerplate",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("found_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("host", "line", name=op.f("pk_boilerplate")),
    )
