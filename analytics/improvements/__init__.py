"""What came of improvements that are done: whether they moved what they were for, and where they stand on charts."""
