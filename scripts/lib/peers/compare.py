"""Measures the partition log and its peers in turn and prints how they compare. See scripts/peers."""

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass

import cases
import programs

ATTEMPTS = 3  # trials of one program in one round, until one is near and undisturbed
PULLS = 8  # bursts of 60 ms that may be spent on pulling the processors together before a trial
METRICS = ("rate", "p50", "windowP99", "shortWindowP99")
METRIC_NAMES = {"p50": "p50", "windowP99": "window p99", "shortWindowP99": "short-window p99"}


@dataclass
class Context:
    """Where the programs are and how long a trial takes."""

    directory: str
    urrbench: str
    java: list
    milliseconds: int
    is_smoke: bool

    def command(self, program):
        return self.java if program == "java" else [os.path.join(self.directory, program)]

    def has(self, program):
        return bool(self.java) if program == "java" else os.path.exists(self.command(program)[0])


class Samples:
    """All trials of one program in one row."""

    def __init__(self, name, role):
        self.name, self.role = name, role
        self.trials = []
        self.defects = []

    def add(self, label, measured):
        if measured.get("defect"):
            self.defects.append(measured["defect"])
            return
        self.trials.append({"label": label, **{key: measured.get(key) for key in METRICS}})

    def used(self):
        """Near and undisturbed trials; where there are none, near ones, or else all."""
        for label in (programs.NEAR, programs.DISTURBED):
            chosen = [trial for trial in self.trials if trial["label"] == label]
            if chosen:
                return chosen
        return self.trials

    @property
    def is_clean(self):
        return any(trial["label"] == programs.NEAR for trial in self.trials)

    def values(self, metric):
        return [trial[metric] for trial in self.used() if trial[metric]]

    def median(self, metric):
        values = self.values(metric)
        return statistics.median(values) if values else None


def measure_row(context, probe, row, trials, say):
    """Trial 1 of each program, trial 2 of each, and so on; samples by name, ours first."""
    wanted = [programs.OurProgram(context, case) for case in (row.ours, *row.bases)]
    samples = {case.name: Samples(case.name, None) for case in wanted}
    for peer in row.peers:
        if context.has(peer.program):
            say(f"{row.title}: starting {peer.name}")
            wanted.append(programs.PeerProgram(context, row, peer))
            samples[peer.name] = Samples(peer.name, peer.role)
    try:
        for number in range(trials):
            for program in wanted:
                say(f"{row.title}: {number + 1}/{trials} {program.name}")
                measure(context, probe, program, samples)
    finally:
        for program in wanted:
            program.close()
    return samples


def measure(context, probe, program, samples):
    """Trials of one program, the last of which is near and undisturbed, unless none was."""
    for _ in range(1 if context.is_smoke else ATTEMPTS):
        before = probe.before(0 if context.is_smoke else PULLS)
        measured = program.trial()
        after = probe.after()
        labels = []
        for name, one in measured:
            label = probe.label(before, after, one["share"])
            if label == programs.NEAR and not one.get("isNear", True):
                label = programs.FAR
            labels.append(label)
            samples.setdefault(name, Samples(name, None)).add(label, one)
        is_right = not any(one.get("defect") for _, one in measured)
        if is_right and all(label == programs.NEAR for label in labels):
            return


def judge(row, goal, samples):
    """Ours, the best it is compared with, the ratio, and whether the goal is reached."""
    ours = samples[row.ours]
    if goal.base:
        rivals = [samples[goal.base]] if goal.base in samples else []
    else:
        rivals = [each for each in samples.values() if each.role in goal.roles]
    rivals = [each for each in rivals if each.median(goal.metric)]
    if not rivals or not ours.median(goal.metric):
        return None
    choose = max if goal.is_rate else min
    best = choose(rivals, key=lambda each: each.median(goal.metric))
    ratio = ours.median(goal.metric) / best.median(goal.metric)
    holds = ratio >= goal.factor if goal.is_rate else ratio <= goal.factor
    short = abs(1 - ratio / goal.factor)
    return {
        "case": row.ours, "title": row.title, "goal": goal.text(), "metric": goal.metric,
        "ours": ours.median(goal.metric), "best": best.name,
        "theirs": best.median(goal.metric), "ratio": ratio, "factor": goal.factor, "holds": holds,
        "short": 0 if holds else short, "isClean": ours.is_clean and best.is_clean,
        "spread": [spread(ours, goal.metric), spread(best, goal.metric)],
    }


def spread(samples, metric):
    values = samples.values(metric)
    return [min(values), max(values)]


def number(value, metric):
    value = value / 1e6 if metric == "rate" else value
    return f"{value:.0f}" if value >= 99.5 else f"{value:.3g}"


def table(lines):
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines
    )


def verdicts_text(verdicts):
    lines = [("case", "goal", "ours", "best", "", "ratio", "spread ours | best", "verdict")]
    for each in verdicts:
        metric = each["metric"]
        spreads = " | ".join(
            f"{number(low, metric)}-{number(high, metric)}" for low, high in each["spread"]
        )
        what = f" {METRIC_NAMES[metric]}" if metric != "rate" else ""
        unit = "M/s" if metric == "rate" else "ns"
        lines.append((
            each["title"] + what, each["goal"], f"{number(each['ours'], metric)} {unit}",
            number(each["theirs"], metric), each["best"],
            ("" if each["isClean"] else "~") + f"{each['ratio']:.2f}", spreads,
            "holds" if each["holds"] else f"short by {each['short']:.0%}",
        ))
    return table(lines)


