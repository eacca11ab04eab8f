import Testing
import UrrPlatform

struct Murmur2Tests {
    /// Values that Kafka's own tests fix (`UtilsTest.testMurmur2`), as signed 32-bit numbers.
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func hashesLikeKafka(key: String, expected: Int32) {
        var key = key
        let hash = key.withUTF8 { murmur2(UnsafeRawBufferPointer($0)) }
        #expect(Int32(bitPattern: hash) == expected)
    }

    @Test func partitionsClearTheSignBit() {
        #expect(partition(forKeyHash: 0x8000_0000, partitions: 7) == 0)
        #expect(partition(forKeyHash: 0xffff_ffff, partitions: 7) == 0x7fff_ffff % 7)
        #expect(partition(forKeyHash: 5, partitions: 3) == 2)
    }
}
