"""Import from files of another system: a mapping says what the columns mean, the good rows are taken."""
