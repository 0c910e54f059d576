"""The reputation of the domains that letters come from: what is counted, when asking pauses, how it warms up."""
