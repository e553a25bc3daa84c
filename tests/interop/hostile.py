"""Servers that answer in every way but the right one, each on a free port of the loopback interface."""

import contextlib
import itertools
import socket
import struct
import threading
import time


def answer(status, body, *headers, length=None):
    """An HTTP answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def error(code, message):
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return text.encode()


def read(connection):
    """The request of a client: its head, as bytes."""
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(65536)
        if not received:
            return head
        head += received
    return head


def sends(*pieces, pause=0.0):
    """Sends the same whatever is asked."""

    def behave(connection, _):
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return behave


def hangs(connection, _):
    time.sleep(600)


def resets(connection, _):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(connection, _):
    pass


def drips(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(1)


def drips_head(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        connection.sendall(f"X-{number}: x\r\n".encode())
        time.sleep(1)


def continues(connection, _):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.2)


def floods(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def echoes(connection, head):
    told = head.decode("latin-1").replace("&", "&amp;").replace("<", "&lt;")
    connection.sendall(answer("400 Bad Request", error("ValidationError", told)))


def endless_pages():
    """Each listing has a next page, each with a new token."""
    tokens = itertools.count()

    def behave(connection, _):
        results = "".join(
            f"<{action}Result><NextToken>{next(tokens)}</NextToken></{action}Result>"
            for action in ["DescribeStacks", "ListStackResources", "ListChangeSets", "DescribeStackEvents"]
        )
        connection.sendall(answer("200 OK", f"<Response>{results}</Response>".encode()))

    return behave


BEHAVIOURS = {
    "hangs": hangs,
    "resets": resets,
    "closes": closes,
    "answers 500": sends(answer("500 Internal Server Error", b"")),
    "answers 503 with a pause of a thousand years": sends(
        answer("503 Slow Down", error("SlowDown", "later"), "x-amz-retry-after: 1000000000000", "Retry-After: 1000000000")
    ),
    "throttles": sends(answer("400 Bad Request", error("Throttling", "Rate exceeded"))),
    "answers 404 as a web server does": sends(answer("404 Not Found", b"<html>not here</html>")),
    "answers 403 without a reason": sends(answer("403 Forbidden", b"")),
    "answers 407 as a proxy does": sends(answer("407 Proxy Authentication Required", b"who are you?")),
    "answers 301 to itself": sends(answer("301 Moved", b"", "Location: /")),
    "says that the token has expired": sends(answer("403 Forbidden", error("ExpiredToken", "expired"))),
    "says that the key is unknown": sends(answer("403 Forbidden", error("InvalidClientTokenId", "unknown"))),
    "answers nothing with 200": sends(answer("200 OK", b"")),
    "answers with something else": sends(answer("200 OK", b"\x00\xff<not xml")),
    "answers with JSON": sends(answer("200 OK", b'{"a": [1, 2]}', "Content-Type: application/json")),
    "speaks no HTTP": sends(b"220 mail.example.com ESMTP\r\n"),
    "sends a byte a second": drips,
    "sends a header a second": drips_head,
    "sends 100 Continue for ever": continues,
    "sends less than it said": sends(answer("200 OK", b"short", length=1000)),
    "never ends its answer": floods,
    "repeats the request in its error": echoes,
    "moves the cursor": sends(answer("400 Bad Request", error("ValidationError", "\x1b[2J\x1b]0;owned\x07"))),
    "says too much": sends(answer("400 Bad Request", error("ValidationError", "no " * 5_000_000))),
    "has pages without an end": endless_pages(),
}


@contextlib.contextmanager
def server(behave):
    """Runs a server that behaves so until the block ends."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def attend(connection):
            with contextlib.suppress(OSError), contextlib.closing(connection):
                head = read(connection)
                if head:
                    behave(connection, head)

        def listen():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=attend, args=[connection], daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
