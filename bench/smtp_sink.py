"""An SMTP server that takes every message and forgets it: as little work as possible, so that it hides no sender.

    python -m bench.smtp_sink [--port 0]

Prints its port, then after each quit how many messages it has taken in all.
"""

import argparse
import asyncio

END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    taken = 0

    def connection_made(self, transport):
        self.transport = transport
        self.buffer = bytearray()
        self.in_data = self.ended = False
        transport.write(b"220 sink\r\n")
        self.answers = []

    def data_received(self, received):
        self.buffer += received
        while self._step():
            pass
        self.transport.write(b"".join(self.answers))
        self.answers.clear()
        if self.ended:
            self.transport.close()
            print(Sink.taken, flush=True)

    def _step(self):
        if self.in_data:
            end = self.buffer.find(END, max(0, self.searched - len(END)))
            self.searched = len(self.buffer)
            if end < 0:
                return False
            del self.buffer[: end + len(END)]
            self.in_data = False
            Sink.taken += 1
            self.answers.append(b"250 taken\r\n")
            return True
        line, found, _rest = self.buffer.partition(b"\r\n")
        if not found:
            return False
        del self.buffer[: len(line) + 2]
        self._answer(bytes(line[:4]).upper())
        return True

    def _answer(self, verb):
        if verb == b"DATA":
            self.in_data, self.searched = True, 0
            self.answers.append(b"354 go on\r\n")
        elif verb == b"EHLO":
            self.answers.append(b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n")
        elif verb == b"QUIT":
            self.answers.append(b"221 bye\r\n")
            self.ended = True
        else:
            self.answers.append(b"250 ok\r\n")


async def serve(port):
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))
