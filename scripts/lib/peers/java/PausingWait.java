import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

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
