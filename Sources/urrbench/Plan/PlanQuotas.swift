import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// Puts the quotas of a service beside what a plan needs of them.
enum PlanQuotas {
    static func judge(
        _ profile: ServiceProfile, _ setup: PlanSetup, _ answer: PlanAnswer
    ) -> PlanProfileRecord {
        let need = Need(profile: profile, setup: setup, answer: answer)
        return PlanProfileRecord(
            name: profile.name, title: profile.title,
            quotas: profile.quotas.map { quota in
                let reckoned = need.of(quota)
                let remarks = [reckoned.how, quota.remark].filter { !$0.isEmpty }
                return PlanQuotaRecord(
                    quantity: quota.quantity.rawValue, limit: reckoned.limit ?? quota.limit,
                    needed: reckoned.needed, unit: quota.quantity.unit,
                    strictness: quota.strictness.rawValue,
                    remark: remarks.joined(separator: "; "), source: quota.source,
                    date: quota.date)
            })
    }

    private struct Need {
        let profile: ServiceProfile
        let setup: PlanSetup
        let answer: PlanAnswer

        struct Reckoned {
            var needed: Double?
            /// Where the limit is not the quota's number itself.
            var limit: Double?
            var how: String
        }

        func of(_ quota: ServiceProfile.Quota) -> Reckoned {
            let load = answer.load
            switch quota.quantity {
            case .messagesPerSecond:
                return Reckoned(needed: load.groupPeakPerSecond, how: "the peak")
            case .messagesPerSecondPerKey:
                return Reckoned(
                    needed: load.groupPeakPerSecond * load.hottestKeyShare,
                    how: "the peak x the hottest key's share")
            case .inFlight: return inFlight()
            case .partitionsPerBroker, .partitionsPerCluster, .memoryPerPartition:
                return partitions(quota)
            case .memory:
                return Reckoned(
                    needed: answer.storage.retainedBytes, how: "what the retention keeps")
            case .messageSize:
                return Reckoned(needed: largestMessage, how: "the largest message")
            case .retention:
                return Reckoned(needed: Double(setup.retention), how: "the retention")
            }
        }

        private func inFlight() -> Reckoned {
            let consumer = setup.workload.spec.consumers[0]
            let batch = profile.batch ?? consumer.receiving?.batch ?? consumer.concurrency
            return Reckoned(
                needed: Double(answer.size.consumers * batch),
                how: "consumers x \(batch) taken at a time")
        }

        private func partitions(_ quota: ServiceProfile.Quota) -> Reckoned {
            guard let partitions = answer.size.partitions else {
                return Reckoned(how: "a queue has no partitions")
            }
            let topics = setup.workload.spec.consumers[0].topicIndexes.count
            let replicas = Double(partitions * topics * setup.replication)
            let brokers = Double(profile.brokers ?? 1)
            let count = topics == 1 ? "" : " x \(topics) topics"
            let how = "\(partitions) partitions\(count) x \(setup.replication) copies"
            switch quota.quantity {
            case .partitionsPerBroker:
                return Reckoned(
                    needed: (replicas / brokers).rounded(.up),
                    how: how + " on \(Int(brokers)) brokers")
            case .memoryPerPartition:
                return Reckoned(
                    needed: replicas * quota.limit,
                    limit: brokers * Double(profile.brokerMemory ?? 0),
                    how: how + " x \(Quantity.bytes(quota.limit)), against the memory of "
                        + "\(Int(brokers)) brokers")
            default: return Reckoned(needed: replicas, how: how)
            }
        }

        /// The largest size of the file's own messages, not of the simulated ones.
        private var largestMessage: Double {
            let spec = setup.base.spec
            let name = setup.workload.spec.consumers[0].group
            guard let consumer = spec.consumers.first(where: { $0.group == name }) else { return 0 }
            let sizes = PlanWorkload.producers(of: consumer, spec).map {
                $0.messageSize.largestBytes ?? spec.maximumMessageSize(of: $0.target)
            }
            return Double(sizes.max() ?? 0)
        }
    }
}
