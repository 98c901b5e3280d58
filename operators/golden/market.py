"""The bars of the golden values, and what definitions share: exact fractions where a thing is rational.

Each other file here writes the values of one subject beside itself: python3 operators/golden/<subject>.py
"""

import json
import pathlib
from fractions import Fraction as F
from math import floor, log

HERE = pathlib.Path(__file__).parent


def make_bars(count=80):
    """A walk in cents: a gap at 20, equal bars at 40 to 48, no volume at 44, 60 and 61."""
    bars, state, close = [], 12345, 10000

    def chance(n):
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % n

    for i in range(count):
        if 40 <= i < 49:
            open_, high, low, close_ = close, close, close, close
        else:
            open_ = close + (150 if i == 20 else chance(9) - 4)
            close_ = open_ + chance(61) - 30
            high = max(open_, close_) + chance(12)
            low = min(open_, close_) - chance(12)
        close = close_
        volume = 0 if i in (44, 60, 61) else 1 + chance(500)
        at = 1_700_000_000_000_000 + (i + 1) * 60_000_000
        prices = dict(open=open_, high=high, low=low, close=close_)
        bars.append(
            dict(at=at, start=at - 60_000_000, **{k: v / 100 for k, v in prices.items()}, volume=volume, count=volume)
        )
    return bars


BARS = make_bars()
O, H, L, C = ([F(round(bar[name] * 100), 100) for bar in BARS] for name in ("open", "high", "low", "close"))
V = [F(bar["volume"]) for bar in BARS]
N = len(BARS)
VALUES = {}


def golden(name):
    """Keeps what the function gives for each index; None is no value."""

    def keep(value_at):
        values = [value_at(i) for i in range(N)]
        VALUES[name] = [number(value) for value in values if value is not None]
        return value_at

    return keep


def number(value):
    return {k: float(v) for k, v in value.items()} if isinstance(value, dict) else float(value)


def window(series, i, n):
    """The last n up to i, or None when there are fewer, or one of them is None."""
    if i + 1 < n:
        return None
    part = series[i + 1 - n : i + 1]
    return None if None in part else part


def mean(xs):
    return sum(xs) / len(xs)


def each(value_at):
    return [value_at(i) for i in range(N)]


def ln(a, b):
    return log(a / b)


def variance(xs):
    m = mean(xs)
    return sum((x - m) ** 2 for x in xs) / (len(xs) - 1)


def over(series, n, what):
    """`what` of each full window of n."""
    return lambda i: None if (xs := window(series, i, n)) is None else what(xs)


def smoothed(series, n, weight):
    """Moves by weight towards each number; begins with the plain mean of the first n."""
    values, begin = [None] * N, next(i for i in range(N) if series[i] is not None) + n - 1
    values[begin] = mean(window(series, begin, n))
    for i in range(begin + 1, N):
        values[i] = values[i - 1] + weight * (series[i] - values[i - 1])
    return values


def ema(series, n):
    return smoothed(series, n, F(2, n + 1))


def rma(series, n):
    return smoothed(series, n, F(1, n))


def weighted(xs):
    return sum(x * w for w, x in enumerate(xs, 1)) / F(len(xs) * (len(xs) + 1), 2)


def line(xs):
    """Slope and end of the least-squares line."""
    n = len(xs)
    times = range(n)
    slope = sum((t - F(n - 1, 2)) * x for t, x in zip(times, xs, strict=True)) / sum((t - F(n - 1, 2)) ** 2 for t in times)
    return slope, mean(xs) + slope * F(n - 1, 2)


def keep(name, values):
    golden(name)(lambda i: values[i])


def median(xs):
    return quantile(xs, F(1, 2))


def quantile(xs, share):
    xs, place = sorted(xs), share * (len(xs) - 1)
    below = floor(place)
    return xs[below] + (place - below) * (xs[min(below + 1, len(xs) - 1)] - xs[below])


R = each(lambda i: ln(C[i], C[i - 1]) if i else None)
TR = each(lambda i: max(H[i] - L[i], abs(H[i] - C[i - 1]), abs(L[i] - C[i - 1])) if i else None)


def write(subject):
    """The values that were kept, a line for each name."""
    lines = [json.dumps([name, values]) for name, values in VALUES.items()]
    (HERE / f"{subject}.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    VALUES["bars"] = BARS
    write("market")
