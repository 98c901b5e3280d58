"""Bands, stops and what follows a trend: each value from its own window, or from the first bar on."""

from math import atan, degrees, exp, floor, log, pi, sqrt

from market import BARS, TR, VALUES, C, F, H, L, N, O, V, ema, golden, keep, line, mean, over, rma, weighted, write


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



def trail(i, top, bottom, reach, rising):
    """Stop and direction at bar i: all bars since the first with a range are walked anew."""
    first = next(j for j in range(N) if ATR3[j] is not None)
    if i < first:
        return None
    upper, lower, up = [], [], rising(first)
    for j in range(first, i + 1):
        new_upper, new_lower = top(j) + reach * ATR3[j], bottom(j) - reach * ATR3[j]
        broken_up = j > first and C[j - 1] > upper[-1]
        broken_down = j > first and C[j - 1] < lower[-1]
        upper.append(new_upper if broken_up or not upper else min(upper[-1], new_upper))
        lower.append(new_lower if broken_down or not lower else max(lower[-1], new_lower))
        up = C[j] > lower[-1] if up else C[j] > upper[-1]
    return dict(stop=lower[-1] if up else upper[-1], direction=1 if up else -1)


ATR3 = rma(TR, 3)
MIDDLE = [(high + low) / 2 for high, low in zip(H, L, strict=True)]
golden("supertrend(3, 2)")(
    lambda i: trail(i, MIDDLE.__getitem__, MIDDLE.__getitem__, 2, lambda j: C[j] >= MIDDLE[j])
)
golden("atrStop(3, 2, close)")(lambda i: trail(i, C.__getitem__, C.__getitem__, 2, lambda j: C[j] >= C[j - 1]))
golden("atrStop(3, 2, extremes)")(lambda i: trail(i, H.__getitem__, L.__getitem__, 2, lambda j: C[j] >= C[j - 1]))


def volatility_stop(n, k):
    """Leg by leg; each begins at the close that turned the one before."""
    atr, rows = rma(TR, n), []
    side, begin, bar = (1 if C[n - 1] > C[0] else -1), 0, n + 1
    while bar < N:
        best = max(side * c for c in C[begin:bar])
        stop = side * (best - k * atr[bar - 1])
        turned = side * (C[bar] - stop) < 0
        rows.append((bar, dict(stop=stop, direction=side, isReversal=int(turned))))
        if turned:
            side, begin = -side, bar
        bar += 1
    first = next(bar for bar, row in rows if row["isReversal"])
    return [next((row for at, row in rows if at == i and at > first), None) for i in range(N)]


VOLATILITY = volatility_stop(3, 2)
golden("volatilityStop(3, 2)")(lambda i: VOLATILITY[i])


def parabolic(step, most):
    """Leg by leg: within one, the acceleration is told by how many bars have made a new extreme."""
    rows, side, begin = [None] * N, 1, 0
    stop, extreme = L[0], H[0]
    while begin < N - 1:
        toward = H if side > 0 else L
        bound = L if side > 0 else H
        records = 0
        for i in range(begin + 1, N):
            pace = min(step * (1 + records), most)
            stop += pace * (extreme - stop)
            if i >= 2:
                stop = side * min(side * stop, side * bound[i - 1], side * bound[i - 2])
            if side * bound[i] < side * stop:
                rows[i] = dict(stop=extreme, direction=-side, isReversal=1)
                stop, extreme, side, begin = extreme, bound[i], -side, i
                break
            rows[i] = dict(stop=stop, direction=side, isReversal=0)
            if side * toward[i] > side * extreme:
                extreme, records = toward[i], records + 1
        else:
            break
    first = next(i for i in range(N) if rows[i] and rows[i]["isReversal"])
    return [row if i > first else None for i, row in enumerate(rows)]


PARABOLIC = parabolic(0.02, 0.2)
golden("parabolicSar(0.02, 0.2)")(lambda i: PARABOLIC[i])
golden("chandelierExit(5, 3)")(
    lambda i: dict(long=max(H[i - 4 : i + 1]) - 3 * ATR5[i], short=min(L[i - 4 : i + 1]) + 3 * ATR5[i])
    if i >= 5
    else None
)


