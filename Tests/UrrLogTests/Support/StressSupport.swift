import Synchronization
import UrrLog
import UrrPlatform

/// Payloads that tell who wrote them, which one it is, and whether a byte of them was touched.
enum StressPayload {
    static let headerByteCount = 16
    static let maximumByteCount = 200

    static func byteCount(_ producer: Int, _ sequence: Int) -> Int {
        let bits = mix64(UInt64(sequence) &* 8 &+ UInt64(producer))
        // Mostly of one length, as in life; a quarter of any length.
        let varies = bits % 4 == 0
        return varies
            ? headerByteCount + Int(bits >> 8 % 64) % (maximumByteCount - headerByteCount)
            : 64
    }

    static func fill(_ bytes: UnsafeMutableRawBufferPointer, _ producer: Int, _ sequence: Int) {
        bytes.storeBytes(of: producer, as: Int.self)
        bytes.storeBytes(of: sequence, toByteOffset: 8, as: Int.self)
        let pattern = UInt8(truncatingIfNeeded: mix64(UInt64(sequence)))
        for index in headerByteCount..<max(headerByteCount, bytes.count) {
            bytes[index] = pattern &+ UInt8(truncatingIfNeeded: index)
        }
    }

    /// Who wrote it and which one it is, or nil where it was harmed.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (producer: Int, sequence: Int)? {
        guard bytes.count >= headerByteCount else { return nil }
        let producer = bytes.loadUnaligned(as: Int.self)
        let sequence = bytes.loadUnaligned(fromByteOffset: 8, as: Int.self)
        guard producer >= 0, producer < 8, sequence >= 0 else { return nil }
        guard bytes.count == byteCount(producer, sequence) else { return nil }
        let pattern = UInt8(truncatingIfNeeded: mix64(UInt64(sequence)))
        for index in headerByteCount..<bytes.count
        where bytes[index] != pattern &+ UInt8(truncatingIfNeeded: index) { return nil }
        return (producer, sequence)
    }
}

#if DEBUG || URR_SCHEDULE_FUZZ
/// One that the thread sanitizer sees.
private typealias Mutex = FuzzedMutex
#endif

/// What the threads of a stress test tell each other and the test.
final class StressBoard: Sendable {
    private let stopped = Atomic<Bool>(false)
    private let producing = Atomic<Int>(0)
    private let produced = Atomic<Int>(0)
    private let counts = Mutex([Int](repeating: 0, count: 8))
    private let deaths = Mutex<[Offset]>([])
    private let failures = Mutex<[String]>([])

    var isStopped: Bool { stopped.load(ordering: .acquiring) }
    /// Whether all producers have appended their last record.
    var isProduced: Bool { producing.load(ordering: .acquiring) == 0 }
    /// How many records each producer appended, when it has ended.
    var appended: [Int] { counts.withLock { $0 } }
    var problems: [String] { failures.withLock { $0 } }

    func stop() { stopped.store(true, ordering: .releasing) }
    func startProducing() { producing.wrappingAdd(1, ordering: .relaxed) }
    func endProducing(_ producer: Int, _ count: Int) {
        counts.withLock { $0[producer] = count }
        producing.wrappingSubtract(1, ordering: .releasing)
    }
    // Relaxed, both: what orders the threads must not come from here.
    func produce(_ count: Int) { produced.wrappingAdd(count, ordering: .relaxed) }
    func hasProduced(_ count: Int) -> Bool { produced.load(ordering: .relaxed) >= count }

    /// A producer has died over these records; another one takes its place.
    func die(_ offsets: Range<Offset>) { deaths.withLock { $0 += offsets } }
    func takeDeaths() -> [Offset] {
        deaths.withLock { deaths in
            defer { deaths = [] }
            return deaths
        }
    }

    func fail(_ problem: String) {
        failures.withLock { if $0.count < 10 { $0.append(problem) } }
    }
}

/// What a consumer of a stress test got, checked record by record.
struct StressTally {
    var delivered = 0
    private var nextOffset: Offset = 0
    private var nextSequence = [Int](repeating: 0, count: 8)
    /// Records of each producer that did not come.
    private(set) var gaps = [Int](repeating: 0, count: 8)

    init(from offset: Offset = 0) { nextOffset = offset }

    mutating func check(_ record: LogRecord, _ board: StressBoard) {
        if record.offset < nextOffset { board.fail("offset \(record.offset) again") }
        nextOffset = record.offset + 1
        delivered += 1
        guard let (producer, sequence) = StressPayload.read(record.payload) else {
            board.fail("record \(record.offset) was harmed")
            return
        }
        if sequence < nextSequence[producer] { board.fail("producer \(producer) out of order") }
        gaps[producer] += sequence - nextSequence[producer]
        nextSequence[producer] = sequence + 1
        if record.keyHash != UInt32(truncatingIfNeeded: sequence) { board.fail("wrong key") }
        if record.appendTime != Nanoseconds(sequence) && producer == 0 { board.fail("wrong time") }
    }

    /// How many records of `producer` came or were missed, up to the last one that came.
    func seen(_ producer: Int) -> Int { nextSequence[producer] }
}
