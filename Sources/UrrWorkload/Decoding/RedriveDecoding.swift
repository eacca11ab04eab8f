import UrrPlatform

extension WorkloadDecoder {
    private static let redriveKeys = ["from", "to", "at", "every", "rate", "limit"]

    /// One entry of `redrives`; nil where too little of it is sound.
    func redriveSchedule(_ node: DecodingNode, _ known: Destinations) -> RedriveScheduleSpec? {
        guard let object = node.object(Self.redriveKeys) else { return nil }
        let times = faultTimes(object)
        let rate = object.optional("rate")?.number(0...WorkloadLimits.rate, aboveLower: true)
        let limit = object.optional("limit")?.integer(WorkloadLimits.queueMessages)
        let from = object.required("from").flatMap { queueReference($0, known) }
        let to = object.optional("to").flatMap { queueReference($0, known) }
        guard let from, let times else { return nil }
        let sources = known.queues.indices.filter {
            known.queues[$0].redrive?.deadLetterQueueIndex == from
        }
        let path = object.path.appending("from")
        let got = JSONValue.string(known.queues[from].name).excerpt
        guard let home = sources.first else {
            log.report(path, "must be the dead-letter queue of a queue", got: got)
            return nil
        }
        guard sources.count == 1 else {
            // A message does not say which of them it is of.
            log.report(path, "must be the dead-letter queue of one queue only", got: got)
            return nil
        }
        if let to, to != home {
            log.report(
                object.path.appending("to"),
                "must be \"\(known.queues[home].name)\", the queue whose dead letters these are",
                got: JSONValue.string(known.queues[to].name).excerpt)
            return nil
        }
        return RedriveScheduleSpec(
            source: known.queues[from].name, sourceIndex: from, destinationIndex: home,
            times: times, rate: rate ?? RedriveScheduleSpec.defaultRate, limit: limit)
    }

    /// The index of the queue that a text names.
    private func queueReference(_ node: DecodingNode, _ known: Destinations) -> Int? {
        guard let name = node.name() else { return nil }
        if let index = known.queue(name) { return index }
        let hint = didYouMean(name, among: known.queues.map(\.name), plural: "queues")
        return node.fail("must be a queue of this file; " + hint)
    }
}
