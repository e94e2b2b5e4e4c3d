"""Sort what a search of the companies found without reading its rows."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SORTS = ("name_key", "contact_key", "users_key", "status_key", "created_at", "changed_at", "reports_at")


def upgrade() -> None:
    """Apply."""
    for sort in SORTS:
        op.create_index(f"ix_company_listings_found_{sort}", "company_listings", ["scope", "number", "status", sort])
