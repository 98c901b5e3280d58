"""Quotes and books, made from the bars, and what is read of them."""

from market import BARS, VALUES, C, F, N, golden, write

QUOTES = [
    dict(
        at=bar["at"],
        bid=bar["low"],
        ask=bar["high"],
        bidSize=bar["volume"],
        askSize=BARS[i - 1]["volume"],
    )
    for i, bar in enumerate(BARS)
]


def cents(price):
    return F(round(price * 100), 100)


def levels(i):
    """Of book i: bids and asks, the best first, in cents; book 30 has no asks, 31 no sizes, 40 is locked."""
    middle = round(float(C[i]) * 100)
    gap = 0 if i == 40 else 1 + i % 3
    bids = [(middle - gap - j * (1 + i % 2), 0 if i == 31 else (7 * i + 5 * j) % 11) for j in range(4)]
    asks = [(middle + gap + j * (1 + i % 4), 0 if i == 31 else (3 * i + 4 * j) % 13) for j in range(4)]
    return bids, [] if i == 30 else asks


def rows(i):
    """The levels of a book in a mixed order."""
    bids, asks = levels(i)
    mixed = [("bid", *level) for level in bids] + [("ask", *level) for level in asks]
    mixed = mixed[i % 5 :] + mixed[: i % 5]
    return [
        dict(side=side, price=price / 100, size=size, isFinal=int(place + 1 == len(mixed)))
        for place, (side, price, size) in enumerate(mixed)
    ]


VALUES["quotes"] = QUOTES
VALUES["bookRows"] = [row for i in range(N) for row in rows(i)]

BID, ASK = ([cents(quote[side]) for quote in QUOTES] for side in ("bid", "ask"))
QB, QA = ([F(quote[side]) for quote in QUOTES] for side in ("bidSize", "askSize"))


def event(n):
    """e_n in the paper's letters."""
    return (
        QB[n] * (BID[n] >= BID[n - 1])
        - QB[n - 1] * (BID[n] <= BID[n - 1])
        - QA[n] * (ASK[n] <= ASK[n - 1])
        + QA[n - 1] * (ASK[n] >= ASK[n - 1])
    )


golden("spread")(lambda i: ASK[i] - BID[i])
golden("relativeSpread")(lambda i: 10_000 * (ASK[i] - BID[i]) / ((ASK[i] + BID[i]) / 2))
golden("microPrice")(lambda i: (BID[i] * QA[i] + ASK[i] * QB[i]) / (QA[i] + QB[i]) if QA[i] + QB[i] else None)
golden("queueImbalance")(lambda i: (QB[i] - QA[i]) / (QA[i] + QB[i]) if QA[i] + QB[i] else None)
golden("orderFlowImbalance(5)")(lambda i: sum(event(j) for j in range(i - 4, i + 1)) if i >= 5 else None)


def sums(i, n):
    return [sum(size for _, size in side[:n]) for side in levels(i)]


def slope(side, middle):
    points = [
        (F(10_000) * abs(price - middle) / middle, sum(size for _, size in side[: j + 1]))
        for j, (price, _) in enumerate(side)
    ]
    return sum(d * v for d, v in points) / sum(d * d for d, _ in points)


@golden("bookSlope(3)")
def _(i):
    bids, asks = levels(i)
    if not asks or bids[0][0] >= asks[0][0]:
        return None
    middle = F(bids[0][0] + asks[0][0], 2)
    return dict(bid=slope(bids[:3], middle), ask=slope(asks[:3], middle))


golden("depth(3)")(lambda i: dict(zip(("bid", "ask"), sums(i, 3), strict=True)))
golden("bookImbalance(3)")(lambda i: F(s[0] - s[1], sum(s)) if sum(s := sums(i, 3)) else None)

write("book")
