import Foundation

/// A report as one HTML file that needs nothing else: styles, libraries and data are in it, and its
/// policy lets the browser fetch nothing.
public enum HTMLReport {
    /// The page of `document`. `nonce` is what the page's own scripts are known by: any text that
    /// nobody who writes a name into a workload could know beforehand, of letters and digits.
    public static func page(
        _ document: ReportDocument, libraries: ChartLibraries, nonce: String
    ) -> String {
        let charts = document.charts
        let nonce = nonce.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en" data-charts="\(charts.count)">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy(nonce: nonce))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(document.title)</title>
            <style>\(embedded(style: libraries.dygraphStyle))</style>
            <style>\(embedded(style: PageStyle.text))</style>
            </head>
            <body>
            \(HTMLParts.body(document))
            <script type="application/json" id="chart-data">\(json(charts.map(\.data)))</script>
            <script nonce="\(nonce)">\(embedded(script: libraries.chartScript))</script>
            <script nonce="\(nonce)">\(embedded(script: libraries.dygraphScript))</script>
            <script nonce="\(nonce)">\(embedded(script: PageScript.text))</script>
            </body>
            </html>

            """
        return page.text
    }

    /// Nothing may be fetched, sent or framed; scripts run only with the page's nonce. The
    /// libraries set styles on elements, which needs `unsafe-inline` for styles alone.
    private static func policy(nonce: String) -> Markup {
        let rules: Markup = "default-src 'none'; script-src 'nonce-\(nonce)'; "
        return rules + "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
            + "form-action 'none'"
    }

    /// A script may contain anything but its own end and what changes how that is found.
    private static func embedded(script: String) -> Markup {
        Markup(
            trusted:
                script
                .replacingOccurrences(of: "</script", with: "<\\/script", options: .caseInsensitive)
                .replacingOccurrences(of: "<!--", with: "<\\!--"))
    }

    private static func embedded(style: String) -> Markup {
        Markup(trusted: style.replacingOccurrences(of: "</", with: "<\\/"))
    }

    /// JSON in which nothing can end the element that holds it.
    static func json(_ value: some Encodable) -> Markup {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(value) else { return "[]" }
        return Markup(
            trusted: String(decoding: data, as: UTF8.self)
                .replacingOccurrences(of: "&", with: "\\u0026")
                .replacingOccurrences(of: "<", with: "\\u003c")
                .replacingOccurrences(of: ">", with: "\\u003e"))
    }
}

extension ReportDocument {
    /// All charts, in the order of the page.
    var charts: [ReportChart] {
        parts.flatMap(\.sections).flatMap(\.blocks).compactMap { block in
            guard case .chart(let chart) = block else { return nil }
            return chart
        }
    }
}
