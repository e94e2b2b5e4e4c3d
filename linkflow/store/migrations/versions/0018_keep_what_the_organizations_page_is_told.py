"""Keep what is set with a request for the organization's own page that follows the end."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("requests", sa.Column("redirect_parameters", sa.Text(), server_default="{}", nullable=False))
