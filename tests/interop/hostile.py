"""Servers that answer in every way but the right one, each on a free port of the loopback interface."""

import base64
import contextlib
import gzip
import itertools
import json
import re
import socket
import struct
import threading
import time
import urllib.parse


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


def keeps_sending(piece):
    """Sends the same for ever."""

    def behave(connection, _):
        while True:
            connection.sendall(piece)
            time.sleep(0.01)

    return behave


def half_closes(piece):
    """Sends something, and says that nothing more will come."""

    def behave(connection, _):
        connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        time.sleep(600)

    return behave


def drips_chunks(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.5)


def late(piece, seconds):
    def behave(connection, _):
        time.sleep(seconds)
        connection.sendall(piece)

    return behave


def flaky():
    """Fails in another way each time."""
    numbers = itertools.count()

    def behave(connection, _):
        match next(numbers) % 3:
            case 0:
                connection.sendall(answer("503 Busy", b""))
            case 1:
                pass
            case 2:
                late(answer("500 Internal Server Error", b""), 8)(connection, _)

    return behave


def refuses(code, message, status="400 Bad Request", *headers):
    return sends(answer(status, error(code, message), "Content-Type: text/xml", *headers))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def whole(connection, head):
    """A request with its body."""
    head, _, body = head.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]):
        received = connection.recv(65536)
        if not received:
            break
        body += received
    return head.decode("latin-1"), body.decode("latin-1")


def repeats(write):
    """Repeats the request in its error, written in some way."""

    def behave(connection, head):
        told = write("\r\n\r\n".join(whole(connection, head)))
        connection.sendall(answer("400 Bad Request", error("ValidationError", escaped(told))))

    return behave


def token(request):
    found = re.search(r"x-amz-security-token: *(\S+)", request, re.IGNORECASE)
    return found[1] if found else ""


def repeats_in_json(connection, head):
    told = "\r\n\r\n".join(whole(connection, head))
    body = json.dumps({"__type": token(told), "message": told}).encode()
    connection.sendall(answer("400 Bad Request", body, "Content-Type: application/x-amz-json-1.0", f"x-amzn-errortype: {token(told)}"))


def repeats_in_its_head(connection, head):
    told = token("\r\n\r\n".join(whole(connection, head)))
    connection.sendall(f"HTTP/1.1 400 {told}\r\nLocation: http://127.0.0.1:9/{told}\r\nContent-Length: 0\r\n\r\n".encode())


def result(action, inside):
    text = f"<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"
    return answer("200 OK", text.encode(), "Content-Type: text/xml")


def knows_who_one_is(then):
    """Says who one is, as AWS does; what else is asked is answered with `then(action, asked)`."""

    def behave(connection, head):
        head, body = whole(connection, head)
        asked = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
        action = asked.get("Action", "")
        account = re.search(r"Credential=(\d{12})/", head)
        account = account[1] if account else "111111111111"
        if action == "GetCallerIdentity":
            user = f"<Arn>arn:aws:iam::{account}:user/alice</Arn><Account>{account}</Account>"
            connection.sendall(result(action, user))
        else:
            connection.sendall(then(action, asked))

    return behave


TEAM = "<Tags><member><Key>pipeline-dsl:team</Key><Value>acme</Value></member></Tags>"


def stacks_in(status, more=TEAM, name=None, changes=""):
    """All stacks are in this status, and every call is taken."""

    def then(action, asked):
        stack = name or asked.get("StackName", "")
        if action == "DescribeChangeSet":
            return result(action, changes)
        if action != "DescribeStacks":
            return result(action, "")
        arn = f"arn:aws:cloudformation:us-east-1:111111111111:stack/{stack}/1"
        return result(
            action,
            f"<Stacks><member><StackId>{arn}</StackId><StackName>{stack}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
            f"<StackStatus>{status}</StackStatus><StackStatusReason>{status}</StackStatusReason>{more}</member></Stacks>",
        )

    return knows_who_one_is(then)


def of_somebody(account, arn="arn:aws:iam::999999999999:user/mallory"):
    body = f"<Arn>{arn}</Arn><Account>{account}</Account>"
    return sends(result("GetCallerIdentity", body))


def entities(declared, used):
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [{declared}]>'
        f"<ErrorResponse><Error><Code>{used}</Code><Message>{used}</Message></Error></ErrorResponse>"
    ).encode()


BOMB = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
# What moves a cursor, sets a title, writes to the clipboard, and turns a text around.
MOVES = "\x1b[2J\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e\u2066"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

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

KEYS = (
    "<Credentials><AccessKeyId>{0}</AccessKeyId><SecretAccessKey>wJalrXUtnSecretOfTheRole</SecretAccessKey>"
    "<SessionToken>IQoJb3JpZ2luTokenOfTheRole{0}</SessionToken><Expiration>{1}</Expiration></Credentials>"
)


def lets_in(body):
    """Roles are taken, with this answer; nothing else may be done."""

    def then(action, _):
        if action == "AssumeRole":
            return answer("200 OK", body)
        return answer("403 Forbidden", error("AccessDenied", "no"))

    return knows_who_one_is(then)


