"""What customers are asked: a survey whose wording is published."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onboarding import ways
from onboarding.askers import Lack, SurveyState
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep, StepState
from onboarding.ways import WayOut


def step(there: SetupFacts) -> SetupStep:
    surveys = there.known.surveys
    published = [survey for survey in surveys if Lack.WORDING not in survey.lacks]
    drafts = [survey for survey in surveys if Lack.WORDING in survey.lacks]
    shown = published[0] if published else next(iter(drafts), None)
    return SetupStep(
        name="wording",
        title=_("Question and wording"),
        state=StepState.DONE if published else StepState.TO_DO,
        sentence=_sentence(published, drafts),
        way=_way(there, published, drafts),
        more={"preview_url": reverse("admin:surveys_survey_preview", args=[shown.pk]) if shown else ""},
    )


def _sentence(published: list[SurveyState], drafts: list[SurveyState]) -> str:
    if len(published) == 1:
        return _("The wording of “%(survey)s” is published.") % {"survey": published[0].name}
    if published:
        said = ngettext(
            "The wording of %(count)s survey is published, of “%(survey)s” among them.",
            "The wording of %(count)s surveys is published, of “%(survey)s” among them.",
            len(published),
        )
        return said % {"count": len(published), "survey": published[0].name}
    if drafts:
        return _("The wording of “%(survey)s” is a draft of the standard texts: read it and publish it.") % {
            "survey": drafts[0].name
        }
    return _("There is no survey yet. One comes with the standard texts in every language.")


def _way(there: SetupFacts, published: list[SurveyState], drafts: list[SurveyState]) -> WayOut:
    if published:
        return ways.survey(published[0].pk)
    if drafts:
        return ways.of_lack(Lack.WORDING, drafts[0])
    if not there.brands:
        return WayOut(_("Add a brand first"), "admin:accounts_brand_add")
    proposed = {"brand": str(there.brands[0].pk), "name": _("After a deal is won")}
    return WayOut(_("Add a survey"), "admin:surveys_survey_add", query=proposed)
