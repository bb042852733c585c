"""A name server on the loopback that answers from a zone, or badly."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tracker import clock
from tracker.notices.channels.name_servers import NameServers

#: What no UDP answer holds without being asked for more.
SHORT = 512


@dataclass
class NameServer:
    """``zone`` has records as a zone file writes them: ``{"TXT nachtwache.org": ['"v=spf1 -all"']}``."""

    zone: Mapping[str, Sequence[str]]
    port: int = 0
    is_broken: bool = False
    is_silent: bool = False
    says_nonsense: bool = False
    asked: list[str] = field(default_factory=list)

    def servers(self, *, seconds: float = 3) -> NameServers:
        """As the page would ask it."""
        within = timedelta(seconds=seconds)
        return NameServers(clock.monotonic, addresses=["127.0.0.1"], port=self.port, within=within)

    def answer(self, wire: bytes, *, longest: int) -> bytes:
        if self.is_silent:
            return b""
        question = dns.message.from_wire(wire)
        (asked,) = question.question
        name, kind = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append(f"{kind} {name}")
        response = dns.message.make_response(question)
        records = self.zone.get(f"{kind} {name}", ())
        if self.is_broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif not any(one.endswith(f" {name}") for one in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif records:
            response.answer.append(dns.rrset.from_text_list(asked.name, 300, "IN", kind, records))
        if self.says_nonsense:
            return response.to_wire()[:12] + b"\xff" * 40
        whole = response.to_wire()
        if len(whole) <= longest:
            return whole
        response.answer.clear()
        response.flags |= dns.flags.TC
        return response.to_wire()


@contextmanager
def name_server(zone: Mapping[str, Sequence[str]]) -> Iterator[NameServer]:
    there = NameServer(zone)

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            if reply := there.answer(wire, longest=SHORT):
                sock.sendto(reply, self.client_address)

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            wire = self.rfile.read(int.from_bytes(self.rfile.read(2), "big"))
            reply = there.answer(wire, longest=65535)
            self.wfile.write(len(reply).to_bytes(2, "big") + reply)

    stream, datagram = _both(Stream, Datagram)
    there.port = stream.server_address[1]
    servers: list[socketserver.BaseServer] = [stream, datagram]
    threads = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    yield there
    for one, thread in zip(servers, threads, strict=True):
        one.shutdown()
        thread.join()
        one.server_close()


def _both(
    stream: type[socketserver.BaseRequestHandler], datagram: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.TCPServer, socketserver.UDPServer]:
    """One port for both; where somebody has it for datagrams already, another one."""
    while True:
        listens = socketserver.TCPServer(("127.0.0.1", 0), stream)
        try:
            return listens, socketserver.UDPServer(("127.0.0.1", listens.server_address[1]), datagram)
        except OSError:
            listens.server_close()