def middle(i, n):
    return (max(H[i - n + 1 : i + 1]) + min(L[i - n + 1 : i + 1])) / 2


golden("ichimoku(3, 6, 12)")(
    lambda i: dict(
        conversion=middle(i, 3),
        base=middle(i, 6),
        spanA=(middle(i - 6, 3) + middle(i - 6, 6)) / 2,
        spanB=middle(i - 6, 12),
    )
    if i >= 17
    else None
)

JAW, TEETH, LIPS = rma(C, 6), rma(C, 4), rma(C, 2)
golden("alligator(6+4, 4+3, 2+2)")(
    lambda i: dict(jaw=JAW[i - 4], teeth=TEETH[i - 3], lips=LIPS[i - 2]) if i >= 9 else None
)


def gator(i):
    return abs(JAW[i - 4] - TEETH[i - 3]), -abs(TEETH[i - 3] - LIPS[i - 2])


@golden("gator(6+4, 4+3, 2+2)")
def _(i):
    if i < 10:
        return None
    (upper, lower), (upper_before, lower_before) = gator(i), gator(i - 1)
    return dict(
        upper=upper, lower=lower, isUpperWider=int(upper > upper_before), isLowerWider=int(lower < lower_before)
    )


def cycle():
    """Every series of the discriminator as a list; those before bar 6 are 0. Exact: on flat bars a phase is 0 / 0."""
    smooth, detrender, q1, i1, i2, q2, re, im, period = ([F(0)] * N for _ in range(9))

    def quarter(xs, i):
        taps = ((0, F(962, 10000)), (2, F(5769, 10000)), (4, F(-5769, 10000)), (6, F(-962, 10000)))
        return sum(w * xs[i - lag] for lag, w in taps if i >= lag)

    def averaged(x, before):
        return F(1, 5) * x + F(4, 5) * before

    for i in range(6, N):
        gain = F(75, 1000) * period[i - 1] + F(54, 100)
        smooth[i] = sum((4 - lag) * C[i - lag] for lag in range(4)) / 10
        detrender[i] = quarter(smooth, i) * gain
        q1[i], i1[i] = quarter(detrender, i) * gain, detrender[i - 3]
        i2[i] = averaged(i1[i] - quarter(q1, i) * gain, i2[i - 1])
        q2[i] = averaged(q1[i] + quarter(i1, i) * gain, q2[i - 1])
        re[i] = averaged(i2[i] * i2[i - 1] + q2[i] * q2[i - 1], re[i - 1])
        im[i] = averaged(i2[i] * q2[i - 1] - q2[i] * i2[i - 1], im[i - 1])
        raw = F(2 * pi / atan(im[i] / re[i])) if im[i] and re[i] else F(0)
        raw = sorted((F(67, 100) * period[i - 1], raw, F(3, 2) * period[i - 1]))[1]
        period[i] = F(float(averaged(sorted((6, raw, 50))[1], period[i - 1])))
    return [float(c) for c in C], q1, i1, period


X, Q1, I1, PERIOD = cycle()


def mama(fast, slow):
    rows, m, phase = [None] * N, sum(X[:6]) / 6, 0
    f = m
    rows[5] = dict(mama=m, fama=f)
    for i in range(6, N):
        before, phase = phase, degrees(atan(Q1[i] / I1[i])) if I1[i] else 0
        a = max(fast / max(before - phase, 1), slow)
        m = a * X[i] + (1 - a) * m
        f = a / 2 * m + (1 - a / 2) * f
        rows[i] = dict(mama=m, fama=f)
    return rows


MAMA = mama(0.5, 0.05)
golden("mama(0.5, 0.05)")(lambda i: MAMA[i])


def smooth_period(i):
    """Unrolled: each period with the weight that is left of it."""
    return floor(sum(0.33 * 0.67**k * float(PERIOD[i - k]) for k in range(i + 1)) + 0.5)


