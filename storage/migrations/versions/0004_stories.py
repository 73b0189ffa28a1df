"""What stories keep: what developed, and what readers say does not belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "developments",
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_developments_story_id_stories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_developments_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("story_id", "version", name=op.f("pk_developments")),
    )
    op.create_index(op.f("ix_developments_article_id"), "developments", ["article_id"], unique=False)
    op.create_table(
        "judgements",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_judgements_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_judgements_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["articles.id"], name=op.f("fk_judgements_other_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "kind", "article_id", "other_id", name=op.f("pk_judgements")),
    )
    op.create_index(op.f("ix_judgements_article_id"), "judgements", ["article_id"], unique=False)
    op.create_index(op.f("ix_judgements_other_id"), "judgements", ["other_id"], unique=False)
    op.create_table(
        "sketches",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_sketches_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sketches")),
        sa.UniqueConstraint("article_id", name=op.f("uq_sketches_article_id")),
    )
    op.create_index(op.f("ix_sketches_day"), "sketches", ["day"], unique=False)
