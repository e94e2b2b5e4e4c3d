"""The catalogue with every address of a vendor at its fake: `https://host/path` becomes `http://localhost:PORT/host/path`.

The file itself is used, only its addresses change: so a wrong path, host, scope or header in it fails against the fake.
"""

import re
from pathlib import Path

from linkflow import paths
from linkflow.catalogue import Catalogue, load_catalogue
from linkflow.settings import Credentials, Settings
from tests.vendors.kit import CLIENT, SECRET

_ADDRESS = re.compile(r'^(\s*(?:authorize_url|token_url|revoke_url|issuer|base_url)\s*=\s*")https://', re.MULTILINE)
_LIMITS = re.compile(r"^\[\[api\.limits\]\]\n(?:(?!\[).*\n)*|^limits\s*=\s*\[[^\]]*\]\n", re.MULTILINE)
_HOSTS = re.compile(r"^hosts\s*=\s*\[[^\]]*\]\n", re.MULTILINE)


def overlay_text(software: str, url: str, *, limits: bool = True) -> str:
    """The catalogue's file of a product, its fake reached at `url`; without `limits` no call has to wait."""
    text = (paths.config() / "software" / f"{software}.toml").read_text()
    text = text if limits else _LIMITS.sub("", text)
    return _HOSTS.sub("", _ADDRESS.sub(rf"\g<1>{url}/", text))


def write_overlay(folder: Path, urls: dict[str, str], *, limits: bool = True) -> dict[str, str]:
    """Files for `LINKFLOW_SOFTWARE_DIR` (software → where its fake is), and the settings linkflow needs for them."""
    folder.mkdir(exist_ok=True)
    environment = {"LINKFLOW_SOFTWARE_DIR": str(folder)}
    for software, url in urls.items():
        (folder / f"{software}.toml").write_text(overlay_text(software, url, limits=limits))
        name = f"LINKFLOW_SOFTWARE_{software.upper()}"
        environment |= {f"{name}_CLIENT_ID": CLIENT, f"{name}_CLIENT_SECRET": SECRET}
    return environment


def with_credentials(settings: Settings, *software: str) -> Settings:
    """Settings with the fakes' client at these products."""
    own = {name: Credentials(client_id=CLIENT, client_secret=SECRET) for name in software}
    return settings.model_copy(update={"software_credentials": {**settings.software_credentials, **own}})


def catalogue_for(folder: Path, settings: Settings, urls: dict[str, str]) -> Catalogue:
    """The same for a test that makes its own context; its settings need `with_credentials`."""
    write_overlay(folder, urls)
    return load_catalogue(paths.config() / "software", folder, settings)
