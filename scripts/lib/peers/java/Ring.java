import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/** What the trials ask of a structure. */
abstract class Ring {
    static final int SLOTS = 65_536;

    /** Sends the messages numbered `from` to `to`, `batch` published together; waits for room. */
    abstract void produce(int stream, long from, long to, int batch);

    /** Sends one message with a time. */
    abstract void send(long number, long time);

    /** Reads, at most `most` at once, until `check` has `total` messages. */
    abstract void consume(Check check, long total, int most) throws Exception;

    static Ring of(String name, int bytes, int pauses, boolean sharesProcessor) {
        switch (name) {
        case "disruptor": return new DisruptorRing(false, 1, bytes, pauses, sharesProcessor);
        case "disruptor-mp": return new DisruptorRing(true, 1, bytes, pauses, sharesProcessor);
        case "jctools": return new QueueRing(new SpscArrayQueue<>(SLOTS), 1, bytes, pauses, sharesProcessor);
        case "jctools-mp": return new QueueRing(new MpscArrayQueue<>(SLOTS), 2, bytes, pauses, sharesProcessor);
        default: throw new IllegalArgumentException("no such ring: " + name);
        }
    }
}

/** Waiting as in threads.hpp, plugged into the Disruptor. */
final class PausingWait implements WaitStrategy {
    private final int pauses;
    private final boolean sharesProcessor;

    PausingWait(int pauses, boolean sharesProcessor) {
        this.pauses = pauses;
        this.sharesProcessor = sharesProcessor;
    }

    static int pause(int rounds, int pauses, boolean sharesProcessor) {
        if (sharesProcessor) {
            if (rounds < 64) {
                Thread.onSpinWait();
                return rounds + 1;
            }
            Thread.yield();
            return 0;
        }
        for (int i = 0; i < pauses; i++) Thread.onSpinWait();
        return 0;
    }

    @Override
    public long waitFor(long sequence, Sequence cursor, Sequence dependent, SequenceBarrier barrier)
        throws AlertException {
        long available;
        int rounds = 0;
        while ((available = dependent.get()) < sequence) {
            barrier.checkAlert();
            rounds = pause(rounds, pauses, sharesProcessor);
        }
        return available;
    }

    @Override
    public void signalAllWhenBlocking() {}
}

/** LMAX Disruptor: claims of a batch, readers that take what there is and store one sequence. */
final class DisruptorRing extends Ring {
    private final RingBuffer<Message> ring;
    private final SequenceBarrier barrier;
    private final Sequence[] readers;

    DisruptorRing(boolean isShared, int groups, int bytes, int pauses, boolean sharesProcessor) {
        final WaitStrategy wait = new PausingWait(pauses, sharesProcessor);
        ring = isShared ? RingBuffer.createMultiProducer(() -> Message.of(bytes), SLOTS, wait)
            : RingBuffer.createSingleProducer(() -> Message.of(bytes), SLOTS, wait);
        barrier = ring.newBarrier();
        readers = new Sequence[groups];
        for (int i = 0; i < groups; i++) {
            readers[i] = new Sequence(ring.getCursor());
            ring.addGatingSequences(readers[i]);
        }
    }

    @Override
    void produce(int stream, long from, long to, int batch) {
        final long mark = (long) stream << Check.STREAM_SHIFT;
        if (batch == 1) {
            for (long i = from; i < to; i++) {
                final long sequence = ring.next();
                ring.get(sequence).fill(mark | i, i);
                ring.publish(sequence);
            }
            return;
        }
        for (long i = from; i < to;) {
            final int count = (int) Math.min(batch, to - i);
            final long last = ring.next(count), first = last - count + 1;
            for (long sequence = first; sequence <= last; sequence++, i++)
                ring.get(sequence).fill(mark | i, i);
            ring.publish(first, last);
        }
    }

    @Override
    void send(long number, long time) {
        final long sequence = ring.next();
        ring.get(sequence).fill(number, time);
        ring.publish(sequence);
    }

    @Override
    void consume(Check check, long total, int most) throws Exception {
        final Sequence reader = readers[0];
        long next = reader.get() + 1;
        while (check.count < total) {
            // Everything that there is, as its own BatchEventProcessor does.
            final long available = barrier.waitFor(next);
            while (next <= available) check.take(ring.get(next++));
            reader.set(available);
        }
    }

    /** Two groups read in turn by one thread. */
    void consumeBoth(Check first, Check second, long total, int pauses) {
        final Check[] checks = {first, second};
        while (first.count < total || second.count < total) {
            boolean isIdle = true;
            for (int group = 0; group < 2; group++) {
                final Sequence reader = readers[group];
                final long available = ring.getCursor();
                long next = reader.get() + 1;
                if (next > available) continue;
                isIdle = false;
                while (next <= available) checks[group].take(ring.get(next++));
                reader.set(available);
            }
            if (isIdle) PausingWait.pause(0, pauses, false);
        }
    }
}

/** A JCTools queue of references to messages that each producer takes from a pool in turn. */
final class QueueRing extends Ring {
    private final MessagePassingQueue<Message> queue;
    private final Message[][] pools;
    private final long[] used = new long[64];
    private final int pauses;
    private final boolean sharesProcessor;

    QueueRing(MessagePassingQueue<Message> queue, int producers, int bytes, int pauses,
        boolean sharesProcessor) {
        this.queue = queue;
        this.pauses = pauses;
        this.sharesProcessor = sharesProcessor;
        pools = new Message[producers][2 * SLOTS];
        for (Message[] pool : pools) for (int i = 0; i < pool.length; i++) pool[i] = Message.of(bytes);
    }

    @Override
    void produce(int stream, long from, long to, int batch) {
        final long mark = (long) stream << Check.STREAM_SHIFT;
        for (long i = from; i < to; i++) offer(stream, mark | i, i);
    }

    @Override
    void send(long number, long time) { offer(0, number, time); }

    private void offer(int stream, long first, long second) {
        // Half the pool cannot be in the queue any more.
        final Message message = pools[stream][(int) (used[stream * 32]++ & 2 * SLOTS - 1)];
        message.fill(first, second);
        int rounds = 0;
        while (!queue.relaxedOffer(message)) rounds = PausingWait.pause(rounds, pauses, sharesProcessor);
    }

    @Override
    void consume(Check check, long total, int most) {
        int rounds = 0;
        while (check.count < total) {
            final Message message = queue.relaxedPoll();
            if (message != null) check.take(message);
            else rounds = PausingWait.pause(rounds, pauses, sharesProcessor);
        }
    }
}
