"""Whether mail leaves and comes back: tried at once, and the records of the sender's domain."""
