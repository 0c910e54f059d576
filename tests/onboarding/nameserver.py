"""A real DNS server on a free port of this machine, with the records that a test gives it."""

import contextlib
import socketserver
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset


class Nameserver(socketserver.ThreadingUDPServer):
    """`zone`: {(name, kind): [text of a record, …]}. Names in `broken` answer SERVFAIL, and those in `slow` nothing.

    `is_silent` answers nothing at all.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.zone, self.broken, self.slow, self.asked, self.is_silent = {}, set(), set(), [], False
        super().__init__(("127.0.0.1", 0), Question)

    def add(self, name, kind, *texts):
        self.zone.setdefault((name, kind), []).extend(texts)

    def text(self, name, *texts):
        """Add TXT records, each cut into the pieces of at most 255 bytes that the wire has."""
        pieces = [[text[start : start + 200] for start in range(0, len(text), 200)] for text in texts]
        self.add(name, "TXT", *[" ".join(f'"{piece}"' for piece in some) for some in pieces])


class Question(socketserver.BaseRequestHandler):
    def handle(self):
        packet, socket = self.request
        if self.server.is_silent:
            self.server.asked.append(None)
            return
        query = dns.message.from_wire(packet)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.server.asked.append((name, kind))
        if name in self.server.slow:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.server.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts := self.server.zone.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, dns.rdataclass.IN, kind, texts))
        elif not any(known == name for known, _kind in self.server.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(max_size=65_000), self.client_address)


@contextlib.contextmanager
def serving():
    """Run a name server and let every lookup of this process ask it alone."""
    resolver = dns.resolver.Resolver(configure=False)
    with Nameserver() as server:
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
        try:
            yield server
        finally:
            dns.resolver.default_resolver = before
            server.shutdown()
