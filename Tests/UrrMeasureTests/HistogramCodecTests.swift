import CZlib
import Testing
import UrrPlatform

@testable import UrrMeasure

@Suite struct HistogramCodecTests {
    // MARK: Against other libraries

    @Test func encodesTheBytesOfTheReference() throws {
        try withHistogram { histogram in
            KnownAnswer.record(into: histogram)
            let bytes = HistogramCodec.encode(histogram)
            #expect(bytes.count == KnownAnswer.baseByteCount)
            #expect(crc32(0, bytes, UInt32(bytes.count)) == KnownAnswer.javaChecksum)
        }
    }

    @Test(arguments: [KnownAnswer.javaText, KnownAnswer.pythonText])
    func decodesTheTextOfOthers(text: String) throws {
        let decoded = try HistogramCodec.decodeText(text)
        defer { decoded.deallocate() }
        #expect(decoded.count == KnownAnswer.count)
        for row in KnownAnswer.percentiles {
            #expect(decoded.value(atPercentile: row.percentile) == row.value)
        }
        #expect(abs(decoded.mean! / KnownAnswer.mean - 1) < 1e-12)
        #expect(abs(decoded.standardDeviation! / KnownAnswer.standardDeviation - 1) < 1e-12)
        try withHistogram { recorded in
            KnownAnswer.record(into: recorded)
            // Extremes do not travel; both happen to be those of their cells here.
            expectEqual(decoded, recorded)
        }
    }

    // MARK: Round trips

    @Test(arguments: 0..<18)
    func whatIsEncodedIsDecoded(seed: Int) throws {
        try withHistogram { histogram in
            for value in spreadValues(seed * 40, seed: UInt64(seed)) {
                histogram.record(value, count: 1 + mix64(UInt64(value)) % (1 << (3 * UInt64(seed))))
            }
            for bytes in [
                HistogramCodec.encode(histogram), HistogramCodec.encodeCompressed(histogram),
            ] {
                let decoded = try HistogramCodec.decode(bytes)
                defer { decoded.deallocate() }
                try decoded.restore(
                    minimum: histogram.minimum, maximum: histogram.maximum, overflow: 0,
                    anomalies: 0)
                expectEqual(decoded, histogram)
            }
        }
    }

    @Test func theEmptyTextIsThatOfAnEmptyHistogram() throws {
        try withHistogram { histogram in
            #expect(HistogramCodec.encodeText(histogram) == HistogramCodec.emptyText)
            let decoded = try HistogramCodec.decodeText(HistogramCodec.emptyText)
            defer { decoded.deallocate() }
            expectEqual(decoded, histogram)
        }
    }

    @Test func outliersAreRestoredFromBesideTheEncoding() throws {
        try withHistogram { histogram in
            histogram.record(4097)
            for (value, count): (Nanoseconds, UInt64) in [(-4, 2), (.max, 3)] {
                histogram.record(value, count: count)
            }
            let decoded = try HistogramCodec.decode(HistogramCodec.encode(histogram))
            defer { decoded.deallocate() }
            try decoded.restore(minimum: 4097, maximum: .max, overflow: 3, anomalies: 2)
            #expect(decoded.overflow == 3)
            #expect(decoded.anomalies == 2)
            #expect(decoded.minimum == 4097)
            #expect(decoded.maximum == .max)
        }
    }

