"""Keep notes, what reconnecting needs, and companies chosen in place of others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("connections", sa.Column("end_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("connections", sa.Column("reconnect_asked_at", sa.DateTime(), nullable=True))
    op.add_column("connections", sa.Column("books_unwanted_at", sa.DateTime(), nullable=True))
    op.create_table(
        "tenant_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.String(length=32), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("pending_id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=255), nullable=False),
        sa.Column("tenant_name", sa.String(length=255), nullable=False),
        sa.Column("tenant_country", sa.String(length=2), nullable=True),
        sa.Column("tenant_currency", sa.String(length=3), nullable=True),
        sa.Column("name_matches", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_tenant_changes_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (
                ("company_id", "companies"),
                ("connection_id", "connections"),
                ("entity_id", "entities"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_changes")),
    )
    for column in ("company_id", "connection_id", "organization"):
        op.create_index(op.f(f"ix_tenant_changes_{column}"), "tenant_changes", [column], unique=False)
    op.create_index(
        "uq_tenant_changes_open",
        "tenant_changes",
        ["connection_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'approved')"),
        postgresql_where=sa.text("state IN ('asked', 'approved')"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_notes_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notes_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_newest", "notes", ["company_id", "written_at"], unique=False)
    op.create_index(op.f("ix_notes_organization"), "notes", ["organization"], unique=False)
    op.create_index(op.f("ix_notes_user_id"), "notes", ["user_id"], unique=False)
