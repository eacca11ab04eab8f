import Foundation
import UrrEngine
import UrrPlatform

/// Which part of a load this process offers, and when it begins: `--shard` and `--start-at`.
struct ShardOptions {
    /// What is wrong with the options.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    var shard = Shard.whole
    /// In nanoseconds since 1970; nil for at once.
    var start: Int64?

    /// The only generator, at once.
    init() {}

    /// Reads `I/N` and a time; both may be nil.
    init(shard: String?, startAt: String?) throws(Problem) {
        if let shard { self.shard = try Self.shard(shard) }
        guard let startAt else { return }
        start = try Self.time(startAt)
        guard shard != nil else {
            throw Problem(description: "--start-at: is for several load generators; needs --shard")
        }
    }

    private static func shard(_ text: String) throws(Problem) -> Shard {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            let shard = Shard(number: number, of: count)
        else {
            throw Problem(
                description: "--shard: must be I/N with I from 1 to N and N up to "
                    + "\(Shard.mostShards), got \"\(text)\"")
        }
        return shard
    }

    /// Seconds since 1970, or ISO 8601 with a time zone.
    private static func time(_ text: String) throws(Problem) -> Int64 {
        if let seconds = Double(text), (0...4e9).contains(seconds) { return Int64(seconds * 1e9) }
        for style in [Date.ISO8601FormatStyle(), .init(includingFractionalSeconds: true)] {
            if let date = try? Date(text, strategy: style) {
                return Int64(date.timeIntervalSince1970 * 1e9)
            }
        }
        throw Problem(
            description: "--start-at: must be seconds since 1970 or a time such as "
                + "2026-11-21T18:00:00Z, got \"\(text)\"")
    }

    /// The start as records have it.
    var startText: String? {
        start.map { Date(timeIntervalSince1970: Double($0) / 1e9).formatted(.iso8601) }
    }

    /// What tells the messages of this run apart; the same in all shards, because their members may
    /// receive each other's messages.
    func runTag(seed: UInt64) -> UInt32 {
        guard shard != .whole else { return UInt32.random(in: 1...UInt32.max) }
        let tag = UInt32(truncatingIfNeeded: mix64(seed ^ UInt64(bitPattern: start ?? 0)))
        return max(1, tag)
    }

    /// The start in the clock of the run; throws where it has passed.
    func start(now: Nanoseconds, wall: Int64) throws(Problem) -> Nanoseconds? {
        guard let start else { return nil }
        guard start > wall else {
            let late = Double(wall - start) / 1e9
            throw Problem(
                description: "--start-at: passed \(String(format: "%.1f", late)) s before this "
                    + "shard was ready; choose a later time")
        }
        return now + (start - wall)
    }
}
