"""Count a company's changes, so that of two people who edit it at once the second is told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("companies", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
