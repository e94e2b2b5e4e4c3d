"""The pictures an operator puts beside its catalogue files: whose they are, and that they only draw."""

import io
from pathlib import Path

import pytest
from PIL import Image as Picture

from linkflow.catalogue import Catalogue, load_catalogue
from linkflow.images import MOST_BYTES
from linkflow.problems import ConfigurationError
from tests.config_factories import make_settings

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>'
Picture.new("RGB", (2, 2)).save(_png := io.BytesIO(), "PNG")
PNG = _png.getvalue()
SCRIPT = DRAWING.replace(b"<rect", b"<script>alert(1)</script><rect")


def load(tmp_path: Path, **files: bytes) -> Catalogue:
    """A shipped product, one of the operator's, and these pictures in its folder, `__` for a dot."""
    for folder, name in (("shipped", "xero"), ("own", "ledgerly")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.toml").write_text(f'name = "{name.title()}"\nvendor = "V"\n')
    for name, content in files.items():
        (tmp_path / "own" / name.replace("__", ".")).write_bytes(content)
    return load_catalogue(tmp_path / "shipped", tmp_path / "own", make_settings(tmp_path, software_credentials={}))


def test_a_picture_of_the_products_name_is_its_logo_and_one_called_connect_its_button(tmp_path: Path) -> None:
    catalogue = load(tmp_path, xero__svg=DRAWING, xero__connect__png=PNG, ledgerly__svg=DRAWING)
    xero, own = catalogue.marks("xero"), catalogue.marks("ledgerly")
    assert own.logo is not None
    assert xero.logo is not None
    assert xero.connect_button is not None
    assert (xero.logo.media_type, xero.connect_button.media_type) == ("image/svg+xml", "image/png")
    assert xero.named(xero.connect_button.file_name) == xero.connect_button
    assert own.connect_button is None
    assert catalogue.marks("nothing").logo is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("xero__svg", SCRIPT, "has <script>"),
        ("xero__connect__svg", DRAWING.replace(b"<rect", b'<rect onload="x()"'), "could run or load something"),
        ("xero__png", b"GIF89a", "is neither SVG, PNG nor JPEG"),
        ("xero__png", PNG + bytes(MOST_BYTES), "is larger than"),
        ("xerro__svg", DRAWING, "belongs to no software of the catalogue; did you mean 'xero'?"),
        ("xero__button__svg", DRAWING, "belongs to no software"),
    ],
)
def test_a_picture_that_does_more_or_belongs_to_nothing_is_told(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, **{name: content})
    (problem,) = raised.value.problems
    assert problem.file == name.replace("__", ".")
    assert reason in problem.reason


def test_two_pictures_for_one_place_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="second of its name"):
        load(tmp_path, xero__svg=DRAWING, xero__png=PNG)
