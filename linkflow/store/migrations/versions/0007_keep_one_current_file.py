"""Keep one current file: of an entity in a request, every file but one was replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Two files that arrived at the same instant may both have stayed; the youngest is the one that was shown.
REPLACE_OLDER = """
UPDATE uploads SET replaced_at = (
    SELECT max(current.created_at) FROM uploads AS current
    WHERE current.request_id = uploads.request_id AND current.entity_id = uploads.entity_id
    AND current.replaced_at IS NULL
)
WHERE replaced_at IS NULL AND id <> (
    SELECT youngest.id FROM uploads AS youngest
    WHERE youngest.request_id = uploads.request_id AND youngest.entity_id = uploads.entity_id
    AND youngest.replaced_at IS NULL
    ORDER BY youngest.created_at DESC, youngest.id DESC LIMIT 1
)
"""


def upgrade() -> None:
    """Apply."""
    op.execute(REPLACE_OLDER)
    op.create_index(
        "uq_uploads_current",
        "uploads",
        ["request_id", "entity_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
