"""What a rater feels: from the key press to the next comparison painted, alone and among 50 others.

``python -m benchmarks.rater_latency [--comparisons 40] [--others 50] [--json]``. A real server, a real
headless Chromium; the others judge through the API from processes of their own, thinking two seconds each.
The marks of Potato and Label Studio were measured on a machine of the same kind, see ``README.md``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from benchmarks.load import asking, load, served, write_inputs
from rlhf_collect.cli.show import print_json
from tests.web.browser import open_browser

MARKS = {
    "Potato": "60 ms alone, 9 s with 100 raters flat out; 1.5 MB, usable after 1.4 to 2.2 s",
    "Label Studio": "280 ms alone, stalls at 20 raters; 7.9 MB, usable after 4.2 to 5.8 s",
}
"""The marks to beat."""
READING = 0.4
"""Seconds a rater looks at a comparison here: less than anybody needs, more than the next one takes to come."""
WATCH = """() => {
  window.times = [];
  if (window.watching) return;
  window.watching = true;
  let pressed = 0;
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = performance.now(); }, true);
  const painted = (act) => requestAnimationFrame(() => setTimeout(act, 0));
  new MutationObserver(() => { if (pressed) { const from = pressed; pressed = 0;
    painted(() => window.times.push(performance.now() - from)); } })
    .observe(document.querySelector("#rp-panes"), { childList: true });
}"""
"""Seen in the page itself: the press, the new responses in the document, the frame that paints them."""


def rate_by_key(page: Page, comparisons: int, reading: float) -> np.ndarray:
    """Judge so many comparisons by keyboard; milliseconds from each press to the next one painted."""
    page.evaluate(WATCH)
    for number in range(comparisons):
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        while page.evaluate("window.times.length") <= number:  # the page's policy forbids waiting in it
            time.sleep(0.002)
        time.sleep(reading)
    return np.array(page.evaluate("window.times"))


@contextmanager
def others_at_work(port: int, keys: list[str], seconds: float) -> Iterator[None]:
    """So many raters through the API, two seconds of thought each, while this holds."""
    spawn = multiprocessing.get_context("spawn")
    out, begin = spawn.Queue(), time.time() + 2.0
    worker = spawn.Process(target=load, args=(port, keys, int(seconds / 2) + 1, 2.0, begin, out))
    worker.start()
    time.sleep(4.0)
    try:
        yield
    finally:
        worker.terminate()
        worker.join()


def first_visit(page: Page, link: str) -> dict[str, float]:
    """Weight of the page and seconds until the first comparison can be read, with nothing cached."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    weight: list[float] = []
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(link)
    start = page.get_by_role("button", name="Start", exact=True)
    start.wait_for()
    usable = time.perf_counter() - started
    start.click()
    page.locator(".rp[data-view='compare']").wait_for()
    return {
        "page_kb": sum(weight) / 1000,
        "usable_s": usable,
        "first_comparison_s": time.perf_counter() - started,
    }


def summary(times: np.ndarray) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    return {"median_ms": float(np.median(times)), "p95_ms": float(np.percentile(times, 95)), "n": len(times)}


def measure(comparisons: int, others: int) -> dict[str, Any]:
    """One run; every figure of the table."""
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-latency-") as name:
        folder = Path(name)
        config, source = write_inputs(folder, 4000)
        with served(folder, config) as (location, port):
            ask = asking(location)
            ask("bring_comparisons", source=str(source), format=None, skip_bad=False,
                keep_preferences=False, token=None)  # fmt: skip
            link = ask("invite", name="one", role="rater")["invitation"]
            keys = [ask("invite", name=f"r{n}", role="rater")["api_key"] for n in range(others)]
            with open_browser() as browser:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                found: dict[str, Any] = {"first": first_visit(page, f"http://127.0.0.1:{port}/i/{link}")}
                found["alone"] = summary(rate_by_key(page, comparisons, READING))
                found["flat_out"] = summary(rate_by_key(page, comparisons, 0.0))
                with others_at_work(port, keys, comparisons * 1.5 + 20):
                    found["among_others"] = summary(rate_by_key(page, comparisons, READING))
    return found | {"others": others, "marks": MARKS}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparisons", type=int, default=40, help="judged in each part")
    parser.add_argument("--others", type=int, default=50, help="raters at work beside")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.comparisons, chosen.others)
    if chosen.json:
        print_json(found)
        return
    first = found["first"]
    print(f"page, nothing cached                {first['page_kb']:8.0f} kB")
    print(
        f"usable / first comparison           {first['usable_s']:8.2f} s / {first['first_comparison_s']:.2f} s"
    )
    for key, words in (
        ("alone", "key to next painted, alone"),
        ("flat_out", "the same without reading at all"),
        ("among_others", f"the same beside {found['others']} raters"),
    ):
        each = found[key]
        print(f"{words:<36}{each['median_ms']:8.0f} ms median, {each['p95_ms']:.0f} ms p95 (n = {each['n']})")
    for name, mark in MARKS.items():
        print(f"mark to beat, {name}: {mark}")


if __name__ == "__main__":
    main()
