"""A board as a browser opens it: a session, a ticket, a socket, a join; frames come out one by one."""

import http.cookiejar
import json
import re
import urllib.request
from typing import Any, Self

from gotv.embedded.household import Household
from tests.cast import Member
from tests.realtime.raw_socket import RawSocket


class BoardClient:
    """Signed in by a link over HTTP; `open` connects the socket."""

    def __init__(self, port: int, contest_id: int, link_token: str) -> None:
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.contest_id = contest_id
        self.cookies = http.cookiejar.CookieJar()
        self.http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.post("/enter", {"token": link_token})
        self.ws: RawSocket | None = None

    @classmethod
    def of(cls, running: Household, who: Member) -> Self:
        return cls(running.port, who.person.contest_id, who.card.token)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        request = urllib.request.Request(
            self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
        )
        with self.http.open(request, timeout=10) as answer:
            return json.load(answer)

    def get(self, path: str) -> str:
        with self.http.open(self.base + path, timeout=10) as answer:
            return str(answer.read().decode())

    def snapshot(self, query: str = "") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get(f"/contests/{self.contest_id}/board.json{query}"))
        return found

    def ticket(self) -> str:
        page = self.get(f"/contests/{self.contest_id}/board")
        token = re.search(r'data-csrf="([^"]+)"', page)
        assert token
        return str(self.post(f"/contests/{self.contest_id}/board/ticket", None, **{"X-CSRFToken": token[1]})["ticket"])

    def connect(self, ticket: str, *, cookie: bool = True) -> str:
        """Open the socket and say hello to the namespace. Returns the server's answer to it."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.cookies)
        self.ws = RawSocket(self.port, f"Cookie: {cookies}\r\n" if cookie else "")
        self.ws.send("40/board," + json.dumps({"ticket": ticket}))
        return self.ws.until("40/board", "44/board")

    def join(self, room: int | None) -> dict[str, Any]:
        assert self.ws
        self.ws.send('42/board,1["join",' + json.dumps({"committee_room": room}) + "]")
        answer: dict[str, Any] = json.loads(self.until("43/board,1"))[0]
        return answer

    def frame(self) -> dict[str, Any]:
        """The next frame."""
        found: dict[str, Any] = json.loads(self.until("42/board,"))[1]
        return found

    def until(self, start: str) -> str:
        assert self.ws
        return self.ws.until(start)[len(start) :]

    def close(self) -> None:
        if self.ws:
            self.ws.close()
