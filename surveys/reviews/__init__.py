"""Public reviews: which places customers are shown, and what each place demands. What others need stands here."""

from surveys.reviews.choice import Reviewer, ReviewPlace, fitting

__all__ = ["ReviewPlace", "Reviewer", "fitting"]
