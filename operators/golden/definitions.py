"""Writes values.jsonl: each operator by its definition, on explicit windows, in exact fractions where it is rational.

python3 operators/golden/definitions.py
"""

import json
import pathlib
from fractions import Fraction as F
from math import exp, floor, log, log10, pi, sqrt

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


# --- returns and price shape ---

golden("typicalPrice")(lambda i: (H[i] + L[i] + C[i]) / 3)
golden("medianPrice")(lambda i: (H[i] + L[i]) / 2)
golden("weightedClose")(lambda i: (H[i] + L[i] + 2 * C[i]) / 4)
golden("averagePrice")(lambda i: (O[i] + H[i] + L[i] + C[i]) / 4)
golden("simpleReturn(5)")(lambda i: C[i] / C[i - 5] - 1 if i >= 5 else None)
golden("momentum(5)")(lambda i: C[i] - C[i - 5] if i >= 5 else None)
golden("highLowSpread")(lambda i: (H[i] - L[i]) / C[i])
golden("closeOpenSpread")(lambda i: (C[i] - O[i]) / O[i])
golden("closeLocation")(lambda i: (2 * C[i] - H[i] - L[i]) / (H[i] - L[i]) if H[i] > L[i] else None)
golden("higherHighs(5)")(lambda i: sum(H[j] > H[j - 1] for j in range(i - 4, i + 1)) if i >= 5 else None)
golden("lowerLows(5)")(lambda i: sum(L[j] < L[j - 1] for j in range(i - 4, i + 1)) if i >= 5 else None)


@golden("candleShape")
def _(i):
    if H[i] == L[i]:
        return None
    top, bottom = max(O[i], C[i]), min(O[i], C[i])
    parts = dict(body=C[i] - O[i], upper=H[i] - top, lower=bottom - L[i])
    return {k: v / (H[i] - L[i]) for k, v in parts.items()}


@golden("streak")
def _(i):
    if i == 0:
        return None
    sign = lambda j: (C[j] > C[j - 1]) - (C[j] < C[j - 1])
    length = 0
    while i - length > 0 and sign(i - length) == sign(i) != 0:
        length += 1
    return sign(i) * length


if __name__ == "__main__":
    lines = [json.dumps(BARS), *(json.dumps([name, values]) for name, values in VALUES.items())]
    (HERE / "values.jsonl").write_text("\n".join(lines) + "\n")
