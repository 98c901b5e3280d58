"""Two instruments: the closes of the bars, and another that shares a part of their moves."""

from math import sqrt

from market import VALUES, C, F, N, each, golden, write


def make_other():
    """In cents: half of each move of the price and a walk of its own; flat from 62 to 69."""
    others, state, other = [], 987654, 25000
    for i in range(N):
        state = (state * 1103515245 + 12345) % 2**31
        if i and not 62 <= i < 70:
            other += round((C[i] - C[i - 1]) * 50) + (state >> 8) % 31 - 15
        others.append(F(other, 100))
    return others


OTHER = make_other()
VALUES["pairs"] = [dict(price=float(p), other=float(o)) for p, o in zip(C, OTHER, strict=True)]
PAIRS = list(zip(OTHER, C, strict=True))


def sums(xs, ys, weights=None):
    """Weight, means, and squares and products about them."""
    weights = weights or [F(1)] * len(xs)
    total = sum(weights)
    mx, my = (sum(w * v for w, v in zip(weights, vs, strict=True)) / total for vs in (xs, ys))
    triples = list(zip(weights, xs, ys, strict=True))
    xx = sum(w * (x - mx) ** 2 for w, x, _ in triples)
    xy = sum(w * (x - mx) * (y - my) for w, x, y in triples)
    yy = sum(w * (y - my) ** 2 for w, _, y in triples)
    return total, mx, my, xx, xy, yy


def over_pairs(n, what, xs=OTHER, ys=C):
    def value(i):
        if i + 1 < n or None in (xs[i + 1 - n], ys[i + 1 - n]):
            return None
        return what(xs[i + 1 - n : i + 1], ys[i + 1 - n : i + 1])

    return value


def correlation(xs, ys):
    *_, xx, xy, yy = sums(xs, ys)
    return float(xy) / sqrt(xx * yy) if xx and yy else None


def beta(xs, ys):
    *_, xx, xy, _ = sums(xs, ys)
    return xy / xx if xx else None


def hedge_ratio(xs, ys):
    _, mx, my, xx, xy, _ = sums(xs, ys)
    return dict(slope=xy / xx, intercept=my - xy / xx * mx) if xx else None


def cointegration(xs, ys):
    _, mx, my, xx, xy, yy = sums(xs, ys)
    if not xx or yy == xy**2 / xx:
        return None
    slope = xy / xx
    residuals = [y - my - slope * (x - mx) for x, y in zip(xs, ys, strict=True)]
    return float(residuals[-1]) / sqrt(sum(r * r for r in residuals) / (len(xs) - 2))


def returns(prices):
    return each(lambda i: (prices[i] - prices[i - 1]) / prices[i - 1] if i else None)


LED = each(lambda i: OTHER[i - 2] if i >= 2 else None)

golden("pairSpread(0.5)")(lambda i: C[i] - F(1, 2) * OTHER[i])
golden("pairRatio")(lambda i: C[i] / OTHER[i])
golden("relativeStrength(3)")(
    lambda i: (C[i] - C[i - 3]) / C[i - 3] - (OTHER[i] - OTHER[i - 3]) / OTHER[i - 3] if i >= 3 else None
)
golden("covariance(6)")(over_pairs(6, lambda xs, ys: sums(xs, ys)[4] / 5))
golden("correlation(6)")(over_pairs(6, correlation))
golden("leadLagCorrelation(6, 2)")(over_pairs(6, correlation, LED))
golden("beta(6)")(over_pairs(6, beta, returns(OTHER), returns(C)))
golden("hedgeRatio(6)")(over_pairs(6, hedge_ratio))
golden("cointegration(6)")(over_pairs(6, cointegration))

KEPT = F(9, 10)


def weighted(i):
    """The discounted line through everything up to i."""
    return sums(OTHER[: i + 1], C[: i + 1], [KEPT ** (i - j) for j in range(i + 1)])


@golden("kalmanCointegration(0.9)")
def _(i):
    if i < 3:
        return None
    total, mx, my, xx, xy, yy = weighted(i - 1)
    error = C[i] - my - xy / xx * (OTHER[i] - mx)
    unsure = (1 / total + (OTHER[i] - mx) ** 2 / xx) / KEPT
    noise = (yy - xy**2 / xx) / total
    _, mx, my, xx, xy, _ = weighted(i)
    return dict(z=float(error) / sqrt(noise * (1 + unsure)), slope=xy / xx, intercept=my - xy / xx * mx)


def kalman():
    """The filter in its textbook form, matrix by matrix, from what the first two pairs leave no doubt of."""
    (x0, y0), (x1, y1) = PAIRS[:2]
    slope = (y1 - y0) / (x1 - x0)
    line = [y0 - slope * x0, slope]
    a, b, c = KEPT + 1, KEPT * x0 + x1, KEPT * x0**2 + x1**2
    det = a * c - b * b
    cov = [[c / det, -b / det], [-b / det, a / det]]
    for x, y in PAIRS[2:]:
        cov = [[v / KEPT for v in row] for row in cov]
        to = [row[0] + row[1] * x for row in cov]
        q = to[0] + to[1] * x + 1
        gain = [v / q for v in to]
        error = y - line[0] - line[1] * x
        line = [v + g * error for v, g in zip(line, gain, strict=True)]
        cov = [[cov[r][s] - gain[r] * gain[s] * q for s in (0, 1)] for r in (0, 1)]
    return line


_, MX, MY, XX, XY, _ = weighted(N - 1)
assert kalman() == [MY - XY / XX * MX, XY / XX], "the filter and the discounted least squares are one thing"

write("cross")
