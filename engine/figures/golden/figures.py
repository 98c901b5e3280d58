"""The figures of a run by their definitions, in 50 digits: python3 engine/figures/golden/figures.py

Writes figures.jsonl beside itself: the run, and what its figures are. Shares no code with the engine.
"""

import json
import pathlib
from datetime import date, timedelta
from decimal import Decimal as D
from decimal import getcontext
from statistics import NormalDist

getcontext().prec = 50
DAY = 86_400_000_000
EPOCH = date(1970, 1, 1)
N = 252
RATE = D("0.03")
state = 12345


def chance(n):
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return (state >> 8) % n


def walk(first, days, start, drift):
    """Rows of an account in cents, one to four a day, Saturdays and days without a row among them."""
    at, balance, worth = [], [], start
    for i in range(days):
        day = (first - EPOCH).days + i
        weekday = (first + timedelta(i)).weekday()
        if weekday == 6 or (weekday == 5 and i % 3) or i % 17 == 11:
            continue
        for row in range(1 + chance(4)):
            worth = worth * (100_000 + drift + chance(2001) - 1000) // 100_000
            at.append(day * DAY + (row + 1) * 3_600_000_000)
            balance.append(worth)
    return dict(start=start, at=at, balance=balance)


FIRST = date(2021, 9, 14)
equity = walk(FIRST, 460, 10_000_000, 40)
market = walk(FIRST - timedelta(3), 463, 400_000, 10)


def make_trade(i):
    side = "buy" if chance(2) else "sell"
    entry = 9000 + chance(2000)
    move = 0 if i == 7 else chance(401) - 190
    opened = ((FIRST - EPOCH).days + i * 10) * DAY + chance(20 * 3600) * 1_000_000
    lots = 1 + chance(5)
    profit = move * lots * 10
    return dict(
        instrument=("A", "B")[chance(2)],
        side=side,
        openedAt=opened,
        closedAt=opened + (1 + chance(12 * 24)) * 3_600_000_000,
        lots=lots,
        entry=entry,
        exit=entry + (move if side == "buy" else -move),
        profit=profit,
        fees=0 if i == 7 else lots * 15,
        notional=entry * lots * 10,
        highest=max(profit, 0) + chance(900),
        lowest=min(profit, 0) - chance(900),
    )


trades = [make_trade(i) for i in range(45)]
still = [dict(openedAt=equity["at"][-1] - 40 * DAY, dealt=12_345.67), dict(openedAt=equity["at"][-1] - 9 * DAY, dealt=800)]


def mean(xs):
    return sum(xs, D(0)) / len(xs)


def var(xs):
    return sum(((x - mean(xs)) ** 2 for x in xs), D(0)) / (len(xs) - 1)


def sd(xs):
    return var(xs).sqrt()


def cov(xs, ys):
    mx, my = mean(xs), mean(ys)
    return sum(((x - mx) * (y - my) for x, y in zip(xs, ys)), D(0)) / (len(xs) - 1)


def quantile(xs, p):
    xs, place = sorted(xs), D(p) * (len(xs) - 1)
    low = int(place)
    return xs[low] + (place - low) * (xs[min(low + 1, len(xs) - 1)] - xs[low])


def product(xs):
    out = D(1)
    for x in xs:
        out *= x
    return out


