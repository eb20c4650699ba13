"""Runs migrations over the connection that the ledger hands in: one transaction, never by alembic's own command."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()
