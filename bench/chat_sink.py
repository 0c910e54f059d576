"""Telegram as it takes every message at once, over connections that stay open, and forgets it.

    python -m bench.chat_sink

Prints its port.
"""

import asyncio

from bench import http_sink


def taken():
    body = b'{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"},"text":"x"}}' % next(
        http_sink.NUMBERS
    )
    return (
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        % (len(body), body)
    )


if __name__ == "__main__":
    http_sink.taken = taken
    asyncio.run(http_sink.serve())
