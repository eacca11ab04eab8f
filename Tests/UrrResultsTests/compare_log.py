#!/usr/bin/env python3
"""Compares a result file with its histogram log, read by the PyPI package hdrhistogram.

usage: compare_log.py RESULT.json LOG.hlog

The log's intervals of one tag, added up, must equal the histogram of that name in the result,
decoded by the same package, in every cell. Exit status 1 with a line for each difference.
"""
import json
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

LOWEST, HIGHEST, DIGITS = 1, 3_600_000_000_000, 3


def totals_by_tag(path):
    """Every tag of the log with the sum of its interval histograms."""
    reader = HistogramLogReader(path, HdrHistogram(LOWEST, HIGHEST, DIGITS))
    totals = {}
    while (interval := reader.get_next_interval_histogram()) is not None:
        total = totals.setdefault(interval.get_tag(), HdrHistogram(LOWEST, HIGHEST, DIGITS))
        total.add(interval)
    return totals


def expected_by_tag(path):
    """Every histogram of the result under the tag that it has in the log."""
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    parts = [(p["name"], p["latencies"]) for p in record["producers"] + record["groups"]]
    return {
        f"{name}.{kind}": histogram
        for name, latencies in parts
        for kind, histogram in latencies.items()
        if histogram["count"] > 0
    }


def differences(expected, totals):
    for tag in sorted(expected.keys() | totals.keys()):
        if tag not in expected or tag not in totals:
            yield f"{tag}: in one of the two files only"
            continue
        want, got = HdrHistogram.decode(expected[tag]["encoded"]), totals[tag]
        if expected[tag]["count"] != got.get_total_count():
            yield f"{tag}: count {expected[tag]['count']}, in the log {got.get_total_count()}"
        if cells(want) != cells(got):
            yield f"{tag}: the cells differ"


def cells(histogram):
    """Every value that was recorded, with its count."""
    return [
        (item.value_iterated_to, item.count_added_in_this_iter_step)
        for item in histogram.get_recorded_iterator()
    ]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    expected = expected_by_tag(sys.argv[1])
    totals = totals_by_tag(sys.argv[2])
    found = list(differences(expected, totals))
    for line in found:
        print(line)
    print(f"{len(expected)} histograms compared, {len(found)} differences")
    sys.exit(1 if found or not expected else 0)


if __name__ == "__main__":
    main()
