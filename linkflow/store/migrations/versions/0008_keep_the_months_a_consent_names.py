"""Keep the months a consent names: how long what it shares is kept. Older records have none: as configured."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. A column is added without touching a row: records of consent are never altered."""
    op.add_column("consents", sa.Column("retention_months", sa.Integer(), nullable=True))
