"""Saying no, where that was refused: the page says why at its top, and keeps what was typed."""

from tests.web.office import Office
from tests.web.states import STATES


def test_a_reason_that_is_too_long_is_told_at_the_top_and_kept(office: Office) -> None:
    scene = STATES["followed"](office)
    customer = scene.customer.look(f"/r/{scene.asked.request_id}/exit").press(reason="no " * 200)
    assert (customer.name, customer.page.status_code) == ("exit", 422)
    top = customer.page.text.partition("<h1>")[0]
    assert 'href="#reason"' in top
    assert "Shorten the reason to 500 characters" in top
    assert "no " * 200 in customer.page.text
