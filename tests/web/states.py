"""Every state a customer's journey can be in, each reached the way customers reach it, and who else is there."""

from collections.abc import Callable
from dataclasses import dataclass, field

from linkflow.domain.ports import Tenant
from linkflow.services import following_up, requesting
from linkflow.services.requesting import Ask, Asked
from tests import filled
from tests.web.office import BASE, BOTH, FINANCIALS, SPEND, Customer, Office

SEVERAL = (
    Tenant("tenant-1", "Abra Kebabra Limited", country="GB", currency="GBP"),
    Tenant("tenant-2", "The Codfather Ltd", country="GB", currency="GBP"),
)
WORKBOOK = filled.workbook(filled.BOTH)
"""Right for every request: sheets nobody asked for are not looked at."""


@dataclass
class Scene:
    """One request in one state. `recipient` holds a link that was handed over, where one was."""

    asked: Asked
    customer: Customer
    recipient: Customer | None = None
    links: list[str] = field(default_factory=list)


State = Callable[[Office], Scene]
STATES: dict[str, State] = {}


def state(build: State) -> State:
    """Register under the function's name."""
    STATES[build.__name__.replace("_", " ")] = build
    return build


def code_in_mail(office: Office, *, newest: int = 1) -> str:
    """The digits of the latest code that was mailed."""
    found = office.values("SELECT id FROM codes ORDER BY created_at DESC")
    return office.ctx.signer.mailed_code(found[newest - 1])


def hand_over(office: Office, customer: Customer, *, entity: str | None = None) -> Customer:
    """The customer hands over; answers the recipient's browser."""
    customer.look(f"/r/{request_of(customer)}/hand-over")
    customer.press(email="lee@accountants.example", **({"entity": entity} if entity else {}))
    customer.press("confirmed=yes")
    narrow = office.values("SELECT id FROM links WHERE kind='hand_over' ORDER BY created_at DESC")[0]
    return office.follow(f"/l/{office.ctx.signer.sign_link(narrow, 1)}")


def request_of(customer: Customer) -> str:
    return customer.path.split("/")[2]


def upload(customer: Customer) -> Customer:
    """Consent to sending a file and send one."""
    customer.press(declared_name="Anna Abra", may_share="yes")
    sent = send_file(customer)
    assert sent.page.status_code == 200
    return sent


def send_file(
    customer: Customer, content: bytes = WORKBOOK, name: str = "books.xlsx", *, field: str = "workbook"
) -> Customer:
    form = next(form for form in customer.forms if form.method == "post" and form.has(field))
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in form.fields.items()]
    file = f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = b"".join(f"--edge\r\n{part}\r\n".encode() for part in parts if f'name="{field}"' not in part)
    body += f"--edge\r\n{file}".encode() + content + b"\r\n--edge--\r\n"
    kind = "multipart/form-data; boundary=edge"
    customer.page = customer.client.post(
        form.action, base_url=BASE, data=body, content_type=kind, follow_redirects=True
    )
    return customer


@state
def fresh(office: Office) -> Scene:
    asked = office.ask()
    return Scene(asked, office.browser().look(asked.link))


@state
def followed(office: Office) -> Scene:
    asked = office.ask()
    return Scene(asked, office.follow(asked))


@state
def code_asked(office: Office) -> Scene:
    asked = office.ask(organization="harbour")
    customer = office.follow(asked)
    assert customer.name == "code"
    return Scene(asked, customer)


@state
def code_passed(office: Office) -> Scene:
    scene = code_asked(office)
    scene.customer.press(code=code_in_mail(office))
    assert scene.customer.name == "software"
    return scene


@state
def asked_how_many(office: Office) -> Scene:
    asked = office.ask(SPEND)
    customer = office.follow(asked)
    assert customer.name == "entity-count"
    return Scene(asked, customer)


@state
def counted_one(office: Office) -> Scene:
    scene = asked_how_many(office)
    scene.customer.press(count="one")
    assert scene.customer.name == "software"
    return scene


