"""What may stand in the query of the address a software sends the customer back to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.software import OAuth, Software, SoftwareKind
from linkflow.outbound.callback import CallbackRefused, check_callback

ISSUER = "https://issuer.example"
OAUTH = OAuth(authorize_url="https://a.example", token_url="https://a.example", callback_params=("realmId",))
PROMISES = Software(
    id="peer", name="Peer", vendor="Peer", kind=SoftwareKind.OAUTH, oauth=replace(OAUTH, iss_parameter=True)
)
SILENT = replace(PROMISES, oauth=OAUTH)
GOOD = {"state": ["s"], "code": ["c"], "iss": [ISSUER]}


@pytest.mark.parametrize("brought", [{}, {"realmId": [""]}])
def test_a_code_without_what_the_software_always_brings_is_refused(brought: dict[str, list[str]]) -> None:
    needs = replace(SILENT, oauth=replace(OAUTH, required_callback_params=("realmId",)))
    with pytest.raises(CallbackRefused):
        check_callback({"state": ["s"], "code": ["c"], **brought}, software=needs, expected_issuer=None)
    declined = check_callback({"state": ["s"], "error": ["access_denied"]}, software=needs, expected_issuer=None)
    assert declined.declined


def test_a_code_from_the_expected_issuer_is_taken() -> None:
    answer = check_callback({**GOOD, "realmId": ["7"], "other": ["x"]}, software=PROMISES, expected_issuer=ISSUER)
    assert (answer.code, answer.error, dict(answer.extras)) == ("c", None, {"realmId": "7"})


def test_software_that_promises_no_issuer_may_leave_it_out() -> None:
    args = {"state": ["s"], "code": ["c"]}
    assert check_callback(args, software=SILENT, expected_issuer=None).code == "c"
    assert check_callback(args, software=SILENT, expected_issuer=ISSUER).code == "c"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iss": ["https://evil.example"]}, "issuer-mismatch"),
        ({"iss": [ISSUER + "/"]}, "issuer-mismatch"),
        ({"iss": [ISSUER.upper()]}, "issuer-mismatch"),
        ({"iss": [""]}, "issuer-mismatch"),
        ({"iss": []}, "issuer-missing"),
        ({"iss": [ISSUER, ISSUER]}, "iss-repeated-or-too-long"),
        ({"code": ["c", "c"]}, "code-repeated-or-too-long"),
        ({"state": ["s", "t"]}, "state-repeated-or-too-long"),
        ({"error": ["a", "b"]}, "error-repeated-or-too-long"),
        ({"realmId": ["1", "2"]}, "realmId-repeated-or-too-long"),
        ({"code": ["c" * 4097]}, "code-repeated-or-too-long"),
        ({"code": []}, "neither-code-nor-error"),
        ({"code": [""]}, "neither-code-nor-error"),
        ({"error": ["access_denied"]}, "code-and-error"),
    ],
)
def test_anything_else_is_refused_with_its_reason(change: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(CallbackRefused) as caught:
        check_callback({**GOOD, **change}, software=PROMISES, expected_issuer=ISSUER)
    assert caught.value.reason == reason


def test_an_issuer_nobody_expected_is_refused() -> None:
    with pytest.raises(CallbackRefused):
        check_callback(GOOD, software=SILENT, expected_issuer=None)


def test_an_error_from_another_issuer_is_not_believed() -> None:
    args = {"state": ["s"], "error": ["access_denied"], "iss": ["https://evil.example"]}
    with pytest.raises(CallbackRefused):
        check_callback(args, software=PROMISES, expected_issuer=ISSUER)


def test_a_refusal_by_the_customer_is_told_from_other_errors() -> None:
    declined = {"state": ["s"], "error": ["access_denied"], "iss": [ISSUER]}
    failed = {**declined, "error": ["server_error"]}
    assert check_callback(declined, software=PROMISES, expected_issuer=ISSUER).declined
    assert not check_callback(failed, software=PROMISES, expected_issuer=ISSUER).declined


@given(st.dictionaries(st.sampled_from(["state", "code", "error", "iss", "realmId"]), st.lists(st.text(), max_size=3)))
def test_no_other_issuer_ever_brings_a_code(args: dict[str, list[str]]) -> None:
    try:
        answer = check_callback(args, software=PROMISES, expected_issuer=ISSUER)
    except CallbackRefused:
        return
    assert args["iss"] == [ISSUER]
    assert bool(answer.code) != bool(answer.error)


def test_a_callback_does_not_show_its_code() -> None:
    assert "'c'" not in repr(check_callback(GOOD, software=PROMISES, expected_issuer=ISSUER))
