import pytest
from django import forms

from accounts.form_fields import PlainField


class NoteForm(forms.Form):
    title = PlainField(max_length=5)
    text = PlainField(required=False, widget=forms.Textarea)


def test_what_cannot_be_seen_is_left_out_and_lines_stay_in_a_text_area():
    form = NoteForm({"title": " O\u202en\na\u0007 ", "text": "one\r\ntwo\u2066\ttabbed\x00"})

    assert form.is_valid()
    assert form.cleaned_data == {"title": "On a", "text": "one\ntwo\ttabbed"}


@pytest.mark.parametrize("title", ["", "\u202e\u2069", "123456"])
def test_a_title_of_nothing_visible_is_no_title(title):
    assert list(NoteForm({"title": title}).errors) == ["title"]