@state
def counted_several(office: Office) -> Scene:
    scene = asked_how_many(office)
    scene.customer.press(count="several")
    assert scene.customer.name == "entity-name"
    return scene


@state
def named(office: Office) -> Scene:
    scene = counted_several(office)
    scene.customer.press(name="Abra Kebabra Catering Ltd")
    assert scene.customer.name == "software"
    return scene


@state
def software_chosen(office: Office) -> Scene:
    scene = followed(office)
    office.choose(scene.customer)
    assert scene.customer.name == "consent"
    return scene


@state
def software_missing(office: Office) -> Scene:
    scene = followed(office)
    scene.customer.look(scene.customer.entity_path() + "/not-listed").press(product="Ledger Wizard")
    assert scene.customer.name == "not-listed"
    return scene


@state
def on_the_way_out(office: Office) -> Scene:
    asked = office.ask(BOTH, organization="harbour")
    customer = office.follow(asked).press(code=code_in_mail(office))
    office.consent(office.choose(customer))
    assert customer.name == "leaving"
    return Scene(asked, customer)


@state
def attempt_started(office: Office) -> Scene:
    asked = office.ask()
    return Scene(asked, office.to_leaving(asked))


@state
def attempt_expired(office: Office) -> Scene:
    scene = attempt_started(office)
    office.clock.go_on(minutes=16)
    return scene


@state
def exchanging(office: Office) -> Scene:
    scene = attempt_started(office)
    office.write("UPDATE attempts SET state='exchanging', claimed_at=created_at")
    return scene


@state
def exchange_stuck(office: Office) -> Scene:
    scene = exchanging(office)
    office.clock.go_on(minutes=1)
    return scene


@state
def declined_at_the_software(office: Office) -> Scene:
    scene = attempt_started(office)
    scene.customer.come_back(office.software.refuse(scene.customer.authorize_url))
    assert scene.customer.name == "declined-at-software"
    return scene


@state
def failed_at_the_software(office: Office) -> Scene:
    scene = attempt_started(office)
    scene.customer.come_back(office.software.refuse(scene.customer.authorize_url, "server_error"))
    assert scene.customer.name == "software-unavailable"
    return scene


@state
def returned(office: Office) -> Scene:
    scene = attempt_started(office)
    office.returned(scene.customer)
    assert scene.customer.name == "confirm-company"
    return scene


@state
def returned_to_choose(office: Office) -> Scene:
    office.companies.found = SEVERAL
    return returned(office)


@state
def returned_to_nothing(office: Office) -> Scene:
    office.companies.found = ()
    scene = attempt_started(office)
    office.returned(scene.customer)
    assert scene.customer.name == "no-company"
    return scene


@state
def returned_long_ago(office: Office) -> Scene:
    scene = returned(office)
    office.clock.go_on(minutes=20)
    return scene


@state
def linked(office: Office) -> Scene:
    asked = office.ask()
    return Scene(asked, office.connected(asked))


@state
def linked_to_another_name(office: Office) -> Scene:
    office.companies.found = SEVERAL[1:]
    scene = returned(office)
    scene.customer.press()
    assert scene.customer.name == "connected"
    return scene


@state
def reading(office: Office) -> Scene:
    scene = linked(office)
    office.write("UPDATE syncs SET state='running', started_at=created_at")
    office.write(
        "INSERT INTO sync_parts (sync_id, position, name, done, pages, rows) "
        "SELECT id, 50, 'suppliers', false, 2, 200 FROM syncs"
    )
    return scene


@state
def done(office: Office) -> Scene:
    scene = reading(office)
    office.write("UPDATE syncs SET state='done', finished_at=created_at")
    office.write("UPDATE sync_parts SET done=true")
    return scene


@state
def reading_failed(office: Office) -> Scene:
    scene = reading(office)
    office.write("UPDATE syncs SET state='failed', error='software-unavailable', finished_at=created_at")
    return scene


