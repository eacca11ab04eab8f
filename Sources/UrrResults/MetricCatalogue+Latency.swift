import UrrMeasure

extension MetricCatalogue {
    static func latency(
        _ metric: LatencyMetric, _ statistic: LatencyStatistic, _ scope: MetricScope,
        _ record: RunRecord
    ) -> MetricValue {
        var histograms: [HistogramRecord] = []
        if metric.belongsToQueue {
            histograms = (record.queues ?? []).compactMap { queue in
                queue.messageGroups.first { ($0.name != nil) == (metric == .hotGroupWaiting) }
            }.map(\.waiting)
        } else if metric.belongsToProducer {
            for producer in record.producers
            where scope.producer == nil || scope.producer == producer.name {
                let latencies = latencies(of: producer, scope.segment)
                histograms += latencies.map {
                    metric == .sendDelay ? $0.sendDelay : $0.acknowledgement
                }
            }
        } else {
            for group in record.groups where scope.group == nil || scope.group == group.name {
                histograms += latencies(of: group, scope).map { $0[metric] }
            }
        }
        // A group that does not read a segment's topic has nothing to say about the segment.
        if scope.segment != nil, histograms.contains(where: { $0.samples > 0 }) {
            histograms.removeAll { $0.samples == 0 }
        }
        let values = histograms.map { value(statistic, metric, of: $0) }
        return MetricValue.worst(of: values)
            ?? MetricValue(
                notMeasurable: "\(metric.rawValue): nothing was measured", .nanoseconds,
                .lowerIsBetter)
    }

    private static func latencies(
        of group: GroupRecord, _ scope: MetricScope
    ) -> [GroupLatencies] {
        if let source = scope.source {
            return (group.bySource ?? []).filter { $0.name == source }.map(\.latencies)
        }
        guard let segment = scope.segment else { return [group.latencies] }
        return group.segments.filter { $0.name == segment }.map(\.latencies)
    }

    private static func latencies(
        of producer: ProducerRecord, _ segment: String?
    ) -> [ProducerLatencies] {
        guard let segment else { return [producer.latencies] }
        return (producer.segments ?? []).filter { $0.name == segment }.map(\.latencies)
    }

    private static func value(
        _ statistic: LatencyStatistic, _ metric: LatencyMetric, of histogram: HistogramRecord
    ) -> MetricValue {
        func missing(_ reason: String) -> MetricValue {
            MetricValue(
                notMeasurable: "\(metric.rawValue): \(reason)", .nanoseconds, .lowerIsBetter)
        }
        if case .percentile(let percentile) = statistic,
            !Percentiles.isSupported(percentile, count: histogram.samples)
        {
            let needed = Percentiles.samplesNeeded(percentile)
            return missing(
                "p\(HistogramRecord.name(of: percentile)) needs \(needed) samples, "
                    + "got \(histogram.samples)")
        }
        do throws(HistogramCodecError) {
            guard let value = try number(statistic, of: histogram) else {
                return missing("no samples")
            }
            return MetricValue(value, .nanoseconds, .lowerIsBetter)
        } catch {
            return missing(error.description)
        }
    }

    private static func number(
        _ statistic: LatencyStatistic, of histogram: HistogramRecord
    ) throws(HistogramCodecError) -> Double? {
        switch statistic {
        case .mean: return histogram.meanNs
        case .minimum: return histogram.minNs.map { Double($0) }
        case .maximum: return histogram.maxNs.map { Double($0) }
        case .standardDeviation: return try histogram.withHistogram { $0.standardDeviation }
        case .percentile(let percentile):
            if let stored = histogram.percentilesNs[HistogramRecord.name(of: percentile)] {
                return Double(stored)
            }
            return try histogram.withHistogram { decoded in
                decoded.value(atPercentile: percentile).map { Double($0) }
            }
        }
    }
}

extension GroupLatencies {
    /// The histogram of a metric that groups have.
    fileprivate subscript(metric: LatencyMetric) -> HistogramRecord {
        switch metric {
        case .queueing: queueing
        case .service: service
        case .endToEnd: endToEnd
        default: response
        }
    }
}

extension HistogramRecord {
    /// Values that take part in percentiles.
    var samples: UInt64 {
        let (sum, overflow) = count.addingReportingOverflow(self.overflow)
        return overflow ? .max : sum
    }
}
