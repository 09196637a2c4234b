"""A server on this machine that speaks chat completions, and fails in whatever way is asked."""

import contextlib
import json
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.worker import answers


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict


class Server(ThreadingHTTPServer):
    """Answers a request with the next of `kinds`, `always` when there is none."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kinds: deque[str] = deque()
        self.always = "success"
        self.received: list[Received] = []
        self.released = threading.Event()
        self.errors: list[BaseException | None] = []
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def then(self, *kinds: str) -> None:
        """What the next requests get, in this order."""
        self.kinds.extend(kinds)

    def take(self, request: Received) -> str:
        with self.guard:
            self.received.append(request)
            return self.kinds.popleft() if self.kinds else self.always

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone, mostly because it was killed, is no error of the server's."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append(error)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        kind = self.server.take(Received(self.path, headers, body))
        with contextlib.suppress(ConnectionError):
            KINDS[kind](self, body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    # ------------------------------------------------------------ ways to answer

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"content-type": "application/json"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def complete(self, request: dict, content: str | None, **choice: object) -> None:
        self.send(200, json.dumps(answers.completion(request, content, **choice)).encode())

    def refuse(self, status: int, code: str, **headers: str) -> None:
        error = {"message": f"made up: {code}", "type": code, "param": None, "code": code}
        self.send(status, json.dumps({"error": error}).encode(), **headers)

    def success(self, request: dict) -> None:
        self.complete(request, json.dumps(answers.good(request)))

    def refusal(self, request: dict) -> None:
        self.complete(request, None, refusal="I cannot help with that.")

    def truncated(self, request: dict) -> None:
        content = json.dumps(answers.good(request))
        self.complete(request, content[: len(content) // 2], finish_reason="length")

    def invalid_json(self, request: dict) -> None:
        self.complete(request, "Certainly! Here is the analysis: {")

    def wrong_schema(self, request: dict) -> None:
        self.complete(request, json.dumps(answers.wrong_schema(request)))

    def invented_figure(self, request: dict) -> None:
        self.complete(request, json.dumps(answers.invented_figure(request)))

    def invented_text(self, request: dict) -> None:
        self.complete(request, json.dumps(answers.invented_text(request)))

    def no_json(self, request: dict) -> None:
        self.send(200, b"<html>a proxy's page</html>", content_type="text/html")

    def zero_byte(self, request: dict) -> None:
        """JSON, but none that jsonb takes."""
        self.send(200, b'{"id": "a\\u0000b", "choices": []}')

    def not_utf8(self, request: dict) -> None:
        self.send(200, b'{"id": "\xff", "choices": []}')

    def endless(self, request: dict) -> None:
        """More than any answer is, for as long as the client takes it."""
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65536)

    def drip(self, request: dict) -> None:
        """Always another byte, so that no read ever waits for long."""
        self.send_response(200)
        self.end_headers()
        while not self.server.released.wait(0.02):
            self.wfile.write(b" ")

    def hang(self, request: dict) -> None:
        """Nothing until the test says so, then a good answer."""
        self.server.released.wait()
        self.success(request)

    def reset(self, request: dict) -> None:
        """The connection is reset: RST in the place of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def cut_off(self, request: dict) -> None:
        """Half of an answer, then the end."""
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b'{"choices": [')
        self.close_connection = True


KINDS: dict[str, Callable[[Handler, dict], None]] = {
    name: getattr(Handler, name)
    for name in (
        "success", "refusal", "truncated", "invalid_json", "wrong_schema", "invented_figure",
        "invented_text", "no_json", "zero_byte", "not_utf8", "endless", "drip", "hang", "reset",
        "cut_off",
    )
} | {
    "429": lambda self, _: self.refuse(429, "rate_limit_exceeded", retry_after="7200"),
    "429 without a time": lambda self, _: self.refuse(429, "insufficient_quota"),
    "500": lambda self, _: self.refuse(500, "server_error"),
    "400": lambda self, _: self.refuse(400, "invalid_request_error"),
    "401": lambda self, _: self.refuse(401, "invalid_api_key"),
}  # fmt: skip


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server until the end of the block; whoever hangs is let go then."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert server.errors == []
