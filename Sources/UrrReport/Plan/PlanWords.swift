import UrrResults

/// What a plan says, in sentences that the console and the page share.
enum PlanWords {
    /// `8 consumers, 16 partitions`.
    static func size(_ size: PlanSize) -> String {
        let consumers = ConsoleSummary.plural(size.consumers, "consumer")
        guard let partitions = size.partitions else { return consumers }
        return consumers + ", " + ConsoleSummary.plural(partitions, "partition")
    }

    /// The answer in a sentence or two.
    static func answer(_ record: PlanRecord) -> String {
        let peak = Quantity.rate(record.load.groupPeakPerSecond)
        let group = printable(record.group)
        switch record.finding.kind {
        case .found:
            let size = record.finding.size.map { Self.size($0) } ?? "nothing"
            let instances = record.answer.map {
                " in " + ConsoleSummary.plural($0.instances, "instance")
            }
            return "\(group) needs \(size)\(instances ?? "") for a peak of \(peak)."
        case .impossible:
            return "No size of \(group) up to \(Self.size(record.largest)) meets the objectives at "
                + "a peak of \(peak)."
        case .limited, .interrupted:
            let why =
                record.finding.kind == .limited
                ? "The time was over" : "Interrupted"
            let known = record.finding.size.map { "; \(Self.size($0)) hold, fewer may" }
            return "\(why) before the smallest size was known\(known ?? "")."
        }
    }

    static func margin(_ margin: PlanMarginRecord?, _ load: PlanLoadRecord) -> String {
        guard let margin else { return "not known: the time was over" }
        let rate = Quantity.rate(margin.heldFactor * load.groupPeakPerSecond)
        let more = Quantity.percent(margin.heldFactor - 1)
        guard let missed = margin.missedFactor else {
            return "holds \(rate), \(more) more, and was not tried beyond"
        }
        return "holds \(rate), \(more) more; misses "
            + Quantity.rate(missed * load.groupPeakPerSecond)
    }

    static func bottleneck(_ bottleneck: PlanBottleneckRecord) -> String {
        let (what, load): (String, Double) =
            switch bottleneck.kind {
            case .consumers: ("all consumers together", bottleneck.consumers)
            case .division:
                ("the consumer that has a partition more than others", bottleneck.division ?? 0)
            case .partition:
                ("the partition that the keys load most", bottleneck.partition ?? 0)
            case .key: ("the hottest key", bottleneck.key)
            }
        return "\(what), \(Quantity.percent(load)) busy at the peak"
            + (load > 1 ? ": a backlog builds up there" : "")
    }

    static func key(_ record: PlanRecord) -> String {
        guard record.load.hottestKeyShare > 0 else { return "messages have no keys" }
        let share = Quantity.percent(record.load.hottestKeyShare) + " of the messages"
        guard let cap = record.answer?.keyCapPerSecond else { return share }
        return "\(share); caps the whole rate at \(Quantity.rate(cap))"
    }

    static func recovery(_ trial: PlanTrialRecord) -> String {
        let lag = Quantity.count(trial.lagPeak)
        guard let time = trial.recoveryNs else { return "lag \(lag) at most; did not come back" }
        return "\(Quantity.duration(time)) after the lag's peak of \(lag)"
    }

    static func storage(_ storage: PlanStorageRecord) -> String {
        let copies = storage.replication == 1 ? "1 copy" : "\(storage.replication) copies"
        return "\(Quantity.bytes(storage.bytesPerDay)) a day, "
            + "\(Quantity.bytes(storage.retainedBytes)) kept for \(days(storage.retentionNs)) in "
            + copies
    }

    private static func days(_ nanoseconds: Int64) -> String {
        let days = Double(nanoseconds) / 86_400e9
        return days >= 1
            ? Quantity.trimmed((days * 100).rounded() / 100) + (days == 1 ? " day" : " days")
            : Quantity.duration(nanoseconds)
    }

