"""Let a company go: a mark that it is going, a record that it went, and triggers that let its history go with it.

Consent records stay until the deletion's record says that their time is over; so do the few events that say what was
done. Every reference whose target is deleted gets an index, without which each deleted row reads a whole table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXED = (
    ("attempts", "entity_id"),
    ("attempts", "grant_id"),
    ("consents", "company_id"),
    ("links", "entity_id"),
    ("messages", "link_id"),
    ("request_entities", "grant_id"),
    ("uploads", "entity_id"),
)
FORGOTTEN = "EXISTS (SELECT 1 FROM deletions WHERE company_id = OLD.company_id AND forgotten_at IS NOT NULL)"
GONE = "EXISTS (SELECT 1 FROM deletions WHERE company_id = OLD.company_id)"
PASSING = "OLD.kind NOT IN ('company-deleted', 'grant-revoked', 'company-erased')"
MAY_GO = {"consents": FORGOTTEN, "events": f"({FORGOTTEN} OR ({PASSING} AND {GONE}))"}
"""Table → when one of its rows may be deleted; none may be changed."""


def upgrade() -> None:
    """Apply."""
    op.add_column("companies", sa.Column("deleting_at", sa.DateTime(), nullable=True))
    op.create_table(
        "deletions",
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_deletions")),
    )
    op.create_index(op.f("ix_deletions_organization"), "deletions", ["organization"], unique=False)
    for table, column in INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for table, condition in MAY_GO.items():
        if op.get_bind().dialect.name == "sqlite":
            _on_sqlite(table, condition)
        else:
            _on_postgresql(table, condition)


def _on_sqlite(table: str, condition: str) -> None:
    op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql(table: str, condition: str) -> None:
    op.execute(
        f"CREATE FUNCTION linkflow_keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {condition} THEN RETURN OLD; END IF; RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION linkflow_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION linkflow_keep_{table}()"
    )
