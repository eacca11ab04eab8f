import UrrEvents
import UrrPlatform
import UrrWorkload

/// What a group's service came to, beside the books of those who sent what it reads.
public struct ServiceFindings: Sendable {
    /// One kind of event.
    public struct Figure: Sendable {
        /// Number of the figure; see `EventFigure`.
        public var number: Int
        /// What the senders' books say.
        public var sent: EventSum
        /// What the service counted, without what it counted again.
        public var counted: EventSum
        /// What it counted again, because it has no store.
        public var again: EventSum
    }

    /// What the service is.
    public var handler: HandlerKind
    /// The figures that occur.
    public var figures: [Figure] = []
    /// What it published: each event once by effect (`sent` is what its effects ask for), and those
    /// that it published again.
    public var published: [Figure] = []
    /// Events by which the books differ.
    public var difference: UInt64 = 0
    /// Money by which they differ, in the smallest unit of the currency.
    public var amountDifference: UInt64 = 0
    /// Whether every event of the books was handled, so that they have to be equal.
    public var isComplete = false
    /// Most messages that its members had in their hands.
    public var held = HeldMessages()
}

/// Compares the books of the services with those of the senders. Where every event was handled they
/// are equal to the last unit; where some were not, no figure is above what was sent.
struct ServiceAudit {
    let name: String
    /// Everything that may keep books from being equal without being wrong: lost, left, discarded.
    let missing: UInt64

    /// The figures of both sides, and the first that differs, in words.
    func compare(
        sent: EventFigures, counted: EventFigures, again: EventFigures, what: String,
        into findings: inout ServiceFindings
    ) -> (figures: [ServiceFindings.Figure], violations: UInt64, first: String?) {
        var figures: [ServiceFindings.Figure] = []
        var violations: UInt64 = 0
        var first: String?
        for number in 0..<EventFigure.count {
            let repeated = again.sums[number]
            var own = counted.sums[number]
            own.count -= repeated.count
            own.amount &-= repeated.amount
            let figure = ServiceFindings.Figure(
                number: number, sent: sent.sums[number], counted: own, again: repeated)
            guard figure.sent.count + own.count + repeated.count > 0 else { continue }
            figures.append(figure)
            let wrong = difference(figure, &findings)
            violations += wrong
            if wrong > 0, first == nil { first = text(figure, what) }
        }
        return (figures, violations, first)
    }

    /// Events by which a figure is wrong; one where only the money is.
    private func difference(
        _ figure: ServiceFindings.Figure, _ findings: inout ServiceFindings
    ) -> UInt64 {
        let sent = figure.sent
        let counted = figure.counted
        let isAbove = counted.count > sent.count
        guard missing == 0 || isAbove else { return 0 }
        let events = isAbove ? counted.count - sent.count : sent.count - counted.count
        let money =
            counted.amount > sent.amount
            ? counted.amount - sent.amount : sent.amount - counted.amount
        findings.difference += events
        findings.amountDifference += money
        return events == 0 && money > 0 ? 1 : events
    }

    private func text(_ figure: ServiceFindings.Figure, _ what: String) -> String {
        "\(name), \(EventFigure.names[figure.number]): \(what) \(figure.sent.count) events of "
            + "\(figure.sent.amount) together, got \(figure.counted.count) of "
            + "\(figure.counted.amount)"
    }
}

extension RunSession {
    /// Closes the books of the services and adds what is wrong to the findings of their groups.
    func closeServiceBooks(_ outcome: RunOutcome) {
        outcome.services = plan.groups.indices.map { group in
            plan.groups[group].handler == .none ? nil : service(group, outcome)
        }
    }

    private func service(_ group: Int, _ outcome: RunOutcome) -> ServiceFindings {
        let found = outcome.findings[group]
        let tally = outcome.consumers.tallies[group]
        let letters =
            plan.groups[group].receiving.map { outcome.queues[$0.queue].deadLettered.reduce(0, +) }
            ?? 0
        let audit = ServiceAudit(
            name: plan.groups[group].name,
            missing: found.lost + found.unhandledAtEnd + found.outOfRange + found.undecided
                + tally.corrupted + letters + (plan.verifies ? 0 : 1))
        var result = ServiceFindings(handler: plan.groups[group].handler)
        result.isComplete = audit.missing == 0
        let applied = sum { $0.applied[group] }
        let again = sum { $0.again[group] }
        let read = audit.compare(
            sent: books(readBy: group), counted: applied, again: again, what: "sent were",
            into: &result)
        result.figures = read.figures
        note(read, group, outcome)
        if plan.groups[group].handler == .ticketService {
            var effects = applied
            effects.subtract(again)
            let published = audit.compare(
                sent: effects.followUps, counted: published(by: group, \.published),
                again: EventFigures(), what: "its effects ask for", into: &result)
            let repeated = self.published(by: group, \.publishedAgain)
            result.published = published.figures.map { figure in
                var figure = figure
                figure.again = repeated.sums[figure.number]
                return figure
            }
            note(published, group, outcome)
        }
        for worker in 0..<plan.consumerWorkers {
            if let held = ending(worker).held[group] { result.held.add(held) }
        }
        return result
    }

    private func note(
        _ found: (figures: [ServiceFindings.Figure], violations: UInt64, first: String?),
        _ group: Int, _ outcome: RunOutcome
    ) {
        outcome.findings[group].violations += found.violations
        guard let first = found.first,
            outcome.findings[group].firstViolations.count < GroupAudit.violationTexts
        else { return }
        outcome.findings[group].firstViolations.append(first)
    }

    private func ending(_ consumer: Int) -> ServiceEnding {
        endings[plan.producerWorkers + consumer].services
    }

    private func sum(_ part: (ServiceEnding) -> EventFigures?) -> EventFigures {
        var sum = EventFigures()
        for worker in 0..<plan.consumerWorkers {
            if let figures = part(ending(worker)) { sum.add(figures) }
        }
        return sum
    }

    /// What was sent to what a group reads.
    private func books(readBy group: Int) -> EventFigures {
        var books = EventFigures()
        for (entry, producer) in plan.producers.enumerated()
        where plan.reads(group: group, producer) {
            books.add(sum { $0.published[entry] })
            for worker in 0..<plan.producerWorkers {
                if let own = endings[worker].events[entry] { books.add(own) }
            }
        }
        return books
    }

    private func published(
        by group: Int, _ part: KeyPath<ServiceEnding, [Int: EventFigures]>
    ) -> EventFigures {
        var published = EventFigures()
        for entry in plan.producers.indices where plan.producers[entry].followUpOf == group {
            published.add(sum { $0[keyPath: part][entry] })
        }
        return published
    }

    /// What a service published again as an entry.
    func publishedAgain(_ entry: Int) -> EventFigures { sum { $0.publishedAgain[entry] } }
}
