"""What a database's errors mean, and what its triggers' texts tell."""

import sqlite3

import psycopg
import pymysql
import pytest
from sqlalchemy.exc import DatabaseError, OperationalError

from mcp_servers.data.reading.catalogue import assigned_in
from mcp_servers.data.reading.refusals import passing, reason_of, refused, row_is_locked


def postgres(state):
    return psycopg.errors.lookup(state)("said so")


def sqlite(code):
    error = sqlite3.OperationalError("said so")
    error.sqlite_errorcode = code
    return error


def wrapped(orig):
    return OperationalError("UPDATE orders", {"number": "1Z1"}, orig)


PASSING = [
    *(postgres(state) for state in ("40001", "40P01", "55P03", "53300", "57P01", "57014", "08006")),
    *(pymysql.err.OperationalError(code, "said so") for code in (1205, 1213, 2006, 2013, 1040)),
    pymysql.err.InterfaceError(0, ""),
    psycopg.OperationalError("connection refused"),
    *map(sqlite, (5, 6, 5 | 2 << 8, 10, 13)),
]
FOR_GOOD = [
    *(postgres(state) for state in ("23514", "23502", "22001", "42501", "42703", "42P01", "25006", "P0001", "22P02")),
    *(pymysql.err.OperationalError(code, "said so") for code in (4025, 3819, 1045, 1054, 1290, 1142, 1644)),
    pymysql.err.DataError(1406, "Data too long for column 'tracking_number'"),
    psycopg.OperationalError('FATAL:  password authentication failed for user "ann"'),
    *map(sqlite, (1, 8, 11, 14, 19, 26)),
]


@pytest.mark.parametrize("orig", PASSING, ids=repr)
def test_what_passes_may_be_tried_again(orig):
    assert passing(wrapped(orig))
    assert refused(wrapped(orig), "db:shop").retryable is True


@pytest.mark.parametrize("orig", FOR_GOOD, ids=repr)
def test_what_a_rule_forbids_is_not_tried_again(orig):
    assert not passing(wrapped(orig))
    answer = refused(wrapped(orig), "db:shop")
    assert (answer.code, answer.retryable) == ("E-4012", False)
    assert "1Z1" not in str(answer.as_dict())


def test_a_lost_connection_passes_whatever_it_said():
    assert passing(DatabaseError("UPDATE", {}, postgres("XX000"), connection_invalidated=True))


def test_a_lock_on_one_row_is_told_from_trouble_of_the_whole():
    locked = (postgres("55P03"), pymysql.err.OperationalError(1205, "Lock wait timeout exceeded"))
    assert [row_is_locked(wrapped(orig)) for orig in locked] == [True, True]
    assert not row_is_locked(wrapped(postgres("40P01")))
    assert not row_is_locked(wrapped(pymysql.err.OperationalError(1213, "Deadlock found")))
    assert reason_of(wrapped(locked[1])) == "Lock wait timeout exceeded"


BODIES = [
    ("\nBEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND", {"updated_at"}),
    (
        'BEGIN NEW."Changed At" = now(); IF NEW.zip = OLD.zip THEN NEW.kept := true; END IF; RETURN NEW; END',
        {"changed at", "kept"},
    ),
    ("IF NEW.name = OLD.name AND NEW.zip = OLD.zip THEN RETURN NULL; END IF; RETURN NEW", set()),
    ("SET NEW.a = 1, NEW.`b c` = now()", {"a", "b c"}),
    (
        "CREATE TRIGGER t AFTER UPDATE ON orders BEGIN UPDATE orders SET a = 1, [b] = lower(c) WHERE id = NEW.id; END",
        {"a", "b"},
    ),
    ('UPDATE "orders" SET "A" = (SELECT max(x) FROM y) WHERE id = 1', {"a"}),
    ("UPDATE main.orders SET a = 1; UPDATE stock SET b = 2 WHERE c = 3", {"a"}),
    ("UPDATE other_orders SET a = 1", set()),
    ("/* NEW.a := 1; */ -- NEW.b := 2;\nINSERT INTO log VALUES (NEW.c)", set()),
    ("SELECT now() INTO NEW.a", set()),
]


@pytest.mark.parametrize(("body", "columns"), BODIES)
def test_what_a_trigger_assigns_is_read_from_its_text(body, columns):
    assert assigned_in(body, "orders") == columns
