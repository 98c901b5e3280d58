"""What was traded, on which side, at which price."""

from datetime import datetime, timezone

from market import BARS, C, H, L, N, V, VALUES, F, each, ema, golden, keep, mean, number, over, window, write

TP = each(lambda i: (H[i] + L[i] + C[i]) / 3)
RISE = each(lambda i: C[i] - C[i - 1] if i else None)
SIGN = each(lambda i: (RISE[i] > 0) - (RISE[i] < 0) if i else None)
FLOW = each(lambda i: V[i] * (2 * C[i] - H[i] - L[i]) / (H[i] - L[i]) if H[i] > L[i] else F(0))


def ratio(above, below):
    return above / below if below else None


def weighted(series, n, weights=V):
    """The sum of series * weights over the sum of weights, of each full window of n."""

    def value_at(i):
        part = window(series, i, n)
        return part and ratio(sum(x * w for x, w in zip(part, weights[i + 1 - n : i + 1])), sum(weights[i + 1 - n : i + 1]))

    return value_at


golden("volumeRatio(20)")(over(V, 20, lambda xs: ratio(xs[-1], mean(xs))))
golden("volumeSurge(20, 1.5)")(over(V, 20, lambda xs: int(xs[-1] > F(3, 2) * mean(xs))))
golden("onBalanceVolume")(lambda i: sum(SIGN[j] * V[j] for j in range(1, i + 1)))
golden("onBalanceVolumeChange(5)")(weighted(SIGN, 5))


@golden("moneyFlowIndex(5)")
def _(i):
    if i < 5:
        return None
    up, down = (sum(TP[j] * V[j] for j in range(i - 4, i + 1) if side * TP[j] > side * TP[j - 1]) for side in (1, -1))
    return 100 * up / (up + down) if up + down else 50


