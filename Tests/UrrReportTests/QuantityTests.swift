import Testing

@testable import UrrReport

struct QuantityTests {
    @Test(
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (141_220, "141,220"),
            (1_234_567, "1,234,567"), (UInt64.max, "18,446,744,073,709,551,615"),
        ] as [(UInt64, String)])
    func countsHaveSeparators(value: UInt64, text: String) {
        #expect(Quantity.count(value) == text)
    }

    @Test func negativeCountsKeepTheirSign() {
        #expect(Quantity.count(Int64(-1234)) == "-1,234")
        #expect(Quantity.count(Int64.min) == "-9,223,372,036,854,775,808")
    }

    @Test(
        arguments: [
            (0, "0 ns"), (7, "7 ns"), (999, "999 ns"), (1000, "1.00 us"), (1204, "1.20 us"),
            (1205, "1.21 us"), (9_994, "9.99 us"), (9_995, "10.0 us"), (99_949, "99.9 us"),
            (99_950, "100 us"), (999_499, "999 us"), (999_500, "1.00 ms"), (35_249_000, "35.2 ms"),
            (999_499_999, "999 ms"), (999_500_000, "1.00 s"), (4_900_000_000, "4.90 s"),
            (95_000_000_000, "95.0 s"), (999_499_999_999, "999 s"), (1_830_000_000_000, "1,830 s"),
            (-1500, "-1.50 us"), (Int64.max, "9,223,372,037 s"),
        ] as [(Int64, String)])
    func durationsHaveThreeDigits(nanoseconds: Int64, text: String) {
        #expect(Quantity.duration(nanoseconds) == text)
    }

    @Test func durationsInSecondsThatAreNoNumber() {
        #expect(Quantity.duration(seconds: 4.9) == "4.90 s")
        #expect(Quantity.duration(seconds: .nan) == "-")
        #expect(Quantity.duration(seconds: .infinity) == "-")
    }

    @Test(
        arguments: [
            (0, "0.000"), (0.0004, "0.000"), (0.1234, "0.123"), (1.005, "1.00"), (9.994, "9.99"),
            (9.996, "10.0"), (99.94, "99.9"), (99.96, "100"), (49_812.4, "49,812"),
            (-3.25, "-3.25"),
            (.nan, "-"), (.infinity, "-"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(Quantity.number(value) == text)
    }

    @Test(
        arguments: [
            (1, "100 %"), (0.999_999, "> 99.99 %"), (0.9998, "99.98 %"), (0.4523, "45.2 %"),
            (0.004, "0.40 %"), (0.000_01, "< 0.01 %"), (0, "0 %"), (1.5, "150.00 %"),
            (.nan, "-"),
        ] as [(Double, String)])
    func percentDoesNotHideTheRest(share: Double, text: String) {
        #expect(Quantity.percent(share) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"),
            (8 << 30, "8.0 GiB"), (UInt64.max, "16.0 EiB"),
        ] as [(UInt64, String)])
    func bytes(value: UInt64, text: String) {
        #expect(Quantity.bytes(value) == text)
    }
}
