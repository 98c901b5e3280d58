"""Oscillators, from their definitions over whole series."""

from math import log

from market import C, F, H, L, N, O, TR, each, keep, mean, over, weighted, window, write


def where_known(series, what):
    """`what` of the series without its holes, each value back in its place; None is no value."""
    places = [i for i in range(N) if series[i] is not None]
    values = what([series[i] for i in places])
    result = [None] * N
    for place, value in zip(places, values, strict=True):
        result[place] = value
    return result


def means(series, n):
    """Plain means of n values that follow each other, whatever holes are between them."""
    return where_known(series, lambda xs: [mean(xs[i + 1 - n : i + 1]) if i + 1 >= n else None for i in range(len(xs))])


def emas(series, n, seed=None, weight=None):
    """Exponential means that begin with the plain mean of the first `seed`."""
    seed, weight = seed or n, weight or F(2, n + 1)

    def over_all(xs):
        # Not step by step: the weights of what came are written out.
        def value(i):
            if i + 1 < seed:
                return None
            k = i + 1 - seed
            late = sum(weight * (1 - weight) ** (i - j) * xs[j] for j in range(seed, i + 1))
            return (1 - weight) ** k * mean(xs[:seed]) + late

        return [value(i) for i in range(len(xs))]

    return where_known(series, over_all)


def both(what, *series):
    """`what` of the values of one moment, where all are known."""
    return each(lambda i: None if None in (xs := [one[i] for one in series]) else what(*xs))


def records(**series):
    return both(lambda *xs: dict(zip(series, xs, strict=True)), *series.values())


def roc(n):
    return each(lambda i: 100 * (C[i] / C[i - n] - 1) if i >= n else None)


def place(highs, lows, closes, n):
    """0 at the lowest of the window, 1 at the highest."""

    def value(i):
        h, l = window(highs, i, n), window(lows, i, n)
        return None if h is None or l is None or max(h) == min(l) else (closes[i] - min(l)) / (max(h) - min(l))

    return each(value)


def percent(series):
    return both(lambda x: 100 * x, series)


FAST, SLOW = emas(C, 4), emas(C, 7)
LINE = both(lambda f, s: f - s, FAST, SLOW)
SIGNAL = emas(LINE, 3)
keep("macd(4, 7, 3)", records(macd=LINE, signal=SIGNAL, histogram=both(lambda a, b: a - b, LINE, SIGNAL)))

SHARE = both(lambda f, s: 100 * (f / s - 1), FAST, SLOW)
SIGNAL = emas(SHARE, 3)
keep("ppo(4, 7, 3)", records(ppo=SHARE, signal=SIGNAL, histogram=both(lambda a, b: a - b, SHARE, SIGNAL)))

K = means(percent(place(H, L, C, 5)), 3)
D = means(K, 2)
keep("stochastic(5, 3, 2)", records(k=K, d=D, j=both(lambda k, d: 3 * k - 2 * d, K, D)))


def rsi(series, n):
    """Of a series without holes; 50 where nothing has moved."""
    changes = [None] + [series[i] - series[i - 1] for i in range(1, N)]
    gain = emas(both(lambda x: max(x, 0), changes), n, n, F(1, n))
    loss = emas(both(lambda x: max(-x, 0), changes), n, n, F(1, n))
    return both(lambda g, l: F(50) if g + l == 0 else 100 * g / (g + l), gain, loss)


RSI = rsi(C, 4)
K = means(percent(place(RSI, RSI, RSI, 5)), 3)
keep("stochasticRsi(4, 5, 3, 2)", records(k=K, d=means(K, 2)))

keep("williamsR(5)", both(lambda x: 100 * x - 100, place(H, L, C, 5)))

TYPICAL = each(lambda i: (H[i] + L[i] + C[i]) / 3)


def cci(xs):
    spread = mean([abs(x - mean(xs)) for x in xs])
    return (xs[-1] - mean(xs)) / (F(15, 1000) * spread) if spread else None


keep("cci(5)", each(over(TYPICAL, 5, cci)))
keep("rateOfChange(3)", roc(3))

ROC = roc(5)
WIDTH = each(over(ROC, 4, lambda xs: float(mean([x * x for x in xs])) ** 0.5))
keep("rocBands(5, 3, 4)", records(roc=ROC, mean=emas(ROC, 3), upper=WIDTH, lower=both(lambda x: -x, WIDTH)))


def bought(n):
    pressure = each(lambda i: C[i] - min(L[i], C[i - 1]) if i else None)
    return both(lambda p, r: p / r if r else None, each(over(pressure, n, sum)), each(over(TR, n, sum)))


ULTIMATE = both(lambda a, b, c: 100 * (4 * a + 2 * b + c) / 7, bought(2), bought(4), bought(8))
keep("ultimateOscillator(2, 4, 8)", ULTIMATE)

MIDDLE = each(lambda i: (H[i] + L[i]) / 2)
keep("awesomeOscillator(3, 8)", both(lambda f, s: f - s, each(over(MIDDLE, 3, mean)), each(over(MIDDLE, 8, mean))))

CHANGE = each(lambda i: C[i] - C[i - 1] if i else None)
TSI = both(lambda a, b: 100 * a / b, emas(emas(CHANGE, 5), 3), emas(emas(both(abs, CHANGE), 5), 3))
keep("tsi(5, 3, 4)", records(tsi=TSI, signal=emas(TSI, 4)))

KST = both(lambda *xs: sum(w * x for w, x in enumerate(xs, 1)), means(roc(2), 3), means(roc(4), 3), means(roc(6), 5))
keep("kst([2, 4, 6], [3, 3, 5], 4)", records(kst=KST, signal=means(KST, 4)))

