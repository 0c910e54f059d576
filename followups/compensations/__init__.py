"""What customers are given to make something good, and the codes that are given with it."""
