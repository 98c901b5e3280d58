"""Returns and the shape of prices."""

from market import O, H, L, C, golden, write

golden("typicalPrice")(lambda i: (H[i] + L[i] + C[i]) / 3)
golden("medianPrice")(lambda i: (H[i] + L[i]) / 2)
golden("weightedClose")(lambda i: (H[i] + L[i] + 2 * C[i]) / 4)
golden("averagePrice")(lambda i: (O[i] + H[i] + L[i] + C[i]) / 4)
golden("simpleReturn(5)")(lambda i: C[i] / C[i - 5] - 1 if i >= 5 else None)
golden("momentum(5)")(lambda i: C[i] - C[i - 5] if i >= 5 else None)
golden("highLowSpread")(lambda i: (H[i] - L[i]) / C[i])
golden("closeOpenSpread")(lambda i: (C[i] - O[i]) / O[i])
golden("closeLocation")(lambda i: (2 * C[i] - H[i] - L[i]) / (H[i] - L[i]) if H[i] > L[i] else None)
golden("higherHighs(5)")(lambda i: sum(H[j] > H[j - 1] for j in range(i - 4, i + 1)) if i >= 5 else None)
golden("lowerLows(5)")(lambda i: sum(L[j] < L[j - 1] for j in range(i - 4, i + 1)) if i >= 5 else None)


@golden("candleShape")
def _(i):
    if H[i] == L[i]:
        return None
    top, bottom = max(O[i], C[i]), min(O[i], C[i])
    parts = dict(body=C[i] - O[i], upper=H[i] - top, lower=bottom - L[i])
    return {k: v / (H[i] - L[i]) for k, v in parts.items()}


@golden("streak(9)")
def _(i):
    if i == 0:
        return None
    sign = lambda j: (C[j] > C[j - 1]) - (C[j] < C[j - 1])
    length = 0
    while i - length > 0 and sign(i - length) == sign(i) != 0:
        length += 1
    return sign(i) * min(length, 9)

write("returns")
