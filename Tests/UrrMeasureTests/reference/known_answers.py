"""Prints the known answers of KnownAnswer.swift and HistogramLayoutTests.swift.

Made with Python 3.11 and PyPI's hdrhistogram 0.10.8:
    pip install hdrhistogram==0.10.8 && python3 known_answers.py
"""
import base64
import zlib

from hdrh.histogram import HdrHistogram

histogram = HdrHistogram(1, 3_600_000_000_000, 3)
value = 1
for _ in range(2000):
    value = (value * 6364136223846793005 + 1442695040888963407) % 2**64
    histogram.record_value((value >> 33) % 5_000_000)
EXTRA = (0, 3), (1, 1), (2047, 2), (2048, 1), (2049, 1), (4095, 7), (4096, 100000)
for value, count in EXTRA + ((3_600_000_000_000, 5),):
    histogram.record_value(value, count)

text = histogram.encode().decode()
print("encoded:", text)
base = zlib.decompress(base64.b64decode(text)[8:])
print("base form:", len(base), "bytes, crc32", zlib.crc32(base))
print("count:", histogram.get_total_count())
for percentile in (50, 90, 99, 99.9):
    print("p", percentile, histogram.get_value_at_percentile(percentile))
print("mean:", histogram.get_mean_value(), "deviation:", histogram.get_stddev())

for value in (0, 1, 1023, 1024, 2047, 2048, 2049, 4095, 4096, 10_000, 1_000_000, 123_456_789,
              3_600_000_000_000):
    print("cell:", value, histogram._counts_index_for(value),
          histogram.get_lowest_equivalent_value(value),
          histogram.get_highest_equivalent_value(value))
