"""Keep the reports made from the books, what users correct in them, and the workbooks."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "workbooks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_from", sa.JSON(), nullable=False),
        sa.Column("filename", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_workbooks_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entities.id"], name=op.f("fk_workbooks_entity_id_entities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbooks")),
    )
    op.create_index(op.f("ix_workbooks_entity_id"), "workbooks", ["entity_id"], unique=False)
    op.create_index("ix_workbooks_newest", "workbooks", ["company_id", "kind", "asked_at"], unique=False)
    op.create_index(op.f("ix_workbooks_organization"), "workbooks", ["organization"], unique=False)
    op.create_table(
        "workbook_chunks",
        sa.Column("workbook_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workbook_id"], ["workbooks.id"], name=op.f("fk_workbook_chunks_workbook_id_workbooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workbook_id", "position", name=op.f("pk_workbook_chunks")),
    )
    op.create_table(
        "category_corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("change_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_category_corrections_connection_id_connections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_corrections")),
    )
    op.create_index("ix_category_corrections_of", "category_corrections", ["connection_id", "at", "id"], unique=False)
    op.create_index(
        op.f("ix_category_corrections_organization"), "category_corrections", ["organization"], unique=False
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sync_id", sa.String(length=32), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=True),
        sa.Column("last_month", sa.Date(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_reports_connection_id_connections"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_newest", "reports", ["connection_id", "kind", "number"], unique=False)
    op.create_index(op.f("ix_reports_organization"), "reports", ["organization"], unique=False)
    op.create_table(
        "current_reports",
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_current_reports_connection_id_connections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_current_reports_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection_id", "kind", name=op.f("pk_current_reports")),
    )
    op.create_index(op.f("ix_current_reports_report_id"), "current_reports", ["report_id"], unique=False)
    op.create_table(
        "financial_amounts",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_financial_amounts_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "position", "month", name=op.f("pk_financial_amounts")),
    )
    op.create_table(
        "financial_lines",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=True),
        sa.Column("account_code", sa.Text(), nullable=True),
        sa.Column("account_class", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=120), nullable=True),
        sa.Column("suggested", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("confidence", sa.String(length=40), nullable=True),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("marked", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_financial_lines_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_financial_lines")),
    )
    op.create_table(
        "spend_ageing",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=255), nullable=False),
        sa.Column("bucket", sa.String(length=40), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_spend_ageing_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "supplier_id", "bucket", name=op.f("pk_spend_ageing")),
    )
    op.create_table(
        "spend_rows",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("outstanding_bills", sa.Integer(), nullable=False),
        sa.Column("late_bills", sa.Integer(), nullable=False),
        sa.Column("bills_without_due_date", sa.Integer(), nullable=False),
        sa.Column("credit_notes", sa.Integer(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("expenses", sa.Integer(), nullable=False),
        sa.Column("billed", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("with_terms", sa.BigInteger(), nullable=False),
        sa.Column("terms_days", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("settled_days", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("expensed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_spend_rows_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "month", "supplier_id", "method", name=op.f("pk_spend_rows")),
    )
    op.create_table(
        "spend_suppliers",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("method_by_count", sa.String(length=40), nullable=False),
        sa.Column("method_by_amount", sa.String(length=40), nullable=False),
        sa.Column("method_by_field", sa.String(length=40), nullable=False),
        sa.Column("last_bill_on", sa.Date(), nullable=True),
        sa.Column("last_expense_on", sa.Date(), nullable=True),
        sa.Column("first_seen_on", sa.Date(), nullable=True),
        sa.Column("last_card_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_spend_suppliers_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "supplier_id", name=op.f("pk_spend_suppliers")),
    )
    op.create_table(
        "spend_terms",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("billed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_spend_terms_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "month", "supplier_id", "method", "days", name=op.f("pk_spend_terms")),
    )
    op.add_column("bill_payments", sa.Column("sync_id", sa.String(length=32), nullable=True))
    op.add_column("bills", sa.Column("sync_id", sa.String(length=32), nullable=True))
    op.add_column("credit_notes", sa.Column("sync_id", sa.String(length=32), nullable=True))
    op.add_column("expenses", sa.Column("sync_id", sa.String(length=32), nullable=True))
