"""Keep when each sign-in is renewed and when it needs a person, and whom users asked to sign in again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("grants", sa.Column("renew_at", sa.DateTime(), nullable=True))
    op.add_column("grants", sa.Column("renew_failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grants", sa.Column("human_at", sa.DateTime(), nullable=True))
    op.add_column("grants", sa.Column("human_why", sa.String(length=40), nullable=True))
    op.add_column("grants", sa.Column("sibling_key", sa.String(length=64), nullable=True))
    op.create_index("ix_grants_upkeep", "grants", ["software", "state", "renew_at"], unique=False)
    op.create_index("ix_connections_listed", "connections", ["organization", "state"], unique=False)
    op.create_table(
        "asking_batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking_batches")),
    )
    op.create_index("ix_asking_batches_newest", "asking_batches", ["organization", "created_at"], unique=False)
    op.create_index(op.f("ix_asking_batches_organization"), "asking_batches", ["organization"], unique=False)
    op.create_table(
        "askings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("request_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("skipped", sa.String(length=40), nullable=True),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_askings_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (
                ("company_id", "companies"),
                ("connection_id", "connections"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_askings")),
    )
    for column in ("organization", "company_id", "connection_id"):
        op.create_index(op.f(f"ix_askings_{column}"), "askings", [column], unique=False)
    op.create_index("ix_askings_place", "askings", ["batch_id", "position"], unique=False)
    is_open = sa.text("asked_at IS NOT NULL AND done_at IS NULL AND stopped_at IS NULL")
    for name, columns in (("opened", ["request_id"]), ("reminded", ["organization", "asked_at"])):
        op.create_index(f"ix_askings_{name}", "askings", columns, sqlite_where=is_open, postgresql_where=is_open)
