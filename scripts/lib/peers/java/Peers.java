import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;

/**
 * A peer's program, as in server.hpp: RING KIND BYTES BATCH POLL PAUSES MILLISECONDS, and a line of
 * input for each trial. One ring and one case in a JVM, so that calls have one target each.
 */
public final class Peers {
    private static final long WARMUP_NANOSECONDS = 1_500_000_000L;
    private static final long WARMUP_MESSAGES = 200_000;

    private final String name, kind;
    private final int bytes, batch, poll, pauses;
    private final double seconds;
    private final int[] cpus = Arrays.stream(System.getProperty("cpus", "0,1").split(","))
        .mapToInt(Integer::parseInt).toArray();

    private Peers(String[] arguments) {
        name = arguments[0];
        kind = arguments[1];
        bytes = Integer.parseInt(arguments[2]);
        batch = Integer.parseInt(arguments[3]);
        poll = Integer.parseInt(arguments[4]);
        pauses = Integer.parseInt(arguments[5]);
        seconds = Integer.parseInt(arguments[6]) / 1e3;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 7) {
            System.err.println("usage: Peers RING KIND BYTES BATCH POLL PAUSES MILLISECONDS");
            System.exit(1);
        }
        new Peers(arguments).serve();
    }

    private void serve() throws Exception {
        long messages = kind.equals("oneway") ? (long) (seconds * 1e6) : 50_000;
        final long start = System.nanoTime();
        final long warmup = seconds < 0.05 ? 0 : WARMUP_NANOSECONDS;
        do messages = next(messages, trial(messages)); while (System.nanoTime() - start < warmup);
        for (int character; (character = System.in.read()) >= 0;) {
            if (character != '\n') continue;
            System.gc();
            final Result result = trial(messages);
            messages = next(messages, result);
            System.out.printf(Locale.ROOT,
                "{\"rate\": %.6e, \"share\": %.4f, \"p50\": %.1f, \"windowP99\": %.1f,"
                    + " \"shortWindowP99\": %.1f, \"defect\": %s}%n",
                result.rate, result.share, result.p50, result.windowP99, result.shortWindowP99,
                result.defect == null ? "null" : "\"" + result.defect + "\"");
            System.out.flush();
        }
        System.exit(0);
    }

    private long next(long messages, Result result) {
        if (kind.equals("oneway")) return messages;
        return Math.max(2, (long) (result.rate * seconds) / 2 * 2);
    }

    private Result trial(long messages) throws Exception {
        switch (kind) {
        case "stream": return streams(messages, 1, false);
        case "pair-onecore": return streams(messages, 2, true);
        case "pair-free": return streams(messages, 2, false);
        case "broadcast": return broadcast(messages);
        case "append": return append(messages);
        case "roundtrip": return roundTrip(messages);
        case "oneway": return oneWay(messages);
        default: throw new IllegalArgumentException("no such case: " + kind);
        }
    }

    private static Result result(Team team, long messages, boolean sharesProcessor) {
        final Result result = new Result();
        result.rate = messages * 1e9 / (team.end - team.start);
        if (!sharesProcessor) result.share = team.share;
        return result;
    }

    private static long triangle(long count) { return count * (count - 1) / 2; }

    private Result streams(long messages, int producers, boolean isOneCore) throws Exception {
        final boolean sharesProcessor = producers > 1;
        final Ring ring = Ring.of(name, bytes, pauses, sharesProcessor);
        Result result = null;
        String defect = null;
        for (long count : new long[] {Math.min(messages, WARMUP_MESSAGES), messages}) {
            final long each = count / producers;
            final Check check = new Check(null);
            final Team team = new Team();
            for (int i = 0; i < producers; i++) {
                final int stream = i;
                team.add(sharesProcessor && !isOneCore ? -1 : cpus[0],
                    () -> ring.produce(stream, 0, each, batch));
            }
            team.add(sharesProcessor && !isOneCore ? -1 : cpus[1],
                () -> ring.consume(check, each * producers, poll));
            result = result(team.run(), each * producers, sharesProcessor);
            final String found = check.defect(each, producers, triangle(each) * producers, bytes);
            if (found != null) defect = found;
        }
        result.defect = defect;
        return result;
    }

    private Result broadcast(long messages) throws Exception {
        final DisruptorRing ring = new DisruptorRing(false, 2, bytes, pauses, false);
        Result result = null;
        String defect = null;
        for (long count : new long[] {Math.min(messages, WARMUP_MESSAGES), messages}) {
            final Check first = new Check(null), second = new Check(null);
            final Team team = new Team();
            team.add(cpus[0], () -> ring.produce(0, 0, count, batch));
            team.add(cpus[1], () -> ring.consumeBoth(first, second, count, pauses));
            result = result(team.run(), count, false);
            for (Check check : new Check[] {first, second}) {
                final String found = check.defect(count, 1, triangle(count), bytes);
                if (found != null) defect = found;
            }
        }
        result.defect = defect;
        return result;
    }

    /** As appendTrial in trials.hpp. */
    private Result append(long messages) throws Exception {
        final Ring ring = Ring.of(name, bytes, pauses, false);
        final long each = Math.max(1, Math.min(60_000, messages) / 2);
        final int rounds = (int) Math.max(1, messages / (each * 2));
        final long[][] starts = new long[2][rounds], ends = new long[2][rounds];
        final CyclicBarrier barrier = new CyclicBarrier(2);
        final SpinBarrier spin = new SpinBarrier();
        final String[] defects = new String[2];
        final Team team = new Team();
        for (int i = 0; i < 2; i++) {
            final int stream = i;
            team.add(cpus[stream], () -> {
                for (int round = 0; round < rounds; round++) {
                    barrier.await();
                    spin.meet(stream, round);
                    starts[stream][round] = System.nanoTime();
                    ring.produce(stream, 0, each, batch);
                    ends[stream][round] = System.nanoTime();
                    barrier.await();
                    if (round % 2 != stream) continue;
                    final Check check = new Check(null);
                    ring.consume(check, each * 2, poll);
                    final String found = check.defect(each, 2, triangle(each) * 2, bytes);
                    if (found != null) defects[stream] = found;
                }
            });
        }
        final Result result = result(team.run(), 1, true);
        final double[] lengths = new double[rounds];
        for (int round = 0; round < rounds; round++)
            lengths[round] = Math.max(ends[0][round], ends[1][round])
                - Math.min(starts[0][round], starts[1][round]);
        Arrays.sort(lengths);
        result.rate = each * 2 * 1e9 / lengths[rounds / 2];
        result.defect = defects[0] != null ? defects[0] : defects[1];
        return result;
    }

    /** Makes two threads that were woken one after the other start at the same moment. */
    private static final class SpinBarrier {
        private volatile int first = -1, second = -1;

        void meet(int member, int round) {
            if (member == 0) {
                first = round;
                while (second < round) Thread.onSpinWait();
            } else {
                second = round;
                while (first < round) Thread.onSpinWait();
            }
        }
    }

    private Result roundTrip(long messages) throws Exception {
        final Ring there = Ring.of(name, bytes, pauses, false);
        final Ring back = Ring.of(name, bytes, pauses, false);
        final long[] latencies = new long[(int) messages];
        final Check check = new Check(null), echo = new Check(null);
        final Team team = new Team();
        team.add(cpus[0], () -> {
            long last = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                there.produce(0, i, i + 1, 1);
                back.consume(check, i + 1, 1);
                final long now = System.nanoTime();
                latencies[i] = now - last;
                last = now;
            }
        });
        team.add(cpus[1], () -> {
            for (int i = 0; i < messages; i++) {
                there.consume(echo, i + 1, 1);
                back.produce(0, i, i + 1, 1);
            }
        });
        final Result result = result(team.run(), messages, false);
        result.defect = check.defect(messages, 1, triangle(messages), bytes);
        result.addLatencies( latencies);
        return result;
    }

    private Result oneWay(long messages) throws Exception {
        final Ring ring = Ring.of(name, bytes, pauses, false);
        final Check check = new Check(new long[(int) messages]);
        final long[] stamps = new long[1];
        final Team team = new Team();
        team.add(cpus[0], () -> {
            final long start = System.nanoTime() + 20_000;
            long sum = 0;
            for (long i = 0; i < messages; i++) {
                final long time = start + i * 1000;
                while (System.nanoTime() < time) {}
                ring.send(i, time);
                sum += time;
            }
            stamps[0] = sum;
        });
        team.add(cpus[1], () -> ring.consume(check, messages, 1));
        final Result result = result(team.run(), messages, false);
        result.defect = check.defect(messages, 1, stamps[0], bytes);
        result.addLatencies( check.latencies);
        return result;
    }
}
