import Foundation
import Testing
import UrrEvents

@Suite("Events as JSON")
struct EventTemplateTests {
    private static let fields = EventFields(
        entity: 0xdead_beef_0000_0001, saga: 42, user: 0xffff_ffff_ffff_ffff,
        amount: 129_900, timestamp: 1_763_700_000_000)
    private static let trace = (0..<40).map { UInt8($0 * 6 + 5) }

    private static func message(
        _ form: EventForm, _ fields: EventFields = fields, extra: Int = 20
    ) -> [UInt8] {
        let template = EventTemplate(form)
        var bytes = [UInt8](repeating: 0, count: template.smallestByteCount + extra)
        bytes.withUnsafeMutableBytes { bytes in
            trace.withUnsafeBytes { trace in
                guard let target = bytes.baseAddress, let source = trace.baseAddress else { return }
                template.write(fields, trace: source, byteCount: bytes.count, to: target)
            }
        }
        return bytes
    }

    private static func read(_ form: EventForm, _ bytes: [UInt8]) -> (EventFields?, [UInt8]) {
        let template = EventTemplate(form)
        var trace = [UInt8](repeating: 0, count: 40)
        let fields = bytes.withUnsafeBytes { bytes in
            trace.withUnsafeMutableBytes { trace -> EventFields? in
                guard let target = trace.baseAddress else { return nil }
                return template.read(bytes, trace: target)
            }
        }
        return (fields, trace)
    }

    @Test("any JSON reader understands every form", arguments: EventForm.all)
    func isJSON(form: EventForm) throws {
        let bytes = Self.message(form)
        let whole = try #require(
            JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let data = try #require(whole["data"] as? [String: Any])
        #expect(whole["version"] as? Int == (form.isFirstVersion ? 1 : 2))
        #expect((whole["trace"] as? String)?.count == 80)
        #expect(data["userId"] as? String == "user-ffffffffffffffff")
        switch form.kind {
        case .admitted: #expect(data["action"] as? String == "admitted")
        default:
            #expect(data["type"] as? String == (form.isFirstVersion ? nil : form.kind.word))
        }
        switch form.kind {
        case .queueEntered, .admitted: #expect(data["amount"] == nil)
        default: #expect(data["amount"] as? Int == 129_900)
        }
        let times = ["timestamp", "confirmedAt", "refundedAt"].compactMap { data[$0] as? Int }
        #expect(times == [1_763_700_000_000])
        #expect(data["note"] as? String == String(repeating: "x", count: 20))
    }

    @Test("the first version tells a refund by its fields alone")
    func firstVersion() throws {
        for (kind, field) in [
            (EventKind.paymentConfirmed, "confirmedAt"), (.paymentRefunded, "refundedAt"),
        ] {
            let bytes = Self.message(EventForm(kind, isFirstVersion: true))
            let whole = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            let data = try #require(whole?["data"] as? [String: Any])
            #expect(data[field] != nil)
            #expect(data["type"] == nil)
        }
    }

    @Test("what was written is read", arguments: EventForm.all)
    func roundTrip(form: EventForm) {
        var generator = SystemRandomNumberGenerator()
        for extra in [0, 1, 7, 8, 100] {
            let fields = EventFields(
                entity: generator.next(), saga: generator.next(), user: generator.next(),
                amount: .random(in: 0...EventFields.largestAmount),
                timestamp: .random(in: 0...EventFields.largestTimestamp))
            let (read, trace) = Self.read(form, Self.message(form, fields, extra: extra))
            var expected = fields
            if form.isFirstVersion { expected.saga = 0 }
            switch form.kind {
            case .queueEntered: expected.entity = 0; expected.saga = 0; expected.amount = 0
            case .admitted: expected.amount = 0
            default: break
            }
            #expect(read == expected)
            #expect(trace == Self.trace)
        }
    }

    @Test("the edges of numbers", arguments: [0, 9, 10, 99, 100, EventFields.largestAmount])
    func amounts(amount: UInt64) {
        var fields = Self.fields
        fields.amount = amount
        fields.timestamp = amount
        let form = EventForm(.paymentConfirmed)
        #expect(Self.read(form, Self.message(form, fields)).0 == fields)
    }

    @Test("a byte that was changed to something else never goes unseen", arguments: EventForm.all)
    func damage(form: EventForm) {
        let good = Self.message(form)
        let (fields, trace) = Self.read(form, good)
        #expect(fields != nil)
        for place in good.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xff] {
                var bad = good
                bad[place] ^= change
                let (seen, seenTrace) = Self.read(form, bad)
                // A digit that became another digit shows in the fields or the trace.
                #expect(seen == nil || seen != fields || seenTrace != trace, "byte \(place)")
            }
        }
    }

    @Test("a message that is too short is not read")
    func short() {
        let form = EventForm(.paymentConfirmed)
        let good = Self.message(form, extra: 0)
        for count in 0..<good.count { #expect(Self.read(form, Array(good.prefix(count))).0 == nil) }
    }

    @Test("the catalogue finds the form of each message, whatever is guessed")
    func catalogue() {
        let catalogue = EventCatalogue()
        var trace = [UInt8](repeating: 0, count: 40)
        for (number, form) in EventForm.all.enumerated() {
            let bytes = Self.message(form)
            for guess in EventForm.all.indices {
                let reading = bytes.withUnsafeBytes { bytes in
                    catalogue.codec.read(bytes, guess: guess, trace: &trace)
                }
                #expect(reading?.form == number)
            }
        }
        let nothing = [UInt8](repeating: 0x7b, count: 400)
        let reading = nothing.withUnsafeBytes {
            catalogue.codec.read($0, guess: 0, trace: &trace)
        }
        #expect(reading == nil)
        #expect(EventForm.all.count == 15)
    }
}
