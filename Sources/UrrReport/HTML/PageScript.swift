/// The script of the page: draws the charts from the data in the page.
///
/// Texts from the data go into the page as text, never as HTML. The root element tells how many
/// charts were drawn (`data-drawn`) and what went wrong (`data-errors`), for tests.
enum PageScript {
    static let text = """
        "use strict";
        (() => {
        \(formats)\(legends)\(timeCharts)\(curveCharts)\(rangeCharts)\(drawing)})();
        """

    private static let formats = #"""
        const root = document.documentElement;
        const charts = JSON.parse(document.getElementById("chart-data").textContent);
        const narrow = () => root.clientWidth < 641;
        const reduced = matchMedia("(pointer: coarse)").matches;

        function colour(name) {
          return getComputedStyle(root).getPropertyValue("--" + name).trim();
        }
        const seriesColour = (series) =>
          colour("c" + (series.colour === 0 ? 0 : (series.colour - 1) % 8 + 1));
        function faded(hex, share) {
          const part = (at) => parseInt(hex.slice(at, at + 2), 16);
          return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${share})`;
        }

        // Three significant digits, no zeros behind them on an axis.
        function digits(value, short) {
          const size = Math.abs(value);
          const text = value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
          return short && text.includes(".") ? text.replace(/\.?0+$/, "") : text;
        }
        function scaled(value, units, short) {
          for (const [limit, unit] of units)
            if (Math.abs(value) >= limit) return digits(value / limit, short) + unit;
          return digits(value, short);
        }
        const nanoseconds = (value, short) => value === 0 ? "0"
          : Math.abs(value) < 1 ? digits(value, short) + " ns"
          : scaled(value, [[1e9, " s"], [1e6, " ms"], [1e3, " us"], [1, " ns"]], short);
        function count(value, short) {
          if (short) return scaled(value, [[1e9, "G"], [1e6, "M"], [1e3, "k"]], true);
          const places = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
          return value.toLocaleString("en-US", { maximumFractionDigits: places });
        }
        function seconds(value) {
          if (Math.abs(value) < 180) return digits(value, true) + " s";
          const whole = Math.round(value);
          return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0") + " min";
        }
        function quantile(value) {
          if (value <= 1) return "min";
          const share = 100 * (1 - 1 / value);
          const places = Math.max(0, Math.ceil(Math.log10(value) - 2 - 1e-9));
          return "p" + share.toFixed(Math.min(places + (places ? 0 : share % 1 ? 1 : 0), 9));
        }
        function written(value, unit, short) {
          switch (unit) {
            case "ns": return nanoseconds(value, short);
            case "s": return seconds(value);
            case "/s": return count(value, short) + "/s";
            case "quantile": return quantile(value);
            default: return count(value, short);
          }
        }

        """#

    private static let legends = #"""
        // One button for each series, which shows and hides it, with room for a value.
        function legend(index, data, toggle) {
          const place = document.getElementById("legend-" + index);
          place.replaceChildren();
          return data.series.map((series, number) => {
            const button = document.createElement("button");
            const mark = document.createElement("i");
            const value = document.createElement("output");
            mark.className = series.style;
            mark.style.color = mark.style.borderColor = seriesColour(series);
            button.type = "button";
            button.setAttribute("aria-pressed", "true");
            button.append(mark, document.createTextNode(series.name), value);
            button.addEventListener("click", () => {
              const shown = button.getAttribute("aria-pressed") !== "true";
              button.setAttribute("aria-pressed", String(shown));
              toggle(number, shown);
            });
            place.append(button);
            return value;
          });
        }

        """#

    private static let timeCharts = #"""
        // Charts over time that are zoomed together: those of one part of the report.
        let linked = [];
        let linking = false;
        function follow(chart, part, isFirst) {
          if (linking || isFirst) return;
          linking = true;
          const range = chart.isZoomed("x") ? chart.xAxisRange() : null;
          for (const other of linked)
            if (other.part === part && other.chart !== chart)
              other.chart.updateOptions({ dateWindow: range });
          linking = false;
        }

        function shade(data) {
          return (context, area, chart) => {
            context.save();
            context.font = "11px " + getComputedStyle(document.body).fontFamily;
            for (const span of data.spans) {
              const from = Math.max(area.x, chart.toDomXCoord(span.from));
              const to = Math.min(area.x + area.w, chart.toDomXCoord(span.to));
              if (to <= from) continue;
              if (span.isAside) {
                context.fillStyle = colour("aside");
                context.fillRect(from, area.y, to - from, area.h);
              }
              context.fillStyle = colour("soft");
              if (context.measureText(span.name).width + 10 < to - from)
                context.fillText(span.name, from + 5, area.y + 13);
            }
            context.restore();
          };
        }

        function timeOptions(index, data, place) {
          const part = place.closest("article");
          const perSeries = {};
          data.series.forEach((series, number) => {
            perSeries["s" + number] = {
              strokeWidth: series.style === "points" ? 0 : 1.8,
              strokePattern: series.style === "dashed" ? [6, 4] : null,
              drawPoints: series.style === "points", pointSize: 1.7,
            };
          });
          const values = legend(index, data, (number, shown) => {
            linked.find((entry) => entry.index === index).chart.setVisibility(number, shown);
          });
          const options = {
            labels: ["t", ...data.series.map((_, number) => "s" + number)],
            colors: data.series.map(seriesColour), series: perSeries, legend: "never",
            connectSeparatedPoints: true, includeZero: !data.y.isLogarithmic,
            logscale: data.y.isLogarithmic, gridLineColor: colour("grid"), gridLineWidth: 1,
            axisLineColor: colour("line"), axisLabelFontSize: 12, highlightCircleSize: 3,
            xRangePad: 0, yRangePad: 8, animatedZooms: false, labelsUTC: true,
            axes: {
              x: { drawGrid: false, axisLabelFormatter: seconds, ticker: Dygraph.numericLinearTicks,
                pixelsPerLabel: narrow() ? 70 : 90 },
              y: { axisLabelWidth: narrow() ? 46 : 60, pixelsPerLabel: 34,
                axisLabelFormatter: (value) => written(value, data.y.unit, true),
                ...(data.y.isLogarithmic && { ticker: (low, high) => decades(low, high).map(
                  ({ value }) => ({ v: value, label: written(value, data.y.unit, true) })) }) },
            },
            underlayCallback: shade(data),
            drawCallback: (chart, isFirst) => follow(chart, part, isFirst),
            highlightCallback: (_, x, points) => {
              values.forEach((value) => { value.textContent = ""; });
              for (const point of points)
                if (Number.isFinite(point.yval))
                  values[Number(point.name.slice(1))].textContent =
                    written(point.yval, data.y.unit, false);
              place.title = "at " + seconds(x);
            },
            unhighlightCallback: () => values.forEach((value) => { value.textContent = ""; }),
          };
          // A finger scrolls the page; a tap shows the values.
          if (reduced)
            options.interactionModel = { dblclick: Dygraph.defaultInteractionModel.dblclick };
          return options;
        }

        function drawTime(index, data, place) {
          const rows = data.instants.map((instant, row) =>
            [instant, ...data.series.map((series) => series.values[row] ?? null)]);
          // The axis starts with the run, not with the end of its first interval.
          if (rows.length > 0 && rows[0][0] > 0) rows.unshift([0, ...data.series.map(() => null)]);
          const chart = new Dygraph(place, rows, timeOptions(index, data, place));
          linked.push({ index, chart, part: place.closest("article") });
          return { resize: (...size) => chart.resize(...size), destroy: () => chart.destroy() };
        }

        """#

    private static let curveCharts = #"""
        function canvas(place) {
          const element = document.createElement("canvas");
          place.replaceChildren(element);
          return element;
        }

        // At most six round values, each as far from the next.
        function even(low, high) {
          const power = Math.pow(10, Math.floor(Math.log10(high - low)));
          const step = [0.2, 0.5, 1, 2].map((share) => share * power)
            .find((step) => (high - low) / step <= 6);
          const ticks = [];
          for (let number = Math.ceil(low / step); number * step <= high; number++)
            ticks.push({ value: number * step });
          return ticks;
        }

        // Powers of ten, and what lies between them where they are few.
        function decades(low, high) {
          const ticks = [];
          const count = Math.log10(high / low);
          if (count < 0.5) return even(low, high);
          const steps = count < 1.6 ? [1, 2, 5] : count < 3.2 ? [1, 3] : [1];
          for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; power++)
            for (const step of steps) {
              const value = step * Math.pow(10, power);
              if (value >= low * 0.999 && value <= high * 1.001) ticks.push({ value });
            }
          return ticks;
        }
        function quantiles(high) {
          const ticks = [{ value: 2 }];
          for (let value = 10; value <= high * 1.001; value *= 10) ticks.push({ value });
          return ticks;
        }

        function axis(description, range) {
          const isLogarithmic = description.isLogarithmic || description.unit === "quantile";
          const options = {
            type: isLogarithmic ? "logarithmic" : "linear", border: { color: colour("line") },
            grid: { color: colour("grid"), borderColor: colour("line"), drawTicks: false },
            title: { display: description.title !== "", text: description.title,
              color: colour("soft"), padding: 2 },
            ticks: { color: colour("soft"), padding: 6, maxRotation: 0, autoSkipPadding: 12,
              callback: (value) => written(value, description.unit, true) },
          };
          if (isLogarithmic && range) {
            options.min = range[0];
            options.max = range[1];
            options.afterBuildTicks = (scale) => {
              scale.ticks = description.unit === "quantile"
                ? quantiles(range[1]) : decades(range[0], range[1]);
            };
          } else if (!isLogarithmic) {
            options.beginAtZero = true;
          }
          return options;
        }

        function extent(values, isWide) {
          const known = values.filter((value) => value > 0);
          if (known.length === 0) return [1, 10];
          const low = Math.min(...known), high = Math.max(...known);
          return isWide ? [low / 1.15, high * 1.15] : [low, Math.max(high, low * 2)];
        }

        function dataset(series, number) {
          const ink = seriesColour(series);
          const common = {
            label: series.name, source: number, borderColor: ink, backgroundColor: ink,
            borderWidth: 1.8, pointRadius: 0, pointHitRadius: 8, tension: 0,
          };
          const points = (at) => series.points.map((point) => ({ x: point[0], y: point[at] }));
          switch (series.style) {
            case "band": {
              // The edges alone are seen of one that is thinner than a pixel.
              const area = { ...common, order: 1, borderWidth: 0.75,
                borderColor: faded(ink, 0.4), backgroundColor: faded(ink, 0.16) };
              return [{ ...area, data: points(1), fill: "+1" },
                { ...area, data: points(2), fill: false, isOther: true }];
            }
            case "points": case "hollow":
              // Without an order the first series would be drawn over all others.
              return [{ ...common, order: -1, data: points(1), showLine: false, pointRadius: 3.6,
                backgroundColor: series.style === "hollow" ? colour("card") : ink }];
            case "marked":
              return [{ ...common, data: points(1), pointRadius: 3 }];
            default: {
              const certain = series.certain ?? Infinity;
              return [{ ...common, data: points(1),
                borderDash: series.style === "dashed" ? [6, 4] : [],
                segment: { borderDash: (part) =>
                  part.p1DataIndex >= certain ? [1.5, 3] : undefined } }];
            }
          }
        }

        function curveTip(data) {
          return {
            filter: (item) => !item.dataset.isOther,
            callbacks: {
              title: (items) => items.length > 0
                ? written(items[0].parsed.x, data.x.unit, false) + " " + (data.x.unit === "count"
                  ? data.x.title : "") : "",
              label: (item) => " " + item.dataset.label + ": "
                + written(item.parsed.y, data.y.unit, false),
            },
          };
        }

        function drawCurves(index, data, place) {
          // The steep way up from the minimum says little: the axis starts at the 10th percentile.
          const counts = (point) => data.x.unit !== "quantile" || point[0] >= 1 / 0.9;
          const all = (at) => data.series.flatMap((series) => series.points.filter(counts)
            .flatMap((point) => at === 0 ? [point[0]] : point.slice(1)));
          const chart = new Chart(canvas(place), {
            type: "line",
            data: { datasets: data.series.flatMap(dataset) },
            options: {
              animation: false, maintainAspectRatio: false, parsing: false, normalized: true,
              interaction: { mode: "nearest", axis: "x", intersect: false },
              plugins: { legend: { display: false }, tooltip: curveTip(data) },
              scales: { x: axis(data.x, extent([1, ...all(0)], false)),
                y: axis(data.y, extent(all(1), true)) },
            },
          });
          legend(index, data, (number, shown) => {
            chart.data.datasets.forEach((entry, place) => {
              if (entry.source === number) chart.setDatasetVisibility(place, shown);
            });
            chart.update();
          });
          return chart;
        }

        """#

    private static let rangeCharts = #"""
        function drawRanges(index, data, place) {
          place.style.height = data.categories.length * (narrow() ? 40 : 34) + 40 + "px";
          const all = data.series.flatMap((series) => series.points.flat());
          const chart = new Chart(canvas(place), {
            type: "bar",
            data: {
              labels: data.categories.map((text) => text.split("\n")),
              datasets: data.series.map((series, number) => ({
                label: series.name, source: number, grouped: false, barThickness: 11,
                backgroundColor: series.style === "band"
                  ? faded(seriesColour(series), 0.32) : seriesColour(series),
                borderSkipped: false,
                data: series.points.map((point) => point.length === 2 ? point : null),
              })),
            },
            options: {
              indexAxis: "y", animation: false, maintainAspectRatio: false,
              interaction: { mode: "index", axis: "y", intersect: false },
              plugins: { legend: { display: false }, tooltip: { callbacks: {
                title: (items) => items[0].label.replace(",", ", "),
                label: (item) => " " + item.dataset.label + ": " + item.raw.map((value) =>
                  written(value, data.y.unit, false)).join(" to "),
              } } },
              scales: {
                x: axis(data.y, extent(all, true)),
                y: { grid: { display: false }, border: { color: colour("line") },
                  ticks: { color: colour("ink"), padding: 6, autoSkip: false,
                    font: { size: narrow() ? 10.5 : 12 } } },
              },
            },
          });
          legend(index, data, (number, shown) => {
            chart.setDatasetVisibility(number, shown);
            chart.update();
          });
          return chart;
        }

        """#

    private static let drawing = #"""
        const draw = { time: drawTime, curves: drawCurves, ranges: drawRanges };
        let drawn = [];

        function fail(error) {
          root.dataset.errors = (root.dataset.errors ?? "") + error + "; ";
        }
        addEventListener("error", (event) => fail(event.message));

        function drawAll() {
          for (const chart of drawn) chart.chart.destroy();
          drawn = [];
          linked = [];
          Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
          Chart.defaults.font.size = 12;
          charts.forEach((data, index) => {
            const place = document.getElementById("chart-" + index);
            try {
              drawn.push({ chart: draw[data.form](index, data, place), place });
            } catch (error) {
              fail(error);
              place.className = "plot failed";
              place.textContent = "This chart cannot be drawn here; its numbers are below.";
            }
          });
          root.dataset.drawn = String(drawn.length);
        }

        // Paper is light and narrower than the window; the libraries do not notice by themselves.
        const paperWidth = 690;
        addEventListener("beforeprint", () => {
          root.dataset.theme = "light";
          drawAll();
          for (const { chart, place } of drawn) chart.resize(paperWidth, place.clientHeight);
        });
        addEventListener("afterprint", () => {
          delete root.dataset.theme;
          drawAll();
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
        drawAll();

        """#
}
