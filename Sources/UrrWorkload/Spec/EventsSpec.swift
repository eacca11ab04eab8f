import UrrEvents
import UrrPlatform

/// What the messages of a producer say: JSON of one of the platform's services.
public struct EventsSpec: Sendable, Equatable {
    /// Who sends.
    public enum Service: String, Sendable, CaseIterable {
        /// Payments that went through or were given back.
        case payment = "payment-service"
        /// Who entered it, to a topic; who is admitted, to a queue.
        case waitingRoom = "waiting-room"
    }

    /// Who sends.
    public var service: Service
    /// Weights of `PAYMENT_CONFIRMED` and `PAYMENT_REFUNDED`.
    public var mix: [EventKind: Double]
    /// Weights of what payments are for.
    public var paymentTypes: [PaymentType: Double]
    /// Share of the payments for reservations that come from older producers, which send neither
    /// `type` nor `paymentType` nor `sagaId`.
    public var withoutType: Double
    /// The smallest and the largest amount, each amount between them equally often.
    public var amount: ClosedRange<Int>

    /// Events made in code; nothing is checked.
    public init(
        _ service: Service, mix: [EventKind: Double] = [.paymentConfirmed: 1],
        paymentTypes: [PaymentType: Double] = [.reservation: 1], withoutType: Double = 0,
        amount: ClosedRange<Int> = 1000...250_000
    ) {
        self.service = service
        self.mix = mix
        self.paymentTypes = paymentTypes
        self.withoutType = withoutType
        self.amount = amount
    }

    /// The forms that its messages have, with their weights; to a queue or to a topic.
    public func forms(toQueue: Bool) -> [(form: EventForm, weight: Double)] {
        guard service == .payment else {
            return [(EventForm(toQueue ? .admitted : .queueEntered), 1)]
        }
        var forms: [(form: EventForm, weight: Double)] = []
        for kind in EventKind.allCases {
            for type in PaymentType.allCases {
                let weight = (mix[kind] ?? 0) * (paymentTypes[type] ?? 0)
                let older = type == .reservation ? withoutType : 0
                forms.append((EventForm(kind, type), weight * (1 - older)))
                forms.append((EventForm(kind, isFirstVersion: true), weight * older))
            }
        }
        return forms.filter { $0.weight > 0 }
    }
}

/// What is done with a message, beside taking the service time for it.
public enum HandlerKind: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Routes payments by type and publishes the event that follows.
    case ticketService = "ticket-service"
    /// Counts events and adds up amounts.
    case statsService = "stats-service"
    /// Takes those who are admitted from a queue.
    case ticketWorker = "ticket-worker"
    /// Keeps those who entered the waiting room in memory and activates them at intervals.
    case concertQueue = "concert-queue"

    /// Topics that the ticket service publishes to, by the kind of event.
    public static let followUpTopics: [(topic: String, kinds: [EventKind])] = [
        ("reservation-events", [.reservationConfirmed, .reservationCancelled]),
        ("transfer-events", [.transferCompleted]), ("membership-events", [.membershipActivated]),
    ]
}

/// The scheduler of a waiting room that keeps people in its memory.
public struct ActivationSpec: Sendable, Equatable {
    /// Most people that one tick activates.
    public var atMost: Int
    /// Time from one tick to the next.
    public var every: Nanoseconds
    /// People that each member has room for; one that is full does not poll.
    public var room: Int

    /// Values of at least 1.
    public init(atMost: Int, every: Nanoseconds, room: Int = 100_000) {
        self.atMost = atMost
        self.every = every
        self.room = room
    }
}
