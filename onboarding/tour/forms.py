from django import forms

# No tour has more steps; 0 leaves it.
MOST = 20


class TourStepForm(forms.Form):
    """Which step of the tour is wanted, and the page from which it is left."""

    step = forms.IntegerField(min_value=0, max_value=MOST)
    here = forms.CharField(required=False, max_length=2000)
