"""The guided tour: six steps through the pages that somebody works with, on the pages themselves."""
