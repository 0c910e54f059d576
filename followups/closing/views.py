"""Staff write a closing letter."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from followups.closing import dispatch, letters
from followups.closing.forms import ClosingForm
from followups.inbox.followup_page import followup_page
from followups.inbox.verbs import verb
from followups.letters.limits import TooManyReplies
from followups.models import Followup


@verb(shows="closing")
def write(request: HttpRequest, followup: Followup, user: User) -> HttpResponse | str:
    form = ClosingForm(request.POST, auto_id="closing_%s")
    if not form.is_valid():
        return followup_page(request, followup, closing_form=form)
    said = {name: form.cleaned_data[name] for name in ("subject", "words")}
    if "preview" in request.POST:
        shown = letters.preview(followup, by=user, **said)
        return followup_page(request, followup, closing_form=form, closing_preview=shown)
    try:
        dispatch.write(followup=followup, key=form.cleaned_data["key"], by=user, **said)
    except (dispatch.CannotWrite, dispatch.WrittenAlready, TooManyReplies) as refusal:
        form.add_error(None, _refused(refusal))
        return followup_page(request, followup, closing_form=form)
    return _("The letter is on its way.")


def _refused(refusal: Exception) -> str:
    match refusal:
        case dispatch.WrittenAlready():
            return _("The customer was told what was done already.")
        case TooManyReplies():
            return _("Not sent: too many e-mails for now. Send it later.")
        case _:
            return _("This customer cannot be written to.")
