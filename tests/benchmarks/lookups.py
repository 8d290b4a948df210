"""Asks one house where the nearest battlegrounds are, over connections that stay open, each after its answer.

Reads {"port", "connections", "lookups", "outcodes"} from its input, and prints {"rate", "seconds": [of each]}.
"""

import asyncio
import json
import sys
import time


async def ask(port: int, bodies: list[bytes], took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in bodies:
        began = time.perf_counter()
        writer.write(
            b"POST /nearest/nearest.json HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        size = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        answer = await reader.readexactly(size)
        if b'"distance"' not in answer:
            raise SystemExit(f"no battleground for {body!r}")
        took.append(time.perf_counter() - began)
    writer.close()


async def main() -> None:
    wanted = json.loads(sys.stdin.readline())
    outcodes, many = wanted["outcodes"], wanted["lookups"]
    bodies = [json.dumps({"postcode": outcodes[n % len(outcodes)]}).encode() for n in range(many)]
    took: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(ask(wanted["port"], bodies[n :: wanted["connections"]], took)
                           for n in range(wanted["connections"])))  # fmt: skip
    print(json.dumps({"rate": many / (time.perf_counter() - began), "seconds": took}))


asyncio.run(main())
