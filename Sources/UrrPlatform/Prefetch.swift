import CUrrPlatform

/// Asks for the cache line at `address`, which is going to be read and written soon, and does not
/// wait for it. Never faults, whatever the address. Worth it where the lines of several
/// independent records are needed one after the other: their misses then overlap.
@inlinable
@inline(__always)
public func prefetch(_ address: UnsafeRawPointer) { urr_prefetch_for_write(address) }
