"""Who reads why nobody is asked: whoever may read in the administration whom we ask; and who sets Plumb up."""

READS = "surveys.view_invitation"
# Whoever may change what is asked and how often.
SETS_UP = ("surveys.change_survey", "surveys.change_askingpolicy")
