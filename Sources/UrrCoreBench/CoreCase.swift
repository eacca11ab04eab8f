import UrrPlatform

/// How a case's figures are to be read.
public enum CoreKind: String, Codable, Sendable {
    /// Messages per second through the structure.
    case throughput
    /// From the intended time of sending to the reader, at a fixed rate.
    case oneWay
    /// There and back through two structures.
    case roundTrip
}

/// One thing that is measured. A case makes its structure anew for every trial, so that where its
/// memory happens to lie is part of the spread.
///
/// Cases are values without type parameters: a generic conformance would be called through tables
/// that no optimiser specialises. Inside `measure` they choose the message's size once, and from
/// there everything is compiled for that size.
protocol CoreCase: Sendable {
    /// Name on the command line: structure, topology, bytes, batch.
    var name: String { get }
    /// One line for the list of cases.
    var summary: String { get }
    var kind: CoreKind { get }
    /// Bytes of one message.
    var size: MessageSize { get }
    /// The case that is the floor of this one: the same bytes copied from core to core.
    var floor: String? { get }
    /// Messages per second that the case sends by itself; nil where it goes as fast as it can.
    var fixedRate: Double? { get }
    /// The number of messages that a trial of about `wanted` can have.
    func rounded(_ wanted: UInt64) -> UInt64
    /// Does one trial. What it read wrongly is in the measurement; errors are of the machine.
    func measure(_ request: TrialRequest) throws -> TrialMeasurement
}

extension CoreCase {
    var kind: CoreKind { .throughput }
    var floor: String? { CopyRingCase(size: size).name }
    var fixedRate: Double? { nil }
    func rounded(_ wanted: UInt64) -> UInt64 { max(1, wanted) }
}

/// A case that reads single streams of numbered messages, of any size.
protocol StreamCase: CoreCase {
    func measure<Shape: MessageShape, Check: MessageCheck>(
        _ shape: Shape.Type, _ check: Check.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement
}

extension StreamCase {
    func measure(_ request: TrialRequest) throws -> TrialMeasurement {
        switch size {
        case .bytes16: try measure(Message16.self, request)
        case .bytes64: try measure(Message64.self, request)
        case .bytes256: try measure(Message256.self, request)
        case .bytes1024: try measure(Message1024.self, request)
        }
    }

    private func measure<Shape: MessageShape>(
        _ shape: Shape.Type, _ request: TrialRequest
    ) throws -> TrialMeasurement {
        request.tamper == nil
            ? try measure(shape, StreamCheck<Shape>.self, request)
            : try measure(shape, TamperedCheck<StreamCheck<Shape>>.self, request)
    }
}