def since(i, opens):
    """The first bar of the session of bar i, which is the last one that starts at such a minute of the day."""
    minute = lambda j: datetime.fromtimestamp(BARS[j]["start"] // 1_000_000, timezone.utc).strftime("%H:%M")
    return next((j for j in range(i, 0, -1) if minute(j) == opens), 0)


def average(first, i):
    return ratio(sum(TP[j] * V[j] for j in range(first, i + 1)), sum(V[first : i + 1])) or TP[i]


golden("vwap")(lambda i: average(0, i))
golden("vwap from 22:30")(lambda i: average(since(i, "22:30"), i))
golden("vwapDistance from 22:30")(lambda i: C[i] / average(since(i, "22:30"), i) - 1)
golden("rollingVwap(5)")(weighted(TP, 5))
golden("rollingVwap(2)")(weighted(TP, 2))
golden("accumulationDistribution")(lambda i: sum(FLOW[: i + 1]))
golden("chaikinMoneyFlow(5)")(lambda i: ratio(sum(FLOW[i - 4 : i + 1]), sum(V[i - 4 : i + 1])) if i >= 4 else None)
LINE = each(lambda i: sum(FLOW[: i + 1]))
FAST, SLOW = ema(LINE, 3), ema(LINE, 10)
golden("chaikinOscillator(3, 10)")(lambda i: FAST[i] - SLOW[i] if i >= 9 else None)
keep("forceIndex(5)", ema(each(lambda i: RISE[i] * V[i] if i else None), 5))
EASE = each(lambda i: ratio((H[i] + L[i] - H[i - 1] - L[i - 1]) / 2 * (H[i] - L[i]) * 1000, V[i]) or F(0) if i else None)
golden("easeOfMovement(5, 1000)")(over(EASE, 5, mean))
RETURN = each(lambda i: C[i] / C[i - 1] - 1 if i else None)
golden("volumePriceTrend")(lambda i: sum(RETURN[j] * V[j] for j in range(1, i + 1)) if i else None)
golden("volumePriceTrendChange(5)")(weighted(RETURN, 5))
IMPACT = each(lambda i: abs(RETURN[i]) / C[i] / V[i] if i and V[i] else F(0) if i else None)
golden("amihudIlliquidity(5)")(weighted(IMPACT, 5, [F(v > 0) for v in V]))
golden("amihudIlliquidity(2)")(weighted(IMPACT, 2, [F(v > 0) for v in V]))


def index(counts):
    product, values = F(1000), [F(1000)]
    for i in range(1, N):
        product *= C[i] / C[i - 1] if counts(V[i], V[i - 1]) else 1
        values.append(product)
    return values


keep("negativeVolumeIndex", index(lambda now, before: now < before))
keep("positiveVolumeIndex", index(lambda now, before: now > before))
FAST, SLOW = ema(V, 5), ema(V, 9)
PVO = each(lambda i: 100 * (FAST[i] - SLOW[i]) / SLOW[i] if i >= 8 else None)
SIGNAL = ema(PVO, 4)
golden("pvo(5, 9, 4)")(lambda i: dict(pvo=PVO[i], signal=SIGNAL[i], histogram=PVO[i] - SIGNAL[i]) if i >= 11 else None)

TREND = each(lambda i: 1 if i and TP[i] > TP[i - 1] else -1)


@each
def FORCE(i):
    """The trend's bars are looked for anew at each bar."""
    if i < 2:
        return None
    turn = i
    while turn > 2 and TREND[turn] == TREND[turn - 1]:
        turn -= 1
    first = turn if turn == 2 and TREND[2] == TREND[1] else turn - 1
    ranges = sum(H[j] - L[j] for j in range(first, i + 1))
    return V[i] * abs(2 * ((H[i] - L[i]) / ranges - 1)) * TREND[i] * 100 if ranges else F(0)


FAST, SLOW = ema(FORCE, 5), ema(FORCE, 9)
KVO = each(lambda i: FAST[i] - SLOW[i] if i >= 10 else None)
SIGNAL = ema(KVO, 4)
golden("klinger(5, 9, 4)")(lambda i: dict(oscillator=KVO[i], signal=SIGNAL[i]) if i >= 13 else None)


# Trades: prices in cents, sizes in tenths; the first have no side, and a size of 0 is among them.
def make_trades(count=120):
    state, price, at, trades = 54321, 10000, 1_700_000_000_000_000, []

    def chance(n):
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % n

    for i in range(count):
        price += chance(5) - 2 if i else 0
        at += chance(2_000_000)
        side = "unknown" if i < 5 else ("buy", "sell", "unknown")[chance(3)]
        trades.append(dict(at=at, price=price / 100, size=chance(60) / 10, side=side))
    return trades


TRADES = make_trades()
M = len(TRADES)
P = [F(round(t["price"] * 100), 100) for t in TRADES]
S = [F(round(t["size"] * 10), 10) for t in TRADES]


def sign(i):
    """The side; else that of the nearest trade before which had one or moved the price."""
    for j in range(i, -1, -1):
        side = TRADES[j]["side"]
        if side != "unknown":
            return 1 if side == "buy" else -1
        if j and P[j] != P[j - 1]:
            return 1 if P[j] > P[j - 1] else -1
    return 0


SIDE = [sign(i) for i in range(M)]


def delta(part):
    part = list(part)
    signed, traded = sum(SIDE[i] * S[i] for i in part), sum(S[i] for i in part)
    unknown = sum(S[i] for i in part if TRADES[i]["side"] == "unknown")
    return dict(delta=signed, share=signed / traded if traded else 0, unknown=unknown / traded if traded else 0)


def trades(name, values):
    VALUES[name] = [number(value) for value in values if value is not None]


def kyle(n, i):
    xs, ys = [SIDE[j] * S[j] for j in range(i - n + 1, i + 1)], [P[j] - P[j - 1] for j in range(i - n + 1, i + 1)]
    spread = sum((x - mean(xs)) ** 2 for x in xs)
    return ratio(sum((x - mean(xs)) * (y - mean(ys)) for x, y in zip(xs, ys)), spread)


def informed(volume, n):
    """Tenths of units one by one, cut into buckets; a value at the trade that ends one."""
    units = [(SIDE[i], i) for i in range(M) for _ in range(int(S[i] * 10))]
    size, values, last = int(volume * 10), {}, None
    buckets = [units[k : k + size] for k in range(0, len(units) - size + 1, size)]
    for k in range(n - 1, len(buckets)):
        part = buckets[k + 1 - n : k + 1]
        values[buckets[k][-1][1]] = mean([F(abs(sum(side for side, _ in bucket)), size) for bucket in part])
    return [values.get(i) for i in range(M)]


VALUES["trades"] = TRADES
trades("tradeSign", [side or None for side in SIDE])
trades("rollingVolumeDelta(10)", [delta(range(i - 9, i + 1)) if i >= 9 else None for i in range(M)])
trades("cumulativeVolumeDelta", [delta(range(i + 1)) for i in range(M)])
SPANS = [t["at"] // 10_000_000 for t in TRADES]
trades("volumeDelta(10000)", [delta(i for i in range(M) if SPANS[i] == span) for span in sorted(set(SPANS))[:-1]])
trades("kyleLambda(10)", [kyle(10, i) if i >= 10 else None for i in range(M)])
trades("vpin(4, 5)", informed(4, 5))
trades("vpin(0.7, 3)", informed(F(7, 10), 3))
trades("vwap of trades", [ratio(sum(P[j] * S[j] for j in range(i + 1)), sum(S[: i + 1])) or P[i] for i in range(M)])

write("volume")
