"""Hosts by which nobody outside comes: this machine, and the names and addresses of private networks."""

import ipaddress

# RFC 6761 keeps the first for this machine, RFC 6762 the second for whatever stands on the same wire.
ENDINGS = (".localhost", ".local")
NETWORKS = [
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]


def is_private(host: str) -> bool:
    """Say whether a name or an address, without a port, is one of these; any other name may be known to the world."""
    plain = host.strip("[]").lower().rstrip(".")
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return plain == "localhost" or plain.endswith(ENDINGS)
    return any(address in network for network in NETWORKS)
