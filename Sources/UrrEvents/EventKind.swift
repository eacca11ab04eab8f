/// What an event of the ticketing platform says, by the word in its `type` field.
public enum EventKind: UInt8, CaseIterable, Sendable {
    /// A payment went through.
    case paymentConfirmed
    /// A payment was given back.
    case paymentRefunded
    /// A seat is held.
    case reservationCreated
    /// A seat is paid for.
    case reservationConfirmed
    /// A seat is free again.
    case reservationCancelled
    /// A ticket changed hands.
    case transferCompleted
    /// A membership began.
    case membershipActivated
    /// Somebody entered the waiting room.
    case queueEntered
    /// Somebody may go on to buy: the `action` of the work queue, which has no `type`.
    case admitted

    /// The word in the message.
    public var word: String {
        switch self {
        case .paymentConfirmed: "PAYMENT_CONFIRMED"
        case .paymentRefunded: "PAYMENT_REFUNDED"
        case .reservationCreated: "RESERVATION_CREATED"
        case .reservationConfirmed: "RESERVATION_CONFIRMED"
        case .reservationCancelled: "RESERVATION_CANCELLED"
        case .transferCompleted: "TRANSFER_COMPLETED"
        case .membershipActivated: "MEMBERSHIP_ACTIVATED"
        case .queueEntered: "QUEUE_ENTERED"
        case .admitted: "admitted"
        }
    }
}

/// What a payment is for: decides which follow-up event the ticket service emits.
public enum PaymentType: UInt8, CaseIterable, Sendable {
    /// A seat; what a payment without the field is for.
    case reservation
    /// A ticket of somebody else.
    case transfer
    /// A membership.
    case membership

    /// The word in the message.
    public var word: String {
        switch self {
        case .reservation: "reservation"
        case .transfer: "transfer"
        case .membership: "membership"
        }
    }
}

/// The form of a message: what it says, and in which version of the format. A message has one of
/// a few forms, each rendered once and then only patched.
public struct EventForm: Hashable, Sendable {
    /// What the message says.
    public let kind: EventKind
    /// What a payment is for; `reservation` for all other kinds.
    public let paymentType: PaymentType
    /// Whether it comes from a producer of the first version of the format, which sends neither
    /// `type` nor `paymentType`: readers infer them from the fields that are present. Payments for
    /// reservations only.
    public let isFirstVersion: Bool

    /// A form. `isFirstVersion` is ignored where the first version has no such message.
    public init(
        _ kind: EventKind, _ paymentType: PaymentType = .reservation, isFirstVersion: Bool = false
    ) {
        let isPayment = kind == .paymentConfirmed || kind == .paymentRefunded
        self.kind = kind
        self.paymentType = isPayment ? paymentType : .reservation
        self.isFirstVersion = isFirstVersion && isPayment && paymentType == .reservation
    }

    /// All forms there are; the place of a form in it is its number.
    public static let all: [EventForm] = {
        var forms: [EventForm] = []
        for kind in EventKind.allCases {
            for paymentType in PaymentType.allCases {
                for isFirstVersion in [false, true] {
                    let form = EventForm(kind, paymentType, isFirstVersion: isFirstVersion)
                    if !forms.contains(form) { forms.append(form) }
                }
            }
        }
        return forms
    }()
}
