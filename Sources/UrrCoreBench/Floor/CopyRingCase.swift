import UrrPlatform

/// The floor of the throughput cases: the same bytes from core to core through a ring that moves
/// nothing else, in batches of 256.
struct CopyRingCase: StreamCase {
    let size: MessageSize

    var name: String { "floor-copy-\(size.rawValue)B" }
    var summary: String { "the machine's floor: payloads alone through a ring, batches of 256" }
    var floor: String? { nil }

    private static let batch = 256

    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let bytes = Shape.byteCount
        let ring = try CopyRing(
            byteCount: bytes, slotCount: LogFactory.dataCapacity(bytes) / bytes)
        _ = try run(shape, check, request.warmup, ring, request)
        return try run(shape, check, request.messages, ring, request)
    }

    private func run<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ messages: UInt64, _ ring: CopyRing,
        _ request: TrialRequest
    ) throws -> TrialMeasurement {
        let patience = request.patience(pauses: TrialRequest.backOffPauses)
        let write = AppendOrder(count: messages, batch: Self.batch, patience: patience)
        let read = ReadOrder(count: messages, limit: Self.batch, patience: patience)
        let box = CheckBox<Check>(count: 1, request.tamper)
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    CopyRingEnds(ring).write(shape, write)
                },
                Team.Member(cpu: request.cpu(second: true)) {
                    CopyRingEnds(ring).read(Shape.byteCount, read, &box.checks[0])
                },
            ])
        let expected = Expectation.numbered(shape, count: messages, repeats: 0)
        return reports.measurement(
            messages: messages, byteCount: Shape.byteCount, defect: box.defect(expected))
    }
}
