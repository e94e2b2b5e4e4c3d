"""Images of an organization: a picture or nothing."""

import pytest

from linkflow.images import MOST_BYTES, check_svg, read_image

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'


def test_a_drawing_is_taken_with_a_name_that_follows_its_content(tmp_path):
    (path := tmp_path / "logo.svg").write_text(SVG.format('<path d="M0 0h1" fill="url(#a)"/>'))
    image = read_image(path, alt="Northbank")
    assert (image.media_type, image.suffix, image.alt) == ("image/svg+xml", ".svg", "Northbank")
    assert image.file_name == f"{image.digest}.svg"
    path.write_text(SVG.format('<path d="M0 0h2"/>'))
    assert read_image(path, alt="Northbank").digest != image.digest


def test_a_raster_image_is_known_by_its_first_bytes(tmp_path):
    (path := tmp_path / "logo.svg").write_bytes(b"\x89PNG\r\n\x1a\n....")
    assert read_image(path, alt="x").media_type == "image/png"


@pytest.mark.parametrize(
    "content",
    [
        SVG.format("<script>alert(1)</script>"),
        SVG.format('<g onclick="alert(1)"/>'),
        SVG.format('<a href="https://x.example"/>'),
        SVG.format('<use href="https://x.example/#a"/>'),
        SVG.format('<path fill="url(https://x.example/#a)"/>'),
        SVG.format("<path style=\"fill:url( '//x.example')\"/>"),
        SVG.format('<image href="data:image/png;base64,AAAA"/>'),
        SVG.format("<foreignObject/>"),
        SVG.format("<style>@import 'x'</style>"),
        SVG.format('<animate attributeName="href" to="javascript:alert(1)"/>'),
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<text>&a;</text>"),
        '<?xml-stylesheet href="x"?>' + SVG.format(""),
        '<?xml version="1.0" encoding="UTF-7"?>' + SVG.format(""),
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<svg/>",
        "GIF89a",
        "",
    ],
)
def test_what_could_do_more_than_draw_is_refused(content):
    with pytest.raises(ValueError, match=r"^(is|has) "):
        check_svg(content.encode())


def test_a_missing_and_a_huge_file_are_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_image(tmp_path / "none.svg", alt="x")
    (tmp_path / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES))
    with pytest.raises(ValueError, match="is larger than"):
        read_image(tmp_path / "huge.png", alt="x")
