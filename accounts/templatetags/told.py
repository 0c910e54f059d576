from collections.abc import Sequence

from django import template
from django.contrib.admin.helpers import AdminForm

from accounts.admin.sentences import FilledBox, FormBox, fill

register = template.Library()


@register.filter
def told(form: AdminForm, parts: Sequence[FormBox]) -> list[FilledBox]:
    """Return the boxes of one row of an inline formset."""
    return fill(parts, form)
