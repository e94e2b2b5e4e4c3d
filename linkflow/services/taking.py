"""Figures taken away: those of one entity, with who took them written down first."""

from linkflow.domain.errors import NotFound
from linkflow.services import reviewing
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.reviewing import CompanyReview, Figures
from linkflow.store.users import User


def take_figures(
    ctx: Context, user: User, company_id: str, entity_id: str, *, report: str
) -> tuple[CompanyReview, Figures]:
    """The figures of an entity of a company in the user's sight; `NotFound` where there are none of this report.

    `report`: `profit-and-loss`, `balance-sheet`, `spend-by-supplier` or `spend-by-method`.
    """
    review = reviewing.review_company(ctx, user, company_id, shown=entity_id)
    found = review.figures
    if review.shown is None or review.shown.entity.id != entity_id or found is None:
        raise NotFound
    holds = {
        "profit-and-loss": found.profit_and_loss,
        "balance-sheet": found.balance_sheet,
        "spend-by-supplier": found.spend,
        "spend-by-method": found.spend,
    }
    if holds.get(report) is None:
        raise NotFound
    with ctx.database.transaction() as tx:
        note_by_user(ctx, tx, "figures-taken", user=user, company_id=company_id, entity_id=entity_id, detail=report)
    return review, found
