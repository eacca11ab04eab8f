import org.jctools.queues.MessagePassingQueue;

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
