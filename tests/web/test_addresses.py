"""The addresses mails carry are the addresses the web answers, and every step of the journey has its page."""

import re

import pytest

from linkflow import paths
from linkflow.domain import links
from linkflow.domain.journey import Step
from linkflow.web.errors import ANSWERS
from tests.web.office import Office, on_sqlite
from tests.web.states import STATES

ID = "a" * 26
TEMPLATES = paths.templates() / "linkflow"


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (links.link_path("token"), "linkflow.welcome"),
        (links.callback_path("business_central"), "linkflow.callback"),
        (links.launch_path("business_central"), "linkflow.software_launch"),
        (links.disconnect_path("business_central"), "linkflow.software_disconnect"),
        (links.reconnect_path("business_central"), "linkflow.software_reconnect"),
        (links.brand_path("northbank", "logo.svg"), "linkflow.brand_image"),
        (links.request_page_path(ID), "linkflow_portal.request_page"),
        (links.company_page_path(ID), "linkflow_portal.company"),
    ],
)
def test_an_address_the_domain_makes_is_one_the_web_answers(office: Office, path: str, endpoint: str) -> None:
    found, _ = office.app.url_map.bind("127.0.0.1").match(path)
    assert found == endpoint


@pytest.mark.parametrize("step", list(Step))
def test_every_step_has_a_route_and_a_template_that_names_it(office: Office, step: Step) -> None:
    rules = {rule.rule for rule in office.app.url_map.iter_rules()}
    routes = {f"/r/<request_id>/{step}", f"/r/<request_id>/e/<entity_id>/{step}"}
    assert step is Step.WELCOME or routes & rules
    template = (TEMPLATES / "customer" / f"{step}.html").read_text()
    named = re.findall(r"{% set data_page = (.*?) %}", template)
    assert len(named) == 1
    assert f'"{step}"' in named[0]


@pytest.mark.parametrize("code", ANSWERS)
def test_every_refusal_has_a_page(code: str) -> None:
    template, status = ANSWERS[code]
    assert (TEMPLATES / "errors" / f"{template}.html").exists()
    assert 200 <= status < 600


LOOKS = ("welcome", "onward", "code", "entity-count", "entity-name", "entities", "summary", "hand-over", "exit")
ENTITY_LOOKS = ("onward", "entity-name", "software", "not-listed", "consent", "upload-consent", "upload", "leaving")
ENDS = ("confirm-company", "connected", "declined-at-software", "software-unavailable", "connected-elsewhere")


@on_sqlite
@pytest.mark.parametrize("state", STATES)
def test_no_page_of_the_journey_asks_the_database_more_than_three_times(office: Office, state: str) -> None:
    scene = STATES[state](office)
    request = f"/r/{scene.asked.request_id}"
    entities = office.values("SELECT id FROM entities")
    looked = [scene.asked.link, *(f"{request}/{step}" for step in LOOKS[1:])]
    looked += [f"{request}/e/{entity}/{step}" for entity in entities[-2:] for step in ENTITY_LOOKS + ENDS]
    for path in looked:
        with office.ctx.database.counted() as statements:
            got = scene.customer.client.get(path, base_url="http://127.0.0.1:8000")
        most = 3 if got.status_code == 200 else 4
        assert len(statements) <= most, f"{path} ({got.status_code}) asked {len(statements)} times: {statements}"
