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


@golden("streak(9)")
def _(i):
    if i == 0:
        return None
    sign = lambda j: (C[j] > C[j - 1]) - (C[j] < C[j - 1])
    length = 0
    while i - length > 0 and sign(i - length) == sign(i) != 0:
        length += 1
    return sign(i) * min(length, 9)


# --- volatility ---


def ln(a, b):
    return log(a / b)


def variance(xs):
    m = mean(xs)
    return sum((x - m) ** 2 for x in xs) / (len(xs) - 1)


R = each(lambda i: ln(C[i], C[i - 1]) if i else None)
BETWEEN = each(lambda i: ln(O[i], C[i - 1]) if i else None)
WITHIN = each(lambda i: ln(C[i], O[i]))
GK = each(lambda i: ln(H[i], L[i]) ** 2 / 2 - (2 * log(2) - 1) * WITHIN[i] ** 2)
RS = each(lambda i: ln(H[i], C[i]) * ln(H[i], O[i]) + ln(L[i], C[i]) * ln(L[i], O[i]))
TR = each(lambda i: max(H[i] - L[i], abs(H[i] - C[i - 1]), abs(L[i] - C[i - 1])) if i else None)


def over(series, n, what):
    """`what` of each full window of n."""
    return lambda i: None if (xs := window(series, i, n)) is None else what(xs)


golden("closeClose(5)")(over(R, 5, lambda xs: sqrt(variance(xs))))
golden("parkinson(5)")(
    lambda i: sqrt(sum(ln(H[j], L[j]) ** 2 for j in range(i - 4, i + 1)) / (20 * log(2))) if i >= 4 else None
)
golden("garmanKlass(5)")(over(GK, 5, lambda xs: sqrt(mean(xs))))
golden("rogersSatchell(5)")(over(RS, 5, lambda xs: sqrt(mean(xs))))


@golden("yangZhang(5)")
def _(i):
    if i < 5:
        return None
    between, within = (variance(window(xs, i, 5)) for xs in (BETWEEN, WITHIN))
    k = 0.34 / (1.34 + 6 / 4)
    return sqrt(between + k * within + (1 - k) * mean(window(RS, i, 5)))


@golden("ewmaVolatility(0.9)")
def _(i):
    if i == 0:
        return None
    weights = [0.9 ** (i - j) * (1 if j == 1 else 0.1) for j in range(1, i + 1)]
    return sqrt(sum(w * R[j] ** 2 for j, w in enumerate(weights, 1)))


golden("realisedVolatility(5)")(over(R, 5, lambda xs: sqrt(sum(x * x for x in xs))))
golden("bipowerVariation(5)")(
    over(R, 6, lambda xs: pi / 2 * sum(abs(a * b) for a, b in zip(xs, xs[1:], strict=False)))
)
golden("trueRange")(lambda i: TR[i])


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


ATR5 = rma(TR, 5)
golden("natr(5)")(lambda i: None if ATR5[i] is None else 100 * ATR5[i] / C[i])

# --- distribution ---


def median(xs):
    return quantile(xs, F(1, 2))


def quantile(xs, share):
    xs, place = sorted(xs), share * (len(xs) - 1)
    below = floor(place)
    return xs[below] + (place - below) * (xs[min(below + 1, len(xs) - 1)] - xs[below])


def robust_z(xs):
    deviation = median([abs(x - median(xs)) for x in xs])
    return (xs[-1] - median(xs)) / (F(14826, 10000) * deviation) if deviation else None


def moment(xs, power):
    return sum((x - mean(xs)) ** power for x in xs) / len(xs)


def skewness(xs):
    n, v = len(xs), moment(xs, 2)
    return sqrt(n * (n - 1)) / (n - 2) * float(moment(xs, 3)) / float(v) ** 1.5 if v else None


def kurtosis(xs):
    n, v = len(xs), moment(xs, 2)
    return F(n - 1, (n - 2) * (n - 3)) * ((n + 1) * (moment(xs, 4) / v**2 - 3) + 6) if v else None


