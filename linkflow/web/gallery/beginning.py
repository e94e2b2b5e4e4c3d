"""Samples of what a link opens: the welcome, and the code that is mailed where the organization wants one."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.organization_model import Welcome
from linkflow.services import wording
from linkflow.web.customer_views import CodePage, WelcomePage
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import (
    BOTH,
    CONTACT,
    DAY,
    DUE_ON,
    FINANCIALS,
    NOW,
    PHRASE,
    RM,
    SPEND,
    Scene,
    form,
    keys,
)


def samples(scene: Scene) -> Iterator[PageSample]:
    """From the mail to the first question."""
    page = WelcomePage(
        form=form(),
        rm_name=RM,
        request_name=scene.request_name,
        purpose=wording.purpose(scene.organization, scene.language),
        data_types=keys(FINANCIALS),
        phrase=PHRASE,
        masked_recipient=CONTACT,
        due_on=DUE_ON,
        expires_at=NOW + 30 * DAY,
        upload=scene.feel.upload,
        short=scene.feel.welcome is Welcome.SHORT,
        check_page_url=scene.organization.phrase_check_url,
    )
    yield _welcome(scene, "welcome", page)
    yield _welcome(scene, "welcome-spend", replace(page, data_types=keys(SPEND), due_on=None, expires_at=None))
    yield _welcome(scene, "welcome-both", replace(page, data_types=keys(BOTH)))
    yield _welcome(scene, "welcome-preview", replace(page, preview=True))
    if scene.feel.one_time_code:
        code = CodePage(form=form(), masked_recipient=CONTACT, again=form())
        yield _code(scene, "code", code)
        yield _code(scene, "code-refused", replace(code, form=scene.refused({"code": "12"}, code="empty")))
        yield _code(scene, "code-sent-again", replace(code, sent_again=True))
        yield _code(scene, "code-none-left", replace(code, again=None))


def _welcome(scene: Scene, name: str, page: WelcomePage) -> PageSample:
    return PageSample(name=name, template="customer/welcome.html", shell=scene.before_the_link(), page=page)


def _code(scene: Scene, name: str, page: CodePage) -> PageSample:
    return PageSample(name=name, template="customer/code.html", shell=scene.before_the_link(), page=page)
