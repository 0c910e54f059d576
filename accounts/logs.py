"""Keep customers' secrets out of the logs."""

import logging
import re

# The survey and unsubscribe links carry their token as one path segment of 32 characters.
TOKEN_IN_PATH = re.compile(r"(/[su]/)[A-Za-z0-9_-]{8,}")


class HideTokens(logging.Filter):
    """Replace the tokens of customers' links in every log record, wherever they were put."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = TOKEN_IN_PATH.sub(r"\1***", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
