"""Signs people up at one house, each as a browser does: the page first, then the form, from many addresses.

Reads {"port", "at_once", "comers": [[page, name], …]} from its input; prints {"rate", "seconds": [of each], "told"}.
"""

import asyncio
import json
import re
import sys
import time
import uuid
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ADDRESSES = 250


async def ask(port: int, source: str, head: str, body: str = "") -> tuple[str, str]:
    """One request on a line of its own. Returns head and page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    writer.write(f"{head}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
                 f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode())  # fmt: skip
    answer = (await reader.read()).decode()
    writer.close()
    top, _, page = answer.partition("\r\n\r\n")
    return top, page


async def sign_up(port: int, n: int, page: str, name: str) -> str:
    """Returns what the page says."""
    source = f"127.0.1.{1 + n % ADDRESSES}"
    head, form = await ask(port, source, f"GET {page} HTTP/1.1")
    cookie, token = re.search(r"Set-Cookie: ([^;]+)", head), TOKEN.search(form)
    if not (cookie and token):
        raise SystemExit(head)
    fields = {"csrf_token": token[1], "sign_up_id": str(uuid.uuid4()), "name": name, "contact": f"{name}@example.org"}
    post = f"POST {page} HTTP/1.1\r\nCookie: {cookie[1]}\r\nReferer: http://127.0.0.1:{port}{page}"
    head, told = await ask(port, source, post, urlencode(fields))
    if " 200 " not in head.partition("\r\n")[0]:
        raise SystemExit(head)
    return "coming" if "You have a place." in told else "waiting" if "in the line." in told else told


async def main() -> None:
    wanted = json.loads(sys.stdin.readline())
    comers, seconds, told = list(enumerate(wanted["comers"])), [], []

    async def one_after_the_other() -> None:
        while comers:
            n, (page, name) = comers.pop()
            began = time.perf_counter()
            told.append(await sign_up(wanted["port"], n, page, name))
            seconds.append(time.perf_counter() - began)

    began, many = time.perf_counter(), len(comers)
    await asyncio.gather(*(one_after_the_other() for _ in range(wanted["at_once"])))
    print(json.dumps({"rate": many / (time.perf_counter() - began), "seconds": seconds, "told": told}))


asyncio.run(main())
