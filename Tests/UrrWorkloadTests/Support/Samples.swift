import Testing
import UrrWorkload

/// A small sound workload, for tests that change one thing in it.
let soundText = """
    {
      "name": "sample",
      "phases": {"warmup": "1s", "measure": "10s", "drain": "5s"},
      "topics": {
        "payment-events": {"partitions": 3, "capacity": "1MiB"},
        "ticket.events": {"partitions": 1, "capacity": "1MiB"}
      },
      "producers": [
        {
          "name": "payment-service",
          "to": "payment-events",
          "arrivals": {"executor": "constant", "rate": 1000},
          "keys": {"distribution": "uniform", "cardinality": 100},
          "messageSize": 256
        }
      ],
      "consumers": [{"group": "ticket-service-group", "from": ["payment-events"]}],
      "thresholds": ["lost == 0"]
    }
    """

/// Decodes a text under a short name, with memory out of the picture unless a test brings it in.
func decode(
    _ text: String, _ overrides: [String] = [], checks: WorkloadChecks = WorkloadChecks()
) throws -> LoadedWorkload {
    let parsed = try overrides.map { try Override($0) }
    return try WorkloadFile.decode(
        Array(text.utf8), displayName: "sample.json", overrides: parsed, checks: checks)
}

/// The lines of the error that decoding gives; empty where there is none.
func problems(
    _ text: String, _ overrides: [String] = [], checks: WorkloadChecks = WorkloadChecks()
) -> [String] {
    do {
        _ = try decode(text, overrides, checks: checks)
        return []
    } catch {
        return "\(error)".split(separator: "\n").map(String.init)
    }
}

/// The problems of the sound workload after one change of its text.
func problems(replacing old: String, with new: String) -> [String] {
    guard let range = soundText.firstRange(of: old) else {
        Issue.record("the sample has no \(old)")
        return []
    }
    return problems(soundText.replacingCharacters(range, new))
}

extension String {
    func firstRange(of part: String) -> Range<String.Index>? {
        ranges(of: part).first
    }

    func replacingCharacters(_ range: Range<String.Index>, _ new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}

/// A small generator for tests (SplitMix64 from UrrPlatform's stream would do as well, but a state
/// is handier for mutations).
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9
    }
}
