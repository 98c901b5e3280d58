"""Memory and roughness: each from its formula on explicit windows."""

from collections import Counter
from itertools import pairwise, permutations
from math import factorial, floor, gamma, log, pi, sqrt

from market import VALUES, C, F, H, L, R, golden, line, mean, over, write


def slope(points):
    xs, ys = zip(*points, strict=True)
    xy = sum((x - mean(xs)) * (y - mean(ys)) for x, y in points)
    return xy / sum((x - mean(xs)) ** 2 for x in xs)


def rescaled_range(xs):
    distances = [x - mean(xs) for x in xs]
    path = [sum(distances[:i]) for i in range(len(xs) + 1)]
    return (max(path) - min(path)) / sqrt(mean([d * d for d in distances]))


def expected(n):
    return gamma((n - 1) / 2) / sqrt(pi) / gamma(n / 2) * sum(sqrt((n - r) / r) for r in range(1, n))


def hurst(xs):
    points, corrected = [], []
    for pieces in (1, 2, 4, 8, 16, 32):
        size = len(xs) // pieces
        if size < 8:
            continue
        parts = [xs[len(xs) - (i + 1) * size :][:size] for i in range(pieces)]
        if any(len(set(part)) == 1 for part in parts):
            return None
        value = mean([rescaled_range(part) for part in parts])
        points.append((log(size), log(value)))
        corrected.append((log(size), log(value - expected(size) + sqrt(pi * size / 2))))
    return dict(raw=slope(points), corrected=slope(corrected))


def dfa(xs):
    m = mean(xs)
    profile = [sum(x - m for x in xs[: i + 1]) for i in range(len(xs))]
    points = []
    for size in (8, 11, 16):
        squares = []
        for i in range(len(xs) // size):
            box = profile[len(xs) - (i + 1) * size :][:size]
            rise, end = line(box)
            squares += [(y - (end - rise * (size - 1 - t))) ** 2 for t, y in enumerate(box)]
        points.append((log(size), log(sqrt(mean(squares)))))
    return slope(points)


def higuchi(xs, most):
    n, points = len(xs), []
    for k in range(1, most + 1):
        lengths = []
        for m in range(1, k + 1):
            count = floor((n - m) / k)
            path = sum(abs(xs[m + i * k - 1] - xs[m + (i - 1) * k - 1]) for i in range(1, count + 1))
            lengths.append(path * F(n - 1, count * k) / k)
        if mean(lengths) == 0:
            return None
        points.append((log(F(1, k)), log(mean(lengths))))
    return slope(points)


def frama(highs, lows):
    half = len(highs) // 2
    n1, n2 = ((max(highs[i : i + half]) - min(lows[i : i + half])) / half for i in (0, half))
    n3 = (max(highs) - min(lows)) / len(highs)
    return (log(n1 + n2) - log(n3)) / log(2) if n1 and n2 else None


def permutation_entropy(xs, order):
    patterns = list(permutations(range(order)))
    seen = Counter(tuple(sorted(range(order), key=lambda j: (xs[i + j], j))) for i in range(len(xs) - order + 1))
    shares = [seen[p] / sum(seen.values()) for p in patterns if seen[p]]
    return sum(s * log(1 / s) for s in shares) / log(factorial(order))


def efficiency(xs):
    path = sum(abs(b - a) for a, b in pairwise(xs))
    return abs(xs[-1] - xs[0]) / path if path else None


def variance_ratio(prices, q):
    """Lo and MacKinlay's own letters."""
    if len(set(prices)) == 1:
        return None
    x = [log(p) for p in prices]
    nq = len(x) - 1
    mu = (x[-1] - x[0]) / nq
    a = sum((log(prices[k] / prices[k - 1]) - mu) ** 2 for k in range(1, nq + 1)) / (nq - 1)
    m = q * (nq - q + 1) * (1 - q / nq)
    c = sum((log(prices[k] / prices[k - q]) - q * mu) ** 2 for k in range(q, nq + 1)) / m
    return c / a


golden("hurst(37)")(over(R, 37, hurst))
SIMPLE = [None, *(float(C[i] / C[i - 1] - 1) for i in range(1, len(C)))]
golden("hurst(37, simple)")(over(SIMPLE, 37, hurst))
# 16 pieces of 8 leave 12 out: a 17th would fit.
VALUES["hurst inputs"] = [100 + (i * 7919 % 101) / 10 for i in range(141)]
LONG = VALUES["hurst inputs"]
VALUES["hurst(140)"] = [hurst([log(LONG[i] / LONG[i - 1]) for i in range(1, 141)])]
golden("dfa(64)")(over(R, 64, dfa))
golden("higuchiDimension(20, 4)")(over(C, 20, lambda xs: higuchi(xs, 4)))
golden("fractalDimension(8)")(lambda i: frama(H[i - 7 : i + 1], L[i - 7 : i + 1]) if i >= 7 else None)
golden("permutationEntropy(9, 3)")(over(C, 9, lambda xs: permutation_entropy(xs, 3)))
golden("efficiencyRatio(5)")(over(C, 6, efficiency))
golden("varianceRatio(12, 3)")(over(C, 13, lambda xs: variance_ratio(xs, 3)))

write("fractal")
