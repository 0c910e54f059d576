"""The form by which somebody writes to the customer of a follow-up, and the files that may go with an e-mail."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from accounts.media import Medium
from accounts.models import User
from accounts.plaintext import clean
from crm.forms import SeveralFiles
from delivery.media.email import reply_addresses
from delivery.media.email.mime import AttachedFile
from delivery.media.email.replies.enclosures import LONGEST_NAME, looks_like
from followups.compensations.forms import label_of, pools_on_offer
from followups.letters import gift_fields, text_replies
from followups.letters.replies import StaffReply
from followups.letters.reply_ways import ReplyWays
from followups.letters.text_replies import TextLook
from followups.models import CodePool, Compensation, Followup

MEGABYTE = 1024 * 1024
MOST_FILES = 5
# What customers' mail systems take and what needs no program to be run, by how the name ends.
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


class AttachedFilesField(forms.FileField):
    """Several files, bounded in number, size and type; each is what its name says."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        given = [one(file, initial) for file in data] if isinstance(data, list | tuple) else [one(data, initial)]
        uploaded = [file for file in given if file]
        if len(uploaded) > MOST_FILES:
            raise forms.ValidationError(_("Attach at most %(most)d files.") % {"most": MOST_FILES})
        largest = settings.REPLY_FILES_MAX_MB * MEGABYTE
        if sum(file.size or 0 for file in uploaded) > largest:
            raise forms.ValidationError(
                _("The files are too large: together they may have %(size)s.") % {"size": filesizeformat(largest)}
            )
        return [_checked(file) for file in uploaded]


def _checked(file: UploadedFile[Any]) -> AttachedFile:
    name = clean(file.name or "", limit=LONGEST_NAME)
    kind = TYPES.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise forms.ValidationError(
            _("“%(name)s” cannot be attached. What can: %(types)s.") % {"name": name, "types": ", ".join(TYPES)}
        )
    content = file.read()
    if looks_like(content, kind):
        raise forms.ValidationError(_("“%(name)s” is not what its name says.") % {"name": name})
    return AttachedFile(name, kind, content)


class GivesField(forms.ChoiceField):
    """What is given with a letter: one of what the follow-up gives already, or the next code of a pool."""

    def offer(self, followup: Followup, pools: Sequence[CodePool]) -> bool:
        """Let what can be given with a letter of this follow-up be chosen; return whether there is anything."""
        rows = followup.compensations.standing().select_related("code").order_by("pk")
        given = {f"given-{row.pk}": row for row in rows}
        by_key = {f"pool-{pool.pk}": pool for pool in pools}
        self.known: dict[str, Compensation | CodePool] = {**given, **by_key}
        labels = [(key, _("Given: %(what)s") % {"what": row.words}) for key, row in given.items()]
        self.choices = [("", _("Nothing")), *labels, *((key, label_of(pool)) for key, pool in by_key.items())]
        return bool(self.known)

    def clean(self, value: Any) -> Any:
        return self.known.get(super().clean(value))