golden("highest(5)")(over(C, 5, max))
golden("lowest(5)")(over(C, 5, min))
golden("quantile(6, 0.3)")(over(C, 6, lambda xs: quantile(xs, F(3, 10))))
golden("percentRank(6)")(over(C, 6, lambda xs: mean([F((x < xs[-1]) + (x <= xs[-1]), 2) for x in xs])))
golden("robustZ(6)")(over(C, 6, robust_z))
golden("robustZ(7)")(over(C, 7, robust_z))
golden("skewness(6)")(over(C, 6, skewness))
golden("kurtosis(6)")(over(C, 6, kurtosis))

# --- moving averages ---


def keep(name, values):
    golden(name)(lambda i: values[i])


def weighted(xs):
    return sum(x * w for w, x in enumerate(xs, 1)) / F(len(xs) * (len(xs) + 1), 2)


def line(xs):
    """Slope and end of the least-squares line."""
    n = len(xs)
    times = range(n)
    slope = sum((t - F(n - 1, 2)) * x for t, x in zip(times, xs, strict=True)) / sum((t - F(n - 1, 2)) ** 2 for t in times)
    return slope, mean(xs) + slope * F(n - 1, 2)


def cascade(series, n, stages, seed):
    """Exponential means of each other, all begun at index n - 1 with the plain mean of the first `seed`."""
    results = []
    for _ in range(stages):
        values = [None] * N
        values[seed - 1] = mean(C[:seed])
        for i in range(seed, N):
            values[i] = values[i - 1] + F(2, n + 1) * (series[i] - values[i - 1])
        results.append(values)
        series = values
    return results


keep("rma(5)", rma(C, 5))
E1, E2, E3 = cascade(C, 5, 3, 5)
golden("dema(5)")(lambda i: 2 * E1[i] - E2[i] if i >= 4 else None)
golden("tema(5)")(lambda i: 3 * E1[i] - 3 * E2[i] + E3[i] if i >= 4 else None)
golden("trix(5)")(lambda i: 100 * (E3[i] / E3[i - 1] - 1) if i >= 5 else None)
SIX = cascade([float(c) for c in C], 3, 6, 1)
for name, a in (("t3(3, 0.7)", 0.7), ("t3(3, 0)", 0)):
    factors = (1 + 3 * a + 3 * a**2 + a**3, -3 * a - 6 * a**2 - 3 * a**3, 3 * a**2 + 3 * a**3, -(a**3))
    golden(name)(lambda i, f=factors: sum(c * SIX[2 + k][i] for k, c in enumerate(f)) if i >= 12 else None)
golden("wma(5)")(over(C, 5, weighted))
RAW = each(lambda i: 2 * weighted(window(C, i, 3)) - weighted(window(C, i, 6)) if i >= 5 else None)
golden("hma(6)")(over(RAW, 2, weighted))
golden("linearRegression(5)")(over(C, 5, lambda xs: line(xs)[1]))
golden("slope(5)")(over(C, 5, lambda xs: line(xs)[0]))


@golden("vwma(2)")
def _(i):
    traded = sum(V[i - 1 : i + 1]) if i else 0
    return (C[i - 1] * V[i - 1] + C[i] * V[i]) / traded if traded else None


def kama(n, fast, slow):
    values = [None] * N
    values[n - 1] = float(C[n - 1])
    for i in range(n, N):
        path = sum(abs(C[j] - C[j - 1]) for j in range(i - n + 1, i + 1))
        efficiency = abs(C[i] - C[i - n]) / path if path else 0
        weight = float(efficiency * (F(2, fast + 1) - F(2, slow + 1)) + F(2, slow + 1)) ** 2
        values[i] = values[i - 1] + weight * (float(C[i]) - values[i - 1])
    return values


keep("kama(5, 2, 30)", kama(5, 2, 30))

if __name__ == "__main__":
    lines = [json.dumps(BARS), *(json.dumps([name, values]) for name, values in VALUES.items())]
    (HERE / "values.jsonl").write_text("\n".join(lines) + "\n")
