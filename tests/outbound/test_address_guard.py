"""Which addresses may be called, and that the decision is made on the address connected to."""

import _socket
import threading
from typing import Any

import pytest

from linkflow.outbound.address_guard import AddressGuard
from linkflow.outbound.errors import RefusedAddress, Timeout, TooBusy, Unreachable
from linkflow.outbound.http import HttpClient
from linkflow.outbound.network import Resolver
from tests.outbound.fault_server import FaultServer

BLOCKED = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
SPELLINGS = ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost", "0"]
ALLOWED = ["93.184.216.34", "2606:4700:4700::1111"]
NEVER = ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "64:ff9b::7f00:1", "2002:7f00:1::", "100.64.0.1"]


@pytest.mark.parametrize("address", BLOCKED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not AddressGuard().admits(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_admitted(address: str) -> None:
    assert AddressGuard().admits(address)


@pytest.mark.parametrize("address", NEVER)
def test_a_demo_may_call_this_machine_but_no_metadata_service(address: str) -> None:
    guard = AddressGuard(allow_private=True)
    assert guard.admits("127.0.0.1")
    assert guard.admits("::1")
    assert not guard.admits(address)


@pytest.mark.parametrize("address", ["", "localhost", "1.2.3.4.5", "fe80::1%eth0", "2130706433"])
def test_what_is_not_a_numeric_address_is_refused(address: str) -> None:
    assert not AddressGuard(allow_private=True).admits(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_another_spelling_of_this_machine_is_refused_before_anything_is_sent(host: str, server: FaultServer) -> None:
    port = server.url.rsplit(":", 1)[1]
    with (
        HttpClient(total_seconds=2, resolver=Resolver(_socket.getaddrinfo)) as client,
        pytest.raises(RefusedAddress) as caught,
    ):
        client.get(f"https://{host}:{port}/gzip", headers={})
    assert caught.value.reason == "address"
    assert server.seen == []


def test_one_private_record_among_public_ones_spoils_the_name() -> None:
    with pytest.raises(RefusedAddress):
        AddressGuard().admitted("two.example", ["93.184.216.34", "10.0.0.1"])


def test_a_name_that_changes_to_this_machine_is_refused_at_the_next_connection(server: FaultServer) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (next(answers), port))]

    resolver = Resolver(rebinding)
    guard = AddressGuard()
    assert guard.admitted("a.example", resolver.addresses("a.example", 443, seconds=1)) == ("93.184.216.34",)
    with pytest.raises(RefusedAddress):
        guard.admitted("a.example", resolver.addresses("a.example", 443, seconds=1))


def test_production_refuses_plain_http(server: FaultServer) -> None:
    with HttpClient() as client, pytest.raises(RefusedAddress) as caught:
        client.get(f"{server.url}/gzip", headers={})
    assert caught.value.reason == "scheme"


def test_a_lookup_that_never_returns_ends_at_its_limit_and_does_not_take_every_thread() -> None:
    release = threading.Event()

    def stuck(*_: Any, **__: Any) -> list[Any]:
        release.wait(5)
        return []

    resolver = Resolver(stuck, at_once=1)
    try:
        with pytest.raises(Timeout):
            resolver.addresses("slow.example", 443, seconds=0.05)
        with pytest.raises(TooBusy):
            resolver.addresses("slow.example", 443, seconds=0.05)
    finally:
        release.set()


def test_an_unknown_name_is_unreachable() -> None:
    with HttpClient() as client, pytest.raises(Unreachable) as caught:
        client.get("https://nowhere.invalid/", headers={})
    assert str(caught.value) == "unreachable nowhere.invalid unknown name"
