"""On SQLite the ledger lies by chat and the matches by topic, as they are read: no index leads elsewhere.

A line of the ledger keeps the numbers of what told it, and no longer looks for it: for each edition removed
with its chat the whole ledger was searched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_told_edition_id"), "told", type_="foreignkey")
        op.drop_constraint(op.f("fk_told_broadcast_id"), "told", type_="foreignkey")
        return
    op.rename_table("told", "old_told")
    op.create_table(
        "told",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_id", _ID, nullable=True),
        sa.Column("broadcast_id", _ID, nullable=True),
        _of("told", "chat", "chats"),
        _of("told", "story", "stories"),
        sa.PrimaryKeyConstraint("chat_id", "story_id", name=op.f("pk_told")),
        sqlite_with_rowid=False,
    )
    _move("told", "chat_id, story_id, version, told_at, edition_id, broadcast_id")
    op.rename_table("topic_matches", "old_topic_matches")
    op.create_table(
        "topic_matches",
        sa.Column("topic_id", _ID, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        _of("topic_matches", "article", "articles"),
        _of("topic_matches", "topic", "topics"),
        sa.PrimaryKeyConstraint("topic_id", "article_id", name=op.f("pk_topic_matches")),
        sqlite_with_rowid=False,
    )
    _move("topic_matches", "topic_id, article_id, score")
    op.create_index(op.f("ix_topic_matches_article_id"), "topic_matches", ["article_id"], unique=False)


def _of(table: str, kind: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{kind}_id")
    return sa.ForeignKeyConstraint([f"{kind}_id"], [f"{other}.id"], name=name, ondelete="CASCADE")


def _move(table: str, columns: str) -> None:
    # In the order they will lie in; the sum keeps SQLite from walking the old index, a jump a row.
    first, second = columns.split(", ")[:2]
    op.execute(
        f"INSERT INTO {table}({columns}) SELECT {columns} FROM old_{table} ORDER BY +{first}, {second}"  # noqa: S608
    )
    op.drop_table(f"old_{table}")
