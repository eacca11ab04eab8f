/// The texts of the forms, with a word in braces for each part that differs. `{fill}` is what
/// brings a message to its size.
enum EventText {
    static func template(of form: EventForm) -> String {
        let version = form.isFirstVersion ? 1 : 2
        return """
            {"version":\(version),"trace":"{trace}","data":{\(data(of: form)),"note":"{fill}"}}
            """
    }

    private static func data(of form: EventForm) -> String {
        switch form.kind {
        case .paymentConfirmed, .paymentRefunded: payment(form)
        case .reservationCreated, .reservationConfirmed, .reservationCancelled:
            typed(form, id: "reservationId")
        case .transferCompleted: typed(form, id: "transferId")
        case .membershipActivated: typed(form, id: "membershipId")
        case .queueEntered: #""type":"QUEUE_ENTERED","userId":"user-{user}","timestamp":{time}"#
        case .admitted:
            #""action":"admitted","eventId":"concert-{entity}","userId":"user-{user}","#
                + #""entryToken":"{saga}","timestamp":{time}"#
        }
    }

    private static func payment(_ form: EventForm) -> String {
        let moment = form.kind == .paymentRefunded ? "refundedAt" : "confirmedAt"
        let money = #""userId":"user-{user}","amount":{amount},"currency":"KRW","#
        if form.isFirstVersion {
            // Told apart by `confirmedAt` and `refundedAt` alone; known by the reservation alone.
            return #""reservationId":"{entity}","# + money + "\"\(moment)\":{time}"
        }
        return "\"type\":\"\(form.kind.word)\",\"paymentType\":\"\(form.paymentType.word)\","
            + #""sagaId":"saga-{saga}","referenceId":"{entity}","# + money + "\"timestamp\":{time}"
    }

    private static func typed(_ form: EventForm, id: String) -> String {
        "\"type\":\"\(form.kind.word)\",\"sagaId\":\"saga-{saga}\",\"\(id)\":\"{entity}\","
            + #""userId":"user-{user}","amount":{amount},"timestamp":{time}"#
    }
}
