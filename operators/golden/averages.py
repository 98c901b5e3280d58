"""Moving averages, and lines."""

from market import C, V, N, F, each, golden, keep, line, mean, over, rma, weighted, window, write

def cascade(series, n, stages, seed):
    """Exponential means of each other, all begun at index n - 1 with the plain mean of the first `seed`."""
    results = []
    for _ in range(stages):
        values = [None] * N
        values[seed - 1] = mean(C[:seed])
        for i in range(seed, N):
            values[i] = values[i - 1] + F(2, n + 1) * (series[i] - values[i - 1])
        results.append(values)
        series = values
    return results


keep("rma(5)", rma(C, 5))
E1, E2, E3 = cascade(C, 5, 3, 5)
golden("dema(5)")(lambda i: 2 * E1[i] - E2[i] if i >= 4 else None)
golden("tema(5)")(lambda i: 3 * E1[i] - 3 * E2[i] + E3[i] if i >= 4 else None)
golden("trix(5)")(lambda i: 100 * (E3[i] / E3[i - 1] - 1) if i >= 5 else None)
SIX = cascade([float(c) for c in C], 3, 6, 1)
for name, a in (("t3(3, 0.7)", 0.7), ("t3(3, 0)", 0)):
    factors = (1 + 3 * a + 3 * a**2 + a**3, -3 * a - 6 * a**2 - 3 * a**3, 3 * a**2 + 3 * a**3, -(a**3))
    golden(name)(lambda i, f=factors: sum(c * SIX[2 + k][i] for k, c in enumerate(f)) if i >= 12 else None)
golden("wma(5)")(over(C, 5, weighted))
RAW = each(lambda i: 2 * weighted(window(C, i, 3)) - weighted(window(C, i, 6)) if i >= 5 else None)
golden("hma(6)")(over(RAW, 2, weighted))
golden("linearRegression(5)")(over(C, 5, lambda xs: line(xs)[1]))
golden("slope(5)")(over(C, 5, lambda xs: line(xs)[0]))


@golden("vwma(2)")
def _(i):
    traded = sum(V[i - 1 : i + 1]) if i else 0
    return (C[i - 1] * V[i - 1] + C[i] * V[i]) / traded if traded else None


def kama(n, fast, slow):
    values = [None] * N
    values[n - 1] = float(C[n - 1])
    for i in range(n, N):
        path = sum(abs(C[j] - C[j - 1]) for j in range(i - n + 1, i + 1))
        efficiency = abs(C[i] - C[i - n]) / path if path else 0
        weight = float(efficiency * (F(2, fast + 1) - F(2, slow + 1)) + F(2, slow + 1)) ** 2
        values[i] = values[i - 1] + weight * (float(C[i]) - values[i - 1])
    return values


keep("kama(5, 2, 30)", kama(5, 2, 30))

write("averages")
