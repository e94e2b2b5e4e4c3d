"""Asking the customers of several connections to sign in again: what that means, the button, and how it goes."""

from datetime import datetime
from typing import cast

from flask import Response as Answer
from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.links import company_page_path
from linkflow.services import asking_again, signing_in
from linkflow.services.asking_again import MOST, Chosen
from linkflow.store.asking_lists import ListedAsking
from linkflow.store.askings import Asking, BatchState
from linkflow.store.forecast import Foreseen
from linkflow.store.users import User
from linkflow.web import portal_forecast_views as views
from linkflow.web.forms import Form, OnceForm, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.forecast import narrowed_path, refused
from linkflow.web.portal.guard import portal as portal_page
from linkflow.web.portal.mail_answer import mail_answer
from linkflow.web.portal.paths import ASKING, FORECAST, asking_mail_path, batch_path
from linkflow.web.portal.request_page import framing, sender
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_forecast_views import AskAgainPage, AskingBatchPage, AskingRow, ChosenRow
from linkflow.web.portal_views import EmailPreview
from linkflow.web.running import ctx, href


@portal_page("manager")
def ask_again(user: User) -> Response:
    """What was ticked, as the mail the first will get; only *send* changes anything."""
    form, ids = OnceForm(), tuple(request.form.getlist("connection")[: MOST + 1])
    sends = request.form.get("do") == "send"
    done = form.carry_out(lambda: _sent(user, ids, form.once_id) if sends else _check(user, ids, form))
    if done is not None:
        return done.value
    if form.is_submitted():
        return refused(user, form, ids)
    return redirect(href(narrowed_path(FORECAST)), 303)


@portal_page("manager")
def asking_mail(user: User) -> Response:
    """The mail the first of the connections named would get, as it will look."""
    try:
        chosen = asking_again.chosen(ctx(), user, request.args.getlist("connection")[: MOST + 1])
    except Refused:
        raise NotFound from None
    return mail_answer(asking_again.preview_first(ctx(), chosen).mail.html)


@portal_page("viewer")
def asking_batch(user: User, batch_id: str) -> Response:
    """Who was asked, who has opened it, who is done."""
    batch, rows, by = asking_again.followed(ctx(), user, batch_id)
    shown = [_row(one) for one in rows]
    open_ = any(one.state in ("waiting", "asked", "opened") for one in shown)
    page = AskingBatchPage(
        at=batch.created_at,
        by=by,
        rows=tuple(shown),
        asked=sum(one.asked_at is not None for one in shown),
        opened=sum(one.asking.opened_at is not None for one in rows),
        done=sum(one.state == "done" for one in shown),
        list_href=href(FORECAST),
        again_href=href(batch_path(batch_id)) if batch.state == BatchState.ASKING and open_ else None,
        stop=button(batch_path(batch_id, "stop")) if open_ and signing_in.may(user, "manager") else None,
    )
    return render("portal/asking-batch.html", shell=portal_shell(user), page=page)


@portal_page("manager")
def stop_asking(user: User, batch_id: str) -> Response:
    """Remind nobody of this batch any more."""
    form = Form()
    done = form.carry_out(lambda: asking_again.stop(ctx(), user, batch_id))
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell("ok", "Nobody is reminded any more." if done.value else "There was nobody left to remind.")
    return redirect(href(batch_path(batch_id)), 303)


def _sent(user: User, ids: tuple[str, ...], draft: str) -> Response:
    batch_id = asking_again.begin(ctx(), user, ids, draft=draft)
    session.tell("ok", "The customers are being asked.")
    return redirect(href(batch_path(batch_id)), 303)


def _check(user: User, ids: tuple[str, ...], form: OnceForm) -> Answer:
    chosen = asking_again.chosen(ctx(), user, ids)
    page = AskAgainPage(
        form=form_view(form, narrowed_path(ASKING)),
        rows=tuple(_chosen(one) for one in chosen.asked),
        lately=len(chosen.lately),
        once=form.once_id,
        preview=_mail(chosen, ctx().organizations()[user.organization].name),
        cancel_href=href(narrowed_path(FORECAST)),
    )
    return framing(render("portal/ask-again.html", shell=portal_shell(user), page=page))


def _mail(chosen: Chosen, organization: str) -> EmailPreview:
    preview = asking_again.preview_first(ctx(), chosen)
    return EmailPreview(
        sender=sender(organization),
        recipient=preview.recipient,
        subject=preview.mail.subject,
        text=preview.mail.text,
        html_href=href(asking_mail_path(chosen.together)),
    )


def _chosen(one: Foreseen) -> ChosenRow:
    return ChosenRow(
        id=one.connection_id,
        company_name=one.company_name,
        entity_name=one.entity_name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        software_name=ctx().software_name(one.software),
        why=cast(views.Why, one.why),
        due_at=one.due_at,
    )


def _row(one: ListedAsking) -> AskingRow:
    asking = one.asking
    state, at = _state(asking)
    return AskingRow(
        company_name=one.company_name,
        company_href=href(company_page_path(asking.company_id)),
        entity_name=one.entity_name,
        software_name=ctx().software_name(one.software),
        why=cast(views.Why, asking.why),
        due_at=asking.due_at,
        state=state,
        at=at,
        asked_at=asking.asked_at,
        reminded_at=asking.reminded_at,
        skipped=asking.skipped,
    )


def _state(asking: Asking) -> tuple[views.AskingState, datetime | None]:
    """How far it has come, and since when."""
    known: tuple[tuple[views.AskingState, datetime | None], ...] = (
        ("done", asking.done_at),
        ("stopped", asking.stopped_at),
        ("opened", asking.opened_at),
        ("asked", asking.asked_at),
    )
    reached = next((one for one in known if one[1] is not None), None)
    return reached or ("skipped" if asking.skipped else "waiting", None)
