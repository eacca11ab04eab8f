import UrrEvents
import UrrPlatform

extension WorkloadDecoder {
    /// What a producer's messages say; nil where that is unusable.
    func events(_ node: DecodingNode) -> EventsSpec? {
        let onlyPayments = ["mix", "paymentTypes", "withoutType", "amount"]
        guard let object = node.object(["service"] + onlyPayments),
            let service = object.required("service")?.choice(EventsSpec.Service.self)
        else { return nil }
        if service != .payment {
            for key in onlyPayments where object.has(key) {
                log.report(
                    object.path.appending(key), "must be given only for \"payment-service\"")
            }
        }
        let payments: [EventKind] = [.paymentConfirmed, .paymentRefunded]
        var spec = EventsSpec(service)
        spec.mix =
            object.optional("mix").flatMap { weights($0, payments, \.word) } ?? spec.mix
        spec.paymentTypes =
            object.optional("paymentTypes").flatMap { weights($0, PaymentType.allCases, \.word) }
            ?? spec.paymentTypes
        spec.withoutType = object.optional("withoutType")?.number(0...1) ?? spec.withoutType
        spec.amount = object.optional("amount").flatMap(amounts) ?? spec.amount
        return spec
    }

    /// Weights by word, at least one above 0.
    private func weights<Choice: Hashable>(
        _ node: DecodingNode, _ choices: [Choice], _ word: (Choice) -> String
    ) -> [Choice: Double]? {
        guard let object = node.object(choices.map(word)) else { return nil }
        guard !object.members.isEmpty else { return node.fail("must have at least one weight") }
        var weights: [Choice: Double] = [:]
        for choice in choices {
            guard let given = object.optional(word(choice)) else { continue }
            weights[choice] = given.number(0...WorkloadLimits.eventWeight)
        }
        guard weights.values.contains(where: { $0 > 0 }) else {
            return node.fail("must have a weight greater than 0")
        }
        return weights
    }

    private func amounts(_ node: DecodingNode) -> ClosedRange<Int>? {
        let range = 0...WorkloadLimits.amount
        guard let object = node.object(["minimum", "maximum"]),
            let minimum = object.required("minimum")?.integer(range),
            let maximum = object.required("maximum")?.integer(range)
        else { return nil }
        guard minimum <= maximum else {
            return node.fail("must have \"minimum\" up to \"maximum\"")
        }
        return minimum...maximum
    }

    /// The scheduler of a waiting room; nil where it is unusable.
    func activation(_ node: DecodingNode) -> ActivationSpec? {
        guard let object = node.object(["atMost", "every", "room"]),
            let atMost = object.required("atMost")?.integer(1...WorkloadLimits.batch),
            let every = object.required("every")?.duration(1_000_000...WorkloadLimits.phase)
        else { return nil }
        var spec = ActivationSpec(atMost: atMost, every: every)
        spec.room = object.optional("room")?.integer(1...WorkloadLimits.waitingRoom) ?? spec.room
        return spec
    }
}
