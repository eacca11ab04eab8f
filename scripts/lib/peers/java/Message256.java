final class Message256 extends Message {
    private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
    private long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9;

    void fill(long first, long second) {
        this.first = first;
        this.second = second;
        final long[] p = PATTERN;
        a0 = p[0]; a1 = p[1]; a2 = p[2]; a3 = p[3]; a4 = p[4];
        a5 = p[5]; a6 = p[6]; a7 = p[7]; a8 = p[8]; a9 = p[9];
        b0 = p[10]; b1 = p[11]; b2 = p[12]; b3 = p[13]; b4 = p[14];
        b5 = p[15]; b6 = p[16]; b7 = p[17]; b8 = p[18]; b9 = p[19];
        c0 = p[20]; c1 = p[21]; c2 = p[22]; c3 = p[23]; c4 = p[24];
        c5 = p[25]; c6 = p[26]; c7 = p[27]; c8 = p[28]; c9 = p[29];
    }

    long sum() {
        return first + second
            + a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9
            + b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8 + b9
            + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9;
    }
}
