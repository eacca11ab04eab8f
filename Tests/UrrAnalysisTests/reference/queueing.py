"""Prints the reference values of the tests in UrrAnalysisTests.

Made with Python 3.11, scipy 1.17.1 and mpmath 1.3:
    pip install scipy mpmath && python3 queueing.py

The methods differ from the program's on purpose: Erlang's alternating series in 400 digits for
M/D/1, the Poisson distribution for Erlang C, numerical convolution for the response of M/M/c, and
small steps for the fluid lag.
"""
import numpy
from mpmath import exp, factorial, floor, mp, mpf
from scipy import integrate, optimize, special, stats

mp.dps = 400


def md1_wait(rho, x):
    """P(wait <= x services), Erlang 1909."""
    rho, x = mpf(rho), mpf(x)
    total = sum((rho * (k - x))**k / factorial(k) * exp(-rho * (k - x))
                for k in range(int(floor(x)) + 1))
    return (1 - rho) * total


def md1_quantile(rho, p):
    low, high = mpf(0), mpf(1)
    while md1_wait(rho, high) < p:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if md1_wait(rho, middle) >= p:
            high = middle
        else:
            low = middle
    return high


print("M/D/1: utilisation, services, probability")
for rho in ("0.1", "0.5", "0.8", "0.95"):
    for x in ("0", "0.25", "1", "2.5", "10", "40"):
        print(f"({rho}, {x}, {mp.nstr(md1_wait(rho, x), 17)}),")
print("M/D/1: utilisation, probability, quantile in services")
for rho in ("0.5", "0.8", "0.95"):
    for p in ("0.5", "0.9", "0.99", "0.999", "0.99999"):
        print(f"({rho}, {p}, {mp.nstr(md1_quantile(rho, mpf(p)), 15)}),")

print("M/M/c: rate, service rate, servers, P(wait), mean wait, p99 wait, p99 response")
for rate, mu, c in ((0.5, 1, 1), (90, 100, 1), (1.5, 1, 2), (7, 1, 8), (950, 10, 100), (1, 1, 2)):
    a = rate / mu
    head = stats.poisson.pmf(c, a)
    waits = head / (head + (1 - a / c) * stats.poisson.cdf(c - 1, a))
    spare = c * mu - rate

    def tail(t, waits=waits, spare=spare, mu=mu):
        """P(response > t) by integrating over the wait."""
        part = integrate.quad(lambda w: waits * spare * numpy.exp(-spare * w - mu * (t - w)), 0, t,
                              epsabs=1e-14, epsrel=1e-13)[0]
        return (1 - waits) * numpy.exp(-mu * t) + waits * numpy.exp(-spare * t) + part

    p99 = max(0, numpy.log(waits / 0.01) / spare)
    response = optimize.brentq(lambda t: tail(t) - 0.01, 0, 100 / mu + 100 / spare, xtol=1e-14)
    print(f"({rate}, {mu}, {c}, {waits!r}, {waits / spare!r}, {p99!r}, {response!r}),")

print("Kolmogorov: x, probability of more")
for x in (0.2, 0.5, 0.8, 1.0, 1.17, 1.19, 1.358, 1.628, 2.0, 3.0):
    print(f"({x}, {special.kolmogorov(x)!r}),")
print("Kolmogorov and Smirnov: sample, statistic, exact probability against uniform on 0...1")
for size, power in ((5, 1.0), (20, 1.0), (100, 1.3), (1000, 1.05)):
    # The fractional parts of the multiples of the golden ratio, bent by a power.
    sample = [((i + 1) * 0.6180339887498949 % 1)**power for i in range(size)]
    result = stats.kstest(sample, "uniform")
    print(f"({size}, {power}, {result.statistic!r}, {result.pvalue!r}),")

print("fluid: points, service rate: peak, peak time, recovery time, area")
CASES = (
    ([(0, 500), (10, 500), (11, 5000), (21, 5000), (41, 500)], 2000),
    ([(0, 0), (10, 100), (20, 0), (30, 100), (40, 0)], 60),
    ([(0, 100), (5, 100), (5, 1000), (6, 1000), (6, 100)], 400),
)
for points, mu in CASES:
    times, rates = zip(*points)
    step = 1e-5
    grid = numpy.arange(times[0], times[-1] + 60, step) + step / 2
    # Steps: the later of two points at one time counts from there on.
    spread = [t + i * 1e-12 for i, t in enumerate(times)]
    net = (numpy.interp(grid, spread, rates) - mu) * step
    total = numpy.cumsum(net)
    lag = total - numpy.minimum(0, numpy.minimum.accumulate(total))
    top = int(lag.argmax())
    busy = numpy.nonzero(lag > 1e-9)[0]
    print(points, mu, lag[top], grid[top], grid[busy[-1]], lag.sum() * step)
