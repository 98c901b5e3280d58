"""Logistic regressions to 25 digits, without matrices: python3 models/linear/golden/logistic.py

Each coefficient in turn is put where the slope of the loss along it is 0, found by bisection, until none moves. The
slopes at the end say how well that went; they are checked before anything is written.
"""

import json
import pathlib
from decimal import Decimal as D
from decimal import getcontext

getcontext().prec = 34
CASES = [("plain", 40, 2, "0", False), ("penalty", 40, 3, "2.5", False), ("weights", 60, 2, "0.5", True)]


def chance():
    state = 20240607
    while True:
        state = (state * 1103515245 + 12345) % 2**31
        yield (state >> 8) % 1000


def make(count, width, weighted, numbers):
    """Features in sixteenths, so that float32 holds them exactly; labels that lean on the first of them."""
    rows = []
    for _ in range(count):
        x = [(next(numbers) % 65 - 32) / 16 for _ in range(width)]
        label = 1 if x[0] + (next(numbers) - 500) / 200 > 0 else 0
        rows.append((x, label, (1 + next(numbers) % 8) / 4 if weighted else 1))
    return rows


def slopes(rows, beta, l2):
    out = [l2 * b if i else D(0) for i, b in enumerate(beta)]
    for x, label, weight in rows:
        score = sum(b * v for b, v in zip(beta, x))
        gap = weight * (1 / (1 + (-score).exp()) - label)
        for i, v in enumerate(x):
            out[i] += gap * v
    return out


def fit(rows, width, l2):
    beta = [D(0)] * (width + 1)
    while True:
        largest = D(0)
        for i in range(width + 1):
            old = beta[i]
            slope = lambda at: slopes(rows, beta[:i] + [at] + beta[i + 1 :], l2)[i]
            reach = max(D("1e-26"), abs(slope(old)) / 4)
            low, high = old - reach, old + reach
            while slope(low) > 0:
                low -= reach
            while slope(high) < 0:
                high += reach
            while high - low > D("1e-27"):
                middle = (low + high) / 2
                if slope(middle) > 0:
                    high = middle
                else:
                    low = middle
            beta[i] = (low + high) / 2
            largest = max(largest, abs(beta[i] - old))
        if largest < D("1e-22"):
            return beta


def loss(rows, beta, l2):
    total = l2 * sum(b * b for b in beta[1:]) / 2
    for x, label, weight in rows:
        score = sum(b * v for b, v in zip(beta, x))
        total += weight * ((1 + score.exp()).ln() - label * score)
    return total / sum(weight for _, _, weight in rows)


numbers = chance()
lines = []
for name, count, width, l2, weighted in CASES:
    rows = make(count, width, weighted, numbers)
    exact = [([D(1)] + [D(v) for v in x], label, D(weight)) for x, label, weight in rows]
    beta = fit(exact, width, D(l2))
    assert max(abs(s) for s in slopes(exact, beta, D(l2))) < D("1e-19")
    case = dict(name=name, l2=float(l2), rows=rows, beta=[float(b) for b in beta], loss=float(loss(exact, beta, D(l2))))
    lines.append(json.dumps(case))
pathlib.Path(__file__).with_suffix(".jsonl").write_text("\n".join(lines) + "\n")
