final class Message64 extends Message {
    private long a, b, c, d, e, f;

    void fill(long first, long second) {
        this.first = first;
        this.second = second;
        a = PATTERN[0]; b = PATTERN[1]; c = PATTERN[2];
        d = PATTERN[3]; e = PATTERN[4]; f = PATTERN[5];
    }

    long sum() { return first + second + a + b + c + d + e + f; }
}