def trading_day(at):
    day = EPOCH + timedelta(at // DAY)
    while day.weekday() > 4:
        day += timedelta(1)
    return day


def daily(curve, days=None):
    last = {}
    for at, balance in zip(curve["at"], curve["balance"]):
        last[trading_day(at)] = D(balance)
    start = D(curve["start"])
    if days is None:
        first, end = min(last), max(last)
        days = [first + timedelta(i) for i in range((end - first).days + 1)]
        days = [day for day in days if day.weekday() < 5]
    else:
        start = next((last[d] for d in sorted(last, reverse=True) if d < days[0]), start)
    closes, close = [], start
    for day in days:
        close = last.get(day, close)
        closes.append(close)
    return days, start, closes, [b / a - 1 for a, b in zip([start, *closes], closes)]


days, E0, E, r = daily(equity)
_, B0, B, b = daily(market, days)
n = len(r)
f = (1 + RATE) ** (D(1) / N) - 1
x = [v - f for v in r]
W, L = [v for v in r if v > 0], [v for v in r if v < 0]
p = D(len(W)) / (len(W) + len(L))
growth = product([1 + v for v in r])
cagr = growth ** (D(N) / n) - 1
g = growth ** (D(1) / n)
root = D(N).sqrt()
m2, m3, m4 = (mean([(v - mean(r)) ** k for v in r]) for k in (2, 3, 4))
S, K = D(n * (n - 1)).sqrt() / (n - 2) * m3 / m2 ** D("1.5"), D(n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
z05 = D(NormalDist().inv_cdf(0.05))
var05 = quantile(r, "0.05")
normal05 = mean(r) + z05 * sd(r)
payoff, factor = mean(W) / -mean(L), sum(W) / -sum(L)
tail = quantile(r, "0.95") / abs(var05)


def downside(xs):
    return mean([min(v, D(0)) ** 2 for v in xs]).sqrt()


def water(start, values):
    return [v / max([start, *values[: i + 1]]) - 1 for i, v in enumerate(values)]


def falls(start, values):
    """Runs of days below the peak before them: their depths and lengths."""
    out, run = [], []
    for depth in [*water(start, values), D(0)]:
        if depth < 0:
            run.append(depth)
        elif run:
            out.append((-min(run), len(run)))
            run = []
    return out


def streak(xs, test):
    best = run = 0
    for v in xs:
        run = run + 1 if test(v) else 0
        best = max(best, run)
    return best


dd = water(E0, E)
mdd = -min(dd)
ulcer = (sum(v**2 for v in dd) / (n - 1)).sqrt()
bound = mean(dd) + z05 * sd(dd)
pitfall = -mean([v for v in dd if v < bound]) / sd(r)
rho = abs(cov(x[:-1], x[1:]) / (sd(x[:-1]) * sd(x[1:])))
penalty = (1 + 2 * sum(D(n - k) / n * rho**k for k in range(1, n))).sqrt()
sharpe, sortino = mean(x) / sd(x) * root, mean(x) / downside(x) * root
gvol = ((var(r) + g**2) ** N - g ** (2 * N)).sqrt()
logs = [sum((1 + v).ln() for v in r[: i + 1]) for i in range(n)]
stability = cov(logs, [D(i) for i in range(n)]) ** 2 / (var(logs) * var([D(i) for i in range(n)]))
rows_E = [D(v) for v in equity["balance"]]
months = {}
for day, v in zip(days, r):
    months.setdefault((day.year, day.month), []).append(v)
sums = [sum(v) for v in months.values()]
S1, mx2 = mean(x) / sd(x), mean([(v - mean(x)) ** 2 for v in x])
sk, ku = m3 / mx2 ** D("1.5"), m4 / mx2**2
psr = NormalDist().cdf(float(S1 * D(n - 1).sqrt() / (1 - sk * S1 + (ku - 1) / 4 * S1**2).sqrt()))

out = dict(
    returns=dict(
        netProfit=E[-1] - E0,
        totalReturn=E[-1] / E0 - 1,
        cagr=cagr,
        calendarCagr=growth ** (D("365.25") / ((days[-1] - days[0]).days + 1)) - 1,
        meanReturn=mean(r) * N,
        volatility=sd(r) * root,
        geometricVolatility=gvol,
        bestDay=max(r),
        worstDay=min(r),
        winningDays=p,
        winningStreak=streak(r, lambda v: v > 0),
        losingStreak=streak(r, lambda v: v < 0),
        activeDays=D(len(W) + len(L)) / n,
        skewness=S,
        kurtosis=K,
        stability=stability,
    ),
    ratios=dict(
        sharpe=sharpe,
        geometricSharpe=(cagr - RATE) / gvol,
        smartSharpe=sharpe / penalty,
        probabilisticSharpe=psr,
        sortino=sortino,
        geometricSortino=(cagr - RATE) / (downside(r) * root),
        smartSortino=sortino / penalty,
        adjustedSortino=sortino / D(2).sqrt(),
        omega=sum(v for v in x if v > 0) / -sum(v for v in x if v < 0),
        calmar=cagr / mdd,
        ulcerPerformance=(growth - 1 - RATE) / ulcer,
        serenity=(sum(r) - RATE) / (ulcer * pitfall),
        recoveryFactor=sum(r) / mdd,
        riskReturn=mean(r) / sd(r),
        dailyPayoff=payoff,
        dailyProfitFactor=factor,
        gainToPain=sum(r) / -sum(L),
        monthlyGainToPain=sum(sums) / -sum(v for v in sums if v < 0),
        cpcIndex=factor * p * payoff,
        commonSense=factor * tail,
        commonSenseGrowth=tail * (1 + cagr),
        dailyKelly=(payoff * p - (1 - p)) / payoff,
        riskOfRuin=((1 - p) / (1 + p)) ** n,
    ),
    tails=dict(
        valueAtRisk=var05,
        normalValueAtRisk=normal05,
        cornishFisherValueAtRisk=mean(r)
        + sd(r) * (z05 + (z05**2 - 1) * S / 6 + (z05**3 - 3 * z05) * K / 24 - (2 * z05**3 - 5 * z05) * S**2 / 36),
        conditionalValueAtRisk=mean([v for v in r if v <= var05]),
        normalConditionalValueAtRisk=mean([v for v in r if v < normal05]),
        tailRatio=tail,
        outlierWin=quantile(r, "0.99") / mean(W),
        outlierLoss=quantile(r, "0.01") / mean(L),
    ),
    drawdown=dict(
        maxDailyDrawdown=mdd,
        averageDrawdown=mean([depth for depth, _ in falls(E0, E)]),
        averageDrawdownDays=mean([D(length) for _, length in falls(E0, E)]),
        longestDrawdown=max(length for _, length in falls(E0, E)),
        timeUnderWater=D(sum(v < 0 for v in dd)) / n,
        ulcerIndex=ulcer,
        maxDrawdown=-min(water(E0, rows_E)),
        maxDrawdownMoney=max(max([E0, *rows_E[: i + 1]]) - v for i, v in enumerate(rows_E)),
    ),
)

P = [D(t["profit"] - t["fees"]) for t in trades]
PW, PL = [v for v in P if v > 0], [v for v in P if v < 0]
PR = [v / t["notional"] for v, t in zip(P, trades)]
held = [D(t["closedAt"] - t["openedAt"]) for t in trades]
w = D(len(PW)) / (len(PW) + len(PL))


def wilson(sign):
    """Where the distance of the win rate to the true one is as many deviations of the true one as 95 % allow."""
    z, share = D(NormalDist().inv_cdf(0.975)), D(len(PW)) / len(P)
    a, half, c = 1 + z**2 / len(P), share + z**2 / (2 * len(P)), share**2
    return (half + sign * (half**2 - a * c).sqrt()) / a


out["trades"] = dict(
    trades=len(P),
    winners=len(PW),
    losers=len(PL),
    evens=len(P) - len(PW) - len(PL),
    profit=sum(P),
    won=sum(PW),
    lost=sum(PL),
    fees=sum(t["fees"] for t in trades),
    winRate=D(len(PW)) / len(P),
    winRateLow=wilson(-1),
    winRateHigh=wilson(1),
    profitFactor=sum(PW) / -sum(PL),
    payoff=mean(PW) / -mean(PL),
    expectancy=mean(P),
    median=quantile(P, "0.5"),
    best=max(P),
    worst=min(P),
    averageWin=mean(PW),
    averageLoss=mean(PL),
    returnExpectancy=mean(PR),
    returnProfitFactor=sum(v for v in PR if v > 0) / -sum(v for v in PR if v < 0),
    sqn=D(len(P)).sqrt() * mean(P) / sd(P),
    kelly=w - (1 - w) / (mean(PW) / -mean(PL)),
    winningStreak=streak(P, lambda v: v > 0),
    losingStreak=streak(P, lambda v: v < 0),
    meanHolding=mean(held),
    medianHolding=quantile(held, "0.5"),
    shortestHolding=min(held),
    longestHolding=max(held),
    meanFavourable=mean([D(t["highest"]) for t in trades]),
    meanAdverse=mean([D(t["lowest"]) for t in trades]),
    largestFavourable=max(t["highest"] for t in trades),
    largestAdverse=min(t["lowest"] for t in trades),
    exitEfficiency=mean([D(t["profit"]) / t["highest"] for t in trades if t["highest"] > 0]),
)

first, last = equity["at"][0], equity["at"][-1]
spans = trades + [dict(openedAt=t["openedAt"], closedAt=last) for t in still]
edges = sorted({first, last, *(t["openedAt"] for t in spans), *(t["closedAt"] for t in spans)})
inside = sum(
    hi - lo
    for lo, hi in zip(edges, edges[1:])
    if first <= lo and hi <= last and any(t["openedAt"] <= lo and hi <= t["closedAt"] for t in spans)
)
exposure = D(inside) / (last - first)
dealt = sum(D(t["notional"]) * (1 + D(t["exit"]) / t["entry"]) for t in trades) + sum(D(str(t["dealt"])) for t in still)
out["activity"] = dict(
    openTrades=len(still),
    exposure=exposure,
    growthByExposure=cagr / exposure,
    profitByDrawdown=(E[-1] - E0) / out["drawdown"]["maxDrawdownMoney"],
    turnover=dealt / mean(E) * N / n,
)

beta = cov(r, b) / var(b)
act = [u - v for u, v in zip(r, b)]
R, BR = E[-1] / E0 - 1, B[-1] / B0 - 1


def capture(test):
    own, other = [u for u, v in zip(r, b) if test(v)], [v for v in b if test(v)]
    return (product([1 + v for v in own]) ** (D(N) / len(own)) - 1) / (
        product([1 + v for v in other]) ** (D(N) / len(other)) - 1
    )


out["benchmark"] = dict(
    benchmarkReturn=BR,
    excessReturn=R - BR,
    beta=beta,
    alpha=(mean(x) - beta * (mean(b) - f)) * N,
    jensenAlpha=R - RATE - beta * (BR - RATE),
    correlation=cov(r, b) / (sd(r) * sd(b)),
    rSquared=cov(r, b) ** 2 / (var(r) * var(b)),
    trackingError=sd(act) * root,
    informationRatio=mean(act) / sd(act),
    annualInformationRatio=mean(act) / sd(act) * root,
    treynor=mean(x) * N / beta,
    upCapture=capture(lambda v: v > 0),
    downCapture=capture(lambda v: v < 0),
)


def since(test):
    at = [i for i, day in enumerate(days) if test(day)][0]
    return E[-1] / (E[at - 1] if at else E0) - 1


def back(count):
    """Days after the same day of an earlier month; the last day here is one that each month has."""
    end = days[-1]
    index = end.year * 12 + end.month - 1 - count
    return date(index // 12, index % 12 + 1, end.day)


out["trailing"] = dict(
    monthToDate=since(lambda d: (d.year, d.month) == (days[-1].year, days[-1].month)),
    months3=since(lambda d: d > back(3)),
    months6=since(lambda d: d > back(6)),
    yearToDate=since(lambda d: d.year == days[-1].year),
    year1=since(lambda d: d > back(12)),
    years3=None,
    years5=None,
    years10=None,
)


def mixer(seed):
    """The engine's chance: uniform on [0, 1), from 32 bits."""
    word = seed % 2**32
    while True:
        word = (word + 0x9E3779B9) % 2**32
        bits = (word ^ (word >> 16)) * 0x85EBCA6B % 2**32
        bits = (bits ^ (bits >> 13)) * 0xC2B2AE35 % 2**32
        yield (bits ^ (bits >> 16)) / 2**32


def histories(seed, samples, block):
    draw = mixer(seed)
    for _ in range(samples):
        places = []
        for _ in range(n):
            anew = not places or next(draw) * block < 1
            places.append(int(next(draw) * n) if anew else (places[-1] + 1) % n)
        yield places


def path_fall(xs):
    level = peak = D(1)
    worst = D(0)
    for v in xs:
        level *= 1 + v
        peak = max(peak, level)
        worst = max(worst, 1 - level / peak)
    return worst


SAMPLES = 60
BLOCK = next(k for k in range(1, n) if k**3 >= n)
drawn = dict(meanReturn=[], cagr=[], volatility=[], sharpe=[], sortino=[], maxDrawdown=[])
for places in histories(7, SAMPLES, BLOCK):
    rr, xx = [r[i] for i in places], [x[i] for i in places]
    drawn["meanReturn"].append(mean(rr) * N)
    drawn["cagr"].append(product([1 + v for v in rr]) ** (D(N) / n) - 1)
    drawn["volatility"].append(sd(rr) * root)
    drawn["sharpe"].append(mean(xx) / sd(xx) * root)
    drawn["sortino"].append(mean(xx) / downside(xx) * root)
    drawn["maxDrawdown"].append(path_fall(rr))
lows = {name: quantile(values, "0.025") for name, values in drawn.items()}
highs = {name: quantile(values, "0.975") for name, values in drawn.items()}

draw, order, deep, busts, goals = mixer(7), list(r), [], 0, 0
for _ in range(SAMPLES):
    for i in range(n - 1, 0, -1):
        other = int(next(draw) * (i + 1))
        order[i], order[other] = order[other], order[i]
    deep.append(path_fall(order))
    levels = [D(1)]
    for v in order:
        levels.append(levels[-1] * (1 + v))
    busts += min(levels) <= D("0.95")
    goals += max(levels) >= D("1.05")
out["shuffles"] = dict(
    medianDrawdown=quantile(deep, "0.5"),
    badDrawdown=quantile(deep, "0.95"),
    bust=D(busts) / SAMPLES,
    goal=D(goals) / SAMPLES,
)

by_month = {}
for i, day in enumerate(days):
    by_month.setdefault(f"{day:%Y-%m}", []).append(i)
table = {name: E[at[-1]] / (E[at[0] - 1] if at[0] else E0) - 1 for name, at in by_month.items()}

LENGTH = 60
rolling = dict(
    sharpe=[mean(x[i - LENGTH : i]) / sd(x[i - LENGTH : i]) * root for i in range(LENGTH, n + 1)],
    volatility=[sd(r[i - LENGTH : i]) * root for i in range(LENGTH, n + 1)],
    maxDrawdown=[path_fall(r[i - LENGTH : i]) for i in range(LENGTH, n + 1)],
)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return float(value) if isinstance(value, D) else value


lines = dict(
    equity=equity,
    market=market,
    trades=trades,
    open=still,
    figures=out,
    intervals=dict(low=lows, high=highs, blockDays=BLOCK),
    months=table,
    rolling=rolling,
)
path = pathlib.Path(__file__).with_suffix(".jsonl")
path.write_text("".join(json.dumps([name, plain(value)]) + "\n" for name, value in lines.items()))
