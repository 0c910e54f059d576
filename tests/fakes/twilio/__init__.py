"""Twilio's Messages.json, its signed callbacks and what people write back."""

import base64
import hashlib
import hmac
import re

from tests.fakes.provider import Provider, Refusal, TakenText, form_of

ACCOUNT = "AC" + "0" * 32
TOKEN = "twilio-auth-token"
SENDER = "+15005550006"
LONGEST = 1600
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
START_WORDS = {"START", "YES", "UNSTOP"}


class FakeTwilio(Provider):
    def __init__(self, *, account=ACCOUNT, token=TOKEN, senders=(SENDER,), **options):
        super().__init__(**options)
        self.account, self.token, self.senders = account, token, set(senders)
        # Whoever wrote STOP.
        self.stopped = set()

    def answered(self, method, url, headers, body):
        if url.path != f"/2010-04-01/Accounts/{self.account}/Messages.json" or method != "POST":
            raise _refusal(404, 20404, f"The requested resource {url.path} was not found")
        proof = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if headers.get("Authorization") != f"Basic {proof}":
            raise _refusal(401, 20003, "Authenticate")
        form = form_of(body)
        sender = form.get("From") or form.get("MessagingServiceSid") or ""
        self._refuse(form, sender)
        sid = f"SM{self.number():032x}"
        self.keep(TakenText(sid, form["To"], sender, form["Body"], "queued", form))
        return 201, {"sid": sid, "status": "queued", "to": form["To"], "error_code": None, "error_message": None}

    def _refuse(self, form, sender):
        to, body = form.get("To", ""), form.get("Body", "")
        objections = [
            (not to, 400, 21604, "A 'To' phone number is required."),
            (not sender, 400, 21603, "A 'From' phone number is required."),
            (not body, 400, 21602, "Message body is required."),
            (not re.fullmatch(r"\+[1-9]\d{6,14}", to), 400, 21211, f"Invalid 'To' Phone Number: {to}"),
            (sender not in self.senders, 400, 21606, "The 'From' phone number is not a message-capable number."),
            (len(body) > LONGEST, 400, 21617, "The concatenated message body exceeds the 1600 character limit."),
            (to in self.stopped, 400, 21610, "Attempt to send to unsubscribed recipient"),
            (not self.has_balance, 403, 20005, "Account is not active"),
            (to in self.refused, 400, self.refused.get(to), "Refused"),
        ]
        for is_true, *refusal in objections:
            if is_true:
                raise _refusal(*refusal)

    def set_status(self, status, sid=None, *, code=None, times=1, delay=0):
        """Tell the address that the text was sent with, signed; return the statuses of the answers."""
        text = super().set_status(status, sid)
        form = {"MessageSid": text.id, "MessageStatus": status, "To": text.to, "From": text.sender,
                "AccountSid": self.account, "ApiVersion": "2010-04-01"}  # fmt: skip
        if code:
            form["ErrorCode"] = str(code)
        return self._tell(text.told["StatusCallback"], form, times=times, delay=delay)

    def answer(self, text, *, sid=None, times=1, delay=0):
        to = self.of(sid)
        form = {"MessageSid": f"SM{self.number():032x}", "From": to.to, "To": to.sender, "Body": text,
                "NumMedia": "0", "AccountSid": self.account, "ApiVersion": "2010-04-01"}  # fmt: skip
        word = text.strip().upper()
        if word in STOP_WORDS:
            self.stopped.add(to.to)
            form["OptOutType"] = "STOP"
        elif word in START_WORDS:
            self.stopped.discard(to.to)
            form["OptOutType"] = "START"
        return self._tell(self.reply_url, form, times=times, delay=delay)

    def _tell(self, url, form, **options):
        return self.call(url, form, {"X-Twilio-Signature": signed(self.token, url, form)}, **options)


def signed(token, url, form):
    told = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def _refusal(status, code, message):
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Refusal(status, {"code": code, "message": message, "more_info": more, "status": status})
