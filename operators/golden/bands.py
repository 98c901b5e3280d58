"""Bands, stops and what follows a trend: each value from its own window, or from the first bar on."""

from math import exp, sqrt

from market import BARS, TR, C, F, H, L, N, O, each, ema, golden, line, mean, over, rma, window, write


def deviation(xs):
    """Of a population."""
    m = mean(xs)
    return sqrt(sum((x - m) ** 2 for x in xs) / len(xs))


def about(middle, reach):
    return dict(lower=middle - reach, middle=middle, upper=middle + reach)


def bollinger(xs, k):
    m, s = float(mean(xs)), deviation(xs)
    if s == 0:
        return None
    lower, upper = m - k * s, m + k * s
    share = (float(xs[-1]) - lower) / (upper - lower)
    return dict(**about(m, k * s), percentB=share, zScore=float(xs[-1] - mean(xs)) / s, width=(upper - lower) / m)


golden("bollinger(5, 2)")(over(C, 5, lambda xs: bollinger(xs, 2)))

EMA5, ATR5 = ema(C, 5), rma(TR, 5)
golden("keltner(5, 5, 2)")(
    lambda i: dict(**about(EMA5[i], 2 * ATR5[i]), width=4 * ATR5[i] / EMA5[i]) if i >= 5 else None
)
golden("starcBands(3, 5, 2)")(lambda i: about(mean(C[i - 2 : i + 1]), 2 * ATR5[i]) if i >= 5 else None)
golden("movingAverageEnvelope(5, 2.5)")(over(C, 5, lambda xs: about(mean(xs), mean(xs) / 40)))
golden("stdevChannel(5, 2)")(over(C, 5, lambda xs: about(float(line(xs)[1]), 2 * deviation(xs))))


@golden("donchian(5)")
def _(i):
    if i < 5:
        return None
    upper, lower = max(H[i - 5 : i]), min(L[i - 5 : i])
    middle = (upper + lower) / 2
    return dict(lower=lower, middle=middle, upper=upper, width=(upper - lower) / middle)


def regression(xs):
    slope, end = line(xs)
    begin = end - slope * (len(xs) - 1)
    total = sum((x - mean(xs)) ** 2 for x in xs)
    if total == 0:
        return None
    rest = sum((x - begin - slope * t) ** 2 for t, x in enumerate(xs))
    return dict(slope=slope, intercept=begin, rSquared=1 - rest / total, stdDev=deviation(xs))


golden("regression(5)")(over(C, 5, regression))


def sma_analysis(xs):
    m = mean(xs)
    far = [abs(x - m) for x in xs]
    shares = [d / x for d, x in zip(far, xs, strict=True)]
    return dict(sma=m, mad=mean(far), mse=mean([d * d for d in far]), mape=mean(shares))


golden("smaAnalysis(5)")(over(C, 5, sma_analysis))


def alma(xs, offset, sigma):
    n = len(xs)
    weights = [exp(-((i - offset * (n - 1)) ** 2) / (2 * (n / sigma) ** 2)) for i in range(n)]
    return sum(w * float(x) for w, x in zip(weights, xs, strict=True)) / sum(weights)


golden("alma(9, 0.85, 6)")(over(C, 9, lambda xs: alma(xs, 0.85, 6)))
golden("ulcerIndex(5)")(
    over(C, 5, lambda xs: 100 * sqrt(mean([(x / max(xs[: i + 1]) - 1) ** 2 for i, x in enumerate(xs)])))
)

write("bands")
