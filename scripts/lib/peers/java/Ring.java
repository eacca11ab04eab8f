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
