"""What stands beside distribution.py: pairs within a window, tails, falls."""

from math import floor, log, log1p, sqrt

from market import C, F, each, golden, mean, over, quantile, variance, window, write


def correlation(xs, ys):
    mx, my = mean(xs), mean(ys)
    xy = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    xx, yy = sum((x - mx) ** 2 for x in xs), sum((y - my) ** 2 for y in ys)
    return float(xy) / sqrt(xx * yy) if xx and yy else None


def rank(xs):
    return mean([F((x < xs[-1]) + (x <= xs[-1]), 2) for x in xs])


def entropy(xs, bins):
    low, high = min(xs), max(xs)
    if low == high:
        return None
    counts = [0] * bins
    for x in xs:
        counts[min(floor((x - low) * bins / (high - low)), bins - 1)] += 1
    return -sum(n / len(xs) * log(n / len(xs)) for n in counts if n) / log(bins)


def half_life(xs):
    before, after = xs[:-1], xs[1:]
    mb, ma = mean(before), mean(after)
    xx = sum((b - mb) ** 2 for b in before)
    phi = sum((b - mb) * (a - ma) for b, a in zip(before, after, strict=True)) / xx if xx else 1
    return log(F(1, 2)) / log1p(phi - 1) if 0 < phi < 1 else None


def shortfall(xs, share):
    """The mean of the quantile function, a step for each number, over its lower part."""
    steps = [(max(F(0), min(share, F(i + 1, len(xs))) - F(i, len(xs))), x) for i, x in enumerate(sorted(xs))]
    return -sum(width * x for width, x in steps) / share


def max_drawdown(xs):
    return max((a - b) / a for i, a in enumerate(xs) for b in xs[i:])


RETURNS = each(lambda i: (C[i] - C[i - 1]) / C[i - 1] if i else None)
SHARES = each(lambda i: (C[i] - C[i - 2]) / C[i - 2] if i >= 2 else None)
VARIANCES = each(lambda i: None if (xs := window(RETURNS, i, 4)) is None else variance([log(1 + x) for x in xs]))
# Two windows with the same flat stretch differ in their last digits only where they are not flat.
VARIANCES = [0 if v is not None and len(set(RETURNS[i - 3 : i + 1])) == 1 else v for i, v in enumerate(VARIANCES)]

golden("autocorrelation(8, 2)")(over(C, 8, lambda xs: correlation(xs[:-2], xs[2:])))
golden("entropy(7, 3)")(over(C, 7, lambda xs: entropy(xs, 3)))
golden("halfLife(8)")(over(C, 8, half_life))
golden("priorZScore(5)")(
    over(C, 6, lambda xs: float(xs[-1] - mean(xs[:-1])) / sqrt(v) if (v := variance(xs[:-1])) else None)
)
golden("minMax(5)")(over(C, 5, lambda xs: (xs[-1] - min(xs)) / (max(xs) - min(xs)) if max(xs) > min(xs) else None))
golden("returnRank(6, 2)")(over(SHARES, 6, rank))
golden("volatilityPercentile(4, 6)")(over(VARIANCES, 6, rank))
golden("valueAtRisk(7, 0.2)")(over(RETURNS, 7, lambda xs: -quantile(xs, F(1, 5))))
golden("expectedShortfall(7, 0.2)")(over(RETURNS, 7, lambda xs: shortfall(xs, F(1, 5))))
golden("drawdown(6)")(over(C, 6, lambda xs: (max(xs) - xs[-1]) / max(xs)))
golden("maxDrawdown(6)")(over(C, 6, max_drawdown))

write("dispersion")