    /// Words that the page uses without explaining them where they stand.
    static let glossary = [
        (
            "partition",
            "a part of a topic with an order of its own; one consumer of a group reads it at a time"
        ),
        (
            "consumer",
            "what takes messages from its partitions and handles them, one after the other unless "
                + "the workload says otherwise; instances run one or more of them"
        ),
        (
            "response",
            "from the instant at which somebody's message was meant to leave to the end of its "
                + "handling; its p99 is what 99 of 100 messages stay within"
        ),
        ("lag", "messages that were sent and are not handled yet"),
        ("recovery", "from the greatest lag until the group has caught up"),
        ("margin", "how much more load the planned size holds under the same objectives"),
        ("objective", "a condition that the runs have to meet; held or missed"),
    ]

    /// `messages per second` of `messagesPerSecond`.
    static func quantity(_ name: String) -> String {
        printable(name).reduce(into: "") { text, character in
            if character.isUppercase { text += " " }
            text += character.lowercased()
        }
    }

    /// The figures of the answer, each with its name.
    static func figures(_ record: PlanRecord) -> [(String, String)] {
        guard let answer = record.answer else { return [] }
        let perInstance = ConsoleSummary.plural(answer.consumersPerInstance, "consumer")
        return [
            ("Margin", margin(answer.margin, record.load)),
            ("First bottleneck", bottleneck(answer.bottleneck)),
            ("Hottest key", key(record)), ("Recovery", recovery(answer.trial)),
            (
                "Backlog memory",
                "\(Quantity.bytes(answer.backlogBytes)): the greatest lag x "
                    + Quantity.bytes(answer.storage.storedBytesPerMessage) + " a message"
            ),
            ("Storage", storage(answer.storage)),
            ("Instances", "\(Quantity.count(Int64(answer.instances))) of \(perInstance)"),
        ]
    }

    /// What the rule of thumb would have done.
    static func rule(_ record: PlanRecord) -> String? {
        guard let size = record.finding.size, record.finding.kind == .found,
            let first = record.ruleOfThumb.first?.trial
        else { return nil }
        let rule = first.size.consumers
        let head =
            "Rule of thumb: the peak is the work of \(rule) consumers, x 2 to 3 makes "
            + "\(2 * rule) to \(3 * rule). "
        let held = record.ruleOfThumb.filter { $0.trial?.held == true }
        guard let least = held.first?.trial?.size.consumers else {
            return head + "It misses the objectives all the same, because it gives each consumer "
                + "one partition, however the keys fall."
        }
        let asked = max(2 * rule, least)
        if asked > size.consumers {
            let times = Quantity.number(Double(asked) / Double(size.consumers))
            return head + "It holds with \(asked), \(times) times what is needed: it knows "
                + "neither how long the peak lasts nor what the objectives allow."
        }
        if asked < size.consumers {
            return head + "\(asked) of each hold in this run; the plan has more consumers because "
                + "fewer of them were missed with other numbers of partitions."
        }
        return head + "Here it agrees."
    }

    /// `response.p99 12.0 ms, lag.max 900`.
    static func values(_ trial: PlanTrialRecord) -> String {
        trial.objectives.map { "\(printable($0.metric)) \(value($0))" }.joined(separator: ", ")
    }

    /// What an objective's metric came to.
    static func value(_ objective: ThresholdRecord) -> String {
        guard let actual = objective.actual else { return Quantity.absent }
        return MetricUnit(rawValue: objective.unit).map { MetricText.text(actual, unit: $0) }
            ?? Quantity.number(actual)
    }

    /// `1,500/s`, `16.0 GiB`.
    static func amount(_ value: Double?, _ unit: String) -> String {
        guard let value else { return Quantity.absent }
        switch unit {
        case "bytes": return Quantity.bytes(value)
        case "ns": return days(Int64(min(value, 9e18)))
        case "/s": return Quantity.rate(value)
        default: return MetricText.whole(value)
        }
    }
}
