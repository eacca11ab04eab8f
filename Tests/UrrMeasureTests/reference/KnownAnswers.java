// Prints what the reference implementation encodes for the values of KnownAnswer.swift.
//
// Made with Java 17 and HdrHistogram 2.1.11 (Debian: libhdrhistogram-java):
//     java -cp /usr/share/java/hdrhistogram.jar KnownAnswers.java
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;
import org.HdrHistogram.Histogram;

public class KnownAnswers {
    public static void main(String[] arguments) {
        Histogram histogram = new Histogram(1, 3_600_000_000_000L, 3);
        long value = 1;
        for (int i = 0; i < 2000; i++) {
            value = value * 6364136223846793005L + 1442695040888963407L;
            histogram.recordValue((value >>> 33) % 5_000_000);
        }
        long[][] extra = {{0, 3}, {1, 1}, {2047, 2}, {2048, 1}, {2049, 1}, {4095, 7},
            {4096, 100_000}, {3_600_000_000_000L, 5}};
        for (long[] entry : extra) histogram.recordValueWithCount(entry[0], entry[1]);

        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        int length = histogram.encodeIntoByteBuffer(buffer);
        CRC32 checksum = new CRC32();
        checksum.update(buffer.array(), 0, length);
        System.out.println("base form: " + length + " bytes, crc32 " + checksum.getValue());
        ByteBuffer compressed = ByteBuffer.allocate(1 << 20);
        int size = histogram.encodeIntoCompressedByteBuffer(compressed);
        byte[] bytes = java.util.Arrays.copyOf(compressed.array(), size);
        System.out.println("encoded: " + Base64.getEncoder().encodeToString(bytes));
        for (double percentile : new double[] {50, 90, 99, 99.9}) {
            System.out.println("p " + percentile + " " + histogram.getValueAtPercentile(percentile));
        }
        System.out.println("mean: " + histogram.getMean());
        System.out.println("deviation: " + histogram.getStdDeviation());
    }
}
