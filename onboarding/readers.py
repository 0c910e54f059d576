"""Who reads why nobody is asked: whoever may read in the administration whom we ask."""

READS = "surveys.view_invitation"
