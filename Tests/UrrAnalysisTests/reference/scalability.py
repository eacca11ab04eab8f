"""Prints the reference values of ScalabilityTests.

Made with Python 3.11, numpy 2.3 and scipy 1.17.1:
    pip install scipy && python3 scalability.py

The points are made here, with errors of a fixed pattern, and fitted by scipy's trust-region
reflective method under the same bounds.
"""
import numpy
from scipy import optimize

COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]


def law(n, rate, contention, coherency):
    return rate * n / (1 + contention * (n - 1) + coherency * n * (n - 1))


def errors(count, size):
    """Between -size and size, the same on every machine: multiples of the golden ratio."""
    steps = (numpy.arange(1, count + 1) * 0.6180339887498949) % 1
    return size * (2 * steps - 1)


def fit(n, x, free):
    scale = x.max()
    low = [0, 0, 0]
    high = [numpy.inf, 1, numpy.inf]

    def residuals(p):
        full = numpy.zeros(3)
        full[:free] = p
        return law(n, *full) - x / scale

    best = None
    for contention in (1e-6, 0.05, 0.5, 0.9):
        for coherency in (1e-7, 1e-4, 1e-2):
            start = [x[0] / scale, contention, coherency][:free]
            found = optimize.least_squares(
                residuals, start, bounds=(low[:free], high[:free]), xtol=1e-15, ftol=1e-15,
                gtol=1e-15, x_scale=[1, 0.1, 1e-3][:free], max_nfev=20000)
            if best is None or found.cost < best.cost:
                best = found
    full = numpy.zeros(3)
    full[:free] = best.x
    full[0] *= scale
    return full, 2 * best.cost * scale * scale


def aicc(count, squares, free):
    k = free + 1
    return count * numpy.log(squares / count) + 2 * k + 2 * k * (k + 1) / (count - k - 1)


n = numpy.array(COUNTS, dtype=float)
print("true rate, contention, coherency, size of the errors; free; fitted; squares; AICc")
for truth in [(1000, 0.03, 0.0005, 0.02), (52000, 0.1, 0, 0.03), (250, 0, 0.002, 0.01),
              (800, 0, 0, 0.02), (1000, 0.4, 0.01, 0.05)]:
    x = law(n, *truth[:3]) * (1 + errors(len(n), truth[3]))
    for free in (1, 2, 3):
        p, squares = fit(n, x, free)
        print(f"({truth[0]}, {truth[1]}, {truth[2]}, {truth[3]}, {free}, {p[0]:.12g}, "
              f"{p[1]:.12g}, {p[2]:.12g}, {squares:.12g}, {aicc(len(n), squares, free):.12g}),")
