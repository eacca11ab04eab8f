/** What a reader has seen of up to two streams, each of which has to keep its order. */
final class Check {
    static final int STREAM_SHIFT = 56;

    long count, sum, disorder;
    private long next0, next1;
    /** Where latencies go, ns since the time in the message; null where nobody wants them. */
    final long[] latencies;

    Check(long[] latencies) { this.latencies = latencies; }

    void take(Message message) {
        if (latencies != null) latencies[(int) count] = System.nanoTime() - message.second;
        final long first = message.first;
        if (first >>> STREAM_SHIFT == 0) {
            disorder |= first ^ next0++;
        } else {
            disorder |= first ^ (1L << STREAM_SHIFT | next1++);
        }
        count++;
        sum += message.sum();
    }

    /** What is wrong, where `streams` producers sent `each` messages; null where nothing is. */
    String defect(long each, int streams, long seconds, int bytes) {
        long expected = seconds;
        for (long stream = 0; stream < streams; stream++)
            expected += each * (each - 1) / 2 + (stream << STREAM_SHIFT) * each
                + Message.patternSum(bytes) * each;
        if (count != each * streams) return "read another number of messages than were sent";
        if (disorder != 0) return "read messages out of order";
        return sum == expected ? null : "read other words than were written";
    }
}
