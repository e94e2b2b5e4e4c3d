"""Keep when each sign-in is renewed, and when it needs a person."""

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
    op.add_column("grants", sa.Column("user_key", sa.String(length=64), nullable=True))
    op.create_index("ix_grants_upkeep", "grants", ["software", "state", "renew_at"], unique=False)
