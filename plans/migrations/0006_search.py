"""The words of the steps, which the database itself keeps true: whoever writes a step writes its words too.

So that one changed step still takes three statements, and a mirror that is made again has its words again.
"""

# ruff: noqa: S608 - nothing in these statements comes from outside

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Notes of another program may be of any length; PostgreSQL refuses a vector of more than a megabyte. Nobody
# looks for a word that far down.
_LONGEST = 60_000

_SQLITE_DOING = (
    "(CASE WHEN json_valid({row}.document) THEN json_extract({row}.document, '$.active_form') END)"
)
_SQLITE_NOTES = (
    "substr((CASE WHEN json_valid({row}.document) THEN json_extract({row}.document, '$.notes') END), 1, "
    f"{_LONGEST})"
)


def _sqlite_words(row: str) -> str:
    doing, notes = _SQLITE_DOING.format(row=row), _SQLITE_NOTES.format(row=row)
    return (
        f"substr({row}.title, 1, {_LONGEST}), "
        f"{row}.owner || ' ' || ifnull(substr({doing}, 1, {_LONGEST}), ''), ifnull({notes}, '')"
    )


_CHANGED = " OR ".join(
    f"{what.format(row='old')} IS NOT {what.format(row='new')}"
    for what in ("{row}.title", "{row}.owner", _SQLITE_DOING, _SQLITE_NOTES)
)

_SQLITE = (
    """
    CREATE VIRTUAL TABLE plans_words USING fts5(
        title, said, notes, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    )
    """,
    f"""
    INSERT INTO plans_words (rowid, title, said, notes)
    SELECT step.id, {_sqlite_words("step")} FROM plans_step AS step
    """,
    f"""
    CREATE TRIGGER plans_words_of_a_new_step AFTER INSERT ON plans_step BEGIN
        INSERT INTO plans_words (rowid, title, said, notes) VALUES (new.id, {_sqlite_words("new")});
    END
    """,
    f"""
    CREATE TRIGGER plans_words_of_a_changed_step AFTER UPDATE OF title, owner, document ON plans_step
    WHEN {_CHANGED} BEGIN
        UPDATE plans_words SET (title, said, notes) = (SELECT {_sqlite_words("new")}) WHERE rowid = new.id;
    END
    """,
    """
    CREATE TRIGGER plans_words_of_a_lost_step AFTER DELETE ON plans_step BEGIN
        DELETE FROM plans_words WHERE rowid = old.id;
    END
    """,
)
_SQLITE_UNDONE = (
    "DROP TRIGGER plans_words_of_a_new_step",
    "DROP TRIGGER plans_words_of_a_changed_step",
    "DROP TRIGGER plans_words_of_a_lost_step",
    "DROP TABLE plans_words",
)

# Signs become spaces: PostgreSQL would take "payments.ledger" for a host and "shadow/diff" for a file, whole.
_SIGNS = r"""!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~"""
_SIGN_COUNT = 32

_POSTGRESQL = (
    """
    CREATE FUNCTION plans_step_words() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        said json;
    BEGIN
        -- A document that this database cannot read is of a step that is found by its title and owner alone.
        BEGIN
            said := NEW.document::json;
        EXCEPTION WHEN OTHERS THEN
            said := '{}'::json;
        END;
        BEGIN
            NEW.words :=
                setweight(plans_vector(NEW.title), 'A')
                || setweight(plans_vector(concat_ws(' ', NEW.owner, said ->> 'active_form')), 'B')
                || setweight(plans_vector(said ->> 'notes'), 'C');
        EXCEPTION WHEN OTHERS THEN
            NEW.words := setweight(plans_vector(NEW.title), 'A');
        END;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER plans_step_words BEFORE INSERT OR UPDATE OF title, owner, document ON plans_step
    FOR EACH ROW EXECUTE FUNCTION plans_step_words()
    """,
    "UPDATE plans_step SET title = title",
    "CREATE INDEX plans_step_words ON plans_step USING gin (words)",
)
_POSTGRESQL_FIRST = (
    "ALTER TABLE plans_step ADD COLUMN words tsvector",
    f"""
    CREATE FUNCTION plans_vector(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector(
            'simple',
            translate(left(coalesce(said, ''), {_LONGEST}), '{_SIGNS}', repeat(' ', {_SIGN_COUNT}))
        )
    $$
    """,
)
_POSTGRESQL_UNDONE = (
    "DROP TRIGGER plans_step_words ON plans_step",
    "DROP FUNCTION plans_step_words()",
    "ALTER TABLE plans_step DROP COLUMN words",
    "DROP FUNCTION plans_vector(text)",
)


def make(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make what the database at hand finds words with."""
    engines = {"sqlite": _SQLITE, "postgresql": (*_POSTGRESQL_FIRST, *_POSTGRESQL)}
    for statement in engines[editor.connection.vendor]:
        editor.execute(statement, params=None)


def unmake(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    engines = {"sqlite": _SQLITE_UNDONE, "postgresql": _POSTGRESQL_UNDONE}
    for statement in engines[editor.connection.vendor]:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Find steps by their words."""

    dependencies: ClassVar = [("plans", "0005_cancelled")]

    operations: ClassVar = [migrations.RunPython(make, unmake)]
