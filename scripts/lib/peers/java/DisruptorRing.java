import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

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
