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
        (paid_from("Company credit-card"), "credit_card"),
        (paid_from("Shop till 2"), "cash"),
        (paid_from("Portokasse"), "cash"),
        (paid_from("Carte de crédit pro"), "credit_card"),
        (paid_from("Tarjeta de débito"), "debit_card"),
        (paid_from("Caja"), "cash"),
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
        ("Visa 4711", "credit_card"),
        ("check 1042, rent", "cheque"),
        ("Paid by check", "cheque"),
        ("SEPA-Lastschrift Strom", "direct_debit"),
        ("Prélèvement EDF", "direct_debit"),
        ("Domiciliacion luz", "direct_debit"),
        ("Automatische incasso KPN", "direct_debit"),
        ("Débito direto EDP", "direct_debit"),
        ("KREDITKARTE", "credit_card"),
        ("Paiement par carte", "credit_card"),
        ("tarjeta 1234", "credit_card"),
        ("Cartão de crédito", "credit_card"),
        ("EC-Karte", "debit_card"),
        ("Überweisung Miete", "bank_transfer"),
        ("Ueberweisung Miete", "bank_transfer"),
        ("Virement SEPA", "bank_transfer"),
        ("Transferência 12", "bank_transfer"),
        ("transferencia", "bank_transfer"),
        ("Overboeking", "bank_transfer"),
        ("Chèque n° 12", "cheque"),
        ("Verrechnungsscheck", "cheque"),
        ("in bar bezahlt", "cash"),
        ("pagado en efectivo", "cash"),
        ("réglé en espèces", "cash"),
        ("contant betaald", "cash"),
    ],
)
def test_a_plain_bank_account_leaves_it_to_the_note(note: str, method: str) -> None:
    found = payment_method(None, account=paid_from("Cash at bank"), note=note)
    assert found == (PaymentMethod(method), MethodSource.NOTE)


@pytest.mark.parametrize("name", ["Till House", "Sparkasse", "Caisse d’Épargne", "Caixa Geral", "Cash flow reserve"])
def test_an_account_only_named_like_a_till_says_nothing(name: str) -> None:
    assert payment_method(None, account=paid_from(name), note=None) == (PaymentMethod.UNKNOWN, MethodSource.NONE)


@pytest.mark.parametrize(
    "note",
    [
        *(None, "", "Ref 123456", "please check the amount", "cashew nuts", "business cards"),
        *("Visa application, Home Office", "Work visa J. Smith", "cash flow forecast", "Cash-flow tool"),
        *("Booker Cash & Carry", "check 2024 prices", "please check 2024", "Airport transfer", "copper wire"),
        *("à la carte", "Tarjetas de visita", "tarjeta de visita", "Incassobureau", "prélèvement à la source"),
        *("Bar Roma", "dd/mm/yyyy", "lunch for six diners"),
    ],
)
def test_what_nothing_says_is_unknown(note: str | None) -> None:
    assert payment_method(None, account=None, note=note) == (PaymentMethod.UNKNOWN, MethodSource.NONE)