keep("dpo(6)", each(lambda i: C[i - 4] - mean(C[i - 5 : i + 1]) if i >= 5 else None))

RANGES = emas(each(lambda i: H[i] - L[i]), 4)
RATIO = both(lambda a, b: a / b, RANGES, emas(RANGES, 4))
keep("massIndex(4, 5)", both(lambda x: 5 * x, means(RATIO, 5)))


def vortex(i):
    if i < 5:
        return None
    bars = range(i - 4, i + 1)
    way = sum(TR[j] for j in bars)
    up, down = sum(abs(H[j] - L[j - 1]) for j in bars), sum(abs(L[j] - H[j - 1]) for j in bars)
    return dict(plus=up / way, minus=down / way) if way else None


keep("vortex(5)", each(vortex))


def aroon(i):
    highs, lows = window(H, i, 7), window(L, i, 7)
    if highs is None:
        return None
    up, down = F(100, 6) * highs.index(max(highs)), F(100, 6) * lows.index(min(lows))
    return dict(up=up, down=down, oscillator=up - down)


keep("aroon(6)", each(aroon))


def cmo(xs):
    size = sum(abs(x) for x in xs)
    return 100 * sum(xs) / size if size else F(0)


keep("cmo(5)", each(over(CHANGE, 5, cmo)))


def fisher(n):
    lines, at, line = [], 0.0, 0.0
    for i in range(N):
        xs = MIDDLE[max(0, i + 1 - n) : i + 1]
        low, high = min(xs), max(xs)
        at = 0.66 * (float((xs[-1] - low) / (high - low)) - 0.5) + 0.67 * at if high > low else 0.0
        at = 0.999 if at > 0.99 else -0.999 if at < -0.99 else at
        line = 0.5 * log((1 + at) / (1 - at)) + 0.5 * line
        lines.append(line)
    return each(lambda i: dict(fisher=lines[i], trigger=lines[i - 1]) if i else None)


keep("fisherTransform(6)", fisher(6))


def streak(i):
    """How many changes of the same direction come before, and with, this one."""
    sign = lambda j: (C[j] > C[j - 1]) - (C[j] < C[j - 1]) if j else None
    return F(0) if i == 0 else F(sign(i) * next(k for k in range(i + 1) if sign(i - k) != sign(i)))


GAIN = roc(1)
RANK = each(lambda i: F(100 * sum(x < GAIN[i] for x in GAIN[i - 10 : i]), 10) if i >= 11 else None)
keep("connorsRsi(3, 2, 10)", both(lambda *xs: sum(xs) / 3, rsi(C, 3), rsi(each(streak), 2), RANK))


def smi(n):
    def at(i, what):
        h, l = window(H, i, n), window(L, i, n)
        return None if h is None else what(max(h), min(l))

    away = each(lambda i: at(i, lambda h, l: C[i] - (h + l) / 2))
    half = each(lambda i: at(i, lambda h, l: (h - l) / 2))
    twice = lambda series: emas(emas(series, 4, 1), 2, 1)
    return both(lambda a, b: 100 * a / b, twice(away), twice(half))


SMI = smi(5)
keep("smi(5, 4, 2, 3)", records(smi=SMI, signal=emas(SMI, 3, 1)))

MEAN = emas(C, 5)
keep("elderRay(5)", records(bull=both(lambda h, m: h - m, H, MEAN), bear=both(lambda l, m: l - m, L, MEAN)))

PMO = both(lambda x: 10 * x, emas(emas(GAIN, 6, 6, F(2, 6)), 4, 4, F(2, 4)))
keep("pmo(6, 4, 3)", records(pmo=PMO, signal=emas(PMO, 3)))

POWER = each(lambda i: (C[i] - O[i]) / (H[i] - L[i]) if H[i] > L[i] else F(0))
keep("balanceOfPower(5)", each(over(POWER, 5, mean)))


def choppiness(i, n=5):
    if i < n:
        return None
    bars = range(i - n + 1, i + 1)
    reach = max(max(H[j], C[j - 1]) for j in bars) - min(min(L[j], C[j - 1]) for j in bars)
    return 100 * log(sum(TR[j] for j in bars) / reach) / log(n) if reach else None


keep("choppiness(5)", each(choppiness))
keep("stc(5, 4, 7, 3)", means(percent(place(LINE, LINE, LINE, 5)), 3))
keep("coppock(6, 4, 5)", each(over(both(lambda a, b: a + b, roc(6), roc(4)), 5, weighted)))


def directional(n):
    up = each(lambda i: H[i] - H[i - 1] if i else None)
    down = each(lambda i: L[i - 1] - L[i] if i else None)
    moves = lambda a, b: both(lambda x, y: x if x > y and x > 0 else F(0), a, b)
    share = lambda part: both(lambda x, r: 100 * x / r, emas(part, n, n, F(1, n)), emas(TR, n, n, F(1, n)))
    plus, minus = share(moves(up, down)), share(moves(down, up))
    dx = both(lambda p, m: 100 * abs(p - m) / (p + m), plus, minus)
    adx = emas(dx, n, n, F(1, n))
    adxr = each(lambda i: None if i < n or adx[i - n] is None else (adx[i] + adx[i - n]) / 2)
    return records(plus=plus, minus=minus, dx=dx, adx=adx, adxr=adxr)


keep("directional(4)", directional(4))
keep("qstick(5)", each(over(each(lambda i: C[i] - O[i]), 5, mean)))

write("oscillators")
