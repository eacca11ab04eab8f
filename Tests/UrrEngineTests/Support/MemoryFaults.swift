import UrrDriver
import UrrPlatform

/// What a `MemoryDriver` gets wrong; nothing where nothing is said.
struct MemoryFaults {
    /// What becomes of an accepted message.
    enum Append {
        /// It is stored.
        case none
        /// It is forgotten.
        case drop
        /// It is stored two times.
        case twice
        /// It is stored behind the one that comes next.
        case afterNext
        /// One bit of the byte at this place is turned.
        case damaged(byte: Int)
        /// Another message is stored before it.
        case preceded(by: [UInt8])
    }

    /// How a message is answered, where that is done by completions.
    struct Answer {
        var after: Nanoseconds = 0
        /// A message that is refused this way is not stored.
        var succeeded = true
    }

    /// By partition and number of the message in it.
    var append: (TopicPartition, Int) -> Append = { _, _ in .none }
    /// By number of the offer in the whole run, repeated ones included; nil takes the message.
    var refuse: (Int) -> OfferResult? = { _ in nil }
    /// By number of the accepted message in the whole run.
    var answer: (Int) -> Answer = { _ in Answer() }
    /// How often each answer is given.
    var answersPerMessage = 1
    /// Offset from which on nothing of a partition is delivered.
    var withheldFrom: [TopicPartition: Int] = [:]
    /// Whether every member reads every partition of its group.
    var sharesPartitions = false

    /// One fault, at message `number` of partition `partition` of the first topic.
    static func at(_ number: Int, partition: Int = 0, _ fault: Append) -> MemoryFaults {
        var faults = MemoryFaults()
        let target = TopicPartition(topic: 0, partition: partition)
        faults.append = { $0 == target && $1 == number ? fault : .none }
        return faults
    }
}
