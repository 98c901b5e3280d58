"""How much to hold: sizes in exact fractions of whole numbers, with no float on the way."""

from fractions import Fraction
from math import floor
from random import Random

from market import VALUES, write

# Decimals as they are written, so that a fraction is what was meant.
TICK, LOT, UNIT = Fraction("0.00001"), 1000, 10**6
chance = Random(6)


def inputs():
    for _ in range(200):
        yield dict(
            direction=chance.choice((-1, 0, 1)),
            ticks=chance.randint(90_000, 160_000),
            balance=chance.choice((0, -5, chance.randint(1, 10**6) * 10_000, chance.randint(1, 10**9) * UNIT)),
            away=chance.randint(0, 4_000),
            volatility=chance.choice(("0.05", "0.125", "0.5", "0.0731")),
            probability=chance.choice(("0.5", "0.55", "0.375", "0.9")),
            payoff=chance.choice(("1", "2.5", "0.5", "1.75")),
            held=chance.randint(-50, 50),
            entry=chance.randint(90_000, 160_000),
        )


CASES = list(inputs())


def whole(direction, money, per_lot):
    """Lots to the side of the direction, never more than the money is good for."""
    return direction * (floor(money / per_lot) if money > 0 and per_lot > 0 else 0)


def worth(case):
    return case["ticks"] * TICK * LOT


def money(case):
    return Fraction(case["balance"], UNIT)


def allocate(case, pct):
    equity = money(case) + case["held"] * (case["ticks"] - case["entry"]) * TICK * LOT
    return whole(case["direction"], equity * Fraction(pct) / 100, worth(case))


def stop_size(case, pct):
    return whole(case["direction"], money(case) * Fraction(pct) / 100, case["away"] * TICK * LOT)


def volatility_target(case, pct, cap):
    share = min(Fraction(pct) / 100 / Fraction(case["volatility"]), Fraction(cap) / 100)
    return whole(case["direction"], money(case) * share, worth(case))


def kelly(case, part, cap):
    p, b = Fraction(case["probability"]), Fraction(case["payoff"])
    share = max(Fraction(0), min((p - (1 - p) / b) * Fraction(part), Fraction(cap) / 100))
    return whole(case["direction"], money(case) * share, worth(case))


VALUES["sizing cases"] = [
    dict(case, **{name: float(case[name]) for name in ("volatility", "probability", "payoff")}) for case in CASES
]
VALUES["allocate"] = [allocate(case, "62.5") for case in CASES]
VALUES["stopSize"] = [stop_size(case, "0.75") for case in CASES]
VALUES["volatilityTarget"] = [volatility_target(case, "10", "150") for case in CASES]
VALUES["kellySize"] = [kelly(case, "0.5", "20") for case in CASES]
write("sizing")
