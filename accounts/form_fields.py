from typing import Any

from django import forms

from accounts.plaintext import clean


class PlainField(forms.CharField):
    """Text as people type or paste it, without what cannot be seen; a text area keeps its lines."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "", lines=isinstance(self.widget, forms.Textarea))