class ReplyForm(forms.Form):
    """A message to the customer, by one of the open `ways`; subject and files go with an e-mail only."""

    NO_SUBJECT = _("Give a subject.")
    # What the customer would get as a text or in a chat, once the form was looked at.
    look: TextLook | None = None

    # Names this one sending, so that a form sent twice is one e-mail.
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    by = forms.ChoiceField(
        label=_("How to send it"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how it goes."),
            "invalid_choice": _("It cannot go this way now. Choose another one."),
        },
    )
    subject = PlainField(label=_("Subject"), max_length=200, required=False)
    message = PlainField(
        label=_("Your message"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write something to the customer.")},
    )
    gives = GivesField(label=_("What it gives"), required=False)
    attached = AttachedFilesField(label=_("Files"), required=False)

    def __init__(
        self,
        *args: Any,
        followup: Followup,
        ways: ReplyWays,
        writer: User,
        pools: Sequence[CodePool] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.followup, self.ways, self.writer = followup, ways, writer
        gives: GivesField = self.fields["gives"]  # type: ignore[assignment]
        if not gives.offer(followup, pools_on_offer() if pools is None else pools):
            del self.fields["gives"]
        self._offer_ways()
        self.fields["message"].help_text = self._where_answers_go()
        if "attached" in self.fields:
            self.fields["attached"].help_text = _("At most %(most)d, together %(size)s: %(types)s.") % {
                "most": MOST_FILES,
                "size": filesizeformat(settings.REPLY_FILES_MAX_MB * MEGABYTE),
                "types": ", ".join(TYPES),
            }

    def _offer_ways(self) -> None:
        """Let one choose among the open ways; where there is one, there is nothing to choose."""
        by: forms.ChoiceField = self.fields["by"]  # type: ignore[assignment]
        media = [way.medium for way in self.ways.open]
        by.choices = [(way.medium.value, way.label) for way in self.ways.open]
        by.required, by.initial = len(media) > 1, media[0] if media else Medium.EMAIL
        if not self.offers_texts:
            self.fields["subject"].required = True
            self.fields["subject"].error_messages["required"] = self.NO_SUBJECT
            self.fields["message"].label = _("Your e-mail")
        elif Medium.EMAIL in media:
            self.fields["subject"].help_text = _("With an e-mail only: a text and a chat have no subject.")
            self.fields["attached"].label = _("Files, with an e-mail only")
        else:
            del self.fields["subject"], self.fields["attached"]

    @property
    def offers_sms(self) -> bool:
        return self.ways.by(Medium.SMS) is not None

    @property
    def offers_texts(self) -> bool:
        return any(way.medium != Medium.EMAIL for way in self.ways.open)

    def _where_answers_go(self) -> str:
        if self.offers_texts:
            said = _("Your name is added at the end. What the customer writes back comes into this follow-up.")
        elif reply_addresses.are_read():
            said = _("Your name is added at the end. The customer's answer comes back into this follow-up.")
        else:
            said = _("Your name is added at the end. The customer's answer comes to your own mailbox.")
        return str(said)

    def clean_by(self) -> Medium:
        return Medium(self.cleaned_data["by"] or self.fields["by"].initial)

    @property
    def said(self) -> StaffReply:
        """What is written, once the form is found right."""
        given = self.cleaned_data
        words = {"text": given["message"], "medium": given["by"]}
        if given["by"] != Medium.EMAIL:
            return StaffReply(**words)
        return StaffReply(**words, subject=given["subject"], files=given["attached"])

    def clean(self) -> dict[str, Any]:
        """See to it that the letter says what it gives, and gives what it says, and that its medium carries it."""
        cleaned = super().clean() or self.cleaned_data
        self._check_gift(cleaned)
        by = cleaned.get("by")
        if by == Medium.EMAIL and not cleaned.get("subject") and "subject" not in self.errors:
            self.add_error("subject", self.NO_SUBJECT)
        elif by and by != Medium.EMAIL:
            self._check_text(cleaned)
        return cleaned

    def _check_text(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("attached"):
            self.add_error("attached", _("Files go with an e-mail only: choose e-mail, or send it without them."))
        if not cleaned.get("message"):
            return
        said = StaffReply(text=cleaned["message"], medium=cleaned["by"])
        self.look = text_replies.look(self.followup, said, by=self.writer, gives=cleaned.get("gives"))
        if self.look.fault:
            self.add_error("message", self.look.fault)

    def _check_gift(self, cleaned: dict[str, Any]) -> None:
        gives = cleaned.get("gives")
        subject = cleaned.get("subject", "") if cleaned.get("by") == Medium.EMAIL else ""
        used = gift_fields.used_in(f"{subject} {cleaned.get('message', '')}")
        has_code = isinstance(gives, CodePool) or bool(gives and gives.code_id)
        if used and not gives:
            self.add_error("message", self._names_nothing())
        elif gift_fields.CODE in used and not has_code:
            self.add_error("message", _("What it gives has no code: take {code} out."))
        elif has_code and gift_fields.CODE not in used:
            self.add_error("message", _("Write {code} where the code is to stand."))

    def _names_nothing(self) -> Any:
        if "gives" in self.fields:
            return _("Choose below what {code} and {compensation} stand for.")
        return _("There is nothing to give: take {code} and {compensation} out, or give something first.")
