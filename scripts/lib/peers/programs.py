"""The programs that are compared, and the probe that says what a trial is worth."""

import json
import os
import subprocess

NEAR, DISTURBED, FAR, SIBLING = "near", "disturbed", "far", "sibling"

# As in UrrPlatform's PlacementProbe and UrrCoreBench's Placement.
SIBLING_NANOSECONDS, FAR_NANOSECONDS, LEAST_SHARE = 40, 110, 0.975


# What a trial is blamed for where the two processors' counters are apart, which says nothing about
# what was measured: such a trial does not count and is repeated.
CLOCKS = "arrived before"

# The exit status of `urrbench core` where a case read something wrong; it prints its record anyway.
GUARANTEE_BROKEN = 4


class ProgramError(Exception):
    """A program ended, or answered with what is no trial."""


class Server:
    """A program that answers each line of input with one line."""

    def __init__(self, arguments):
        self.name = os.path.basename(arguments[0])
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, line=""):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer:
            raise ProgramError(f"{self.name} ended with status {self.process.wait()}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Probe:
    """Asks how far apart the two processors are; pulls them together where they are not near."""

    def __init__(self, directory):
        self.server = Server([os.path.join(directory, "probe")])
        self.near = []

    @staticmethod
    def placement(nanoseconds):
        if nanoseconds > FAR_NANOSECONDS:
            return FAR
        return SIBLING if nanoseconds < SIBLING_NANOSECONDS else NEAR

    def before(self, pulls):
        time = float(self.server.ask("probe"))
        while pulls > 0 and self.placement(time) != NEAR:
            time = float(self.server.ask("pull"))
            pulls -= 1
        return time

    def after(self):
        return float(self.server.ask("probe"))

    def label(self, before, after, share):
        edges = {self.placement(before), self.placement(after)}
        for worst in (FAR, SIBLING):
            if worst in edges:
                return worst
        if share < LEAST_SHARE:
            return DISTURBED
        self.near += [before, after]
        return NEAR

    def close(self):
        self.server.close()


class PeerProgram:
    """A ring of a peer in a process that lives as long as its row is measured."""

    def __init__(self, context, row, peer):
        self.name, self.role = peer.name, peer.role
        case = [peer.ring, row.kind, row.bytes, row.batch, row.poll, row.pauses]
        case = [str(word) for word in (*case, context.milliseconds)]
        self.server = Server(context.command(peer.program) + case)

    def trial(self):
        return [(self.name, json.loads(self.server.ask()))]

    def close(self):
        self.server.close()


class OurProgram:
    """One case of `urrbench core`, a process for each trial. It brings its floor along."""

    role = None

    def __init__(self, context, case):
        self.name = case
        self.arguments = [
            context.urrbench, "core", "--json", "--filter", case, "--trials", "1",
            *(["--smoke"] if context.is_smoke else ["--time", str(context.milliseconds)]),
        ]

    def trial(self):
        run = subprocess.run(self.arguments, stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode not in (0, GUARANTEE_BROKEN):
            raise ProgramError(f"urrbench core --filter {self.name}: status {run.returncode}")
        cases = json.loads(run.stdout)["core"]["cases"]
        return [(case["name"], self._measured(case["trials"][-1])) for case in cases]

    @staticmethod
    def _measured(trial):
        measurement = trial["measurement"]
        latency = measurement.get("latency") or {}
        return {
            "rate": measurement["messages"] * 1e9 / max(1, measurement["nanoseconds"]),
            "share": measurement.get("processorShare") or 1,
            "defect": measurement.get("defect"),
            "isNear": trial["label"] != "far" and trial["label"] != "sibling",
            **{key: latency.get(key) for key in ("p50", "windowP99", "shortWindowP99")},
        }

    def close(self):
        pass
