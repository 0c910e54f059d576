"""Whom we may ask: customers and what happened with them, by a file or by the API."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import dates
from crm.models import ImportRun
from onboarding import ways
from onboarding.figures import MOST
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut

KEY = WayOut(
    gettext_lazy("Make a key"),
    "admin:accounts_clientkey_add",
    query={"name": "CRM", "source": "crm", "scopes": "write"},
)


def step(there: SetupFacts) -> SetupStep:
    last = there.last_import
    is_stopped = bool(last and last.status == ImportRun.Status.FAILED)
    return SetupStep(
        name="customers",
        title=_("Customers"),
        state=_state(there, is_stopped),
        sentence=_sentence(there),
        way=_of_import(last.pk) if last and is_stopped else ways.IMPORT,
        lines=tuple(_lines(there, is_stopped)),
        beside="" if there.has_answers else "onboarding/sample/_offer.html",
        more={"base_url": settings.BASE_URL, "key": KEY, "sample": there.sample},
    )


def _of_import(pk: int) -> WayOut:
    return WayOut(_("Look at the import"), "admin:crm_importrun_change", (pk,))


def _state(there: SetupFacts, is_stopped: bool) -> StepState:
    if there.contacts and there.known.touchpoint_kinds:
        return StepState.DONE
    return StepState.IN_THE_WAY if is_stopped else StepState.TO_DO


def _sentence(there: SetupFacts) -> str:
    if not there.contacts:
        return _("Nobody is known yet: import a file, or let your CRM send its customers.")
    shown = min(there.contacts, MOST)
    count = _("more than %(count)s") % {"count": shown} if there.contacts > MOST else str(shown)
    said = ngettext("%(count)s customer is known.", "%(count)s customers are known.", shown) % {"count": count}
    said = said[:1].upper() + said[1:]
    latest = there.known.last_touchpoint
    if latest is None:
        return f"{said} " + _("Nothing that happened with them is known, such as a deal that was won.")
    return f"{said} " + _("The latest touchpoint is of %(moment)s.") % {"moment": dates.moment(latest)}


def _lines(there: SetupFacts, is_stopped: bool) -> list[str]:
    lines = [_("The last import has stopped.")] if is_stopped else []
    if there.keys:
        said = ngettext("%(count)s key of the API is in force.", "%(count)s keys of the API are in force.", there.keys)
        used = there.key_used_at
        since = _("Last used on %(moment)s.") % {"moment": dates.moment(used)} if used else _("Not used by now.")
        lines.append(f"{said % {'count': there.keys}} {since}")
    return lines
