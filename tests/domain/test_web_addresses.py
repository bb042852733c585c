"""Which addresses a team may name, and which machines are connected to for them."""

from __future__ import annotations

import ipaddress

import pytest

from tracker.domain import web_addresses
from tracker.domain.errors import BadInput
from tracker.domain.web_addresses import WebAddress, may_connect, read

OWN = (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


def test_an_address_is_taken_apart() -> None:
    assert read("https://Hooks.Example.org/in?team=a%20b") == WebAddress(
        "https", "hooks.example.org", 443, "/in?team=a%20b"
    )
    assert read("https://hooks.example.org:8443") == WebAddress("https", "hooks.example.org", 8443, "/")
    assert read("https://[2606:4700::1]/x").authority == "[2606:4700::1]"
    assert read("https://hooks.example.org:8443").authority == "hooks.example.org:8443"
    assert read(" https://hooks.example.org./x ").host == "hooks.example.org"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.example.org",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "gopher://hooks.example.org/",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://user:secret@hooks.example.org/",
        "https://@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:70000/",
        "https://hooks.example.org:port/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nHost: other",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hööks.example.org/",
        "https://hooks..example.org/",
        "https://-hooks.example.org/",
        "https://[::1%25eth0]/",
        "https://[fe80::1/",
        "https://" + "a" * 1000 + ".example/",
    ],
)
def test_what_is_no_https_address_of_a_host_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",  # 127.0.0.1 as one number
        "0x7f000001",  # the same in hex
        "0x7f.0.0.1",
        "0177.0.0.1",  # the same in octal
        "017700000001",
        "127.1",  # the short form
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",  # shared by a provider's customers (CGNAT)
        "169.254.169.254",  # where clouds keep a machine's keys
        "2852039166",  # the same as one number
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "168.63.129.16",  # a cloud's own door in a public range
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",  # NAT64 of 169.254.169.254
        "[2002:a9fe:a9fe::1]",  # 6to4 of the same
        "[2001:0:7f00:1::]",  # Teredo
        "[fc00::1]",
        "[fd00:ec2::254]",  # where a cloud keeps keys, in IPv6
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_an_inner_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(BadInput):
        read(f"https://{host}/latest/meta-data/")
    with pytest.raises(BadInput):
        read(f"https://{host}:8443/")


def test_the_neighbours_of_inner_networks_are_the_internet() -> None:
    for text in ("9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
                 "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1", "2a00::1"):  # fmt: skip
        assert may_connect(ipaddress.ip_address(text)), text


def test_a_network_of_ones_own_is_allowed_by_the_setting_alone_also_without_encryption() -> None:
    assert read("http://10.20.0.5:8080/hook", allowed=OWN).port == 8080
    assert read("http://chat.inner/hook", allowed=OWN).scheme == "http"  # where it leads shows when it is called
    assert may_connect(ipaddress.ip_address("10.20.0.5"), allowed=OWN, is_encrypted=False)
    assert may_connect(ipaddress.ip_address("::ffff:10.20.0.5"), allowed=OWN, is_encrypted=False)
    assert may_connect(ipaddress.ip_address("fd12::1"), allowed=OWN)
    for outside in ("10.21.0.5", "169.254.169.254", "192.168.1.1"):
        assert not may_connect(ipaddress.ip_address(outside), allowed=OWN), outside
        with pytest.raises(BadInput):
            read(f"https://{outside}/", allowed=OWN)


def test_the_internet_is_reached_encrypted_or_not_at_all() -> None:
    address = ipaddress.ip_address("93.184.215.14")
    assert may_connect(address, allowed=OWN)
    assert not may_connect(address, allowed=OWN, is_encrypted=False)


def test_every_address_of_ipv4_is_judged_as_the_standard_library_judges_it_or_more_strictly() -> None:
    for number in range(0, 2**32, 65_521):  # a prime step: every range of /16 and wider is met
        address = ipaddress.IPv4Address(number)
        if web_addresses.is_public(address):
            assert address.is_global, address
            assert not address.is_multicast, address
