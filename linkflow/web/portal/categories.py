"""Where accounts are given their categories: by what hangs on each, several at once, undone in one go."""

from collections import Counter
from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField

from linkflow.domain.categories import Reason
from linkflow.domain.financials import PlacedAccount
from linkflow.domain.software import plain
from linkflow.services import categorising, signing_in
from linkflow.services.categorising import AT_ONCE, Categorising
from linkflow.store.category_corrections import CategoryChange
from linkflow.store.users import User
from linkflow.web.financial_views import CategoriesPage, CategorisedRow, ChangeRow
from linkflow.web.forms import Form, OnceForm, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.connection_views import software_name
from linkflow.web.portal.financial_paths import account_key, account_path, categories_path, undo_path
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import financials_path, with_query
from linkflow.web.portal.placed_accounts import choices, classes, full_name, placed
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import search_words
from linkflow.web.running import ctx, href

CONFIDENCES = ("low", "medium", "high", "corrected")
_NAMED = 5


class CategoryForm(OnceForm):
    """Accounts that were ticked, and what they are."""

    accounts = SelectMultipleField(choices=[], validate_choice=False)
    category = StringField()


@dataclass(frozen=True)
class _Wanted:
    """What the address asks for: accounts of a confidence, of a class, with words in their name or code."""

    confidence: str
    part: str
    query: str

    def takes(self, one: PlacedAccount) -> bool:
        line = one.line
        words = plain(f"{line.account_code or ''} {line.label} {' '.join(line.section)}")
        return (
            self.confidence in ("", _sure(one))
            and self.part in ("", line.account_class)
            and all(word in words for word in plain(self.query).split())
        )


@portal("viewer")
def categories(user: User, company_id: str, entity_id: str) -> Response:
    """The accounts and where they stand; who may change that finds a form."""
    return _answer(user, company_id, entity_id, CategoryForm(formdata=None))


@portal("manager")
def correct(user: User, company_id: str, entity_id: str) -> Response:
    """Place what was ticked; with something wrong about it the page comes back with the same accounts ticked."""
    form, wanted = CategoryForm(), _wanted()
    chosen, category, once = tuple(form.accounts.data or ()), form.category.data or "", form.once_id
    done = form.carry_out(
        lambda: categorising.correct(
            ctx(), user, company_id, entity_id, account_ids=chosen, category=category, change_id=once
        )
    )
    if done is None:
        return _answer(user, company_id, entity_id, form)
    accounts = "1 account was" if done.value == 1 else f"{done.value} accounts were"
    session.tell("ok", f"{accounts} given another category. The report is being made again.")
    return redirect(href(_path(company_id, entity_id, wanted)), 303)


@portal("manager")
def undo(user: User, company_id: str, entity_id: str, correction_id: str) -> Response:
    """Take a change back."""
    form = Form()
    done = form.carry_out(lambda: categorising.undo(ctx(), user, company_id, entity_id, correction_id))
    if done is None:
        session.tell("bad", form.problems[0])
    elif done.value:
        session.tell("ok", "The change is undone. The report is being made again.")
    else:
        session.tell("info", "The change was undone before.")
    return redirect(href(categories_path(company_id, entity_id)), 303)


def _answer(user: User, company_id: str, entity_id: str, form: CategoryForm) -> Response:
    found = categorising.review_categories(ctx(), user, company_id, entity_id)
    page = _page(found, form, _wanted(), acts=signing_in.may(user, "manager"))
    return render("portal/categories.html", shell=portal_shell(user), page=page, status=form.status)


def _wanted() -> _Wanted:
    confidence, part = request.args.get("confidence", ""), request.args.get("part", "")
    return _Wanted(
        confidence=confidence if confidence in CONFIDENCES else "",
        part=part if part in dict(classes(ctx().categories)) else "",
        query=search_words(),
    )


def _path(company_id: str, entity_id: str, wanted: _Wanted) -> str:
    path = categories_path(company_id, entity_id)
    return with_query(path, confidence=wanted.confidence, part=wanted.part, q=wanted.query)


def _page(found: Categorising, form: CategoryForm, wanted: _Wanted, *, acts: bool) -> CategoriesPage:
    review, here = found.review, (found.review.company.id, found.review.entity.id)
    listed = [one for one in found.accounts if wanted.takes(one)]
    ticked = set(form.accounts.data or ()) if form.is_submitted() else set()
    changes = acts and review.found is not None
    sure = Counter(map(_sure, found.accounts))
    return CategoriesPage(
        back_href=href(financials_path(*here)),
        company_name=review.company.name,
        entity_name=review.entity.name or None,
        currency=review.found.currency if review.found else "",
        software_name=software_name(review.connection) if review.connection else "",
        action=href(categories_path(*here)),
        confidence=wanted.confidence,
        part=wanted.part,
        query=wanted.query,
        parts=classes(ctx().categories),
        rows=tuple(_row(one, here, ticked) for one in listed[:AT_ONCE]),
        hidden=max(0, len(listed) - AT_ONCE),
        counts=tuple((key, sure[key]) for key in CONFIDENCES),
        groups=choices(ctx().categories, wanted.part) if changes else (),
        changes=tuple(_change(one, found, here, acts=acts) for one in found.changes),
        making=review.newer is not None,
        form=form_view(form, _path(*here, wanted)) if changes else None,
        once=form.once_id,
        chosen_category=form.category.data or "",
        filtered=bool(wanted.confidence or wanted.part or wanted.query),
    )


def _sure(one: PlacedAccount) -> str:
    """How sure it is that an account stands where it does: one of `CONFIDENCES`, if it stands in a category."""
    return "corrected" if one.line.reason is Reason.CORRECTED else str(one.line.confidence)


def _row(one: PlacedAccount, here: tuple[str, str], ticked: set[str]) -> CategorisedRow:
    account_id = one.line.account_id or ""
    return CategorisedRow(
        account=placed(one.line, ctx().categories, href(account_path(*here, account_key(account_id)))),
        section=" – ".join(one.line.section),
        balance=one.balance,
        chosen=account_id in ticked,
    )


def _change(one: CategoryChange, found: Categorising, here: tuple[str, str], *, acts: bool) -> ChangeRow:
    names = [found.names.get(account_id, account_id) for account_id in one.account_ids]
    return ChangeRow(
        accounts=tuple(names[:_NAMED]),
        more=max(0, len(names) - _NAMED),
        category=full_name(one.category, ctx().categories) if one.category else None,
        user=found.users.get(one.user_id, ""),
        at=one.at,
        undone_at=one.undone_at,
        undo=button(undo_path(*here, one.id)) if acts and one.undone_at is None else None,
    )
