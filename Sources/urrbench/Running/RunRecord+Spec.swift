import Foundation
import UrrResults
import UrrWorkload

extension RunRecord {
    /// The workload that was run, from the document in the record. It is not checked against this
    /// machine's memory: it was run, so it fitted into that of its own.
    func workloadSpec() throws -> WorkloadSpec {
        let document = try JSONEncoder().encode(workload.document)
        return try WorkloadFile.decode(
            Array(document), displayName: workload.name, checks: .forAnyMachine
        ).spec
    }
}
