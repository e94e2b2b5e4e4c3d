"""A company of northbank with one of everything its page can show."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from linkflow.domain.books import Account, AccountClass, Company, Statement, StatementLine
from linkflow.domain.requests import ConnectionState, DataType, SyncState
from linkflow.services import (
    annotating,
    asking_again,
    categorising,
    drafting,
    following_up,
    importing,
    inviting,
    syncing,
)
from linkflow.services.drafting import Drafted
from linkflow.services.requesting import Ask
from linkflow.services.vault import Place
from linkflow.store import books, connections, messages, syncs, tenant_changes, uploads, workbooks
from linkflow.store.rows import change
from linkflow.store.tables import grants
from linkflow.store.tenant_changes import TenantChange
from linkflow.store.uploads import Upload
from linkflow.store.users import User
from linkflow.store.workbooks import StoredWorkbook
from linkflow.web.portal.financial_paths import account_key
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports
from tests.web.portal.desk import Desk

WORKBOOK = b"PK\x03\x04 a spreadsheet"


@dataclass(frozen=True)
class Furnished:
    """The ids, by the names routes give them."""

    rows: Rows
    named: Rows
    upload_id: str
    note_id: str
    change_id: str

    @property
    def names(self) -> dict[str, str]:
        return {
            "company_id": self.rows.company_id,
            "request_id": self.rows.request_id,
            "connection_id": self.rows.connection_id,
            "entity_id": self.named.entity_id,
            "upload_id": self.upload_id,
            "note_id": self.note_id,
            "change_id": self.change_id,
        }


def send_file(desk: Desk, rows: Rows, *, filename: str = "Our books.xlsx", content: bytes = WORKBOOK) -> str:
    """A file of an entity as the customer's page would have stored it; answers its id."""
    upload_id = desk.ctx.new_id()
    upload = Upload(
        id=upload_id,
        organization="northbank",
        company_id=rows.company_id,
        request_id=rows.request_id,
        entity_id=rows.entity_id,
        consent_id=rows.consent_id,
        filename=filename,
        size=len(content),
        sha256="0" * 64,
        content=desk.ctx.vault.seal_bytes(content, Place("northbank", "uploads", upload_id, "content")),
        created_at=desk.ctx.now(),
    )
    with desk.ctx.database.transaction() as tx:
        uploads.replace_upload(tx, upload)
    return upload_id


def choose_another(desk: Desk, rows: Rows, name: str = "The Codfather Ltd") -> str:
    """A company the customer chose in place of the connected one; answers the decision's id."""
    change = TenantChange(
        id=desk.ctx.new_id(),
        organization="northbank",
        company_id=rows.company_id,
        entity_id=rows.entity_id,
        connection_id=rows.connection_id,
        pending_id="given-back",
        tenant_id="tenant-9",
        tenant_name=name,
        tenant_country="GB",
        tenant_currency="GBP",
        name_matches=False,
        asked_at=desk.ctx.now(),
    )
    with desk.ctx.database.transaction() as tx:
        tenant_changes.add_change(tx, change)
    return change.id


def furnish(desk: Desk) -> Furnished:
    """All of it: two entities, one of them with a name of its own."""
    rows = add_rows(desk.ctx)
    named = add_rows(desk.ctx, of=rows, tenant_id="tenant-2")
    note_id = desk.ctx.new_id()
    annotating.write_note(
        desk.ctx, desk.account("administrator"), rows.company_id, "Called on Monday.", note_id=note_id
    )
    upload_id = send_file(desk, named)
    return Furnished(rows, named, upload_id, note_id, choose_another(desk, rows))


