from collections.abc import Sequence

from django import template
from django.contrib.admin.helpers import AdminForm, InlineAdminForm

from accounts.admin.sentences import FilledBox, FormBox, fill

register = template.Library()


@register.filter
def told(form: AdminForm, parts: Sequence[FormBox]) -> list[FilledBox]:
    """Return the boxes of one row of an inline formset."""
    return fill(parts, form)


@register.filter
def is_touched(row: InlineAdminForm) -> bool:
    """Return whether a row is shown unfolded: something in it is to be mended, or was typed and not saved."""
    return bool(row.form.is_bound and (row.form.errors or row.form.has_changed()))
