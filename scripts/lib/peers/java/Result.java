import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a trial came to, as in trials.hpp. */
final class Result {
    double rate, share = 1, p50, windowP99, shortWindowP99;
    String defect;

    void addLatencies(long[] latencies) {
        windowP99 = windowed(latencies, 10_000);
        shortWindowP99 = windowed(latencies, 1000);
        final long[] sorted = latencies.clone();
        Arrays.sort(sorted);
        p50 = sorted[(sorted.length - 1) / 2];
    }

    /** Median over windows of the 99th percentile in each. */
    private static double windowed(long[] latencies, int wanted) {
        final int length = Math.min(wanted, latencies.length);
        final List<Long> tails = new ArrayList<>();
        for (int start = 0; start + length <= latencies.length; start += length) {
            final long[] window = Arrays.copyOfRange(latencies, start, start + length);
            Arrays.sort(window);
            tails.add(window[(int) Math.ceil(length * 0.99) - 1]);
        }
        tails.sort(null);
        return tails.get(tails.size() / 2);
    }
}
