"""The form on a weak phone, and how many submissions one process takes, durably, with every check on."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from surveys.web.signing import FormToken
from tests.benchmarks.serving import Served, served

# A mid-range phone on a crowded network: 1.6 Mbit/s down, 0.75 up, 100 ms, a processor four times slower.
NETWORK = {"offline": False, "latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
RUNS = 5
SUBMISSIONS = 6_000


def main() -> None:
    with served() as server:
        on_a_phone(server)
        throughput(server)


def on_a_phone(server: Served) -> None:
    """Bytes over the wire and seconds until the first question shows, first visit, cold cache."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no Chromium: the phone profile was not measured")
        return
    from playwright.sync_api import sync_playwright

    print(
        "| form on the phone profile | seconds to first question (median of 5) | bytes | requests |\n|---|---|---|---|"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for label, javascript in (("with JavaScript", True), ("without JavaScript", False)):
            visits = [_visit(browser, f"{server.url}/s/power-visit", javascript) for _ in range(RUNS)]
            seconds, received, requests = (statistics.median(column) for column in zip(*visits, strict=True))
            print(f"| {label} | {seconds:.2f} | {received:.0f} | {requests:.0f} |")
        browser.close()


def _visit(browser, url: str, javascript: bool) -> tuple[float, float, int]:  # type: ignore[no-untyped-def]
    size = {"width": 390, "height": 844}
    context = browser.new_context(viewport=size, java_script_enabled=javascript, is_mobile=True, has_touch=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    loaded, asked = list[float](), list[str]()
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda event: asked.append(event["requestId"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector("fieldset")
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1000)
    context.close()
    return seconds, sum(loaded), len(asked)


def throughput(server: Served) -> None:
    """Submissions a second at several numbers of clients, each answered after its commit."""
    print("\n| clients | submissions/s (median of 5) | p50 ms | p95 ms | kept |\n|---|---|---|---|---|")
    for clients in (10, 50, 200):
        before = server.store.responses.amount("power-visit")
        rounds = [asyncio.run(_round(server, clients)) for _ in range(RUNS)]
        kept = server.store.responses.amount("power-visit") - before
        rate, p50, p95 = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"| {clients} | {rate:,.0f} | {p50 * 1000:.1f} | {p95 * 1000:.1f} | {kept} of {RUNS * SUBMISSIONS} |")


async def _round(server: Served, clients: int) -> tuple[float, float, float]:
    requests = [_request(server) for _ in range(SUBMISSIONS)]
    waits = list[float]()
    start = time.perf_counter()
    await asyncio.gather(*(_client(server.port, requests[client::clients], waits) for client in range(clients)))
    seconds = time.perf_counter() - start
    cuts = statistics.quantiles(waits, n=20)
    return len(waits) / seconds, statistics.median(waits), cuts[18]


def _request(server: Served) -> bytes:
    token = FormToken.new(1, datetime.now(UTC)).text(server.secret, "power-visit")
    answers = {
        "csat": "4",
        "reliability": "5",
        "repair": "na",
        "attitude": "5",
        "nps": "9",
        "comment": "师傅来得很快，讲得清楚",
    }
    body = urlencode({"_token": token, "_tp": "", **answers}).encode()
    head = f"POST /s/power-visit HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Length: {len(body)}\r\n"
    return (head + "Content-Type: application/x-www-form-urlencoded\r\n\r\n").encode() + body


async def _client(port: int, requests: list[bytes], waits: list[float]) -> None:
    """One phone after the other over a connection that is kept."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"refused: {head[:80]!r}")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        waits.append(time.perf_counter() - start)
    writer.close()
