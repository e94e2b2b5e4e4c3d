"""Images of an organization: a picture or nothing."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from linkflow.images import MOST_BYTES, check_svg, read_image
from linkflow.raster import MOST_PIXELS

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'


def test_a_drawing_is_taken_with_a_name_that_follows_its_content(tmp_path):
    (path := tmp_path / "logo.svg").write_text(SVG.format('<path d="M0 0h1" fill="url(#a)"/>'))
    image = read_image(path, alt="Northbank")
    assert (image.media_type, image.suffix, image.alt) == ("image/svg+xml", ".svg", "Northbank")
    assert image.file_name == f"{image.digest}.svg"
    path.write_text(SVG.format('<path d="M0 0h2"/>'))
    assert read_image(path, alt="Northbank").digest != image.digest


@pytest.mark.parametrize(
    "before",
    [
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- Made with <!DOCTYPE svg> in mind -->\n',
        "<?xml version='1.0' standalone='yes'?>",
    ],
)
def test_what_drawing_programs_write_ahead_of_a_drawing_is_taken(before):
    check_svg((before + SVG.format('<path d="M0 0h1"/>')).encode())


def drawn(kind, size=(4, 2), mode="RGB", **how):
    """A picture with one red corner, as a file."""
    picture = Image.new(mode, size)
    picture.putpixel((0, 0), {"RGB": (255, 0, 0), "RGBA": (255, 0, 0, 128), "CMYK": (0, 255, 255, 0)}.get(mode, 255))
    picture.save(out := io.BytesIO(), kind, **how)
    return out.getvalue()


def read(tmp_path, content, name="logo.svg"):
    (tmp_path / name).write_bytes(content)
    return read_image(tmp_path / name, alt="x")


def seen(image):
    return Image.open(io.BytesIO(image.content))


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_raster_image_is_known_by_its_first_bytes_and_not_by_its_name(tmp_path, kind, media_type):
    assert read(tmp_path, drawn(kind), "logo.svg").media_type == media_type


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_of_any_kind_looks_as_before(tmp_path, mode):
    before = drawn("PNG", mode=mode)
    image = read(tmp_path, before)
    assert seen(image).convert("RGBA").tobytes() == Image.open(io.BytesIO(before)).convert("RGBA").tobytes()


def test_a_grey_picture_of_sixteen_bits_keeps_its_shades(tmp_path):
    picture = Image.new("I;16", (4, 1))
    for at, shade in enumerate((0, 0x1000, 0x8000, 0xFFFF)):
        picture.putpixel((at, 0), shade)
    picture.save(out := io.BytesIO(), "PNG")
    assert list(seen(read(tmp_path, out.getvalue())).convert("L").tobytes()) == [0, 0x10, 0x80, 0xFF]


def test_a_jpeg_keeps_its_quality_and_so_its_size(tmp_path):
    Image.effect_noise((400, 400), 60).convert("RGB").save(out := io.BytesIO(), "JPEG", quality=15)
    assert len(read(tmp_path, out.getvalue()).content) < 1.05 * len(out.getvalue())


def test_a_jpeg_of_a_printer_is_drawn_in_the_colours_of_a_screen(tmp_path):
    assert seen(read(tmp_path, drawn("JPEG", mode="CMYK"))).mode == "RGB"


def test_a_photograph_loses_what_it_says_about_place_and_camera_and_stands_upright(tmp_path):
    said = Image.Exif()
    said[0x0112], said[0x010F], said[0x8825] = 6, "Some camera", {1: "N"}
    image = read(tmp_path, drawn("JPEG", exif=said, comment=b"taken at home", icc_profile=b"profile"))
    assert seen(image).size == (2, 4)
    assert not seen(image).getexif()
    for word in (b"camera", b"taken", b"profile", b"Exif"):
        assert word not in image.content


def test_a_photograph_stands_upright_whatever_nonsense_its_notes_are(tmp_path):
    said = Image.Exif()
    said[0x0112], said[0x010F] = 6, "Some camera"
    nonsense = said.tobytes().replace(struct.pack(">HH", 0x010F, 2), struct.pack(">HH", 0x011B, 2))
    assert nonsense != said.tobytes()
    assert seen(read(tmp_path, drawn("JPEG", exif=nonsense))).size == (2, 4)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_to_hold_a_camera_is_known(tmp_path, turn):
    said = Image.Exif()
    said[0x0112] = turn
    before = drawn("PNG", exif=said)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(before)))
    assert seen(read(tmp_path, before)).tobytes() == upright.tobytes()


def test_a_png_loses_its_texts_and_profile(tmp_path):
    (words := PngImagePlugin.PngInfo()).add_text("Comment", "<script>alert(1)</script>")
    image = read(tmp_path, drawn("PNG", pnginfo=words, icc_profile=b"profile"))
    assert (b"script" in image.content, b"iCCP" in image.content) == (False, False)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_of_a_file_that_is_a_picture_and_something_else_the_picture_stays(tmp_path, kind):
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as inside:
        inside.writestr("run.js", "alert(1)")
    image = read(tmp_path, drawn(kind) + b"<script>alert(1)</script><?php x ?>" + archive.getvalue())
    for rest in (b"<script", b"<?php", b"PK"):
        assert rest not in image.content
    assert seen(image).size == (4, 2)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def head(width, height):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


@pytest.mark.parametrize("size", [(3001, 2000), (8001, 1), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_flood_of_pixels_is_refused_before_any_is_unpacked(tmp_path, size):
    flood = b"\x89PNG\r\n\x1a\n" + head(*size) + chunk(b"IDAT", b"not even data") + chunk(b"IEND", b"")
    with pytest.raises(ValueError, match=r"pixels; at most|far too large"):
        read(tmp_path, flood)
    assert size[0] * size[1] > MOST_PIXELS or max(size) > 8000


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n....",
        b"\x89PNG\r\n\x1a\n" + head(4, 4) + chunk(b"IDAT", b"x") + chunk(b"IEND", b""),
        drawn("PNG", (400, 400))[:-60],
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        drawn("JPEG", (400, 400))[:-600],
    ],
)
def test_a_broken_picture_is_refused_in_one_sentence(tmp_path, content):
    with pytest.raises(ValueError, match=r"^is (no|a broken) (PNG|JPEG)"):
        read(tmp_path, content)


def test_what_somebody_noted_in_a_drawing_is_not_passed_on(tmp_path):
    image = read(tmp_path, SVG.format("<!-- made by Ann -->").encode())
    assert image.content.decode() == SVG.format("")


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
        SVG.format(r'<path style="fill:u\72l(//x.example)"/>'),
        SVG.format("<path style=\"background:image-set('//x.example' 1x)\"/>"),
        SVG.format('<g xml:base="https://x.example/"><use href="#a"/></g>'),
        SVG.format('<path fill="&#117;rl(https://x.example)"/>'),
        SVG.format('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        SVG.format('<mask id="a"><path mask="url(#a)"/></mask><path mask="url(#a)"/>'),
        SVG.format('<set attributeName="onload" to="alert(1)"/>'),
        SVG.format("<style>svg{{background:red}}</style>"),
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


def doubling(element, reference):
    """Sixteen steps, each of which draws the next one twice."""
    steps = (f'<{element} id="s{n}">{2 * reference.format(n + 1)}</{element}>' for n in range(16))
    return SVG.format("".join(steps) + f'<{element} id="s16"><path/></{element}>' + reference.format(0))


@pytest.mark.parametrize(
    "content",
    [
        doubling("g", '<use href="#s{}"/>'),
        doubling("mask", '<path mask="url(#s{})"/>'),
        doubling("clipPath", "<path style=\"clip-path: url( '#s{}' )\"/>"),
        SVG.format('<g id="a">' + 1000 * "<path/>" + "</g>" + 1000 * '<use href="#%61"/>'),
        SVG.format('<g id="a b)">' + 1000 * "<path/>" + "</g>" + 1000 * '<use href="#a b)"/>'),
        SVG.format('<g id="a">' + 1000 * "<path/>" + '</g><g id="a"/>' + 1000 * '<use href="#a"/>'),
    ],
)
def test_a_drawing_that_grows_is_refused(content):
    with pytest.raises(ValueError, match="drawn again too often"):
        check_svg(content.encode())


def test_parts_of_a_drawing_may_be_drawn_again():
    clip = '<defs><rect id="a"/></defs><clipPath id="b"><use href="#a"/></clipPath>'
    check_svg(SVG.format(clip + 100 * '<g clip-path="url(#b)"/>').encode())


def test_a_missing_and_a_huge_file_are_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_image(tmp_path / "none.svg", alt="x")
    (tmp_path / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES))
    with pytest.raises(ValueError, match="is larger than"):
        read_image(tmp_path / "huge.png", alt="x")
