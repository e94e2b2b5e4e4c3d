"""Read the audit log by who and what: its filters find their rows in order, however many there are."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_events_organization_at", table_name="events")
    op.create_index("ix_events_log", "events", ["organization", "at", "id"])
    op.create_index("ix_events_log_actor", "events", ["organization", "actor", "at", "id"])
    op.create_index("ix_events_log_kind", "events", ["organization", "kind", "at", "id"])
    op.drop_index("ix_events_company_id", table_name="events")
    op.create_index("ix_events_company_id", "events", ["company_id", "at", "id"])