def row_text(row, samples):
    """All programs of a row, best first, with what each is."""
    metric = row.goals[0].metric
    known = [each for each in samples.values() if each.median(metric)]
    known.sort(key=lambda each: each.median(metric), reverse=metric == "rate")
    lines = []
    for each in known:
        low, high = spread(each, metric)
        lines.append((
            "  ", each.name, ("" if each.is_clean else "~") + number(each.median(metric), metric),
            f"{number(low, metric)}-{number(high, metric)}", f"n={len(each.used())}",
            each.role or "ours",
        ))
    published = [f"    published, other run: {peer} {figure}" for peer, figure in row.published]
    unit = "M msg/s" if metric == "rate" else f"{METRIC_NAMES[metric]}, ns"
    return "\n".join([f"{row.title} ({unit})", table(lines), *published])


def labels_text(results, probe):
    counts = {}
    for _, samples in results:
        for each in samples.values():
            for trial in each.trials:
                counts[trial["label"]] = counts.get(trial["label"], 0) + 1
    text = "trials: " + ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    if probe.near:
        text += (
            f"; cache-line hand-over near: {statistics.median(probe.near):.0f} ns one way"
            f" ({min(probe.near):.0f}-{max(probe.near):.0f})"
        )
    return text


NOTES = f"""\
Medians over near and undisturbed trials; ~ where there were none. Every record of ours carries
offset, time, key hash, length and payload; the peers carry the payload alone. Own code is no peer
but shows what the machine allows; a queue that keeps no order between producers is shown and not
compared with. {cases.AERON_IPC}
(published, other run, other machine)."""


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/peers", description=__doc__.split(" See")[0])
    parser.add_argument("--trials", type=int, default=5, help="rounds of each row (5)")
    parser.add_argument("--time", type=int, default=150, metavar="MS", help="length of a trial (150)")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="TEXT",
        help="rows whose title or case has this text; may be repeated")
    parser.add_argument("--json", action="store_true", help="print verdicts and all trials as JSON")
    parser.add_argument("--list", action="store_true", help="list the rows and run nothing")
    parser.add_argument("--smoke", action="store_true", help="see every program work; no figures")
    parser.add_argument("--directory", default="", help=argparse.SUPPRESS)
    parser.add_argument("--urrbench", default="", help=argparse.SUPPRESS)
    parser.add_argument("--java", default="", help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    for name, value, most in (("--trials", parsed.trials, 1000), ("--time", parsed.time, 60_000)):
        if not 1 <= value <= most:
            parser.error(f"{name}: must be 1 to {most}, got {value}")
    return parser, parsed


def main():
    parser, parsed = arguments()
    rows = [
        row for row in cases.ROWS
        if not parsed.filter or any(text in row.title or text in row.ours for text in parsed.filter)
    ]
    if not rows:
        parser.error("--filter: no row has any of " + ", ".join(map(repr, parsed.filter)))
    if parsed.list:
        lines = [(case, row.title) for row in rows for case in (row.ours, *row.bases)]
        print(table(lines))
        return
    cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))[:2]))
    java = [*parsed.java.split(), f"-Dcpus={cpus}", "Peers"] if parsed.java else []
    context = Context(
        parsed.directory, parsed.urrbench, java, 2 if parsed.smoke else parsed.time, parsed.smoke)
    is_terminal = sys.stderr.isatty()

    def say(text):
        if is_terminal:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()

    started = time.monotonic()
    probe = programs.Probe(context.directory)
    results = []
    try:
        for row in rows:
            trials = 1 if parsed.smoke else parsed.trials
            results.append((row, measure_row(context, probe, row, trials, say)))
    except programs.ProgramError as error:
        say("")
        sys.exit(f"peers: {error}")
    except KeyboardInterrupt:
        say("")
        if not results:
            sys.exit(130)
    finally:
        probe.close()
    say("")
    report(parsed, results, probe, time.monotonic() - started)
    defects = [
        f"{row.title}: {each.name}: {defect}" for row, samples in results
        for each in samples.values() for defect in each.defects
    ]
    for defect in defects:
        print(f"peers: a trial that does not count: {defect}", file=sys.stderr)
    if any(programs.CLOCKS not in defect for defect in defects):
        sys.exit(1)


def report(parsed, results, probe, seconds):
    verdicts = [
        verdict for row, samples in results for goal in row.goals
        if (verdict := judge(row, goal, samples))
    ]
    if parsed.json:
        rows = [
            {"title": row.title, "case": row.ours, "published": dict(row.published),
             "programs": {
                 each.name: {"role": each.role or "ours", "trials": each.trials}
                 for each in samples.values()}}
            for row, samples in results
        ]
        print(json.dumps({"verdicts": verdicts, "rows": rows}, indent=1))
        return
    if parsed.smoke:
        print(f"every program works ({len(results)} rows); a smoke run has no figures")
        return
    print(f"{parsed.trials} rounds, trials of {parsed.time} ms, {seconds:.0f} s;",
        labels_text(results, probe))
    print("\n" + verdicts_text(verdicts) + "\n")
    for row, samples in results:
        print(row_text(row, samples) + "\n")
    print(NOTES)


if __name__ == "__main__":
    main()