    @Test(
        arguments: [
            (nil, 10), (10, nil), (9, 10), (10, 11), (-1, 10), (10, .max), (10, 3_600_000_000_001),
        ] as [(Nanoseconds?, Nanoseconds?)])
    func extremesThatAreNotThoseOfTheCountsAreRefused(
        minimum: Nanoseconds?, maximum: Nanoseconds?
    ) throws {
        try withHistogram { histogram in
            histogram.record(10)
            #expect(throws: HistogramCodecError.wrongExtremes) {
                try histogram.restore(
                    minimum: minimum, maximum: maximum, overflow: 0, anomalies: 0)
            }
        }
    }

    @Test func countsThatDoNotAddUpAreRefused() throws {
        try withHistogram { histogram in
            histogram.record(10)
            #expect(throws: HistogramCodecError.countOverflow) {
                try histogram.restore(minimum: 10, maximum: .max, overflow: .max, anomalies: 0)
            }
        }
    }

    // MARK: Damage

    /// The base form with one thing changed.
    private func base(_ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        try withHistogram { histogram in
            histogram.record(100)
            histogram.record(5000, count: 1000)
            var bytes = HistogramCodec.encode(histogram)
            change(&bytes)
            return bytes
        }
    }

    /// The base form with the given counts.
    private func base(counts: [Int64]) throws -> [UInt8] {
        try base { bytes in
            bytes.removeSubrange(40...)
            for count in counts { VariableLengthInteger.append(count, to: &bytes) }
            bytes[4...7] = [0, 0, 0, UInt8(bytes.count - 40)]
        }
    }

    private func error(_ bytes: [UInt8]) -> HistogramCodecError? {
        do {
            try HistogramCodec.decode(bytes).deallocate()
            return nil
        } catch {
            return error
        }
    }

    @Test func everyTruncationIsRefused() throws {
        let base = try base { _ in }
        let whole = try withHistogram { histogram in
            KnownAnswer.record(into: histogram)
            return HistogramCodec.encodeCompressed(histogram)
        }
        #expect((0..<base.count).allSatisfy { error(Array(base.prefix($0))) != nil })
        #expect((0..<whole.count).allSatisfy { error(Array(whole.prefix($0))) != nil })
        #expect(error([]) == .truncated(needed: 4, got: 0))
        #expect(error(base + [0]) == .trailing(byteCount: 1))
    }

    @Test func everyOtherConfigurationIsRefused() throws {
        #expect(error(try base { $0[3] = 0x11 }) == .unknownCookie(0x1c84_9311))
        #expect(
            error(try base { $0[11] = 1 }) == .unsupported(field: "index offset", value: "1"))
        #expect(
            error(try base { $0[15] = 5 }) == .unsupported(field: "number of digits", value: "5"))
        #expect(
            error(try base { $0[23] = 2 }) == .unsupported(field: "lowest value", value: "2"))
        #expect(
            error(
                try base {
                    $0[32] = 0x40; $0[33] = 0
                })
                == .unsupported(field: "ratio", value: "2.0"))
    }

    @Test func countsOutsideTheRangeAreRefused() throws {
        #expect(error(try base(counts: [-33420, 1])) == nil)
        #expect(error(try base(counts: [-33421, 1])) == .cellOutOfRange(33421))
        #expect(error(try base(counts: [.min])) != nil)
        #expect(error(try base(counts: [-33421, -33421, -33421])) != nil)
        #expect(error(try base(counts: [.max, .max, 1])) == nil)
        #expect(error(try base(counts: [.max, .max, .max])) == .countOverflow)
    }

    @Test func aStreamThatIsNoZlibIsRefused() throws {
        let bytes: [UInt8] = [0x1c, 0x84, 0x93, 0x14, 0, 0, 0, 2, 1, 2]
        // -3 is Z_DATA_ERROR.
        #expect(error(bytes) == .badCompression(code: -3))
    }

    @Test func aStreamThatGrowsBeyondAnyHistogramIsRefused() throws {
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        var stream = [UInt8](repeating: 0, count: 1 << 16)
        var length = UInt(stream.count)
        #expect(compress2(&stream, &length, zeros, UInt(zeros.count), 9) == 0)
        let header: [UInt8] = [
            0x1c, 0x84, 0x93, 0x14, 0, 0, UInt8(length >> 8), UInt8(length & 255),
        ]
        // -5 is Z_BUF_ERROR.
        #expect(error(header + stream.prefix(Int(length))) == .badCompression(code: -5))
    }

    /// Random damage gives a histogram or an error, never a trap.
    @Test func damageNeverTraps() throws {
        let whole = try base { _ in }
        let compressed = try withHistogram { histogram in
            KnownAnswer.record(into: histogram)
            return HistogramCodec.encodeCompressed(histogram)
        }
        let random = IndexedRandom(seed: 1, stream: "damage")
        var refused = 0
        for round in 0..<4000 as Range<UInt64> {
            var bytes = round % 2 == 0 ? whole : compressed
            for change in 0..<(1 + random[round] % 4) {
                let bits = random[10_000 + round * 4 + change]
                bytes[Int(bits % UInt64(bytes.count))] = UInt8(bits >> 56)
            }
            if error(bytes) != nil { refused += 1 }
        }
        #expect(refused > 2000)
    }
}

@Suite struct Base64Tests {
    /// The vectors of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func agreesWithTheStandard(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: [
        "A", "AB", "ABC", "AB=C", "A===", "====", "Zh==", "Zm9=", "Zg=\n", "Zé==", "Zm9v Zg=",
    ])
    func whatIsNotBase64IsRefused(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func everyByteSurvives() {
        let bytes = (0..<3).flatMap { start in (start..<256).map { UInt8($0) } }
        for count in 0..<bytes.count where count % 7 < 4 {
            let some = Array(bytes.prefix(count))
            #expect(Base64.decode(Base64.encode(some)) == some)
        }
    }
}

@Suite struct VariableLengthIntegerTests {
    @Test(
        arguments: [
            (0, [0]), (-1, [1]), (1, [2]), (63, [126]), (-64, [127]), (64, [128, 1]),
            (.max, [254, 255, 255, 255, 255, 255, 255, 255, 255]),
            (.min, [255, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] as [(Int64, [UInt8])])
    func agreesWithTheDefinition(value: Int64, bytes: [UInt8]) {
        var written: [UInt8] = []
        VariableLengthInteger.append(value, to: &written)
        #expect(written == bytes)
        var position = 0
        #expect(VariableLengthInteger.read(bytes[...], at: &position) == value)
        #expect(position == bytes.count)
    }

    @Test func everyPowerOfTwoSurvives() {
        for bit in 0..<63 {
            for value in [Int64(1) << bit, (Int64(1) << bit) - 1, -(Int64(1) << bit)] {
                var written: [UInt8] = []
                VariableLengthInteger.append(value, to: &written)
                var position = 0
                #expect(VariableLengthInteger.read(written[...], at: &position) == value)
            }
        }
    }

    @Test func anEndInTheMiddleIsSeen() {
        var position = 0
        #expect(VariableLengthInteger.read([128, 128], at: &position) == nil)
    }
}
