from django.conf import settings
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts import clock, dates
from followups.models.gift import words_of


class Activity(models.Model):
    """What was done for a follow-up: who, when."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        NOTE = "note", _("note")
        CALL = "call", _("call")
        EMAIL = "email", _("e-mail")
        MESSAGE = "message", _("text or chat message")
        REPLY = "reply", _("customer's reply")
        AUTOMATIC = "automatic", _("automatic answer")
        ASSIGNED = "assigned", _("assigned")
        STATUS = "status", _("status")
        ESCALATED = "escalated", _("escalated")
        STEP = "step", _("step")
        ANSWERED = "answered", _("whether it is solved")
        GIVEN = "given", _("compensation")
        WITHDRAWN = "withdrawn", _("compensation withdrawn")

    class Call(models.TextChoices):
        """How a call went."""

        REACHED = "reached", _("reached")
        MISSED = "missed", _("not reached")
        LATER = "later", _("wants to be called back")

    SUMMARIES = {
        Kind.CREATED: _("The follow-up was opened"),
        Kind.NOTE: _("Note"),
        Kind.CALL: _("Called the customer"),
        Kind.EMAIL: _("Wrote to the customer"),
        Kind.MESSAGE: _("Sent the customer a message"),
        Kind.REPLY: _("The customer wrote"),
        Kind.AUTOMATIC: _("An automatic answer came"),
    }

    OF_GIFTS = {
        Kind.GIVEN: gettext_noop("Given to the customer: %(what)s"),
        Kind.WITHDRAWN: gettext_noop("Withdrawn: %(what)s"),
    }

    followup = models.ForeignKey("followups.Followup", models.CASCADE, related_name="activities")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    text = models.TextField(_("text"), blank=True)
    # For assignments and status changes {"from": …, "to": …, "state": its names}, for a reply from here
    # {"message": id}, for what came back {"letter": id}, for a call {"call": Call} and when to call back
    # {"again_at": …}. For escalations {"late": …, "to": names}, and {"priority": true} where it was raised. For the
    # first one, of work kept from whom it is about, {"kept_from": name, "grievance": …, "instead": …}. For steps
    # {"step": "done", "skipped", "undone" or "prompted"} and their words by language. For what was given
    # {"compensation": id, "gift": GiftKind, "amount": …, "currency": …}, for what a customer says about a closing
    # letter {"closing": id, "solved": …, "held": whether a machine is suspected}.
    change = models.JSONField(_("change"), default=dict, blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [models.Index(fields=["followup", "at"], name="followups_activity_of_followup")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {dates.moment(self.at)}"

    @property
    def summary(self) -> str:
        """What was done, in one sentence for people."""
        if self.kind == self.Kind.STATUS:
            return self._moved()
        if self.kind == self.Kind.ASSIGNED:
            to = self.change.get("to")
            return gettext("Assigned to %(name)s") % {"name": to} if to else gettext("Put back into the team's queue")
        if self.kind == self.Kind.CALL and self.change.get("call") in self.Call:
            return self._call()
        if self.kind == self.Kind.CREATED and "kept_from" in self.change:
            return self._kept_from()
        said = {
            self.Kind.ESCALATED: self._escalated,
            self.Kind.STEP: self._step,
            self.Kind.ANSWERED: self._answered,
            self.Kind.GIVEN: self._gift,
            self.Kind.WITHDRAWN: self._gift,
        }
        if way := said.get(self.Kind(self.kind)):
            return way()
        return str(self.SUMMARIES[self.Kind(self.kind)])

    def _answered(self) -> str:
        if self.change.get("held"):
            return gettext("An answer came that looks automatic: nothing was done")
        solved = self.change.get("solved")
        return gettext("The customer says: solved") if solved else gettext("The customer says: not solved")

    def _gift(self) -> str:
        what = words_of(self.change.get("gift", ""), self.change.get("amount"), self.change.get("currency", ""))
        return gettext(self.OF_GIFTS[self.Kind(self.kind)]) % {"what": what}

    def _kept_from(self) -> str:
        """Say why work is not with whom it would be with, and who has got it."""
        why = {
            "topic": _("The follow-up was opened and kept from %(name)s: the answer names a topic about the manager."),
            "name": _("The follow-up was opened and kept from %(name)s, whose name stands in the comment."),
        }
        instead = {
            "person": _("It went to the person whom the playbook names."),
            "lead": _("It went to the lead of the team."),
            "head": _("It went to the head of customer care."),
            "overseers": _("Everybody who sees all teams may take it."),
        }
        said = str(why[str(self.change["grievance"])]) % {"name": self.change["kept_from"]}
        return f"{said} {instead[str(self.change['instead'])]}"

    def _step(self) -> str:
        said = {
            "done": _("Step done: %(step)s"),
            "skipped": _("Step skipped: %(step)s"),
            "undone": _("Step to do again: %(step)s"),
            "prompted": _("Reminder: %(step)s"),
        }
        words = self.change.get(get_language() or "en") or self.change.get("en") or self.change.get("words", "")
        return str(said[str(self.change["step"])]) % {"step": words}

    def _escalated(self) -> str:
        late = {"first_contact": _("The first contact is late"), "resolution": _("The resolution is late")}
        to = {"names": self.change.get("to", "")}
        told = gettext("%(names)s was told.") % to if to["names"] else gettext("There was nobody to tell.")
        raised = [gettext("The priority is high now.")] if self.change.get("priority") else []
        return " ".join([f"{late[str(self.change['late'])]}.", told, *raised])

    def _call(self) -> str:
        again_at = parse_datetime(str(self.change.get("again_at", "")))
        if again_at:
            return gettext("Called the customer: wants to be called back on %(moment)s") % {
                "moment": dates.moment(again_at)
            }
        went = self.Call(self.change["call"]).label
        return gettext("Called the customer: %(went)s") % {"went": went}

    def _moved(self) -> str:
        said = gettext("Status: %(status)s") % {"status": self._state_then() or self._status(self.change.get("to", ""))}
        if self.by is None and self.change.get("from") == self.followup.Status.WAITING:
            return gettext("The customer answered.") + f" {said}"
        until = parse_date(str(self.change.get("until", "")))
        if until is None:
            return said
        or_answer = self.change.get("or_answer")
        how = (
            gettext("until the customer answers, at the latest %(day)s")
            if or_answer
            else gettext("look again on %(day)s")
        )
        return f"{said}, " + how % {"day": dates.day(until)}

    def _state_then(self) -> str:
        """Return what the state was called then; "" where it was the usual one."""
        names = self.change.get("state") or {}
        return str(names.get(get_language() or "en") or names.get("en") or "")

    def _status(self, value: str) -> str:
        statuses = dict(self.followup.Status.choices)
        return str(statuses.get(value, value))
