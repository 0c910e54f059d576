"""Where administrators write the words of a language, or bring them as a file."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.customerlanguages import files, words
from accounts.customerlanguages.words import CustomerWord
from accounts.form_fields import PlainField
from accounts.models import CustomerLanguage


def field_of(word: CustomerWord) -> str:
    """Return the name of the form's field for a text, which stays the same when others come or go."""
    return f"word_{hashlib.sha256(word.key.encode()).hexdigest()[:12]}"


def in_own_words(word: CustomerWord) -> str:
    """Return a text as the reader's language has it."""
    return pgettext(word.context, word.text) if word.context else _(word.text)


class CustomerLanguageForm(forms.ModelForm[CustomerLanguage]):
    """A language with its words. What one did not change stays as somebody else may have written it meanwhile."""

    class Meta:
        model = CustomerLanguage
        fields = ("tag", "name", "direction", "is_offered")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance._state.adding:
            return
        # What somebody did not change is no answer to what a colleague changed meanwhile.
        for field in self.fields.values():
            field.show_hidden_initial = True
        said = self.instance.words
        for word in words.all_words():
            self.fields[field_of(word)] = PlainField(
                label=in_own_words(word),
                label_suffix="",
                required=False,
                initial=said.get(word.key, ""),
                show_hidden_initial=True,
                widget=forms.Textarea(
                    attrs={
                        "rows": 2 if len(word.text) > 50 else 1,
                        "lang": self.instance.tag,
                        "dir": self.instance.direction,
                    }
                ),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for word in self._words():
            said = " ".join(cleaned.get(field_of(word), "").split())
            if said and (why := words.fault(word, said)):
                self.add_error(field_of(word), why)
        if self.instance.pk and not self.errors:
            self._put(cleaned)
        return cleaned

    def _put(self, cleaned: dict[str, Any]) -> None:
        """Put what was changed here beside what stands there by now; the model looks whether that can be."""
        with transaction.atomic():
            fresh = CustomerLanguage.objects.select_for_update().get(pk=self.instance.pk)
        for name in {"name", "direction", "is_offered"} - set(self.changed_data):
            cleaned[name] = getattr(fresh, name)
        said = dict(fresh.words)
        for word in self._words():
            if field_of(word) in self.changed_data:
                said[word.key] = " ".join(cleaned[field_of(word)].split())
        self.instance.words = {key: text for key, text in said.items() if text}
        self.instance.offered_since = fresh.offered_since

    def _words(self) -> Iterator[CustomerWord]:
        return (word for word in words.all_words() if field_of(word) in self.fields)


class WordsFileForm(forms.Form):
    """A gettext file with the words of a language; `taken` is what it says."""

    file = forms.FileField(
        label=gettext_lazy("File (.po)"),
        widget=forms.FileInput(attrs={"accept": ".po,text/x-gettext-translation"}),
        error_messages={"required": gettext_lazy("Choose the file that the translator gave back.")},
    )

    def __init__(self, *args: Any, language: CustomerLanguage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.language = language
        self.taken = files.TakenWords()

    def clean_file(self) -> None:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            # One byte more than may be tells that it is too much.
            self.taken = files.read(file.read(files.LARGEST_FILE + 1), self.language.tag)
        except files.WordsFileRefused as refusal:
            raise ValidationError(str(refusal)) from None

    @transaction.atomic
    def put(self) -> None:
        """Write what the file says beside what stands there by now."""
        fresh = CustomerLanguage.objects.select_for_update().get(pk=self.language.pk)
        fresh.words = {**fresh.words, **self.taken.words}
        fresh.save(update_fields=["words"])
