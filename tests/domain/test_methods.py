"""Payment methods: field, then account, then note, then unknown; and which one it was."""

import pytest

from linkflow.domain.books import Account, AccountClass, PaymentMethod
from linkflow.domain.methods import MethodSource, payment_method


def paid_from(name: str, *, kind: str | None = None, is_card: bool = False) -> Account:
    return Account(
        external_id="a",
        name=name,
        account_class=AccountClass.ASSET,
        software_subtype=kind,
        is_card=is_card,
        is_bank=True,
    )


def test_the_softwares_own_field_wins_over_account_and_note() -> None:
    found = payment_method(PaymentMethod.CHEQUE, account=paid_from("Visa", is_card=True), note="cash")
    assert found == (PaymentMethod.CHEQUE, MethodSource.FIELD)


def test_a_field_that_says_unknown_says_nothing() -> None:
    found = payment_method(PaymentMethod.UNKNOWN, account=None, note="Cheque 12")
    assert found == (PaymentMethod.CHEQUE, MethodSource.NOTE)


@pytest.mark.parametrize(
    ("account", "method"),
    [
        (paid_from("Company card", is_card=True), "credit_card"),
        (paid_from("Barclays", kind="CreditCard"), "credit_card"),
        (paid_from("Amex Gold"), "credit_card"),
        (paid_from("Visa debit"), "debit_card"),
        (paid_from("Petty cash"), "cash"),
        (paid_from("Drawer", kind="CashOnHand"), "cash"),
        (paid_from("Cash"), "cash"),
    ],
)
def test_the_account_wins_over_the_note(account: Account, method: str) -> None:
    found = payment_method(None, account=account, note="Bank transfer 1")
    assert found == (PaymentMethod(method), MethodSource.ACCOUNT)


@pytest.mark.parametrize(
    ("note", "method"),
    [
        ("Direct debit 4711", "direct_debit"),
        ("Debit card purchase 1", "debit_card"),
        ("paid by card", "credit_card"),
        ("CHEQUE 000123", "cheque"),
        ("check #1042", "cheque"),
        ("Bank transfer 9", "bank_transfer"),
        ("BACS run", "bank_transfer"),
        ("cash to driver", "cash"),
    ],
)
def test_a_plain_bank_account_leaves_it_to_the_note(note: str, method: str) -> None:
    found = payment_method(None, account=paid_from("Cash at bank"), note=note)
    assert found == (PaymentMethod(method), MethodSource.NOTE)


@pytest.mark.parametrize("note", [None, "", "Ref 123456", "please check the amount", "cashew nuts", "business cards"])
def test_what_nothing_says_is_unknown(note: str | None) -> None:
    assert payment_method(None, account=None, note=note) == (PaymentMethod.UNKNOWN, MethodSource.NONE)
