import Testing
import UrrStore

@Suite("Event keys")
struct EventKeyTests {
    @Test("the text form gives the key back")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        var text = [UInt8](repeating: 0, count: EventKey.textByteCount)
        for _ in 0..<1000 {
            let key = EventKey(high: generator.next(), low: generator.next())
            key.writeText(to: &text)
            #expect(EventKey(text: text) == key)
        }
    }

    @Test("the text form is 32 lower-case digits")
    func form() {
        var text = [UInt8](repeating: 0, count: EventKey.textByteCount)
        EventKey(high: 0x0123_4567_89ab_cdef, low: 255).writeText(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "0123456789abcdef00000000000000ff")
    }

    @Test(
        "what is not a text form has no key",
        arguments: ["0123456789ABCDEF0000000000000000", "g123456789abcdef0000000000000000"])
    func refused(text: String) {
        #expect(EventKey(text: Array(text.utf8)) == nil)
    }
}
