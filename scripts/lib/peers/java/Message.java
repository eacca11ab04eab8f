/** The messages: the same words as in message.hpp, as the fields of objects that rings reuse. */
abstract class Message {
    /** Odd multiples of 2^64 divided by the golden ratio. */
    static final long[] PATTERN = new long[30];

    static {
        for (int i = 0; i < PATTERN.length; i++) PATTERN[i] = 0x9e3779b97f4a7c15L * (i + 1);
    }

    long first, second;

    abstract void fill(long first, long second);

    abstract long sum();

    static Message of(int bytes) { return bytes == 64 ? new Message64() : new Message256(); }

    static long patternSum(int bytes) {
        long total = 0;
        for (int i = 0; i < bytes / 8 - 2; i++) total += PATTERN[i];
        return total;
    }
}
