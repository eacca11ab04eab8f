import UrrEvents
import UrrResults

extension RecordBuilder {
    /// What a group's service came to; nil for a group without one.
    func service(_ index: Int) -> ServiceRecord? {
        guard let found = outcome.services[index] else { return nil }
        return ServiceRecord(
            name: found.handler.rawValue, figures: found.figures.map(figure),
            published: found.published.map(figure), difference: found.difference,
            amountDifference: found.amountDifference, isComplete: found.isComplete,
            heldMessages: found.held.messages, heldBytes: found.held.bytes)
    }

    private func figure(_ figure: ServiceFindings.Figure) -> ServiceRecord.Figure {
        ServiceRecord.Figure(
            name: EventFigure.names[figure.number], sent: figure.sent.count,
            sentAmount: figure.sent.amount, counted: figure.counted.count,
            countedAmount: figure.counted.amount, again: figure.again.count)
    }
}