def session(key, until):
    return f"<AssumeRoleResponse><AssumeRoleResult>{KEYS.format(key, until)}</AssumeRoleResult></AssumeRoleResponse>".encode()


SESSIONS = {
    "lets everybody in": lets_in(session("ASIAIOSFODNN7EXAMPLX", "2030-01-01T00:00:00Z")),
    "lets in until a date that is none": lets_in(session("ASIAIOSFODNN7EXAMPLX", "2026-13-45T99:99:99Z")),
    "lets in until the end of time": lets_in(session("ASIAIOSFODNN7EXAMPLX", "9999-12-31T23:59:59Z")),
    "lets in with the end of a line": lets_in(session("ASIAIOSFODNN7\nX", "2030-01-01T00:00:00Z")),
    "breaks off in a session": lets_in(session("ASIAIOSFODNN7EXAMPLX", "2030-01-01T00:00:00Z")[:250]),
    "has something behind a session": lets_in(session("ASIAIOSFODNN7EXAMPLX", "2030-01-01T00:00:00Z") + b"<"),
    "has a session in JSON": lets_in(json.dumps({"SecretAccessKey": "wJalrXUtnSecretOfTheRole"}).encode()),
    "lets in without keys": lets_in(b"<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"),
}

# Not each of these is met by every command: there are many, and each command takes seconds.
MORE_BEHAVIOURS = {
    "closes one half": half_closes(b""),
    "closes one half within its answer": half_closes(OK + b"Content-Length: 100\r\n\r\n<a>"),
    "drips chunks": drips_chunks,
    "fails in another way each time": flaky(),
    "answers 500 late": late(answer("500 Internal Server Error", b""), 10),
    "throttles late": late(answer("400 Bad Request", error("Throttling", "Rate exceeded")), 10),
    "answers what nobody asked": keeps_sending(answer("400 Bad Request", error("ValidationError", "no"))),
    "sends line ends for ever": keeps_sending(b"\r\n"),
    "sends NULs for ever": keeps_sending(b"\0" * 1000),
    "sends headers for ever": lambda connection, _: [connection.sendall(OK)] + [connection.sendall(b"X: y\r\n" * 1000) for _ in itertools.count()],
    "sends a header that never ends": lambda connection, _: [connection.sendall(OK + b"X: ")] + [connection.sendall(b"y" * 65536) for _ in itertools.count()],
    "sends trailers for ever": lambda connection, _: [connection.sendall(CHUNKED + b"0\r\n")] + [connection.sendall(b"X: y\r\n" * 1000) for _ in itertools.count()],
    "speaks TLS": sends(b"\x15\x03\x01\x00\x02\x02\x28"),
    "speaks HTTP/2": sends(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
    "switches protocols": sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    "speaks HTTP/0.9": sends(b"<x/>"),
    "speaks HTTP/1.0": sends(b"HTTP/1.0 400 Bad\r\n\r\n" + error("ValidationError", "old")),
    "redirects elsewhere": sends(answer("307 Temporary Redirect", b"", "Location: http://127.0.0.1:1/")),
    "redirects for ever": sends(answer("302 Found", b"", "Location: /again")),
    "redirects a bucket": sends(answer("301 Moved", error("PermanentRedirect", "elsewhere"), "x-amz-bucket-region: eu-evil-1")),
    "answers 204": sends(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "answers 304": sends(answer("304 Not Modified", b"")),
    "answers 402 with a page": sends(answer("402 Payment Required", b"<h1>Pay</h1>", "Content-Type: text/html")),
    "answers 429": sends(answer("429 Too Many Requests", b"<h1>Later</h1>", "Content-Type: text/html")),
    "answers 599": sends(answer("599 Eh", b"")),
    "answers 000": sends(answer("000 Eh", b"")),
    "packs a bomb": sends(answer("200 OK", gzip.compress(b"x" * 50_000_000), "Content-Encoding: gzip")),
    "packs its error": sends(answer("400 Bad Request", gzip.compress(error("ValidationError", "packed")), "Content-Encoding: gzip")),
    "sends a chunk that has no size": sends(CHUNKED + b"zz\r\n<x/>\r\n0\r\n\r\n"),
    "sends a chunk larger than memory": sends(CHUNKED + b"ffffffffffffffff\r\n<x/>\r\n"),
    "sends a chunk whose size is no number": sends(CHUNKED + b"f" * 100 + b"\r\n<x/>\r\n"),
    "says two lengths": sends(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n<x/>"),
    "says a length and chunks": sends(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<x/>\r\n0\r\n\r\n"),
    "says a length below nothing": sends(OK + b"Content-Length: -1\r\n\r\n<x/>"),
    "says a length larger than memory": sends(OK + b"Content-Length: 18446744073709551614\r\n\r\n<x/>"),
    "says no length": sends(b"HTTP/1.1 400 Bad\r\n\r\n" + error("ValidationError", "no length")),
    "says more than its length": sends(answer("400 Bad Request", error("ValidationError", "a")) + b"and more" * 1000),
    "says everything twice": sends(answer("400 Bad", error("ValidationError", "twice"), "Content-Type: text/xml", "Content-Type: application/json", "x-amzn-errortype: A", "x-amzn-errortype: B")),
    "has a NUL in a header": sends(b"HTTP/1.1 400 Bad\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"),
    "has a header without a name": sends(b"HTTP/1.1 400 Bad\r\nnonsense\r\nContent-Length: 0\r\n\r\n"),
    "moves the cursor in its reason": sends(b"HTTP/1.1 400 \x1b[2J\r\nContent-Length: 0\r\n\r\n"),
    "moves the cursor in its code": refuses(MOVES, MOVES),
    "moves the cursor by references": refuses("&#x1b;[2J", "&#27;[2J&#x9b;31m&#x202e;&#0;&#xD800;&#x7;"),
    "moves the cursor in JSON": sends(answer("400 Bad", rb'{"__type": "X\u001b[2J", "message": "\u001b[2J\u009b31m\u202e"}', "Content-Type: application/x-amz-json-1.0")),
    "has NULs in its text": refuses("ValidationError", "a\0b\0"),
    "has no code": refuses("", ""),
    "has a code without an end": refuses("X" * 3_000_000, "short"),
    "has many lines": refuses("ValidationError", "line\n" * 100_000),
    "writes UTF-16": sends(answer("400 Bad", error("ValidationError", "wide").decode().encode("utf-16"), "Content-Type: text/xml")),
    "has entities that grow": sends(answer("400 Bad", entities(BOMB, "&e11;"), "Content-Type: text/xml")),
    "has an entity that is a file": sends(answer("400 Bad", entities('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"), "Content-Type: text/xml")),
    "nests XML": sends(answer("200 OK", b"<a>" * 2_000_000, "Content-Type: text/xml")),
    "nests JSON": sends(answer("400 Bad", b"[" * 2_000_000, "Content-Type: application/x-amz-json-1.0")),
    "breaks off in XML": sends(answer("200 OK", b"<GetCallerIdentityResponse><GetCallerIdentityResult><Acc")),
    "shows a page": sends(answer("200 OK", b"<html>" + b"<p>who are you?</p>" * 10_000, "Content-Type: text/html")),
    "asks for a pause without an end": refuses("Throttling", "later", "429 Too Many", "Retry-After: 99999999999999999999", "x-amz-retry-after: 99999999999999999999999"),
    "lives in another century": refuses("RequestTimeTooSkewed", "late", "403 Forbidden", "Date: Fri, 31 Dec 1999 23:59:59 GMT"),
    "lives at the end of time": refuses("SignatureDoesNotMatch", "Signature expired", "403 Forbidden", "Date: Fri, 31 Dec 9999 23:59:59 GMT"),
    "has a date that is none": refuses("RequestExpired", "expired", "400 Bad", "Date: yesterday"),
    "is of another account": of_somebody("999999999999"),
    "is of an account that is none": of_somebody(MOVES, MOVES),
    "is of an account without an end": of_somebody("9" * 1_000_000),
    "repeats the request in JSON": repeats_in_json,
    "repeats the token in its head": repeats_in_its_head,
    "repeats parts of the token": repeats(lambda request: f"{token(request)[:40]} and {token(request)[-40:]}"),
    "repeats the request in capitals": repeats(str.upper),
    "repeats the request backwards": repeats(lambda request: request[::-1]),
    "repeats the request in hexadecimal": repeats(lambda request: request.encode("latin-1").hex()),
    "repeats the request for a URL": repeats(urllib.parse.quote_plus),
    "repeats the request in Base64": repeats(lambda request: base64.b64encode(request.encode("latin-1")).decode()),
    "denies what is asked next": knows_who_one_is(lambda *_: answer("403 Forbidden", error("AccessDenied", "no"))),
    "throttles what is asked next": knows_who_one_is(lambda *_: answer("400 Bad", error("Throttling", "Rate exceeded"))),
    "fails at what is asked next": knows_who_one_is(lambda *_: answer("503 Busy", b"")),
    "has expired for what is asked next": knows_who_one_is(lambda *_: answer("403 Forbidden", error("ExpiredToken", "expired"))),
    "answers nothing to what is asked next": knows_who_one_is(lambda action, _: result(action, "")),
    "has stacks in a status that is none": stacks_in("MELTED"),
    "has stacks that move the cursor": stacks_in("&#27;[2J&#x9b;31m"),
    "has stacks that cannot be made anew": stacks_in("ROLLBACK_COMPLETE"),
    "has stacks that stay": stacks_in("DELETE_FAILED"),
    "has stacks of others": stacks_in("CREATE_COMPLETE", "<Tags><member><Key>pipeline-dsl:team</Key><Value>other</Value></member></Tags>"),
    "has stacks of another name": stacks_in("CREATE_COMPLETE", name="else"),
    "has change sets without a status": stacks_in("CREATE_COMPLETE"),
    "has change sets that never begin": stacks_in("CREATE_COMPLETE", changes="<Status>CREATE_PENDING</Status>"),
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
