"""A proxy in front of the service that loses requests and answers, and answers 429 and 503, as networks and servers do."""

from __future__ import annotations

import http.server
import random
import threading
from typing import Any, List, Tuple

import httpx

FAULTS = ("none", "refuse", "limit", "lose-request", "lose-answer")


class FaultyProxy:
    """`plan` has the faults of the first requests; after them, each request has a fault with this probability."""

    def __init__(self, target: str, plan: Tuple[str, ...] = (), probability: float = 0.0, seed: int = 0) -> None:
        self.plan: List[str] = list(plan)
        self.statuses: List[int] = []
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._http = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=None))
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.forward(self, target, probability)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forward(self, request: Any, target: str, probability: float) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        with self._lock:
            if self.plan:
                fault = self.plan.pop(0)
            else:
                fault = self._random.choice(FAULTS[1:]) if self._random.random() < probability else "none"
        if fault == "lose-request":
            return self._cut(request)
        if fault in ("refuse", "limit"):
            return self._answer(request, 503 if fault == "refuse" else 429, b"busy", {"retry-after": "0"})
        kept = ("authorization", "content-type", "accept", "if-none-match", "accept-encoding")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        answer = self._http.request(request.command, f"{target}{request.path}", content=body, headers=headers)
        with self._lock:
            self.statuses.append(answer.status_code)
        if fault == "lose-answer":
            return self._cut(request)
        passed = {name: answer.headers[name] for name in ("etag", "content-type", "retry-after") if name in answer.headers}
        self._answer(request, answer.status_code, b"" if answer.status_code == 304 else answer.content, passed)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._http.close()

    def _answer(self, request: Any, status: int, content: bytes, headers: dict) -> None:
        try:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)
        except OSError:
            request.close_connection = True

    def _cut(self, request: Any) -> None:
        request.close_connection = True
        request.connection.close()


def open_proxy(test: Any, target: str, plan: Tuple[str, ...] = (), probability: float = 0.0) -> FaultyProxy:
    """A proxy that is closed at the end of the test."""
    proxy = FaultyProxy(target, plan, probability)
    test.addCleanup(proxy.close)
    return proxy


