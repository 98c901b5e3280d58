"""Volatility."""

from math import log, pi, sqrt

from market import O, H, L, C, R, TR, each, golden, ln, mean, over, rma, variance, window, write

BETWEEN = each(lambda i: ln(O[i], C[i - 1]) if i else None)
WITHIN = each(lambda i: ln(C[i], O[i]))
GK = each(lambda i: ln(H[i], L[i]) ** 2 / 2 - (2 * log(2) - 1) * WITHIN[i] ** 2)
RS = each(lambda i: ln(H[i], C[i]) * ln(H[i], O[i]) + ln(L[i], C[i]) * ln(L[i], O[i]))


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


ATR5 = rma(TR, 5)
golden("natr(5)")(lambda i: None if ATR5[i] is None else 100 * ATR5[i] / C[i])

write("volatility")
