"""Prints the reference values of the statistics' tests in UrrAnalysisTests.

Made with Python 3.11, scipy 1.17.1, numpy 1.26.4 and signal-processing-algorithms 2.1.6 (MongoDB's
E-divisive):
    pip install scipy signal-processing-algorithms && python3 statistics.py
"""
import itertools

import numpy
from scipy import special, stats
from signal_processing_algorithms.energy_statistics import energy_statistics

print("normal quantiles: probability, quantile")
for p in (1e-300, 1e-12, 0.0005, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999999):
    print(f"({p!r}, {stats.norm.ppf(p)!r}),")

print("incomplete beta: x, a, b, value")
for x, a, b in ((0.1, 5.5, 5.5), (0.5, 0.5, 7), (0.93, 40, 3), (0.25, 12.1, 0.9), (0.02, 1, 30)):
    print(f"({x}, {a}, {b}, {special.betainc(a, b, x)!r}),")

sample = [3.1, 0.2, 8.8, 4.4, 4.4, 1.7, 25.0, 6.3, 2.9, 5.05]
print("quantiles: probability, type 7, Harrell-Davis")
for p in (0.01, 0.25, 0.5, 0.9, 0.99):
    hd = stats.mstats.hdquantiles(numpy.array(sample), prob=[p])[0]
    print(f"({p}, {numpy.quantile(sample, p)!r}, {float(hd)!r}),")
print("Harrell-Davis median of 3.5:", float(stats.mstats.hdquantiles(numpy.array([3.5, 3.5]))[1]))

print("Mann-Whitney: first, second, U, exact P(greater), exact P(less)")
pairs = (([1.1, 2.2, 3.3, 4.4], [5.5, 6.6, 7.7]),
         ([4.2, 1.9, 7.7, 3.1, 5.8, 2.4, 9.9], [6.1, 8.3, 2.0, 7.9, 10.4, 11.2]),
         ([10, 3, 8, 1, 12, 6, 15, 4, 9, 2.5], [7, 5, 11, 0.5, 13, 14, 16, 3.5, 17, 18]))
for first, second in pairs:
    greater = stats.mannwhitneyu(second, first, alternative="greater", method="exact")
    less = stats.mannwhitneyu(second, first, alternative="less", method="exact")
    print(first, second, greater.statistic, repr(greater.pvalue), repr(less.pvalue))

print("many values, normal limit with correction for ties: P(greater), P(less)")
many = [(i * 0.6180339887498949) % 1 for i in range(1, 171)]
left = [round(v, 2) for v in many[:80]]
right = [round(v + 0.1, 2) for v in many[80:]]
print(repr(stats.mannwhitneyu(right, left, alternative="greater", method="asymptotic").pvalue),
      repr(stats.mannwhitneyu(right, left, alternative="less", method="asymptotic").pvalue))

print("20 and 20 values without ties: twice the rank sum, exact P(greater), normal limit")
for u in (180, 200, 240, 280):
    second, left = list(range(1, 21)), u
    for i in reversed(range(20)):
        second[i] += min(20, left)
        left -= min(20, left)
    first = [r for r in range(1, 41) if r not in second]
    exact, limit = (stats.mannwhitneyu(second, first, alternative="greater", method=m).pvalue
                    for m in ("exact", "asymptotic"))
    print(f"({2 * (u + 210)}, {exact!r}, {limit!r}),")


def stratified(strata):
    """Rank sum of the second samples after aligning at medians, and its exact tails by
    enumerating every way of dealing out the labels."""
    values, sizes = [], []
    for first, second in strata:
        pooled = numpy.array(list(first) + list(second))
        values += list(numpy.round(pooled - numpy.median(pooled), 9))
        sizes.append((len(first), len(second)))
    ranks = stats.rankdata(values)
    parts, start, observed = [], 0, 0.0
    for a, b in sizes:
        own = ranks[start:start + a + b]
        observed += own[a:].sum()
        parts.append([sum(c) for c in itertools.combinations(own, b)])
        start += a + b
    sums = [sum(c) for c in itertools.product(*parts)]
    greater = sum(s >= observed - 1e-9 for s in sums) / len(sums)
    less = sum(s <= observed + 1e-9 for s in sums) / len(sums)
    return observed, greater, less


