"""The form on a weak phone, and how many submissions one process takes, durably, with every check on."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from collections.abc import Sequence

from tests.benchmarks.peers.fetched import NotFetched, django_survey, streamlit_page, surveyjs_page
from tests.benchmarks.serving import Served, bare, served
from tests.support.load import Load, filled_form, send

# A mid-range phone on a crowded network: 1.6 Mbit/s down, 0.75 up, 100 ms, a processor four times slower.
NETWORK = {"offline": False, "latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
# What a page asks of other hosts, such as fonts, fails at once instead of waiting for a network that may not be there.
OFFLINE = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
RUNS = 5
SUBMISSIONS = 2_000
DJANGO_SUBMISSIONS = 200
CLIENTS = (10, 50, 200)


def main() -> None:
    with served() as server:
        on_a_phone(server)
        throughput(server)
        beside_django(server)


def on_a_phone(server: Served) -> None:
    """Bytes over the wire and seconds until the first question shows, first visit, cold cache; peers in one run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no Chromium: the phone profile was not measured")
        return
    from playwright.sync_api import sync_playwright

    print("| form on the phone profile | seconds to first question (median of 5) | bytes | requests | bytes of ours |")
    print("|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*OFFLINE, "--no-sandbox", "--disable-gpu"])
        form, own = f"{server.url}/s/power-visit", 0.0
        for label, javascript in (("ours", True), ("ours, without JavaScript", False)):
            own = _line(browser, label, form, "fieldset", own, javascript=javascript)
        for label, peer, selector in (
            ("Streamlit page", streamlit_page, "[role=radiogroup]"), ("SurveyJS", surveyjs_page, "[data-name]"),
        ):  # fmt: skip
            try:
                with peer() as address:
                    _line(browser, label, address, selector, own)
            except NotFetched as reason:
                print(f"| {label} | not measured: {reason} | | | |")
        browser.close()


def _line(browser, label: str, url: str, selector: str, own: float, *, javascript: bool = True) -> float:  # type: ignore[no-untyped-def]
    """One line of the table; returns the bytes."""
    visits = [_visit(browser, url, selector, javascript=javascript) for _ in range(RUNS)]
    seconds, received, requests = (statistics.median(column) for column in zip(*visits, strict=True))
    times = f"× {received / own:.1f}" if own else ""
    print(f"| {label} | {seconds:.2f} | {received:,.0f} | {requests:.0f} | {times} |", flush=True)
    return float(received)


def _visit(browser, url: str, selector: str, *, javascript: bool) -> tuple[float, float, int]:  # type: ignore[no-untyped-def]
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
    page.goto(url, wait_until="commit", timeout=60_000)
    page.wait_for_selector(selector, timeout=60_000)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1000)
    context.close()
    return seconds, sum(loaded), len(asked)


def throughput(server: Served) -> None:
    """Submissions a second, each answered after its commit, against the limit in the same run, round by round.

    The limit is a bare route with shared commits into the same settings of the database; without any database it
    shows what server and client can do at most.
    """
    heads = [
        "clients",
        "ours /s",
        "p50 ms",
        "p95 ms",
        "bare route /s",
        "p95 ms",
        "no database /s",
        "ours / bare",
        "kept",
    ]
    print(f"\n| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    with bare(keeping=True) as limit, bare(keeping=False) as nothing:
        for clients in CLIENTS:
            before = server.store.responses.amount("power-visit")
            rounds = [_round(server, clients, (server.port, limit, nothing)) for _ in range(RUNS)]
            kept = server.store.responses.amount("power-visit") - before
            ours, held, none = ([each[n] for each in rounds] for n in range(3))
            ratio = statistics.median(o.rate / h.rate for o, h in zip(ours, held, strict=True))
            print(
                f"| {clients} | {_median(ours, 'rate'):,.0f} | {1000 * _median(ours, 'p50'):.1f} "
                f"| {1000 * _median(ours, 'p95'):.1f} | {_median(held, 'rate'):,.0f} "
                f"| {1000 * _median(held, 'p95'):.1f} | {_median(none, 'rate'):,.0f} | {ratio:.2f} "
                f"| {kept} of {RUNS * SUBMISSIONS} |",
                flush=True,
            )


def beside_django(server: Served) -> None:
    """The same submissions to a survey application in Django, in turns; fewer of them, for they take long."""
    print("\n| clients | ours /s | django-survey-and-report /s | p95 ms | ours / django |\n|---|---|---|---|---|")
    try:
        with django_survey() as (port, submission):
            for clients in CLIENTS:
                pairs = []
                for _ in range(RUNS):
                    ours = [filled_form(server.secret, server.port) for _ in range(SUBMISSIONS)]
                    theirs = [submission() for _ in range(DJANGO_SUBMISSIONS)]
                    pairs.append([
                        asyncio.run(send(server.port, ours, clients)), asyncio.run(send(port, theirs, clients))
                    ])  # fmt: skip
                own, other = ([pair[n] for pair in pairs] for n in range(2))
                ratio = statistics.median(o.rate / d.rate for o, d in zip(own, other, strict=True))
                print(
                    f"| {clients} | {_median(own, 'rate'):,.0f} | {_median(other, 'rate'):,.0f} "
                    f"| {1000 * _median(other, 'p95'):.0f} | {ratio:.0f} |",
                    flush=True,
                )
    except (NotFetched, ConnectionError) as reason:
        print(f"| not measured: {reason} | | | | |")


def _round(server: Served, clients: int, ports: Sequence[int]) -> list[Load]:
    """The same number of forms to each of these servers, one after the other."""
    return [
        asyncio.run(send(port, [filled_form(server.secret, port) for _ in range(SUBMISSIONS)], clients))
        for port in ports
    ]


def _median(loads: Sequence[Load], figure: str) -> float:
    return statistics.median(getattr(load, figure) for load in loads)
