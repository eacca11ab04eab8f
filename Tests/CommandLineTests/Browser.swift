import Foundation
import UrrTestSupport

/// Chromium without a window and without a network, for looking at reports.
enum Browser {
    private static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    private static let scripts = [
        "/usr/share/javascript/chart.js", "/usr/share/javascript/dygraphs",
    ]

    /// Whether pages can be made and looked at here.
    static let isReady =
        program != nil && scripts.allSatisfy { FileManager.default.fileExists(atPath: $0) }
    /// What would have to be installed.
    static let whyNot = "needs the packages chromium, libjs-chart.js and libjs-dygraphs"

    /// What a page became in the browser.
    struct Seen {
        let document: String
        /// What the page wrote to the console, errors among it.
        let console: [String]

        /// An attribute of the root element.
        func attribute(_ name: String) -> String? {
            guard let pattern = try? Regex("<html[^>]* \(name)=\"([^\"]*)\""),
                let match = document.firstMatch(of: pattern)
            else { return nil }
            return match.output[1].substring.map { String($0) }
        }
    }

    /// Counts the charts that left something on their canvas, and the pixels by which the page is
    /// wider than its window: neither can an attribute of the page's own prove.
    private static let look = """
        const inked = [...document.querySelectorAll(".plot")].filter((plot) =>
          [...plot.querySelectorAll("canvas")].some((canvas) => {
            const size = [canvas.width, canvas.height];
            const pixels = canvas.getContext("2d").getImageData(0, 0, ...size).data;
            return new Set(new Uint32Array(pixels.buffer)).size > 8;
          }));
        document.documentElement.dataset.inked = String(inked.length);
        const width = document.documentElement.clientWidth;
        document.documentElement.dataset.overflow =
          String(Math.max(0, document.documentElement.scrollWidth - width));
        """

    /// `page` in a frame of `width` pixels, because no window is narrower than 500; puts itself in the
    /// frame's place when the charts are drawn. Like a phone's, its scroll bars take no room.
    private static func framed(_ page: String, width: Int) -> String {
        let source = page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        return """
            <!DOCTYPE html>
            <iframe style="width: \(width)px; height: 900px; border: 0" srcdoc="\(source)"></iframe>
            <script>
              const frame = document.querySelector("iframe");
              frame.addEventListener("load", () => setTimeout(() => {
                const page = document.importNode(frame.contentDocument.documentElement, true);
                page.dataset.width = frame.contentDocument.documentElement.clientWidth;
                document.documentElement.replaceWith(page);
              }, 2000));
            </script>
            """
    }

    /// Opens a copy of the page, `width` pixels wide, with no way to any network.
    static func open(_ page: URL, width: Int) throws -> Seen {
        var text = try String(contentsOf: page, encoding: .utf8)
        let nonce = text.firstMatch(of: #/script nonce="([a-z0-9]+)"/#).map { $0.output.1 } ?? ""
        text += "<script nonce=\"\(nonce)\">\(look)</script>"
        let directory = try TemporaryDirectory()
        let copy = directory.url.appendingPathComponent("page.html")
        try Data(framed(text, width: width).utf8).write(to: copy)
        let options = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000",
            "--enable-logging=stderr", "--window-size=1600,900", "--hide-scrollbars",
            "--user-data-dir=\(directory.url.path)/profile", "--dump-dom", copy.absoluteString,
        ]
        let run = try ProgramRun(program ?? "", options)
        return Seen(
            document: run.output,
            console: run.errors.split(separator: "\n").filter { $0.contains(":CONSOLE") }
                .map { String($0) })
    }
}