@state
def access_opened(office: Office) -> Scene:
    """Behind the code that was mailed to the contact: receipts, what was read, and disconnecting."""
    scene = done(office)
    customer, request = scene.customer, f"/r/{scene.asked.request_id}"
    customer.look(f"{request}/access")
    customer.post(f"{request}/access-code/first", **customer.forms[0].fields)
    assert customer.press(code=code_in_mail(office)).name == "access"
    return scene


@state
def uploaded(office: Office) -> Scene:
    asked = office.ask()
    customer = upload(office.follow(asked, way="upload"))
    assert customer.name == "upload"
    return Scene(asked, customer)


@state
def upload_accepted(office: Office) -> Scene:
    scene = uploaded(office)
    office.write("UPDATE uploads SET state='accepted'")
    return scene


@state
def upload_to_correct(office: Office) -> Scene:
    scene = uploaded(office)
    office.write("UPDATE uploads SET state='correction', reason='March is missing'")
    return scene


@state
def several_mixed(office: Office) -> Scene:
    """The first connected, the second declined at the software, the third in a file, the fourth only named."""
    office.companies.found = SEVERAL
    scene = named(office)
    customer, several = scene.customer, f"/r/{scene.asked.request_id}/entity-name"
    office.consent(office.choose(customer))
    office.returned(customer).press(tenant="tenant-1")
    office.consent(customer.look(several).press(name="The Codfather Ltd"))
    customer.come_back(office.software.refuse(customer.authorize_url))
    customer.look(several).press(name="Hairosmith Ltd")
    upload(customer.look(customer.entity_path() + "/upload-consent"))
    customer.look(several).press(name="Fourth Ltd")
    return scene


@state
def finished(office: Office) -> Scene:
    scene = several_mixed(office)
    scene.customer.look(f"/r/{scene.asked.request_id}/entities")
    finish = next(form for form in scene.customer.forms if form.action.endswith("/finish"))
    assert scene.customer.post(finish.action, **finish.fields).name == "summary"
    return scene


@state
def declined(office: Office) -> Scene:
    scene = software_chosen(office)
    scene.customer.look(f"/r/{scene.asked.request_id}/exit").press(reason="Not now")
    assert scene.customer.name == "exit"
    return scene


@state
def withdrawn(office: Office) -> Scene:
    scene = attempt_started(office)
    following_up.withdraw(office.ctx, office.account(), scene.asked.request_id, sure=True)
    return scene


@state
def replaced(office: Office) -> Scene:
    scene = followed(office)
    following_up.replace_link(office.ctx, office.account(), scene.asked.request_id)
    return scene


@state
def expired(office: Office) -> Scene:
    scene = linked(office)
    office.clock.go_on(days=31)
    return scene


@state
def past_its_end(office: Office) -> Scene:
    scene = software_chosen(office)
    office.clock.go_on(days=91)
    return scene


@state
def in_need_of_a_sign_in(office: Office) -> Scene:
    scene = done(office)
    office.write("UPDATE connections SET state='needs_reauth'")
    office.write("UPDATE grants SET state='dead'")
    return scene


@state
def disconnected(office: Office) -> Scene:
    scene = done(office)
    office.write("UPDATE connections SET state='disconnected', ended_at=linked_at")
    office.write("UPDATE grants SET state='revoked', access_token=NULL, refresh_token=NULL")
    return scene


@state
def asked_again(office: Office) -> Scene:
    """A second request of a company that is connected already."""
    first = linked(office)
    wish = Ask(data_types=FINANCIALS, name="Yearly review")
    asked = requesting.ask(office.ctx, office.account(), first.asked.company_id, wish)
    return Scene(asked, first.customer.look(asked.link).press(), links=[first.asked.link])


@state
def handed_over(office: Office) -> Scene:
    scene = software_chosen(office)
    scene.recipient = hand_over(office, scene.customer)
    return scene


@state
def one_entity_handed_over(office: Office) -> Scene:
    scene = several_mixed(office)
    entity = office.values("SELECT entity_id FROM request_entities ORDER BY position DESC")[0]
    scene.recipient = hand_over(office, scene.customer, entity=entity)
    return scene
