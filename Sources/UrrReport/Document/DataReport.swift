import Foundation

/// The numbers of a report for programs: all named metrics, one a line or one an object.
public enum DataReport {
    /// Says what kind of JSON this is.
    public static let schema = "urrbench.report"
    /// Version of the layout.
    public static let version = 1

    private struct Document: Encodable {
        let schema: String
        let version: Int
        let metrics: [MetricRow]
    }

    /// The metrics as JSON. A metric that could not be measured has no `value`.
    public static func json(_ subjects: [ReportSubject]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let document = Document(
            schema: schema, version: version, metrics: subjects.flatMap { $0.metricRows() })
        // Values are finite by the catalogue's promise, so this cannot fail.
        guard let data = try? encoder.encode(document) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// The metrics as CSV (RFC 4180) with a head line; a value that could not be measured is empty.
    public static func csv(_ subjects: [ReportSubject]) -> String {
        let head = ["file", "kind", "subject", "metric", "value", "unit"]
        let rows = subjects.flatMap { $0.metricRows() }.map { row in
            [
                row.file, row.kind, row.subject, row.metric, row.value.map { "\($0)" } ?? "",
                row.unit,
            ]
        }
        return ([head] + rows).map { row in
            row.enumerated().map { field($1, isNumber: $0 == 4) }.joined(separator: ",") + "\r\n"
        }.joined()
    }

    /// Quoted where it has to be. A text that a spreadsheet would take for a formula gets an
    /// apostrophe before it.
    static func field(_ text: String, isNumber: Bool) -> String {
        let text = isNumber ? text : printable(text)
        let isFormula = !isNumber && text.first.map { "=+-@\t".contains($0) } == true
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { "\",\n\r".contains($0) }) else { return safe }
        return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
