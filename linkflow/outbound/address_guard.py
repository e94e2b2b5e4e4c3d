"""Which addresses may be called: decided on the address a connection is about to use, never on how it was spelt.

`2130706433`, `0x7f.1` and a name whose record changed a second ago all end here as the same `127.0.0.1`.
Python's own `is_private` and `is_global` miss several of these networks, hence the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from linkflow.outbound.errors import RefusedAddress

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part) for part in text.split())


OWN = _networks("127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7")
"""This machine and private networks: a demo or a test may call them, production may not."""

NEVER = _networks(
    "0.0.0.0/8 100.64.0.0/10 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24"
    " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
    " ::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fe80::/10"
    " fec0::/10 ff00::/8"
)
"""Unspecified, link-local (cloud metadata), documentation, benchmarking, multicast, reserved, and every IPv6 form
that carries an IPv4 address inside. Refused always; `::1` lies in `::/96` but is judged by `OWN`."""


@dataclass(frozen=True)
class AddressGuard:
    """The rule for one process. `also_refused`: addresses this installation itself listens on."""

    allow_private: bool = False
    also_refused: frozenset[Address] = field(default=frozenset())

    def admits(self, text: str) -> bool:
        """Whether a connection to this numeric address may be made. Anything unreadable may not."""
        try:
            address = _plain(ip_address(text))
        except ValueError:
            return False
        if _within(address, OWN):
            return self.allow_private
        return address not in self.also_refused and not _within(address, NEVER)

    def admitted(self, host: str, addresses: Iterable[str]) -> tuple[str, ...]:
        """The addresses, if there is one and every one may be called; one bad record spoils the name."""
        found = tuple(dict.fromkeys(addresses))
        if not found or not all(self.admits(address) for address in found):
            raise RefusedAddress(host, reason="address")
        return found


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
