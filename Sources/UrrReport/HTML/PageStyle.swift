/// The style sheet of the page: quiet, readable from a phone to paper, light and dark.
///
/// Colours are variables, which the page's script reads as well; series colours were chosen to
/// differ in lightness, too, for those who tell few hues apart and for grey prints.
enum PageStyle {
    static let text = colours + structure + tables + charts + media

    private static let colours = """
        :root {
          --page: #f7f7f5; --card: #ffffff; --ink: #1c2128; --soft: #5a6573; --line: #e1e4e8;
          --wash: #f1f3f5; --accent: #2b5fb8;
          --good: #14704a; --good-wash: #e6f4ec; --doubtful: #865400; --doubtful-wash: #fcf2da;
          --bad: #b0271d; --bad-wash: #fceae8; --plain: #5a6573; --plain-wash: #eef0f2;
          --c0: #77818e; --c1: #2b66c9; --c2: #d06a0a; --c3: #0c857a; --c4: #7a49bd;
          --c5: #be2f68; --c6: #5f7d15; --c7: #8c5a30; --c8: #1f8fc0;
          --aside: rgba(90, 101, 115, 0.09); --grid: #e6e9ec;
        }
        @media (prefers-color-scheme: dark) {
          :root:not([data-theme="light"]) {
            --page: #101418; --card: #171c22; --ink: #e4e8ed; --soft: #9ba6b3; --line: #2b333c;
            --wash: #1f262e; --accent: #86b0f5;
            --good: #6ccf9c; --good-wash: #16322a; --doubtful: #e3b153; --doubtful-wash: #352a14;
            --bad: #f38b82; --bad-wash: #3a1f1f; --plain: #9ba6b3; --plain-wash: #232a32;
            --c0: #97a2b0; --c1: #6ba4f8; --c2: #f0973f; --c3: #3fc4b4; --c4: #b490ee;
            --c5: #ef7aa6; --c6: #aecb5a; --c7: #d0a077; --c8: #67c3ec;
            --aside: rgba(155, 166, 179, 0.10); --grid: #28303a;
          }
        }

        """

