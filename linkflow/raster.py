"""Raster pictures drawn anew: of a file from somebody's folder nothing is passed on but what can be seen.

Decoded and encoded again, so a picture that is also a script, an archive or a page is afterwards only a picture; its
metadata (place, camera, comments, colour profile) is gone, and a turned photograph is turned upright first.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image, JpegImagePlugin, UnidentifiedImageError

MOST_PIXELS = 6_000_000
"""Width times height: 3,000 by 2,000. Read from the file's head, before anything is unpacked."""
LONGEST_SIDE = 8_000
_SUFFIXES = {"image/png": ("PNG", ".png"), "image/jpeg": ("JPEG", ".jpg")}
_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_DRAWN = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "JPEG": ("L", "RGB")}
_ORIENTATION = 0x0112
_UPRIGHT: Mapping[Any, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each way the camera was held, as EXIF counts them."""
_BROKEN = (OSError, SyntaxError, ValueError, IndexError, EOFError, OverflowError, struct.error, zlib.error)


def media_type_of(content: bytes) -> str | None:
    """``image/png`` or ``image/jpeg`` by the first bytes, whatever the file is called; None for anything else."""
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)


def suffix_of(media_type: str) -> str:
    """``.png`` or ``.jpg``."""
    return _SUFFIXES[media_type][1]


def drawn_anew(content: bytes, media_type: str) -> bytes:
    """The same picture, upright, without anything else; ValueError with the reason when it cannot be read."""
    kind, _ = _SUFFIXES[media_type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # our own limit is far below; and notes are left out, right or wrong
        try:
            with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
                _check_size(*picture.size)
                return _encoded(picture, kind)
        except (UnidentifiedImageError, Image.DecompressionBombError):
            raise ValueError(f"is no {kind} that can be read, or far too large a one") from None
        except _TooLarge:
            raise
        except _BROKEN:
            raise ValueError(f"is a broken {kind}") from None


class _TooLarge(ValueError):
    """More to unpack than a picture of a page can need."""


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _TooLarge(f"has {width:,} × {height:,} pixels; at most {MOST_PIXELS:,} in all, {LONGEST_SIDE:,} a side")


def _encoded(picture: Image.Image, kind: str) -> bytes:
    how = _as_before(picture) if isinstance(picture, JpegImagePlugin.JpegImageFile) else {}
    turn = _UPRIGHT.get(picture.getexif().get(_ORIENTATION))
    if picture.mode == "I;16":
        picture = picture.point(lambda shade: shade / 256, "L")
    if picture.mode not in _DRAWN[kind]:
        picture = picture.convert("RGBA" if kind == "PNG" and picture.has_transparency_data else "RGB")
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    out = io.BytesIO()
    picture.save(out, kind, optimize=True, **how)
    return out.getvalue()


def _as_before(photograph: JpegImagePlugin.JpegImageFile) -> dict[str, Any]:
    """The quality it came with: more could be much larger without showing more."""
    return {"qtables": photograph.quantization, "subsampling": JpegImagePlugin.get_sampling(photograph)}
