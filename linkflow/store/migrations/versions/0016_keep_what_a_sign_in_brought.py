"""Keep which client a sign-in was begun with, what stands in its software's addresses, and when it ends for good."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("attempts", sa.Column("inputs", sa.Text(), server_default="{}", nullable=False))
    op.add_column("attempts", sa.Column("client_id", sa.String(length=255), nullable=True))
    op.add_column("grants", sa.Column("client_id", sa.String(length=255), nullable=True))
    op.add_column("grants", sa.Column("ends_at", sa.DateTime(), nullable=True))
    op.add_column("sync_parts", sa.Column("since", sa.DateTime(), nullable=True))