@golden("hilbertTrendline")
def _(i):
    if i < 11:
        return None
    trends = [mean(C[j + 1 - max(smooth_period(j), 1) : j + 1]) for j in range(i - 3, i + 1)]
    return dict(trendline=weighted(trends), period=max(smooth_period(i), 1))


def mcginley(n, k):
    values = [float(C[0])]
    for c in map(float, C[1:]):
        d = values[-1]
        weight = (d / c) ** 4 / (k * n)
        values.append(c if weight > 1 else d + weight * (c - d))
    return [None, *values[1:]]


keep("mcginleyDynamic(5, 0.6)", mcginley(5, 0.6))
keep("zeroLagEma(6)", ema([None, None, *(2 * C[i] - C[i - 2] for i in range(2, N))], 6))


def vidya(n, m):
    values = [None] * (m - 1) + [C[m - 1]]
    for i in range(m, N):
        changes = [C[j] - C[j - 1] for j in range(i - m + 1, i + 1)]
        size = sum(map(abs, changes))
        weight = F(2, n + 1) * (abs(sum(changes)) / size if size else 0)
        values.append(F(float(weight * C[i] + (1 - weight) * values[-1])))
    return values


keep("vidya(5, 4)", vidya(5, 4))


def frama(n):
    values = [None] * (n - 1) + [float(MIDDLE[n - 1])]
    pace = lambda i, k: (max(H[i - k + 1 : i + 1]) - min(L[i - k + 1 : i + 1])) / k
    for i in range(n, N):
        halves, whole = pace(i, n // 2) + pace(i - n // 2, n // 2), pace(i, n)
        a = max(0.01, min(exp(-4.6 * (log(halves / whole) / log(2) - 1)), 1)) if whole else 1
        values.append(a * float(MIDDLE[i]) + (1 - a) * values[-1])
    return values


keep("frama(6)", frama(6))
golden("doji(0.1)")(lambda i: int(abs(C[i] / O[i] - 1) <= F(1, 1000)))


@golden("marubozu(80)")
def _(i):
    tall = H[i] > L[i] and abs(C[i] - O[i]) / (H[i] - L[i]) >= F(8, 10)
    return (1 if C[i] > O[i] else -1) if tall else 0


def is_turn(xs, c):
    """Above the two before, not below the two after."""
    return all(xs[c] > x for x in xs[c - 2 : c]) and all(xs[c] >= x for x in xs[c + 1 : c + 3])


TOPS = [c for c in range(2, N - 2) if is_turn(H, c)]
BOTTOMS = [c for c in range(2, N - 2) if is_turn([-x for x in L], c)]


@golden("fractalChaosBands(2)")
def _(i):
    tops, bottoms = [c for c in TOPS if c + 2 <= i], [c for c in BOTTOMS if c + 2 <= i]
    return dict(lower=L[bottoms[-1]], upper=H[tops[-1]]) if tops and bottoms else None


VALUES["pivots(2, 8)"] = []
for c in range(N):
    for turns, sign, xs in ((TOPS, 1, H), (BOTTOMS, -1, L)):
        if c in turns:
            before = [b for b in turns if c - 8 <= b < c]
            trend = (xs[c] > xs[before[-1]]) - (xs[c] < xs[before[-1]]) if before else 0
            times = dict(at=BARS[c + 2]["at"], barAt=BARS[c]["at"])
            VALUES["pivots(2, 8)"].append(dict(**times, direction=sign, level=float(xs[c]), trend=trend))


def levels(kind, high, low, close, open_):
    size = high - low
    if kind == "camarilla":
        return [close + k * size * F(11, 10) for k in (-F(1, 4), -F(1, 6), -F(1, 12), 0, F(1, 12), F(1, 6), F(1, 4))]
    middle = (high + low + 2 * open_) / 4 if kind == "woodie" else (high + low + close) / 3
    if kind == "fibonacci":
        return [middle + k * size for k in (-1, -F(618, 1000), -F(382, 1000), 0, F(382, 1000), F(618, 1000), 1)]
    first, second = 2 * middle, size
    return [
        low - 2 * (high - middle), middle - second, first - high, middle, first - low, middle + second,
        high + 2 * (middle - low),
    ]  # fmt: skip


def named(values):
    return dict(zip(("s3", "s2", "s1", "pivot", "r1", "r2", "r3"), values, strict=True))


for KIND in ("standard", "fibonacci", "camarilla", "woodie"):

    @golden(f"rollingPivots(5, 2, {KIND})")
    def _(i):
        if i < 7:
            return None
        part = slice(i - 7, i - 2)
        return named(levels(KIND, max(H[part]), min(L[part]), C[i - 3], O[i]))

    @golden(f"pivotPoints(300000, {KIND})")
    def _(i):
        spans = [bar["start"] // 300_000_000 for bar in BARS]
        before = [j for j in range(i) if spans[j] == spans[i] - 1]
        if not before:
            return None
        high, low = max(H[j] for j in before), min(L[j] for j in before)
        return named(levels(KIND, high, low, C[before[-1]], O[spans.index(spans[i])]))


def zig_zag(highs, lows, share):
    """Move by move: each ends at the first bar that is far enough from the extreme before it."""
    rows, begin, side = [], 0, 0
    while True:
        for i in range(begin + 1, N):
            top = max(range(begin, i), key=lambda j: (highs[j], j))
            bottom = min(range(begin, i), key=lambda j: (lows[j], -j))
            fall = (highs[top] - lows[i]) / highs[top] if side >= 0 and highs[i] < highs[top] else 0
            rise = (highs[i] - lows[bottom]) / lows[bottom] if side <= 0 and lows[i] > lows[bottom] else 0
            if max(fall, rise) >= share and fall != rise:
                side = 1 if rise > fall else -1
                turn, level = (bottom, lows[bottom]) if side > 0 else (top, highs[top])
                rows.append(dict(at=BARS[i]["at"], barAt=BARS[turn]["at"], direction=-side, level=float(level)))
                begin = i
                break
        else:
            return rows


VALUES["zigZag(0.5, extremes)"] = zig_zag(H, L, F(5, 1000))
VALUES["zigZag(0.5, closes)"] = zig_zag(C, C, F(5, 1000))


def heikin_open(i):
    """Unrolled: the middles of the bars before, each with half the weight of the next."""
    middle = lambda j: mean([O[j], H[j], L[j], C[j]])
    return F(1, 2**i) * (O[0] + C[0]) / 2 + sum(middle(j) / 2 ** (i - j) for j in range(i))


@golden("heikinAshi")
def _(i):
    open_, close = heikin_open(i), mean([O[i], H[i], L[i], C[i]])
    return dict(open=open_, high=max(H[i], open_, close), low=min(L[i], open_, close), close=close)


def brick_rows(begin, size_at, edge):
    """All bricks behind bar `begin`."""
    rows, top, bottom, since = [], edge, edge, begin + 1
    size = size_at(begin)
    for i in range(begin + 1, N):
        distance = C[i] - top if C[i] > top else min(C[i] - bottom, 0)
        count, sign = abs(distance) // size, 1 if distance > 0 else -1
        part = range(since, i + 1)
        for b in range(count):
            open_ = top if sign > 0 else bottom
            close = open_ + sign * size
            top, bottom = max(open_, close), min(open_, close)
            prices = dict(open=open_, high=max(H[j] for j in part), low=min(L[j] for j in part), close=close)
            volume = sum(V[j] for j in part)
            traded = dict(volume=volume / count, count=volume if b == 0 else 0)
            rows.append({k: float(v) for k, v in {**prices, **traded}.items()})
            rows[-1].update(start=BARS[since]["start"], at=BARS[i]["at"])
        if count:
            since, size = i + 1, size_at(i)
    return rows


VALUES["renko(0.2)"] = brick_rows(0, lambda i: F(2, 10), F(round(C[0] * 5), 5))
VALUES["renko(0.2, 99.97)"] = brick_rows(0, lambda i: F(2, 10), F(9997, 100) + F(round((C[0] - F(9997, 100)) * 5), 5))
VALUES["renkoAtr(3)"] = brick_rows(3, lambda i: ATR3[i], C[3])

write("bands")
