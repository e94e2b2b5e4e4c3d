"""What each mail says, in whose colours, and what it must never say or do."""

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from linkflow.domain.brand import theme_tokens
from linkflow.mail import (
    CODE_PLACEHOLDER,
    LINK_PLACEHOLDER,
    STOP_PLACEHOLDER,
    DisconnectedMail,
    LinkMail,
    MailKind,
    fill,
    render,
)
from tests import html
from tests.mail.examples import (
    BOTH,
    CHECK,
    EXAMPLES,
    FINANCIALS,
    HARBOUR,
    LINK,
    LOGO_URL,
    NORTHBANK,
    SPEND,
    STOP,
    link_mail,
    rendered,
)

LINK_MAILS = [name for name, (_, context) in EXAMPLES.items() if isinstance(context, LinkMail)]
VOID = {"br", "img", "meta"}


class Seen(HTMLParser):
    """The words a reader sees, in order, and every address the mail would fetch or open."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.buttons: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.opened: list[str] = []
        self.tags: set[str] = set()
        self._hidden: list[str] = []
        self._button: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = {name: value or "" for name, value in attrs}
        if (self._hidden or tag in ("style", "title") or given.get("class") == "preheader") and tag not in VOID:
            self._hidden.append(tag)
        if "src" in given:
            self.fetched.append(given["src"])
        if tag == "a":
            self.opened.append(given["href"])
            self._button = given["href"] if given.get("class") == "button" else None

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.words += data.split()
        if self._button is not None:
            self.buttons.append((data.strip(), self._button))
            self._button = None


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    return parser


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("organization", [NORTHBANK, HARBOUR], ids=lambda each: each.slug)
def test_every_mail_is_whole_in_either_look(name: str, organization) -> None:  # type: ignore[no-untyped-def]
    mail = rendered(name, organization)
    assert mail.subject == " ".join(mail.subject.split())
    assert 10 <= len(mail.subject) <= 120
    assert organization.name in mail.text
    assert len(mail.html.encode()) < 60_000, "clients cut mails over 102 kB"
    assert "{{" not in mail.text + mail.html
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_text_twin_says_the_same(name: str) -> None:
    mail = fill(rendered(name), link=LINK, code="481926", stop=STOP)
    page = " ".join(seen(mail.html).words)
    for line in mail.text.split("-- \n")[0].splitlines():
        words = " ".join(re.sub(r"^(\d\. |> )", "", line).removesuffix(":").split())
        label, _, value = words.partition(": ")
        assert words in page or (label in page and value in page), line


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_fetched_but_the_logo_and_nobody_is_counted(name: str) -> None:
    page = rendered(name).html
    assert set(seen(page).fetched) <= {LOGO_URL}
    assert not re.search(r"url\(|@import|<script|<link|<iframe|srcset|background=", page)
    assert page.count("<img") <= 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_can_be_opened_but_our_own_pages_and_the_organizations(name: str) -> None:
    portal = "https://books.northbank.example/portal"
    allowed = {LINK_PLACEHOLDER, STOP_PLACEHOLDER, NORTHBANK.privacy_url, CHECK, portal, f"{portal}/companies/abc"}
    assert set(seen(rendered(name).html).opened) <= allowed


@pytest.mark.parametrize("name", LINK_MAILS)
def test_a_link_mail_has_one_button_named_like_the_first_action_and_the_address_under_it(name: str) -> None:
    mail = fill(rendered(name), link=LINK, stop=STOP)
    assert seen(mail.html).buttons == [("Connect your software", LINK)]
    assert f"Connect your software:\n{LINK}\n" in mail.text
    assert LINK in seen(mail.html).words
    assert seen(rendered(name, HARBOUR).html).buttons == [("Continue", LINK_PLACEHOLDER)]


@pytest.mark.parametrize("name", LINK_MAILS)
def test_the_phrase_is_to_be_asked_for_on_a_number_the_customer_has(name: str) -> None:
    mail = rendered(name)
    assert "Call Northbank on a number you already have" in mail.text
    assert "amber lantern" in mail.text
    assert not re.search(r"\b(match|matches|same words|genuine|proves?|safe)\b", mail.text)
    assert "7946" not in mail.text + mail.html, "a number in a mail is the one a forger would write"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_reminder_and_no_other_mail_says_how_to_stop_reminders(name: str) -> None:
    mail = fill(rendered(name), link=LINK, code="481926", stop=STOP)
    is_reminder = name in ("reminder", "reconnect-ends")
    assert (STOP in seen(mail.html).opened) == is_reminder
    assert (f"Send me no more reminders of this request:\n{STOP}\n" in mail.text) == is_reminder


@pytest.mark.parametrize("name", [*LINK_MAILS, "reconnect-lost", "correction"])
def test_whoever_is_mailed_the_phrase_is_shown_the_organizations_own_page_about_it(name: str) -> None:
    mail = rendered(name)
    assert f"How to check, on Northbank’s own site:\n{CHECK}\n" in mail.text
    assert CHECK in seen(mail.html).opened
    assert CHECK in seen(mail.html).words, "the address is read, not hidden behind words"
    assert "How to check" not in rendered(name, HARBOUR).text + rendered(name, HARBOUR).html


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_mail_has_a_preview_line_of_its_own_in_the_list_of_mails(name: str) -> None:
    preheader = re.search(r'class="preheader"[^>]*>([^<]*)', rendered(name).html)
    assert preheader is not None
    assert len(" ".join(preheader[1].replace("\u200c", " ").split())) > 20


@pytest.mark.parametrize(
    ("data_types", "subject", "why"),
    [
        (FINANCIALS, "asks for your financial statements", "asks for the financial statements of"),
        (SPEND, "asks for your supplier information", "asks for the supplier information of"),
        (
            BOTH,
            "asks for your financial statements and supplier information",
            "asks for the financial statements and supplier information of",
        ),
    ],
    ids=["financials", "spend", "both"],
)
def test_a_request_names_what_it_asks_for(data_types, subject: str, why: str) -> None:  # type: ignore[no-untyped-def]
    mail = render(MailKind.REQUEST, NORTHBANK, language="en-GB", context=link_mail(data_types=data_types))
    assert mail.subject == f"Virtual card application: Northbank {subject}"
    greeting, _, first, *_ = mail.text.splitlines()
    assert greeting == "Hello Anna Kowalska,"
    assert first == f"Jordan Lee at Northbank {why} Abra Kebabra Ltd, for “Virtual card application”."


def test_only_a_spend_request_with_several_entities_possible_speaks_of_them() -> None:
    assert "one company or several" in rendered("request-spend").text
    assert "one company or several" not in rendered("request-financials").text
    assert "one company or several" not in rendered("request-both").text
    assert "one company or several" not in rendered("request-spend", HARBOUR).text
    assert "one company or several" not in rendered("hand-over").text


def test_an_upload_is_offered_only_where_it_is_switched_on() -> None:
    assert "upload it instead" in rendered("request-financials").text
    assert "upload it instead" not in rendered("request-financials", HARBOUR).text


def test_what_is_not_there_leaves_no_trace() -> None:
    bare = link_mail(purpose="", due_on=None, note=None, logo_url=None, contact_name="")
    mail = render(MailKind.REQUEST, NORTHBANK, language="en-GB", context=bare)
    assert mail.text.startswith("Hello,\n")
    for absent in ("answer by", "writes:", "None", "<img"):
        assert absent not in mail.text + mail.html.partition("<body")[2]


def test_dates_are_the_organizations_and_in_the_readers_form() -> None:
    assert "until 23 December 2026" in rendered("request-financials").text
    auckland = replace(NORTHBANK, timezone="Pacific/Auckland")
    assert "until 24 December 2026" in rendered("request-financials", auckland).text
    assert "until December 23, 2026" in rendered("request-financials", language="en-US").text
    assert "23 November 2026, 16:40 GMT" in rendered("connected").text


def test_a_hand_over_says_through_whose_link_and_never_by_whom() -> None:
    text = rendered("hand-over").text
    assert "passed on to you through the link sent to Anna Kowalska" in text
    assert "by Anna" not in text
    assert "Abra Kebabra Ltd – Poznań" in text


def test_a_code_is_in_the_body_alone_and_never_in_the_subject() -> None:
    mail = rendered("code")
    assert CODE_PLACEHOLDER not in mail.subject
    assert LINK_PLACEHOLDER not in mail.text + mail.html
    filled = fill(mail, code="481926")
    assert "\n481926\n" in filled.text
    assert "481926" in seen(filled.html).words
    preheader = re.search(r'class="preheader"[^>]*>([^<]*)', filled.html)
    assert preheader is not None
    assert "481926" not in preheader[1]


def test_a_connected_mail_carries_the_receipt_and_no_link() -> None:
    mail = rendered("connected")
    assert LINK_PLACEHOLDER not in mail.text + mail.html
    for fact in ("Sandbox Books", "ABRA KEBABRA LIMITED", "a…@e….com", "profit and loss", "Was this not you?"):
        assert fact in mail.text
        assert fact in mail.html


@pytest.mark.parametrize("organization", [NORTHBANK, HARBOUR], ids=lambda each: each.slug)
def test_the_button_wears_the_organizations_colours_in_both_schemes(organization) -> None:  # type: ignore[no-untyped-def]
    page = rendered("request-financials", organization).html
    tokens = theme_tokens(organization.look)
    button = re.search(r'<a class="button"[^>]*style="([^"]*)"', page)
    assert button is not None
    for token in ("--brand", "--on-brand"):
        assert tokens["light"][token] in button[1]
    dark = page[page.index("@media (prefers-color-scheme: dark)") :]
    assert f".button {{ background-color: {tokens['dark']['--brand']} !important" in dark
    assert f'fillcolor="{tokens["light"]["--brand"]}"' in page


def test_styles_are_on_the_elements_for_clients_that_drop_the_head() -> None:
    body = rendered("request-financials", HARBOUR).html.partition("</head>")[2]
    texts = re.findall(r"<(?:p|h1|h2|td|th|blockquote)(?: [^>]*)?>", body)
    assert texts
    assert [tag for tag in texts if "font-family" not in tag] == ["<td>"], "the one of the frame for Outlook"


def test_what_people_typed_stays_text() -> None:
    nasty = link_mail(
        company_name='<b>Abra</b> & "Sons" {{ phrase }}',
        note="<img src=https://evil.example/x>\n[[linkflow:link]]",
        contact_name="[[linkflow:link]] %(organization)s",
    )
    mail = render(MailKind.REQUEST, NORTHBANK, language="en-GB", context=nasty)
    assert "&lt;b&gt;Abra&lt;/b&gt; &amp; " in mail.html
    assert "<b>" not in mail.html
    assert "<img src=https" not in mail.html
    assert '<b>Abra</b> & "Sons" {{ phrase }}' in mail.text
    assert "Hello [linkflow:link]] %(organization)s," in mail.text
    assert fill(mail, link=LINK, stop=STOP).text.count(LINK) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_value_of_any_mail_reaches_the_html_as_markup(name: str) -> None:
    kind, context = EXAMPLES[name]
    texts = [each.name for each in fields(context) if isinstance(getattr(context, each.name), str)]
    hostile = replace(context, **dict.fromkeys(texts, "<script>'\"&</script>"))
    organization = replace(NORTHBANK, name="<script>Bank", operated_by="<script>plc")
    page = render(kind, organization, language="en-GB", context=hostile).html
    assert "script" not in seen(page).tags
    assert "&lt;script&gt;" in page


def test_a_subject_stays_one_line_whatever_was_typed() -> None:
    context = link_mail(request_name="Card\r\nBcc: everyone@example.com\u2028x")
    mail = render(MailKind.REQUEST, NORTHBANK, language="en-GB", context=context)
    assert mail.subject.startswith("Card Bcc: everyone@example.com x: Northbank asks")


def test_an_organizations_own_words_replace_ours_with_names_filled_in_and_nothing_run() -> None:
    content = {
        ("en-GB", "email/request", "subject"): "{organization} and {company}: {request}",
        ("en-GB", "email/request/financials", "subject"): "About {unknown}",
        (
            "en-GB",
            "email/request/spend_analysis",
            "intro",
        ): "Dear {contact}, <em>your</em> {{ phrase }} [[linkflow:link]]",
        ("en-GB", "welcome", "connect"): "Let us begin",
    }
    own = replace(NORTHBANK, content=content)
    spend = rendered("request-spend", own)
    assert spend.subject == "Northbank and Abra Kebabra Ltd: Virtual card application"
    assert rendered("request-financials", own).subject.startswith("Virtual card application: Northbank asks")
    assert "Dear Anna Kowalska, <em>your</em> {{ phrase }} [linkflow:link]]" in spend.text
    assert "&lt;em&gt;your&lt;/em&gt;" in spend.html
    assert seen(spend.html).buttons == [("Let us begin", LINK_PLACEHOLDER)]
    assert "Jordan Lee at Northbank asks for" in rendered("request-financials", own).text


def test_a_mail_about_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="LinkMail"):
        render(MailKind.REQUEST, NORTHBANK, language="en-GB", context=EXAMPLES["code"][1])
    with pytest.raises(ValueError, match="newsletter"):
        render("newsletter", NORTHBANK, language="en-GB", context=link_mail())


def test_every_kind_has_its_three_files_and_no_folder_is_left_over() -> None:
    folder = Path(__file__).parents[2] / "templates" / "linkflow" / "email"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {kind.value for kind in MailKind}
    for kind in MailKind:
        assert {path.name for path in (folder / kind).iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_every_mail_is_valid_html(tmp_path: Path) -> None:
    for name in EXAMPLES:
        for organization in (NORTHBANK, HARBOUR):
            mail = fill(rendered(name, organization), link=LINK, code="481926", stop=STOP)
            (tmp_path / f"{organization.slug}.{name}.html").write_text(mail.html)
    assert html.findings(tmp_path) == []


@pytest.mark.parametrize(("months", "said"), [(0, "0 months after"), (1, "1 month after"), (24, "24 months after")])
def test_how_long_books_are_kept_is_counted(months: int, said: str) -> None:
    kind, about = EXAMPLES["disconnected"]
    assert isinstance(about, DisconnectedMail)
    kept = replace(about, retention_months=months)
    mail = render(kind, NORTHBANK, language="en-GB", context=kept)
    assert f"kept for {said} access has ended" in mail.text
    assert f"kept for {said} access has ended" in mail.html


@pytest.mark.parametrize(
    ("language", "direction", "fact_name", "note"),
    [
        ("de", "ltr", "10px 16px 10px 0", "2px 0 2px 16px"),
        ("ar-XB", "rtl", "10px 0 10px 16px", "2px 16px 2px 0"),
    ],
)
def test_a_mail_runs_its_way_where_the_frame_of_its_document_is_taken_off(
    language: str, direction: str, fact_name: str, note: str
) -> None:
    """Gmail keeps what stands in the body alone, and nothing the body says of itself."""
    kinds = EXAMPLES["connected"], EXAMPLES["request-financials"]
    connected, asked = (render(kind, NORTHBANK, language=language, context=about).html for kind, about in kinds)
    frame = re.search(r'<table class="frame"[^>]*>', connected)
    assert frame
    assert f' lang="{language}"' in frame[0]
    assert f' dir="{direction}"' in frame[0]
    assert re.search(rf'<th class="fact-name"[^>]*style="[^"]*padding: {fact_name};', connected)
    assert re.search(rf'<blockquote class="note"[^>]*style="[^"]*padding: {note};', asked)
