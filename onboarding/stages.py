"""The stages between something that happened with a customer and the work that comes of the answer."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PipelineStage(TextChoices):
    TOUCHPOINTS = "touchpoints", _("Touchpoints")
    PLANNED = "planned", _("Planned")
    JUDGED = "judged", _("Judged")
    QUEUED = "queued", _("Let through")
    HANDED_OVER = "handed_over", _("Handed over")
    ANSWERED = "answered", _("Answered")
    SETTLED = "settled", _("Settled")
    ROUTED = "routed", _("Routed")


# What each stage is, in one line.
EXPLAINED = {
    PipelineStage.TOUCHPOINTS: _("What happened with customers, as other systems, imports and people told it."),
    PipelineStage.PLANNED: _("Invitations that triggers and waves made of it, each with its moment."),
    PipelineStage.JUDGED: _("At its moment each is let through, put off or refused, by the rules of asking."),
    PipelineStage.QUEUED: _("Letters of those who are asked go into the outbox."),
    PipelineStage.HANDED_OVER: _("The mail server took the letter: now somebody is asked."),
    PipelineStage.ANSWERED: _("Customers answered."),
    PipelineStage.SETTLED: _("The answer stands still: its person finished, or some minutes passed."),
    PipelineStage.ROUTED: _("Its playbook made work and thanks of it, where it should."),
}
