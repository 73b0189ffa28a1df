"""Alembic's entry: runs the migrations over the connection it is handed."""

from alembic import context

from storage.schema import metadata
from storage.schema_chats import chats  # noqa: F401 - its tables belong to the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
