"""Averages that cross on bars of bid and ask, reckoned once more: python3 deploy/golden/fx.py

It reads the files of ../shared/data itself and shares no code with the engine. Fills and money are counted in whole
ticks and minor units; averages, and the distances of stops and targets, are floats by the formulas of the operators.
"""

import csv
import gzip
import hashlib
import json
import pathlib
from datetime import datetime
from fractions import Fraction

HERE = pathlib.Path(__file__).parent
DATA = HERE.parents[1].parent / "shared" / "data"
FEE = Fraction(2, 100_000)  # 0.2 basis points
LOT = 1000
MINOR = 10**6


def bars(name):
    with gzip.open(DATA / name, "rt") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["timestamp"])
            yield round(at.timestamp() * 1000), [row[price] for price in ("open", "high", "low", "close")]


def quotes(bid_file, ask_file, digits):
    """Milliseconds, bid and ask as (price, ticks): open, high, low and close, 300, 200, 100 and 0 ms before the stamp."""
    asks = dict(bars(ask_file))
    for at, bid in bars(bid_file):
        for place, touch in enumerate(zip(bid, asks[at])):
            yield at - 100 * (3 - place), *((float(price), int(Fraction(price) * 10**digits)) for price in touch)


def directions(ticks, span, fast, slow):
    """At each quote: long while the fast average of the mid closes is at the slow one or above. None before that.

    The last of what is given is the close that made it so.
    """
    means, seen, last, close, side, made_by = [None, None], 0, None, None, None, None
    for at, bid, ask in ticks:
        end = -(-at // span) * span
        mid = (bid[0] + ask[0]) / 2
        closed = []
        if last is not None and end != last:
            closed.append(close)  # a bar whose last moment had no quote
        last, close = end, mid
        if at == end:
            closed.append(mid)
            last = None
        for price in closed:
            seen += 1
            for i, length in enumerate((fast, slow)):
                means[i] = price if seen == 1 else means[i] + 2 / (length + 1) * (price - means[i])
            if seen >= slow:
                side, made_by = 1 if means[0] >= means[1] else -1, price
        yield at, bid, ask, side, made_by


def wishes(ticks, stop, target, last):
    """At each quote what is to be held: out of it by stop or target until the direction turns, and at the end."""
    before, entry, is_out = None, None, False
    for at, bid, ask, side, _ in ticks:
        if side is None:
            yield at, bid, ask, 0
            continue
        if side != before:
            before, entry, is_out = side, (ask if side > 0 else bid)[0], False
        gain = side * ((bid if side > 0 else ask)[0] - entry)
        if stop is not None and gain <= -stop / 1e4 * entry or target is not None and gain >= target / 1e4 * entry:
            is_out = True
        yield at, bid, ask, 0 if is_out or at >= last else side


def reckon(ticks, lots, digits, waits):
    """Fills at the touch of the quote itself, or of the next one; the money when all is closed."""
    cash, held, due, lines, fees, entry, base = Fraction(0), 0, 0, [], 0, 0, 0
    per_tick = LOT * Fraction(1, 10**digits)

    def fill(change, bid, ask):
        nonlocal cash, held, fees, entry, base
        price = (ask if change > 0 else bid)[1]
        value = change * lots * price * per_tick
        fee = int(abs(value) * FEE * MINOR + Fraction(1, 2))
        cash -= value
        fees += fee
        # In the base currency, at the price of the fill, to the hundredth: what is closed, and the fee.
        earned = held * lots * (price - entry) * per_tick if held * change < 0 else Fraction(0)
        base += hundredths(earned / price * 10**digits) - hundredths(Fraction(fee, MINOR) / price * 10**digits)
        held += change
        entry = price
        lines.append(f"{'buy' if change > 0 else 'sell'} {abs(change) * lots} {price}\n")

    for at, bid, ask, wish in ticks:
        if waits and due:
            fill(due, bid, ask)
            due = 0
        if wish != held + due:
            due = wish - held
            if not waits:
                fill(due, bid, ask)
                due = 0
    assert held == 0 and due == 0
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    return dict(fills=len(lines), profit=int(cash * MINOR) - fees, fees=fees, base=base, digest=digest)


def hundredths(money):
    """The half away from zero."""
    return (1 if money > 0 else -1) * int(abs(money) * 100 + Fraction(1, 2))


def brackets(ticks, lots, digits, stop, profit):
    """Enters at a turn when nothing is open, with a stop and a limit in profit; both are looked at from the next quote."""
    lines, realised, fees, before, held = [], Fraction(0), 0, None, None
    per_tick = LOT * Fraction(1, 10**digits)

    def fill(side, price):
        nonlocal fees
        fees += int(lots * price * per_tick * FEE * MINOR + Fraction(1, 2))
        lines.append(f"{'buy' if side > 0 else 'sell'} {lots} {price}\n")

    for _, (_, bid), (_, ask), side, made_by in ticks:
        if held is not None:
            way, entry, limit, trigger = held
            leave = bid if way > 0 else ask
            price = limit if way * (leave - limit) >= 0 else leave if way * (leave - trigger) <= 0 else None
            if price is not None:
                fill(-way, price)
                realised += way * (price - entry) * lots * per_tick
                held = None
        if side != before and held is None:
            # The close in ticks, kept in exact halves: outwards from it for what is waited for.
            close = Fraction(round(made_by * 2 * 10**digits), 2)
            far, near = (-(-close // 1), close // 1) if side > 0 else (close // 1, -(-close // 1))
            entry = ask if side > 0 else bid
            fill(side, entry)
            held = side, entry, far + side * profit, near - side * stop
        before = side
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    return dict(fills=len(lines), profit=int(realised * MINOR) - fees, fees=fees, digest=digest)


FILES = {
    "GBPUSD": ("gbpusd-m1-bid-2012.csv.gz", "gbpusd-m1-ask-2012.csv.gz", 5),
    "USDJPY": ("usdjpy-m1-bid-2013.csv.gz", "usdjpy-m1-ask-2013.csv.gz", 3),
}
CASES = [
    dict(instrument="GBPUSD", minutes=1, fast=10, slow=20, stop=None, target=None, fill="same"),
    dict(instrument="GBPUSD", minutes=1, fast=10, slow=20, stop=None, target=None, fill="next"),
    dict(instrument="USDJPY", minutes=5, fast=10, slow=20, stop=None, target=None, fill="same"),
    dict(instrument="USDJPY", minutes=5, fast=10, slow=20, stop=8, target=12, fill="same"),
    dict(instrument="USDJPY", minutes=5, fast=10, slow=20, stop=8, target=12, fill="next"),
    dict(instrument="GBPUSD", minutes=1, fast=10, slow=20, stop=100, target=150, fill="bracket"),
    dict(instrument="USDJPY", minutes=5, fast=10, slow=20, stop=80, target=60, fill="bracket"),
]


def solve(case):
    *files, digits = FILES[case["instrument"]]
    ticks = list(quotes(*files, digits))
    last = ticks[-4][0]  # the open of the last bar: so that there is a quote behind it
    sides = directions(ticks, case["minutes"] * 60_000, case["fast"], case["slow"])
    if case["fill"] == "bracket":
        return dict(case, end=last, quotes=len(ticks), **brackets(sides, 100, digits, case["stop"], case["target"]))
    held = wishes(sides, case["stop"], case["target"], last)
    return dict(case, end=last, quotes=len(ticks), **reckon(held, 100, digits, case["fill"] == "next"))


lines = [json.dumps(solve(case)) for case in CASES]
(HERE / "fx.jsonl").write_text("\n".join(lines) + "\n")
