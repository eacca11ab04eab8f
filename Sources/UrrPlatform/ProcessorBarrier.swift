public import CUrrPlatform

/// Keeps a processor from working ahead.
public enum ProcessorBarrier {
    /// Lets nothing after this call begin before everything before it has been computed: what
    /// stands between two of them takes its time, whatever surrounds it. Orders no memory that
    /// other threads see; for that there are atomics.
    @inlinable @inline(__always)
    public static func wait() { urr_serialize() }
}
