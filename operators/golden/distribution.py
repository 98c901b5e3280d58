"""Where a value stands among others, and the shape of them all."""

from math import sqrt

from market import C, F, golden, mean, median, over, quantile, write

def robust_z(xs):
    deviation = median([abs(x - median(xs)) for x in xs])
    return (xs[-1] - median(xs)) / (F(14826, 10000) * deviation) if deviation else None


def moment(xs, power):
    return sum((x - mean(xs)) ** power for x in xs) / len(xs)


def skewness(xs):
    n, v = len(xs), moment(xs, 2)
    return sqrt(n * (n - 1)) / (n - 2) * float(moment(xs, 3)) / float(v) ** 1.5 if v else None


def kurtosis(xs):
    n, v = len(xs), moment(xs, 2)
    return F(n - 1, (n - 2) * (n - 3)) * ((n + 1) * (moment(xs, 4) / v**2 - 3) + 6) if v else None


golden("highest(5)")(over(C, 5, max))
golden("lowest(5)")(over(C, 5, min))
golden("quantile(6, 0.3)")(over(C, 6, lambda xs: quantile(xs, F(3, 10))))
golden("percentRank(6)")(over(C, 6, lambda xs: mean([F((x < xs[-1]) + (x <= xs[-1]), 2) for x in xs])))
golden("robustZ(6)")(over(C, 6, robust_z))
golden("robustZ(7)")(over(C, 7, robust_z))
golden("skewness(6)")(over(C, 6, skewness))
golden("kurtosis(6)")(over(C, 6, kurtosis))

write("distribution")