    private static let structure = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--page); color: var(--ink);
          font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
            "Liberation Sans", sans-serif;
        }
        .top, main, .end { max-width: 1100px; margin: 0 auto; padding: 0 28px; }
        .top { display: flex; gap: 8px 32px; align-items: baseline; flex-wrap: wrap;
          padding-top: 22px; }
        .mark { margin: 0; font-size: 13px; font-weight: 600; letter-spacing: 0.02em;
          color: var(--soft); }
        nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0;
          list-style: none; font-size: 13.5px; }
        a { color: var(--accent); text-decoration: none; overflow-wrap: anywhere; }
        a:hover { text-decoration: underline; }
        article { padding: 22px 0 36px; }
        article + article { border-top: 1px solid var(--line); margin-top: 20px; }
        h1, h2 { line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
        h1 { font-size: 29px; letter-spacing: -0.015em; margin: 2px 0 8px; }
        h2 { font-size: 19px; letter-spacing: -0.008em; margin: 44px 0 2px; }
        p { margin: 8px 0; max-width: 76ch; overflow-wrap: anywhere; }
        .kind { margin: 0; font-size: 13px; color: var(--soft); }
        .facts p { margin: 2px 0; font-size: 13.5px; color: var(--soft); max-width: none; }
        .remark { margin: 0 0 12px; font-size: 13.5px; color: var(--soft); }
        .answer { margin: 20px 0 0; padding: 14px 18px; border-radius: 8px;
          border-left: 4px solid var(--plain); background: var(--plain-wash); }
        .answer.good { border-color: var(--good); background: var(--good-wash); }
        .answer.doubtful { border-color: var(--doubtful); background: var(--doubtful-wash); }
        .answer.bad { border-color: var(--bad); background: var(--bad-wash); }
        .headline { display: flex; gap: 4px 14px; flex-wrap: wrap; align-items: baseline;
          margin: 0; font-size: 16px; max-width: none; }
        .headline > span:last-child { flex: 1 1 300px; }
        .badge { font-weight: 700; letter-spacing: 0.03em; }
        .good > .headline .badge, span.good, .figure.good strong { color: var(--good); }
        .doubtful > .headline .badge, span.doubtful, .figure.doubtful strong
          { color: var(--doubtful); }
        .bad > .headline .badge, span.bad, .figure.bad strong { color: var(--bad); }
        span.good, span.doubtful, span.bad { font-weight: 650; }
        .remarks { margin: 10px 0 2px; padding: 0; list-style: none; font-size: 14px; }
        .remarks li { margin: 5px 0; padding-left: 14px; text-indent: -14px;
          overflow-wrap: anywhere; }
        .remarks li::before { content: "\\2022"; display: inline-block; width: 14px;
          text-indent: 0; color: var(--plain); }
        .remarks li.doubtful::before, .remarks li.doubtful b { color: var(--doubtful); }
        .remarks li.bad::before, .remarks li.bad b { color: var(--bad); }
        .remarks b { font-weight: 600; margin-right: 4px; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr));
          gap: 1px; margin: 16px 0 0; background: var(--line); border: 1px solid var(--line);
          border-radius: 8px; overflow: hidden; }
        .figure { background: var(--card); padding: 12px 16px 13px; }
        .figure dt { font-size: 13px; color: var(--soft); }
        .figure dd { margin: 0; }
        .figure strong { display: block; font-size: 22px; font-weight: 620; line-height: 1.3;
          letter-spacing: -0.015em; font-variant-numeric: tabular-nums; }
        .figure span { display: block; font-size: 12.5px; line-height: 1.4; color: var(--soft); }
        .end { padding-top: 6px; padding-bottom: 36px; font-size: 13px; color: var(--soft); }

        """

    private static let tables = """
        .scroll { overflow-x: auto; margin: 14px 0; }
        .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        table { border-collapse: separate; border-spacing: 0; font-size: 13.5px;
          line-height: 1.4; min-width: 50%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding-bottom: 4px; }
        th, td { padding: 5px 0 5px 22px; text-align: right; font-weight: 400;
          border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
        th:first-child, td:first-child { padding-left: 0; text-align: left; }
        th:first-child { min-width: 5.5em; }
        td.words, th.words { text-align: left; white-space: normal; overflow-wrap: break-word; }
        thead th, thead th.words { color: var(--soft); font-size: 12.5px; vertical-align: bottom;
          overflow-wrap: normal; }
        tr.title th { padding-top: 14px; font-weight: 600; text-align: left; white-space: normal; }
        tbody tr:last-child > * { border-bottom: 0; }
        details { margin-top: 6px; }
        summary { cursor: pointer; font-size: 13px; color: var(--soft); width: fit-content; }
        summary:hover { color: var(--ink); }
        details .scroll { margin-bottom: 2px; }
        details.long .scroll { max-height: 420px; overflow: auto; }

        """

    private static let charts = """
        .chart { margin: 16px 0; padding: 14px 18px 12px; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
        figcaption { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
        figcaption b { font-weight: 600; overflow-wrap: anywhere; }
        .how { font-size: 13px; color: var(--soft); }
        .legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0 8px;
          min-height: 22px; font-size: 13px; }
        .legend button { all: unset; display: inline-flex; gap: 7px; align-items: center;
          cursor: pointer; overflow-wrap: anywhere; }
        .legend button:focus-visible { outline: 2px solid var(--accent); border-radius: 3px; }
        .legend button[aria-pressed="false"] { opacity: 0.4; }
        .legend i { flex: none; width: 18px; height: 0; border-top: 2.5px solid; }
        .legend i.dashed { border-top-style: dashed; }
        .legend i.points, .legend i.hollow { width: 8px; height: 8px; border: 2px solid;
          border-radius: 50%; }
        .legend i.points { background: currentColor; }
        .legend i.band, .legend i.bar { height: 10px; border: 0; background: currentColor; }
        .legend i.band { opacity: 0.35; }
        .legend output { color: var(--soft); font-variant-numeric: tabular-nums; }
        .plot { position: relative; width: 100%; height: 280px; }
        .plot.failed { height: auto; color: var(--bad); font-size: 14px; }
        .dygraph-axis-label, .dygraph-label { color: var(--soft); font-size: 12px; }
        .dygraph-axis-label { white-space: nowrap; }
        .dygraph-label { font-weight: 400; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr));
          gap: 0 18px; align-items: start; }

        """

    private static let media = """
        @media (max-width: 640px) {
          body { font-size: 15.5px; }
          .top, main, .end { padding-left: 16px; padding-right: 16px; }
          h1 { font-size: 25px; }
          .figures { grid-template-columns: 1fr 1fr; }
          .figure { padding: 10px 12px; }
          .figure:last-child:nth-child(odd) { grid-column: 1 / -1; }
          .figure strong { font-size: 19px; }
          .chart { padding: 12px 12px 10px; margin-left: -6px; margin-right: -6px; }
          .plot { height: 230px; }
          .pair { grid-template-columns: minmax(0, 1fr); }
          th, td { padding-left: 16px; }
          .scroll table th:first-child { position: sticky; left: 0; background: var(--page);
            max-width: 44vw; white-space: normal; padding-right: 8px; }
          .chart table th:first-child { background: var(--card); }
          .scroll table.brief th:first-child { min-width: 0; white-space: nowrap; }
          .scroll tr.title th:first-child { max-width: none; position: static; }
          tr.title span { position: sticky; left: 0; display: inline-block;
            max-width: calc(100vw - 60px); }
        }
        @media print {
          @page { size: A4; margin: 13mm; }
          body { background: #fff; font-size: 11pt; }
          .top, main, .end { max-width: none; padding: 0; }
          nav, .end { display: none; }
          article { padding: 0 0 10mm; }
          article + article { break-before: page; border-top: 0; margin: 0; }
          h2 { break-after: avoid; margin-top: 22px; }
          .chart { break-inside: avoid; padding: 8px 0; border: 0; }
          .answer, .figures, tr { break-inside: avoid; }
          .figures { grid-template-columns: repeat(3, 1fr); }
          .pair { display: block; }
          details:not([open]) { display: none; }
          details.long .scroll { max-height: none; }
          summary { display: none; }
          table { font-size: 9pt; }
          th, td { padding-left: 12px; white-space: normal; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        }

        """
}
