"""Figures taken away: those of one entity, with who took them written down first."""

from linkflow.domain.errors import NotFound
from linkflow.services import reviewing
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.reviewing import CompanyReview, Figures
from linkflow.store.users import User

REPORTS = ("profit-and-loss", "balance-sheet", "spend-by-supplier", "spend-by-method")


def take_figures(
    ctx: Context, user: User, company_id: str, entity_id: str, *, report: str
) -> tuple[CompanyReview, Figures]:
    """The figures of an entity of a company in the user's sight; `NotFound` until they were read whole once.

    `report` is one of `REPORTS`; of one with nothing in it the file has a header only.
    """
    if report not in REPORTS:
        raise NotFound
    review = reviewing.review_company(ctx, user, company_id, shown=entity_id)
    shown, found = review.shown, review.figures
    if shown is None or shown.entity.id != entity_id or shown.pulled_at is None or found is None:
        raise NotFound
    with ctx.database.transaction() as tx:
        note_by_user(ctx, tx, "figures-taken", user=user, company_id=company_id, entity_id=entity_id, detail=report)
    return review, found
