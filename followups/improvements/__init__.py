"""What is done about what customers complain of: proposed, voted for, done, and told to those who complained."""
