"""Languages in which customers are asked beside those that come with Plumb: administrators add them, words and all."""
