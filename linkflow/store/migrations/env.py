"""Alembic's environment: runs on the connection it is handed, and sees our own tables only.

The durable engine keeps tables beside ours; a migration must neither notice nor touch them.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from linkflow.store import types
from linkflow.store.migrating import is_ours
from linkflow.store.tables import metadata

PLAIN = {types.Money: "sa.BigInteger()", types.Exact: "sa.Text()", types.UtcDateTime: "sa.DateTime()"}


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write a revision with plain column types, so that it does not change when ours do."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    render_item=render_item,
    version_table="linkflow_schema",
    transactional_ddl=True,
)
context.run_migrations()
