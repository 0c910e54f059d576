"""A Postfix and a Dovecot of Debian as children of the test that wants them, in a folder of their own.

Postfix takes mail on a loopback port, delivers what is for MAILBOX and KNOWN into folders, and bounces the rest as its
table says; Dovecot serves the mailbox over IMAP with TLS. Neither touches what the machine has configured.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.delivery.certificates import made_for
from tests.delivery.smtp import free_port

POSTFIX = Path("/usr/lib/postfix/sbin/master")
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MAILBOX, KNOWN = "bounces@plumb.example", "ona@shop.example"
PASSWORD = "se&cret/=+%"
TIMEOUT = 20

# What becomes of letters: to everybody else at shop.example there is no such user.
FATES = {
    "full@shop.example": "error:5.2.2 Mailbox is full",
    "spam@shop.example": "error:5.7.1 Message refused as spam, see our policy",
    "slow@shop.example": "retry:4.4.1 Host is not answering",
    "exchange@shop.example": "error:5.4.1 Recipient address rejected: Access denied",
}
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
myhostname = mx.plumb.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = yes
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = plumb.example shop.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
recipient_delimiter = +
transport_maps = texthash:{folder}/fates
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
delay_warning_time = 1s
queue_run_delay = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 2 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
IMAP = """\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{pem}
ssl_key = <{pem}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/plumb.example/bounces
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


class MailServers(NamedTuple):
    smtp_port: int
    imap_port: int
    authority: Path
    folder: Path

    def delivered(self, address):
        """Return the files of the mails that `address` has got."""
        name, domain = address.split("@")
        return sorted((self.folder / "mail" / domain / name).glob("*/*:2,*")) + sorted(
            (self.folder / "mail" / domain / name / "new").glob("*")
        )

    def wait_for(self, count, address=MAILBOX):
        until = time.monotonic() + TIMEOUT
        while len(found := self.delivered(address)) < count:
            assert time.monotonic() < until, (
                f"{len(found)} of {count} mails: {(self.folder / 'postfix.log').read_text()}"
            )
            time.sleep(0.1)
        return found


@contextlib.contextmanager
def running():
    """Start both and yield them. Where they cannot be, the test is skipped and says why."""
    if not POSTFIX.exists() or DOVECOT is None:
        pytest.skip("There is no Postfix or no Dovecot here (Debian: apt install postfix dovecot-imapd).")
    if os.geteuid() != 0:
        pytest.skip("Postfix and Dovecot are started by root only.")
    with tempfile.TemporaryDirectory(prefix="mail_", dir="/tmp") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        mail = folder / "mail"
        for domain in ("plumb.example", "shop.example"):
            (mail / domain).mkdir(parents=True)
            os.chown(mail / domain, owner.pw_uid, owner.pw_gid)
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        where = {"folder": folder, "uid": owner.pw_uid, "gid": owner.pw_gid}
        smtp_port = _start_postfix(stack, folder, where)
        imap_port, pem = _start_dovecot(stack, folder, where)
        yield MailServers(smtp_port, imap_port, pem, folder)


def _start_postfix(stack, folder, where):
    port, settings, state = free_port(), folder / "postfix", folder / "state"
    for place in (settings, folder / "queue", state):
        place.mkdir()
    shutil.chown(state, "postfix")
    (settings / "main.cf").write_text(MAIN.format(**where))
    (settings / "master.cf").write_text(MASTER.format(port=port))
    (folder / "mailboxes").write_text(f"{MAILBOX} plumb.example/bounces/\n{KNOWN} shop.example/ona/\n")
    (folder / "fates").write_text("".join(f"{address} {fate}\n" for address, fate in FATES.items()))
    # Makes the folders of the queue and sees to their owners.
    subprocess.run(["/usr/sbin/postfix", "-c", settings, "check"], check=True, capture_output=True)
    _start(stack, [POSTFIX, "-c", settings, "-d"], folder / "postfix.log", port)
    return port


def _start_dovecot(stack, folder, where):
    port = free_port()
    _context, pem = made_for("localhost", folder)
    (folder / "dovecot.conf").write_text(IMAP.format(port=port, pem=pem, password=PASSWORD.replace("%", "%%"), **where))
    _start(stack, [DOVECOT, "-F", "-c", folder / "dovecot.conf"], folder / "dovecot.log", port)
    return port, pem


def _start(stack, command, log, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(_stop, process)
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), contextlib.closing(_connect(port)):
            return
        time.sleep(0.1)
    raise AssertionError(f"{command[0]} does not come up: {log.read_text() if log.exists() else 'no log'}")


def _connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=1)


def _stop(process):
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
