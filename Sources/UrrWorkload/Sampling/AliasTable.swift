/// One column of an alias table: an index is taken for itself where the fraction is below the
/// threshold, else for its alias.
@usableFromInline
struct AliasColumn: Sendable {
    @usableFromInline var threshold: UInt32
    @usableFromInline var alias: UInt32
}

/// Draws from a finite distribution in constant time with one random number and one memory access.
///
/// Walker's alias method in Vose's form ("A linear algorithm for generating random numbers with a
/// given distribution", IEEE TSE 17, 1991). The probabilities are exact to 2^-32 / count each.
/// A plain value; the memory belongs to `AliasTableStorage`.
@usableFromInline
struct AliasTable: @unchecked Sendable {
    @usableFromInline let columns: UnsafePointer<AliasColumn>?
    @usableFromInline let count: UInt64

    @usableFromInline
    init(columns: UnsafePointer<AliasColumn>?, count: UInt64) {
        self.columns = columns
        self.count = count
    }

    /// The index that 64 random bits select. `columns` must not be nil.
    @inlinable
    @inline(__always)
    func index(_ bits: UInt64) -> UInt32 {
        let product = bits.multipliedFullWidth(by: count)
        let column = columns.unsafelyUnwrapped + Int(truncatingIfNeeded: product.high)
        let fraction = UInt32(truncatingIfNeeded: product.low &>> 32)
        return fraction < column.pointee.threshold
            ? UInt32(truncatingIfNeeded: product.high) : column.pointee.alias
    }
}

/// Owns the columns of an alias table.
final class AliasTableStorage: @unchecked Sendable {
    private let columns: UnsafeMutablePointer<AliasColumn>
    private let count: Int

    /// The table to draw from; valid while the storage lives.
    var table: AliasTable { AliasTable(columns: columns, count: UInt64(count)) }

    /// A table in proportion to `weights`: at least one, all finite and not negative, not all 0.
    /// O(count) time; 8 bytes a weight for good, 24 while it is built.
    init(weights: [Double]) {
        count = weights.count
        columns = .allocate(capacity: count)
        let scale = Double(count) / weights.reduce(0, +)
        var shares = weights.map { $0 * scale }
        var small: [UInt32] = []
        var large: [UInt32] = []
        for index in 0..<count {
            // What is left over at the end by rounding stands for itself.
            let own = AliasColumn(threshold: .max, alias: UInt32(index))
            (columns + index).initialize(to: own)
            if shares[index] < 1 {
                small.append(UInt32(index))
            } else {
                large.append(UInt32(index))
            }
        }
        while let low = small.popLast(), let high = large.last {
            let share = shares[Int(low)]
            columns[Int(low)] = AliasColumn(threshold: UInt32(share * 0x1p32), alias: high)
            shares[Int(high)] -= 1 - share
            if shares[Int(high)] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
    }

    deinit { columns.deallocate() }
}
