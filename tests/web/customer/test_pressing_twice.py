"""What a customer may press again, go back to, or press too late, and what that does not do."""

from linkflow.services import following_up, housekeeping
from linkflow.services.linking import renew_link
from tests.web.office import SPEND, Office
from tests.web.states import code_passed, declined, followed, fresh, hand_over, linked, request_of, returned


def test_a_hand_over_sent_again_by_a_reload_is_one_link_and_one_mail(office: Office) -> None:
    customer = followed(office).customer
    customer.look(f"/r/{request_of(customer)}/hand-over").press(email="lee@accountants.example")
    form = next(one for one in customer.forms if one.has("confirmed"))
    for _ in range(2):
        customer.post(form.action, **{**form.fields, "confirmed": "yes"})
    assert office.count("links", "kind='hand_over'") == 1
    assert office.count("messages", "kind='hand_over'") == 1


def test_a_narrow_link_that_is_renewed_lives_seven_days_again(office: Office) -> None:
    hand_over(office, followed(office).customer)
    narrow = office.values("SELECT id FROM links WHERE kind='hand_over'")[0]
    office.clock.go_on(days=8)
    renew_link(office.ctx, office.ctx.signer.sign_link(narrow, 1))
    office.clock.go_on(days=8)
    assert office.browser().look(f"/l/{office.ctx.signer.sign_link(narrow, 1)}").name == "link-expired"


def test_a_new_link_stops_every_narrow_one(office: Office) -> None:
    scene = followed(office)
    colleague = hand_over(office, scene.customer)
    office.write("UPDATE links SET revoked_at = created_at WHERE kind = 'request'")
    following_up.replace_link(office.ctx, office.account(), scene.asked.request_id)
    assert colleague.look(f"/r/{scene.asked.request_id}/onward").name == "link-withdrawn"


def test_following_the_link_again_does_not_prolong_a_code_beyond_its_session(office: Office) -> None:
    scene = code_passed(office)
    for _ in range(14):
        office.clock.go_on(minutes=55)
        scene.customer.look(scene.asked.link).press()
    assert scene.customer.name == "code"


def test_one_entity_after_all_takes_the_others_out(office: Office) -> None:
    customer = office.follow(office.ask(SPEND)).press(count="several").press(name="Abra Kebabra Catering Ltd")
    customer.look(f"/r/{request_of(customer)}/entity-count").press(count="one")
    assert customer.name == "software"
    assert office.count("request_entities", "removed_at IS NULL") == 1
    assert customer.look(f"/r/{request_of(customer)}/onward").name == "software"


def test_a_late_no_does_not_undo_what_was_shared_meanwhile(office: Office) -> None:
    asked = office.ask()
    late = office.follow(asked)
    late.look(f"/r/{asked.request_id}/exit")
    office.connected(asked)
    late.press(reason="Not now")
    assert late.page.status_code == 422
    assert office.count("requests", "declined_at IS NOT NULL") == 0


def test_saying_no_and_yes_all_day_does_not_flood_the_user_who_asked(office: Office) -> None:
    scene = declined(office)
    for _ in range(60):
        scene.customer.press()
        scene.customer.look(f"/r/{scene.asked.request_id}/exit").press(reason="Not now")
    assert office.count("messages", "kind='declined'") == 50


def test_taking_up_what_was_never_declined_writes_nothing(office: Office) -> None:
    customer = followed(office).customer
    customer.look(f"/r/{request_of(customer)}/exit")
    token = next(form.fields["linkflow_csrf"] for form in customer.forms if form.method == "post")
    customer.post(f"/r/{request_of(customer)}/resume", linkflow_csrf=token)
    assert office.count("events", "kind='resumed'") == 0


def test_a_token_the_software_no_longer_takes_is_renewed_by_one_button(office: Office) -> None:
    customer = returned(office).customer
    page, token = customer.path, office.values("SELECT access_token FROM grants")
    office.companies.status = 401
    form = next(one for one in customer.look(page).forms if one.action.endswith("/renew-access"))
    customer.post(form.action, **form.fields)
    office.companies.status = None
    assert office.values("SELECT access_token FROM grants") != token
    assert customer.look(page).name == "confirm-company"


def test_a_sign_in_nobody_finished_is_given_back_when_the_request_is_over(office: Office) -> None:
    scene = returned(office)
    assert housekeeping.end_waiting(office.ctx) == 0
    office.write("UPDATE requests SET withdrawn_at = created_at")
    assert housekeeping.end_waiting(office.ctx) == 1
    assert office.values("SELECT state FROM grants") == ["revoking"]
    assert office.count("connections", "state='pending'") == 0
    assert scene.customer.look(scene.asked.link).name == "link-withdrawn"


def test_a_request_outlives_the_user_who_made_it(office: Office) -> None:
    scene = linked(office)
    office.write("DELETE FROM users")
    assert office.count("requests") == 1
    assert office.follow(scene.asked).name == "summary"


def test_a_user_who_was_let_go_is_named_no_more_and_told_nothing(office: Office) -> None:
    scene = fresh(office)
    assert "Manager of northbank" in scene.customer.page.text
    office.write("UPDATE users SET disabled_at = created_at")
    assert "Manager of northbank" not in office.browser().look(scene.asked.link).page.text
