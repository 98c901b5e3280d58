"""Swings, gaps and what breaks them: each bar asks the whole past anew, and keeps nothing."""

from market import BARS, TR, VALUES, C, F, H, L, N, each, golden, rma, write

K = 2


def is_turn(xs, c):
    """Above those before, not below those after."""
    return all(xs[c] > x for x in xs[c - K : c]) and all(xs[c] >= x for x in xs[c + 1 : c + K + 1])


UP = {c + K: c for c in range(K, N - K) if is_turn(H, c)}
DOWN = {c + K: c for c in range(K, N - K) if is_turn([-x for x in L], c)}

VALUES["swings(2)"] = [
    dict(at=BARS[t]["at"], barAt=BARS[turns[t]]["at"], direction=sign, level=float(xs[turns[t]]))
    for t in range(N)
    for turns, sign, xs in ((UP, 1, H), (DOWN, -1, L))
    if t in turns
]


def last(turns, t):
    """When the last swing was known by bar t."""
    return max((known for known in turns if known <= t), default=None)


@golden("premiumDiscount(2)")
def _(i):
    up, down = last(UP, i), last(DOWN, i)
    if up is None or down is None or H[UP[up]] <= L[DOWN[down]]:
        return None
    return (C[i] - L[DOWN[down]]) / (H[UP[up]] - L[DOWN[down]])


def direction(t):
    """Of the break at bar t, with its level; None where it breaks nothing."""
    for turns, sign, xs in ((UP, 1, H), (DOWN, -1, L)):
        known = last(turns, t)
        if known is None:
            continue
        level = xs[turns[known]]
        if sign * (C[t] - level) > 0 and all(sign * (C[s] - level) <= 0 for s in range(known, t)):
            return sign, level
    return None


BROKEN = each(direction)


@golden("breakOfStructure(2)")
def _(i):
    if BROKEN[i] is None:
        return None
    sign, level = BROKEN[i]
    before = [b[0] for b in BROKEN[:i] if b]
    return dict(direction=sign, isChange=int(bool(before) and before[-1] != sign), level=level)


@golden("orderBlocks(2)")
def _(i):
    if BROKEN[i] is None:
        return None
    sign, _ = BROKEN[i]
    against = [j for j in range(i) if sign * (BARS[j]["close"] - BARS[j]["open"]) < 0]
    return dict(direction=sign, high=H[against[-1]], low=L[against[-1]], age=i - against[-1]) if against else None


VALUES["liquiditySweeps(2)"] = []
for t in range(N):
    for turns, sign, xs in ((UP, 1, H), (DOWN, -1, L)):
        known = last(turns, t)
        if known is None:
            continue
        level = xs[turns[known]]
        if sign * (xs[t] - level) > 0 and all(sign * (xs[s] - level) <= 0 for s in range(known, t)):
            if sign * (C[t] - level) <= 0:
                row = dict(side=sign, level=float(level), beyond=float(sign * (xs[t] - level)))
                VALUES["liquiditySweeps(2)"].append(row)

golden("supportResistance(6)")(
    lambda i: dict(
        resistance=(max(H[i - 5 : i + 1]) - C[i]) / C[i],
        support=(C[i] - min(L[i - 5 : i + 1])) / C[i],
    )
    if i >= 5
    else None
)

ATR = rma(TR, 5)


def gap(i):
    """Direction, near edge and height of the gap that bar i leaves."""
    if i >= 2 and L[i] > H[i - 2]:
        return 1, L[i], L[i] - H[i - 2]
    if i >= 2 and H[i] < L[i - 2]:
        return -1, H[i], L[i - 2] - H[i]
    return None


@golden("fairValueGap(5)")
def _(i):
    if ATR[i] is None:
        return None
    found = gap(i)
    return dict(direction=found[0], size=found[2] / ATR[i]) if found else dict(direction=0, size=0)


def filled(j, i):
    """The share of the gap of bar j that the bars after it, up to i, have come back through."""
    sign, edge, height = gap(j)
    back = [(edge - L[s] if sign > 0 else H[s] - edge) for s in range(j + 1, i + 1)]
    return max([F(0), *back]) / height


@golden("fairValueGapState(32)")
def _(i):
    if i < 2:
        return None
    gaps = [j for j in range(i + 1) if gap(j) and filled(j, i) < 1]
    if not gaps:
        return dict(open=0, direction=0, age=0, filled=0)
    return dict(open=len(gaps), direction=gap(gaps[-1])[0], age=i - gaps[-1], filled=filled(gaps[-1], i))


@golden("previousHighLow(300000)")
def _(i):
    spans = [bar["start"] // 300_000_000 for bar in BARS]
    before = [j for j in range(i) if spans[j] < spans[i]]
    if not before:
        return None
    part = [j for j in before if spans[j] == spans[before[-1]]]
    return dict(high=max(H[j] for j in part), low=min(L[j] for j in part))


write("structure")
