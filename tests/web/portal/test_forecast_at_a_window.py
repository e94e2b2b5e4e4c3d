"""The forecast, asking and what comes of it, in a real browser, held to everything."""

import re
from datetime import timedelta

from linkflow.domain.ports import Job
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import asking_again, renewing
from linkflow.services.job_steps import MORE
from tests.jobs.rig import SCOPES, Rows, add_rows
from tests.web.office import BASE, Office, on_sqlite
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite


def fill(office: Office) -> None:
    """Companies that need a person for every reason there is, and one that needs nobody."""
    days = {"Abra Kebabra Ltd": 9, "Hairosmith": 300, "The Codfather": 300, "Planet of the Grapes": 300}
    days |= {"Thai Tanic": 300, "Nobody to Ask": 300}
    _, lost, lacks, unrenewed, agreed, _ = (_held(office, name, many) for name, many in days.items())
    renewed = "updated_at='2026-10-05 12:00:00.000000', refresh_expires_at='2026-12-04 12:00:00.000000'"
    for change in (
        f"connections SET state='needs_reauth' WHERE id='{lost.connection_id}'",
        f"grants SET updated_at='2026-11-20 12:00:00.000000' WHERE id='{lost.grant_id}'",
        f"grants SET scopes='company.read' WHERE id='{lacks.grant_id}'",
        f"grants SET {renewed} WHERE id='{unrenewed.grant_id}'",
        f"connections SET access_until='2026-12-20 12:00:00.000000' WHERE id='{agreed.connection_id}'",
    ):
        office.write(f"UPDATE {change}")
    renewing.plan_anew(office.ctx)


def _held(office: Office, name: str, days: int) -> Rows:
    now = office.ctx.now()
    tokens = Tokens("access", "refresh", SCOPES, now + timedelta(hours=1), None, now + timedelta(days=days))
    rows = add_rows(office.ctx, tokens=tokens, tenant_id=name)
    office.write(f"UPDATE companies SET name='{name}' WHERE id='{rows.company_id}'")
    return rows


def work(office: Office) -> None:
    for batch_id in office.enqueued.of(Job.ASK_AGAIN):
        while asking_again.ask_next(office.ctx, batch_id) == MORE:
            pass


def test_from_the_forecast_to_a_batch_that_is_stopped(office: Office, window: Window, check: Check) -> None:
    page = window(office.user())
    page.goto(f"{BASE}/portal/forecast")
    check(page, "forecast none")
    fill(office)
    page.goto(f"{BASE}/portal/forecast?of=all")
    check(page, "forecast")
    page.get_by_label("Why").select_option("lost")
    page.get_by_label("Company, entity or contact").fill("nobody")
    press(page, "Filter")
    check(page, "forecast unmatched")
    page.goto(f"{BASE}/portal/forecast?of=all")
    page.get_by_role("link", name="Choose all on this page").click()
    check(page, "forecast chosen")
    press(page, "Ask to sign in again")
    check(page, "ask-again")
    press(page, "Ask now")
    check(page, "asking-batch begun")
    work(office)
    page.get_by_role("link", name="Check again").click()
    check(page, "asking-batch")
    press(page, re.compile("Stop asking"))
    check(page, "asking-batch stopped")
    page.get_by_role("link", name="Forecast").first.click()
    check(page, "forecast after")
