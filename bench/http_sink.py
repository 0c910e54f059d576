"""A gateway of texts that takes every one at once, over connections that stay open, and forgets it.

    python -m bench.http_sink

Prints its port. It speaks as TurboSMS does, and works as little as possible, so that it hides no sender.
"""

import asyncio
import itertools
import re

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
NUMBERS = itertools.count(1)


class Gateway(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, bytearray()

    def data_received(self, received):
        self.buffer += received
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self.buffer, 0, end + 2)
            whole = end + 4 + int(length[1] if length else 0)
            if len(self.buffer) < whole:
                return
            closes = b"onnection: close" in self.buffer[:end]
            del self.buffer[:whole]
            self.transport.write(taken())
            if closes:
                self.transport.close()


def taken():
    body = (
        b'{"response_code":800,"response_status":"SUCCESS_MESSAGE_ACCEPTED","response_result":'
        b'[{"response_code":0,"message_id":"%d","response_status":"OK"}]}' % next(NUMBERS)
    )
    return (
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        % (len(body), body)
    )


async def serve():
    server = await asyncio.get_running_loop().create_server(Gateway, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
