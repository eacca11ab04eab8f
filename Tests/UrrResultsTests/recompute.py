#!/usr/bin/env python3
"""Recomputes the numbers of a result file from its encoded histograms, sharing no code with it.

    python3 recompute.py RESULT.json [RESULT.json ...]

Decodes every histogram (HdrHistogram V2, compressed) and recomputes count, extremes, mean and the
percentiles, and adds up the accounting of producers and groups. Prints each difference and exits
with 1 where there is one, with 2 where a file cannot be read. Python's standard library only.
"""
import base64
import json
import math
import struct
import sys
import zlib
from fractions import Fraction

HIGHEST = 3_600_000_000_000
HALF_BUCKET = 1024
PERCENTILES = ("50", "90", "99", "99.9", "99.99", "99.999")
SAMPLES_BEYOND = 10

FROM_PRODUCERS = {"scheduled": "scheduled", "sent": "sent", "acknowledged": "acknowledged",
                  "sendFailed": "failed", "backPressured": "backPressured", "dropped": "dropped"}
FROM_GROUPS = ("delivered", "handled", "failed", "duplicates", "lost", "reordered", "redelivered",
               "deadLettered", "outOfRange", "unhandledAtEnd", "corrupted")


def cell_bounds(index):
    """Lowest value and number of values of a cell."""
    bucket, cell = divmod(index, HALF_BUCKET)
    if bucket <= 1:
        return index, 1
    return (HALF_BUCKET + cell) << (bucket - 1), 1 << (bucket - 1)


def zigzag_numbers(data):
    """The signed numbers of a ZigZag LEB128 stream of at most nine bytes each."""
    position = 0
    while position < len(data):
        value = 0
        for group in range(9):
            byte = data[position]
            position += 1
            if group == 8:
                value |= byte << 56
                break
            value |= (byte & 0x7F) << (7 * group)
            if byte < 0x80:
                break
        yield (value >> 1) ^ -(value & 1)


def decode(text):
    """The cells of an encoded histogram as (index, count), ascending."""
    data = base64.b64decode(text, validate=True)
    cookie, length = struct.unpack_from(">II", data)
    if cookie != 0x1C849314 or length != len(data) - 8:
        raise ValueError("not a compressed V2 histogram")
    base = zlib.decompress(data[8:])
    cookie, length, offset, digits, lowest, highest, ratio = struct.unpack_from(">IIIIQQd", base)
    if (cookie, offset, digits, lowest, highest, ratio) != (0x1C849313, 0, 3, 1, HIGHEST, 1.0):
        raise ValueError("another configuration")
    if length != len(base) - 40:
        raise ValueError("length of the counts is wrong")
    cells, index = [], 0
    for number in zigzag_numbers(base[40:]):
        if number > 0:
            cells.append((index, number))
            index += 1
        else:
            index += max(1, -number)
    return cells


def cell_of(value):
    """The index of the cell of a value in range, by its bits."""
    bucket = max(0, value.bit_length() - 11)
    return bucket * HALF_BUCKET + (value >> bucket)


def value_at(percentile, cells, count, overflow, greatest):
    """Highest value equivalent to that of the exact rank, never above the maximum."""
    rank = max(1, math.ceil(Fraction(percentile) * (count + overflow) / 100))
    seen = 0
    for index, number in cells:
        seen += number
        if seen >= rank:
            low, width = cell_bounds(index)
            return min(low + width - 1, greatest)
    return greatest


def check_histogram(path, stored, report):
    """Compares everything that a stored histogram says with its counts."""
    try:
        cells = decode(stored["encoded"])
    except Exception as error:  # whatever is wrong, it is a difference
        report(f"{path}.encoded", "decodable", f"{type(error).__name__}: {error}")
        return
    count, overflow = sum(number for _, number in cells), stored["overflow"]

    def compare(name, expected, got):
        if expected != got:
            report(f"{path}.{name}", expected, got)

    compare("count", count, stored["count"])
    minimum, maximum, mean = (stored.get(key) for key in ("minNs", "maxNs", "meanNs"))
    compare("minNs present", count > 0, minimum is not None)
    compare("maxNs present", count + overflow > 0, maximum is not None)
    compare("meanNs present", count > 0, mean is not None)
    if cells and minimum is not None:
        compare("minNs (its cell)", cells[0][0], cell_of(minimum))
    if overflow and maximum is not None:
        compare("maxNs (above 1 h)", True, maximum > HIGHEST)
    elif cells and maximum is not None:
        compare("maxNs (its cell)", cells[-1][0], cell_of(maximum))
    if cells and mean is not None:
        total = 0
        for index, number in cells:
            low, width = cell_bounds(index)
            total += (low + width // 2) * number
        expected = total / count
        if not math.isclose(mean, expected, rel_tol=1e-9):
            report(f"{path}.meanNs", expected, mean)
    samples = count + overflow
    supported = [p for p in PERCENTILES
                 if samples * (100 - Fraction(p)) / 100 >= SAMPLES_BEYOND]
    compare("percentilesNs (names)", sorted(supported), sorted(stored["percentilesNs"]))
    if maximum is None:
        return
    for percentile in supported:
        if percentile in stored["percentilesNs"]:
            compare(f"percentilesNs.{percentile}",
                    value_at(percentile, cells, count, overflow, maximum),
                    stored["percentilesNs"][percentile])


def find_histograms(value, path=""):
    """Every object that holds an encoded histogram, with its place."""
    if isinstance(value, dict):
        if "encoded" in value and "percentilesNs" in value:
            yield path, value
            return
        for key, member in value.items():
            if (path, key) != ("workload", "document"):
                yield from find_histograms(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from find_histograms(member, f"{path}[{index}]")


def check_accounting(record, report):
    """The totals are the sums of their parts."""
    total = record["accounting"]
    for name, part in FROM_PRODUCERS.items():
        expected = sum(producer[part] for producer in record["producers"])
        if expected != total[name]:
            report(f"accounting.{name}", expected, total[name])
    for name in FROM_GROUPS:
        expected = sum(group["accounting"][name] for group in record["groups"])
        if expected != total[name]:
            report(f"accounting.{name}", expected, total[name])


def check_file(path):
    """Prints the differences of one file; returns how many there are."""
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    if (record.get("schema"), record.get("version")) != ("urrbench.run", 1):
        raise ValueError("not a run record of version 1")
    differences = []

    def report(place, expected, got):
        differences.append(f"{path}: {place}: expected {expected}, got {got}")

    histograms = list(find_histograms(record))
    for place, stored in histograms:
        check_histogram(place, stored, report)
    check_accounting(record, report)
    for difference in differences:
        print(difference)
    print(f"{path}: {len(histograms)} histograms, {len(differences)} differences")
    return len(differences)


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return 1 if sum([check_file(path) for path in paths]) else 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
