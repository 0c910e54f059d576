"""As much of an IMAP4rev1 server as a reader of bounces needs, with or without TLS."""

import contextlib
import socketserver
import ssl
import sys
import threading


class Mailbox(socketserver.ThreadingTCPServer):
    """`mails` by UID and their `flags`; `logins` that were tried; `script` names what goes wrong.

    no-fetch N · hang-up N · no-keywords · silent
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, mails, *, implicit=None, starttls=None):
        self.mails, self.flags, self.logins = dict(enumerate(mails, 1)), {}, []
        self.script, self.validity = set(), 7
        self.implicit, self.starttls = implicit, starttls
        super().__init__(("127.0.0.1", 0), Session)

    def handle_error(self, request, _client_address):
        """A client that does not like the certificate hangs up: that is what some tests want."""
        if not isinstance(sys.exc_info()[1], (ssl.SSLError, ConnectionError)):
            super().handle_error(request, _client_address)

    @property
    def port(self):
        return self.server_address[1]

    def has(self, uid, flag):
        return flag in self.flags.get(uid, set())


class Session(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.encrypted = None
        if self.server.implicit:
            self.encrypt(self.server.implicit)

    def encrypt(self, context):
        self.encrypted = context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        try:
            self.encrypted.do_handshake()
        except OSError:
            self.encrypted.close()
            raise
        self.rfile, self.wfile = self.encrypted.makefile("rb"), self.encrypted.makefile("wb", 0)

    def finish(self):
        super().finish()
        if self.encrypted:
            self.encrypted.close()

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, verb, *rest = line.decode().split()
            answer = getattr(self, f"do_{verb.lower()}")(rest)
            if answer is Gone:
                return
            self.say(f"{tag} {answer or 'OK done'}")
            if verb == "STARTTLS":
                self.encrypt(self.server.starttls)
            if verb == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def do_capability(self, _rest):
        self.say("* CAPABILITY IMAP4rev1" + (" STARTTLS" if self.server.starttls else ""))

    def do_starttls(self, _rest):
        return None if self.server.starttls else "BAD no TLS here"

    def do_login(self, rest):
        self.server.logins.append(rest)
        return None if rest == ["care@plumb.example", '"se/cret"'] else "NO wrong password"

    def do_select(self, rest):
        kept = r"\Seen" if "no-keywords" in self.server.script else r"\Seen \*"
        self.say(f"* OK [PERMANENTFLAGS ({kept})] kept")
        self.say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
        self.say(f"* {len(self.server.mails)} EXISTS")
        return None if rest == ['"Bounces"'] else "NO no such mailbox"

    def do_logout(self, _rest):
        self.say("* BYE")

    def do_uid(self, rest):
        return getattr(self, f"uid_{rest[0].lower()}")(rest[1:])

    def uid_search(self, criteria):
        wanted = {
            "UNKEYWORD": lambda uid: not self.server.has(uid, criteria[1]),
            "UNSEEN": lambda uid: not self.server.has(uid, r"\Seen"),
            "UID": lambda uid: uid == int(criteria[1]),
        }[criteria[0]]
        self.say(f"* SEARCH {' '.join(str(uid) for uid in self.server.mails if wanted(uid))}")

    def uid_fetch(self, rest):
        uid = int(rest[0])
        if f"hang-up {uid}" in self.server.script:
            return Gone
        if f"no-fetch {uid}" in self.server.script:
            return "NO this one is damaged"
        mail = self.server.mails[uid][: int(rest[1].rpartition(".")[2].rstrip(">)"))]
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
        return None

    def uid_store(self, rest):
        flags = set(" ".join(rest[2:]).strip("()").split())
        if "no-keywords" in self.server.script:
            flags = {flag for flag in flags if flag.startswith("\\")}
        kept = self.server.flags.setdefault(int(rest[0]), set())
        kept |= flags
        if rest[1].startswith("-"):
            kept -= flags


class Gone:
    pass


@contextlib.contextmanager
def serving(mails, **options):
    with Mailbox(mails, **options) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def url(server, *, scheme="imap", host="127.0.0.1"):
    return f"{scheme}://care%40plumb.example:se%2Fcret@{host}:{server.port}/Bounces"
