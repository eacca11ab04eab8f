import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/** Threads that start together; each is measured by itself. */
final class Team {
    interface Body {
        void run() throws Exception;
    }

    private final List<Integer> places = new ArrayList<>();
    private final List<Body> bodies = new ArrayList<>();
    long start = Long.MAX_VALUE, end = Long.MIN_VALUE;
    double share = 1;
    private Exception failure;

    void add(int cpu, Body body) {
        places.add(cpu);
        bodies.add(body);
    }

    Team run() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(bodies.size());
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            final int member = i;
            threads.add(new Thread(() -> measure(member, barrier)));
        }
        for (Thread thread : threads) thread.start();
        for (Thread thread : threads) thread.join();
        if (failure != null) throw failure;
        return this;
    }

    private void measure(int member, CyclicBarrier barrier) {
        try {
            pin(places.get(member));
            barrier.await();
            final long used = processorTime(), from = System.nanoTime();
            bodies.get(member).run();
            final long to = System.nanoTime(), time = processorTime() - used;
            synchronized (this) {
                start = Math.min(start, from);
                end = Math.max(end, to);
                share = Math.min(share, (double) time / (to - from));
            }
        } catch (Exception error) {
            synchronized (this) { failure = error; }
        }
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void pin(int cpu) throws Exception {
        if (cpu < 0) return;
        final String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
        final Process process = new ProcessBuilder("taskset", "-pc", "" + cpu, thread)
            .redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) throw new IllegalStateException("cannot pin a thread");
    }
}
