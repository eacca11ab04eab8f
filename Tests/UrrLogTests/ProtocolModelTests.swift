import Testing
import UrrTestSupport

/// The protocols of the log as Promela models, checked exhaustively: every interleaving of
/// appenders, readers and discarding, a producer that dies at any point of an append, somebody who
/// abandons its record, and the way of a partition from one member of a group to another. Each
/// model is also shown to find what it is there to find.
@Suite(.enabled(if: ModelChecker.isInstalled, ModelChecker.absence))
struct ProtocolModelTests {
    /// Records, slots and faults, as macros of the model.
    static var sharedSettings: [String] {
        let size = LongForm.isOn ? "RECORDS=4" : "RECORDS=3"
        return [
            "SLOTS=2", "SLOTS=2 OVERWRITES=0", "SLOTS=2 DIES=1", "SLOTS=2 DIES=1 OVERWRITES=0",
            "SLOTS=2 DIES=1 ABANDONS=1", "SLOTS=2 DIES=1 ABANDONS=1 OVERWRITES=0",
            "SLOTS=3 DIES=1 ABANDONS=1",
        ].map { size + " " + $0 }
    }

    static var reclaimSettings: [String] {
        let short = [
            "CAPACITY=2 READERS=2 LAST=5", "CAPACITY=3 READERS=2 LAST=5 OVERWRITE",
            "CAPACITY=2 READERS=1 LAST=4 SHARED", "CAPACITY=2 READERS=1 LAST=4 SHARED OVERWRITE",
        ]
        let long = [
            "CAPACITY=3 READERS=2 LAST=7 OVERWRITE", "CAPACITY=2 READERS=3 LAST=5 OVERWRITE",
            "CAPACITY=3 READERS=2 LAST=7", "CAPACITY=3 READERS=1 LAST=6 SHARED",
            "CAPACITY=3 READERS=1 LAST=6 SHARED OVERWRITE", "CAPACITY=2 READERS=2 LAST=3 SHARED",
        ]
        return short + (LongForm.isOn ? long : [])
    }

    @Test(arguments: sharedSettings)
    func everyRecordComesUnharmedOrNotAtAll(macros: String) throws {
        #expect(try !ModelChecker.findsMistake("shared_log.pml", macros))
    }

    @Test(arguments: reclaimSettings)
    func nothingThatIsReadIsWrittenOver(macros: String) throws {
        #expect(try !ModelChecker.findsMistake("reclaim.pml", macros))
    }

    @Test func aPartitionHasOneMember() throws {
        #expect(try !ModelChecker.findsMistake("lease.pml", LongForm.isOn ? "CALLS=30" : "CALLS=5"))
    }

    /// What the models find where a part of the protocol is left out.
    @Test(
        arguments: [
            ("shared_log.pml", "RECORDS=3 SLOTS=2 WITHOUT_HOLDS"),
            ("shared_log.pml", "RECORDS=3 SLOTS=2 WITHOUT_MARK_CHECK"),
            ("shared_log.pml", "RECORDS=3 SLOTS=2 WITHOUT_COMPARING"),
            ("shared_log.pml", "RECORDS=4 SLOTS=2 WITHOUT_LOOKING_AGAIN"),
            ("reclaim.pml", "CAPACITY=2 READERS=1 LAST=4 OVERWRITE WITHOUT_SECOND_LOOK"),
            ("reclaim.pml", "CAPACITY=2 READERS=1 LAST=4 OVERWRITE WITHOUT_PIN"),
            ("reclaim.pml", "CAPACITY=2 READERS=1 LAST=4 SHARED OVERWRITE WITHOUT_MARK_CHECK"),
            ("lease.pml", "WITHOUT_ORDER"), ("lease.pml", "WITHOUT_WAIT"),
        ])
    func everyPartIsNeeded(model: String, macros: String) throws {
        #expect(try ModelChecker.findsMistake(model, macros))
    }
}
