"""Where customers reach this installation: the address as it is written, its cookies, and whether it answers there."""

import ipaddress
import json
from urllib.parse import urlsplit

from linkflow.doctor.clock import Clock
from linkflow.doctor.findings import Section
from linkflow.outbound.errors import OutboundError
from linkflow.services.context import Context
from linkflow.settings_values import is_loopback

READY = "/health/ready"


def examine(ctx: Context, clock: Clock, *, offline: bool) -> Section:
    """The whole section."""
    section, settings = Section("Public address"), ctx.settings
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        section.ok(f"{settings.public_url}, over https")
    else:
        section.warn(f"{settings.public_url} is for this machine alone: customers and vendors need one with https")
    if _is_number(host) and not is_loopback(host):
        section.warn("Its host is a number: most vendors register names only")
    if not any(_covers(known, host) for known in settings.trusted_hosts):
        section.fail(f"LINKFLOW_TRUSTED_HOSTS does not have {host}: every page would be refused")
    _cookies(section, secure=settings.cookie_secure, https=parts.scheme == "https")
    if parts.scheme == "https" and settings.proxy_hops == 0:
        section.warn(
            "LINKFLOW_PROXY_HOPS is 0: behind a proxy that ends TLS all visitors count as one where tries are limited"
        )
    if not offline:
        _answers(ctx, clock, section)
    return section


def _cookies(section: Section, *, secure: bool, https: bool) -> None:
    if https and not secure:
        section.fail("LINKFLOW_COOKIE_SECURE is off, so session cookies would travel in clear: take it out")
    elif secure and not https:
        section.warn("Session cookies are for https only, and the address is http: some browsers will not keep them")
    else:
        section.ok(f"Session cookies: {'Secure, ' if secure else ''}HttpOnly, SameSite=Lax")


def _answers(ctx: Context, clock: Clock, section: Section) -> None:
    address = ctx.address(READY)
    try:
        answer = ctx.http.look(address)
    except OutboundError as error:
        section.warn(f"{address} does not answer from here ({error.reason or error.code}); look at it from outside")
        return
    clock.hear("the public address", answer.date)
    if answer.status == 200 and _says_ready(answer.content):
        section.ok(f"{address} answers, and is ready")
    elif answer.status == 503:
        section.fail(f"{address} answers that it waits for its database")
    elif 300 <= answer.status < 400:
        section.fail(f"{address} leads elsewhere (HTTP {answer.status}): the public address must be the last one")
    else:
        section.fail(f"{address} is not answered by linkflow (HTTP {answer.status}): look at the proxy in front of it")


def _says_ready(content: bytes) -> bool:
    try:
        said = json.loads(content)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("status") == "ready"


def _covers(known: str, host: str) -> bool:
    return host == known or (known.startswith(".") and (host == known[1:] or host.endswith(known)))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
