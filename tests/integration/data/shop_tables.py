"""Tables of orders in every kind of database, and triggers on them."""

import sqlalchemy as sa


def kind(engine):
    return {"mysql": "mariadb"}.get(engine.name, engine.name)


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement.replace(":", r"\:")))


def all_of(engine, sql):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql))]


def trigger(engine, body, table="orders", *, when="BEFORE"):
    """A trigger at every UPDATE; `body` per database. In SQLite it follows the change."""
    own = body[kind(engine)]
    if kind(engine) == "sqlite":
        when = own[1] if isinstance(own, tuple) else "AFTER"
        own = own[0] if isinstance(own, tuple) else own
        return (f"CREATE TRIGGER touched {when} UPDATE ON {table} FOR EACH ROW BEGIN {own}; END",)
    if kind(engine) == "mariadb":
        return (f"CREATE TRIGGER touched {when} UPDATE ON {table} FOR EACH ROW BEGIN {own}; END",)
    return (
        f"CREATE OR REPLACE FUNCTION touch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {own}; END $$",
        f"CREATE TRIGGER touched {when} UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch_{table}()",
    )


def orders(engine, *more, columns=""):
    """Three orders, with numbers and times as text."""
    run(
        engine,
        "DROP TABLE IF EXISTS log",
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, name VARCHAR(40), tracking_number VARCHAR(40), "
        f"shipped_at VARCHAR(40), updated_at VARCHAR(40){columns})",
        "INSERT INTO orders (id, name, updated_at) VALUES (10, 'Ann', 'x'), (20, 'Bob', 'x'), (30, 'Carol', 'x')",
        *more,
    )


def numbers(engine):
    return [number for (number,) in all_of(engine, "SELECT tracking_number FROM orders ORDER BY id")]
