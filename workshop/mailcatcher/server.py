"""An SMTP server that keeps all mail to itself, and a page to read it.

    python -m workshop.mailcatcher.server --smtp-port 8025 --web-port 8026 [--store DIR]

GET /messages?to=…&after=… and GET /messages/<id> answer in JSON; POST /mode makes the
server misbehave (see workshop/mailcatcher/modes.py).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from workshop.mailcatcher.box import Mailbox
from workshop.mailcatcher.modes import DROP_AFTER_DATA, PERMANENT, REFUSE, STALL, TEMPORARY, Misbehaviour
from workshop.mailcatcher.pages import serve

LARGEST_BYTES = 26_214_400
STALLED_SECONDS = 600


class Catcher:
    """Puts what arrives into the mailbox, unless told to misbehave."""

    def __init__(self, mailbox: Mailbox, misbehaviour: Misbehaviour) -> None:
        self.mailbox = mailbox
        self.misbehaviour = misbehaviour

    async def handle_EHLO(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        if self.misbehaviour.due(REFUSE):
            asyncio.get_running_loop().call_soon(_transport(server).close)
            return ["421 4.3.2 Not taking mail now"]
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        mode = self.misbehaviour.due(TEMPORARY, PERMANENT)
        if mode == TEMPORARY:
            return "451 4.3.0 Try again later"
        if mode == PERMANENT:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mode = self.misbehaviour.due(STALL, DROP_AFTER_DATA)
        if mode == STALL:
            await asyncio.sleep(STALLED_SECONDS)
            return "451 4.3.0 Try again later"
        self._keep(envelope)
        if mode == DROP_AFTER_DATA:
            _transport(server).abort()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content: Any = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.mailbox.add(envelope.mail_from or "", envelope.rcpt_tos, raw)


def _transport(server: SMTP) -> asyncio.Transport:
    return cast("asyncio.Transport", server.transport)


async def catch(catcher: Catcher, host: str, port: int) -> None:
    """Take mail at one address of this machine until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    asked_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_end.set)

    def one_connection() -> SMTP:
        return SMTP(catcher, hostname="catcher.localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST_BYTES)

    server = await loop.create_server(one_connection, host, port)
    await asked_to_end.wait()
    server.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m workshop.mailcatcher.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address of this machine to listen at")
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--web-port", type=int, default=8026)
    parser.add_argument("--store", type=Path, help="keep the mail in this directory")
    options = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    catcher = Catcher(Mailbox(options.store), Misbehaviour())
    try:
        pages = serve(catcher.mailbox, catcher.misbehaviour, options.web_port, options.host)
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        asyncio.run(catch(catcher, options.host, options.smtp_port))
    except OSError as error:
        print(f"The mail catcher cannot listen: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