def everything(desk: Desk) -> dict[str, str]:
    """A true value for every argument a route of the portal has: all of it is northbank's, and its administrator's."""
    found, boss = furnish(desk), desk.account("administrator")
    _read(desk, found.named)
    correction_id = _correct(desk, found.named)
    following_up.resend(desk.ctx, boss, found.rows.request_id)
    with desk.ctx.database.reading() as tx:
        (mail,) = messages.messages_of_request(tx, found.rows.request_id)
    table = b"Company name,Contact name,Contact email\nThe Codfather,Don Cod,don@codfather.example\n"
    import_id, _ = importing.check(desk.ctx, boss, table)
    asked = Ask(data_types=frozenset(DataType), name="Working capital review")
    draft = Drafted(draft="draft", ask=asked, company_id=found.rows.company_id)
    assert import_id is not None
    return found.names | {
        "message_id": mail.id,
        "import_id": import_id,
        "sample": "welcome",
        "category": "income.revenue.goods",
        "account_key": account_key("sales"),
        "ratio": "revenue",
        "correction_id": correction_id,
        "table": "suppliers",
        "statement": "accounts",
        "workbook_id": _workbook(desk, boss, found.rows.company_id),
        "batch_id": _batch(desk, boss, found.rows),
        "sealed": drafting.preview(desk.ctx, boss, draft).sealed,
        "user_id": desk.account("manager").id,
        "invitation_id": inviting.invite(desk.ctx, boss, email="new@northbank.example", role="viewer").id,
    }


def _batch(desk: Desk, user: User, rows: Rows) -> str:
    """One whose customer is about to be asked: the sign-in ends in ten days."""
    with desk.ctx.database.transaction() as tx:
        end = desk.ctx.now() + timedelta(days=10)
        change(tx, grants, grants.c.id == rows.grant_id, ends_at=end, human_at=end, human_why="ends")
    return asking_again.begin(desk.ctx, user, [rows.connection_id], draft="batch")


def _workbook(desk: Desk, user: User, company_id: str) -> str:
    """One that is ready, with nothing in it."""
    months = {"first_month": date(2025, 11, 1), "last_month": date(2026, 10, 1)}
    wanted = StoredWorkbook(
        id=desk.ctx.new_id(),
        organization="northbank",
        company_id=company_id,
        entity_id=None,
        kind=DataType.SPEND_ANALYSIS.value,
        user_id=user.id,
        asked_at=desk.ctx.now(),
        **months,
    )
    with desk.ctx.database.transaction() as tx:
        workbooks.add_workbook(tx, wanted)
        workbooks.begin(tx, wanted, run="run", made_from=())
        workbooks.finish(tx, wanted.id, run="run", pieces=0, size=0, filename="Abra Kebabra Ltd", at=desk.ctx.now())
    return wanted.id


def _read(desk: Desk, rows: Rows) -> None:
    """A reading that brought a line of profit and loss, and the report made of it."""
    company = Company(external_id="co", name="Abra Kebabra Ltd", base_currency="GBP")
    sales = Account(external_id="sales", name="Sales", account_class=AccountClass.INCOME)
    line = StatementLine(
        external_id="sales",
        statement=Statement.PROFIT_AND_LOSS,
        period_end=date(2026, 10, 31),
        label="Sales",
        amount=Decimal("10.00"),
        section=("Income",),
        account_id="sales",
        position=0,
    )
    with desk.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id)
        syncs.start(tx, sync_id, at=desk.ctx.now())
        books.keep(tx, (company, sales, line), connection_id=rows.connection_id, sync_id=sync_id)
        syncs.finish(tx, sync_id, SyncState.DONE, at=desk.ctx.now())
    make_reports(desk.ctx, rows.connection_id)


def _correct(desk: Desk, rows: Rows) -> str:
    """What an account is, said by the administrator; answers the change's id."""
    change_id = desk.ctx.new_id()
    categorising.correct(
        desk.ctx,
        desk.account("administrator"),
        rows.company_id,
        rows.entity_id,
        account_ids=("sales",),
        category="income.revenue.goods",
        change_id=change_id,
    )
    return change_id


def break_off(desk: Desk, rows: Rows) -> None:
    """The sign-in behind a connection has ended."""
    with desk.ctx.database.transaction() as tx:
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.NEEDS_REAUTH)
