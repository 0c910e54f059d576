"""The closing letter: what we did about an answer, and the question whether it is solved."""
