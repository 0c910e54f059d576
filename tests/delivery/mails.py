"""Reports as mail systems write them."""

from delivery.media.email.message_ids import message_id

DSN = """\
From: MAILER-DAEMON@mx.shop.example
To: surveys@plumb.example
Subject: Undelivered Mail Returned to Sender
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example
{per_message}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
{returned}
--b--
"""
RETURNED = """\
Content-Type: text/rfc822-headers

From: Plumb <surveys@plumb.example>
To: Ona <{to}>
Message-ID: {message_id}
Subject: How did we do?
"""
WHOLE = RETURNED.replace("text/rfc822-headers", "message/rfc822") + "\nThe letter itself.\n"
NOTHING_RETURNED = "Content-Type: text/plain\n\nnothing\n"
ARF = """\
From: feedback@isp.example
To: surveys@plumb.example
Date: {date}
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

An abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: ISP/1.0
Version: 1
Original-Rcpt-To: <{recipient}>

--b
Content-Type: message/rfc822

From: Plumb <surveys@plumb.example>
To: {to}
Message-ID: {message_id}

Hello
--b--
"""
DATE = "Sun, 01 Nov 2026 10:00:00 +0000"


def dsn(message, *, returned=RETURNED, action="failed", status="5.1.1", diagnostic="550 no such user", **fields):
    recipient = fields.pop("recipient", message.to_address)
    to = fields.pop("to", message.to_address)
    values = {"date": DATE, "per_message": "", "action": action, "status": status, "diagnostic": diagnostic} | fields
    values["returned"] = returned.format(to=to, message_id=message_id(message))
    return DSN.format(recipient=recipient, **values).replace("\n", "\r\n").encode()


def arf(message, *, kind="abuse", recipient=None, to=None):
    to = to or message.to_address
    written = ARF.format(date=DATE, kind=kind, recipient=recipient or to, to=to, message_id=message_id(message))
    return written.replace("\n", "\r\n").encode()