print("aligned ranks: rank sum, P(greater), P(less)")
print(stratified([([1, 2], [3, 5]), ([11, 13], [14, 12.5]), ([7, 9, 8], [10])]))
print(stratified([([1, 2, 2, 4], [2, 3, 5, 5]), ([21, 20], [22, 20])]))
print(stratified([([0.98, 1.01, 1.04, 0.97], [1.06, 1.02, 1.09, 1.05]),
                  ([1.21, 1.18, 1.25, 1.2], [1.27, 1.22, 1.31, 1.26])]))

print("Holm:", [float(v) for v in
      numpy.maximum.accumulate(numpy.minimum(1, numpy.sort([0.01, 0.04, 0.03, 0.005])
                                             * numpy.array([4, 3, 2, 1])))], "in sorted order")

print("BCa over all resamples of two small samples, difference of means: level, lower, upper")
first, second = [1.0, 2.5, 4.0, 9.0], [3.0, 3.5, 8.0]
replicates = numpy.array([
    numpy.mean(b) - numpy.mean(a)
    for a in itertools.product(first, repeat=4) for b in itertools.product(second, repeat=3)])
estimate = numpy.mean(second) - numpy.mean(first)


def bca(level):
    percentile = ((replicates < estimate - 1e-12).sum()
                  + 0.5 * (abs(replicates - estimate) <= 1e-12).sum()) / len(replicates)
    bias = special.ndtri(percentile)
    cubes = squares = 0.0
    for sample, sign in ((first, -1), (second, 1)):
        n = len(sample)
        left_out = sign * numpy.array([numpy.mean(sample[:i] + sample[i + 1:]) for i in range(n)])
        influence = (n - 1) * (left_out.mean() - left_out)
        cubes += (influence**3).sum() / n**3
        squares += (influence**2).sum() / n**2
    acceleration = cubes / (6 * squares**1.5)
    ends = []
    for p in ((1 - level) / 2, (1 + level) / 2):
        z = bias + special.ndtri(p)
        ends.append(float(numpy.quantile(replicates, special.ndtr(bias + z / (1 - acceleration * z)))))
    return ends


for level in (0.8, 0.95):
    print(level, bca(level))
drawn = stats.bootstrap((first, second), lambda x, y, axis: y.mean(axis) - x.mean(axis),
                        method="BCa", confidence_level=0.8, n_resamples=200_000, batch=1000,
                        rng=numpy.random.default_rng(1)).confidence_interval
print("the same with scipy's drawn resamples:", drawn)

print("energy statistics of all splits with 2 or more values on each side")
series = [5.1, 4.8, 5.6, 5.0, 9.2, 5.3, 7.4, 7.9, 7.1, 8.0, 7.7, 7.5]
distances = energy_statistics._get_distance_matrix(energy_statistics._get_valid_input(series))
mongo = energy_statistics._calculate_t_stats(distances)
for index in range(2, len(series) - 1):
    n, m = index, len(series) - index
    own = n * m / (n + m) * stats.energy_distance(series[:index], series[index:]) ** 2
    assert abs(own - mongo[index]) < 1e-9
    print(f"({index}, {float(own)!r}),")

print("permutation test of the best split of seven values, all shuffles")
short = [1.0, 1.3, 0.8, 2.9, 3.3, 3.1, 2.6]


def best(values):
    return max(len(values[:i]) * len(values[i:]) / len(values)
               * stats.energy_distance(values[:i], values[i:]) ** 2
               for i in range(2, len(values) - 1))


reached = sum(best(list(p)) >= best(short) - 1e-9 for p in itertools.permutations(short))
print(best(short), reached, "of", 5040)

print("change points of a long series (MongoDB's package, 999 shuffles)")
numpy.random.seed(1)
golden = [(i * 0.6180339887498949) % 1 for i in range(1, 91)]
long_series = [v + (0 if i < 30 else 0.9 if i < 62 else 0.35) for i, v in enumerate(golden)]
print(sorted(energy_statistics.e_divisive(long_series, pvalue=0.005, permutations=999)))
