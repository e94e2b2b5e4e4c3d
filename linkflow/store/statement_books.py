"""What financial reports are made of: the statements and the chart of accounts of one connection's books."""

from sqlalchemy import select

from linkflow.domain.books import Account, AccountClass, LineKind, Period, Statement, StatementLine
from linkflow.domain.ports import Transaction
from linkflow.store.books_tables import accounts, statement_lines


def lines(tx: Transaction, connection_id: str, *, period: Period) -> tuple[StatementLine, ...]:
    """Every line and total of both statements in whole months, in the order of the statements."""
    of = statement_lines.c.connection_id == connection_id
    within = statement_lines.c.period_end.between(period.first_month, period.ends_on)
    order = statement_lines.c.period_end, statement_lines.c.position, statement_lines.c.external_id
    found = tx.connection.execute(select(statement_lines).where(of, within).order_by(*order)).mappings()
    return tuple(
        StatementLine(
            external_id=row["external_id"],
            statement=Statement(row["statement"]),
            period_end=row["period_end"],
            label=row["label"],
            amount=row["amount"],
            kind=LineKind(row["kind"]),
            section=tuple(row["section"]),
            account_id=row["account_id"],
            position=row["position"],
        )
        for row in found
    )


def chart(tx: Transaction, connection_id: str) -> dict[str, Account]:
    """The accounts by their ids."""
    columns = [column for column in accounts.c if column.name != "connection_id"]
    found = tx.connection.execute(select(*columns).where(accounts.c.connection_id == connection_id)).mappings()
    return {
        row["external_id"]: Account(**{**row, "account_class": AccountClass(row["account_class"])}) for row in found
    }
