"""The pages a product's vendor sends people to: from its shop of apps, after disconnecting there, and to reconnect.

Who comes is not known and not asked, and no organization is named: everybody reads the same, whatever the vendor adds
to the address. What can be done here is to say what to do: the personal link in the mail is the way in.
"""

from collections.abc import Callable

from werkzeug.wrappers import Response

from linkflow.domain.errors import NotFound
from linkflow.domain.software import SoftwareKind
from linkflow.web.aside_views import VendorPage
from linkflow.web.assets import software_logo
from linkflow.web.language import chosen
from linkflow.web.marks import public
from linkflow.web.pages import render
from linkflow.web.running import ctx
from linkflow.web.shells import organization_shell


def _page(template: str) -> Callable[[str], Response]:
    @public
    def shown(software: str) -> Response:
        known = ctx().catalogue.get(software.replace("-", "_"))
        if known is None or known.kind is not SoftwareKind.OAUTH:
            raise NotFound
        page = VendorPage(software_name=known.name, software_logo_url=software_logo(known))
        return render(f"customer/{template}.html", shell=organization_shell(None, language=chosen(None)), page=page)

    return shown


launch = _page("software-launch")
disconnect = _page("software-disconnect")
reconnect = _page("software-reconnect")
