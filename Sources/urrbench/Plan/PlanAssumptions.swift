import UrrReport
import UrrResults
import UrrWorkload

/// What a plan takes for granted, for its reader.
enum PlanAssumptions {
    /// `machine` is where the runs were computed.
    static func texts(_ setup: PlanSetup, on machine: MachineRecord) -> [String] {
        let workload = setup.workload
        var texts = [
            "Everything here was simulated in virtual time by the engine that runs real loads, or "
                + "computed; nothing was measured on a broker. The broker and the network take no "
                + "time: service times of the file have to contain them.",
            setup.calibration?.explanation(on: machine)
                ?? "The consumers' own overhead takes no time either; --calibration would take it "
                + "from a measured result.",
            "Service times, arrivals, keys and their scatter are those of the file, with one seed.",
            "The other groups, the file's faults and its thresholds are left out: groups read "
                + "independently of each other.",
            "The log holds whatever is sent; a message takes the mean size of the file and "
                + "\(WorkloadLimits.recordIndexBytes) bytes of index.",
            "A day has one such measured phase; for the rest of it the rate outside the rush holds, "
                + "\(Quantity.rate(workload.load.baselinePerSecond)).",
        ]
        if workload.load.scale != 1 {
            texts.append(
                "Every rate of the file was multiplied by "
                    + "\(Quantity.number(workload.load.scale)) to reach the peak that was asked "
                    + "for.")
        }
        let hasBursts = workload.spec.producers.contains { producer in
            if case .burst = producer.arrivals.executor { true } else { false }
        }
        if hasBursts {
            texts.append(
                "The peak of bursts is their mean rate, and loads at the peak are of that; the runs "
                    + "have every burst as it is.")
        }
        if !workload.readsQueue {
            texts.append(
                "More consumers never hurt; partitions were searched over multiples of the "
                    + "consumers, then between two of them.")
        }
        return texts
    }
}
