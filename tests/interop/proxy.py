"""A proxy that stands between a deployment and a cloud, and loses, delays and repeats what goes through it.

Each request is a connection of its own, so that a lost answer is a closed connection.
"""

import asyncio
import contextlib
import random
import threading


class Proxy:
    """Runs in a thread of its own until the block ends."""

    def __init__(self, port, seed=0, latency=0.0, lost_requests=0.0, lost_answers=0.0, repeated=0.0, delayed=0.0):
        self.target = port
        self.chance = random.Random(seed)
        self.latency = latency
        self.rates = {"request": lost_requests, "answer": lost_answers, "repeat": repeated, "delay": delayed}
        self.happened = {name: 0 for name in self.rates}
        self.requests = 0
        self.bodies = []
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()

    def happens(self, name):
        if self.chance.random() < self.rates[name]:
            self.happened[name] += 1
            return True
        return False

    async def forward(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(request)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer

    async def serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
            body = await reader.readexactly(length)
            # The server is to close the connection: its end is the end of the answer.
            request = b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]) + body
            self.requests += 1
            self.bodies.append(body)
            await asyncio.sleep(self.latency)
            if self.happens("request"):
                writer.close()
                return
            if self.happens("delay"):
                await asyncio.sleep(self.chance.random() * 2)
            answer = await self.forward(request)
            if self.happens("repeat"):
                answer = await self.forward(request)
            if not self.happens("answer"):
                head, _, rest = answer.partition(b"\r\n\r\n")
                writer.write(head + b"\r\nConnection: close\r\n\r\n" + rest)
                await writer.drain()
        writer.close()

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.started.set()
        self.loop.run_forever()
        server.close()

    def __enter__(self):
        threading.Thread(target=self.run, daemon=True).start()
        self.started.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"
