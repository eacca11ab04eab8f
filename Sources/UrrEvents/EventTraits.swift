/// What follows from the form of a message alone.
@frozen
public struct EventTraits: Sendable {
    /// What the message says.
    public let kind: EventKind
    /// Number of the figure that it is counted under; see `EventFigure`.
    public let figure: Int
    /// Number of the form of the event that the ticket service publishes when it has handled the
    /// message; -1 where it publishes none.
    public let followUp: Int
    /// Whether it says what it is about.
    public let hasEntity: Bool
    /// Whether it names its transaction.
    public let hasSaga: Bool
    /// Whether it is about money.
    public let hasAmount: Bool

    init(_ form: EventForm) {
        kind = form.kind
        figure = EventFigure.number(form)
        followUp = Self.followUp(form).flatMap { EventForm.all.firstIndex(of: $0) } ?? -1
        hasEntity = form.kind != .queueEntered
        hasSaga = hasEntity && !form.isFirstVersion
        hasAmount = hasEntity && form.kind != .admitted
    }

    /// The fields of a message of this form, where those that it does not have are 0.
    @inlinable
    public func visible(_ fields: EventFields) -> EventFields {
        EventFields(
            entity: hasEntity ? fields.entity : 0, saga: hasSaga ? fields.saga : 0,
            user: fields.user, amount: hasAmount ? fields.amount : 0, timestamp: fields.timestamp)
    }

    /// A payment confirms a reservation, completes a transfer or activates a membership; a refund
    /// cancels the reservation.
    static func followUp(_ form: EventForm) -> EventForm? {
        switch (form.kind, form.paymentType) {
        case (.paymentConfirmed, .reservation): EventForm(.reservationConfirmed)
        case (.paymentConfirmed, .transfer): EventForm(.transferCompleted)
        case (.paymentConfirmed, .membership): EventForm(.membershipActivated)
        case (.paymentRefunded, _): EventForm(.reservationCancelled)
        default: nil
        }
    }
}

/// What is counted and added up apart: payments by type and what they are for, all else by type.
public enum EventFigure {
    /// How many figures there are.
    public static let count = names.count

    /// Their names, by number.
    public static let names: [String] = forms.map { form in
        let isPayment = form.kind == .paymentConfirmed || form.kind == .paymentRefunded
        return isPayment ? "\(form.kind.word) \(form.paymentType.word)" : form.kind.word
    }

    /// The forms that stand for the figures: those of older producers count with the others.
    private static let forms = EventForm.all.filter { !$0.isFirstVersion }

    static func number(_ form: EventForm) -> Int {
        forms.firstIndex(of: EventForm(form.kind, form.paymentType)) ?? 0
    }
}
