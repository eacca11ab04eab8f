import Foundation
import Testing
import UrrTestSupport

@testable import urrbench

/// The shipped examples for schedulers start what this program takes.
struct ShardExampleTests {
    /// A program that only says how it was called.
    private static let echo = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"

    /// What the program makes of `arguments`, one a line.
    private func shard(_ run: ProgramRun) throws -> ParsedArguments {
        #expect(run.status == 0, "\(run.errors)")
        let words = run.output.split(separator: "\n").map(String.init)
        guard case .run(let verb, let parsed) = try Invocation(words, verbs: VerbTable.all) else {
            throw UsageError(problems: ["no verb"], verb: nil)
        }
        #expect(verb.name == "workload")
        _ = try ShardOptions(shard: parsed.text("shard"), startAt: parsed.text("start-at"))
        return parsed
    }

    private func bin() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("urrbench")
        try Data(Self.echo.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path)
        return directory
    }

    private struct Job: Decodable {
        struct Spec: Decodable {
            var completionMode: String
            var completions: Int
            var parallelism: Int
            var backoffLimit: Int
            var template: Template
        }
        struct Template: Decodable { var spec: Pod }
        struct Pod: Decodable {
            var restartPolicy: String
            var containers: [Container]
            var volumes: [Volume]
        }
        struct Volume: Decodable { var name: String }
        struct Container: Decodable {
            var env: [Variable]
            var command: [String]
            var args: [String]
            var volumeMounts: [Mount]
        }
        struct Variable: Decodable {
            var name: String
            var value: String
        }
        struct Mount: Decodable {
            var name: String
            var mountPath: String
        }
        var apiVersion: String
        var kind: String
        var spec: Spec
    }

    @Test func theIndexedJobStartsEveryShardOnce() throws {
        let text = try Repository.text("scripts/examples/kubernetes-shards.json")
        let job = try JSONDecoder().decode(Job.self, from: Data(text.utf8))
        #expect(job.apiVersion == "batch/v1" && job.kind == "Job")
        #expect(job.spec.completionMode == "Indexed")
        // All have to run at once, and one that failed cannot begin again later.
        #expect(job.spec.parallelism == job.spec.completions && job.spec.backoffLimit == 0)
        #expect(job.spec.template.spec.restartPolicy == "Never")
        let pod = job.spec.template.spec
        let container = try #require(pod.containers.first)
        #expect(Set(container.volumeMounts.map(\.name)) == Set(pod.volumes.map(\.name)))
        var shards: [String] = []
        for index in 0..<job.spec.completions {
            let home = try bin()
            var environment = ["JOB_COMPLETION_INDEX": "\(index)", "PATH": "\(home.url.path):/bin"]
            for variable in container.env { environment[variable.name] = variable.value }
            let run = try ProgramRun(
                container.command[0], Array(container.command.dropFirst()) + container.args,
                environment: environment)
            let parsed = try shard(run)
            shards.append(parsed.text("shard") ?? "")
            let results = parsed.text("results")
            #expect(container.volumeMounts.contains { $0.mountPath == results })
        }
        #expect(shards == (1...8).map { "\($0)/8" })
    }

    @Test func theSlurmArrayStartsEveryShard() throws {
        let path = Repository.url("scripts/examples/slurm-shards.sh").path
        let home = try bin()
        for task in 1...8 {
            let run = try ProgramRun(
                path, [],
                environment: [
                    "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_COUNT": "8",
                    "URRBENCH": home.url.path + "/urrbench", "WORKLOAD": "w.json",
                    "START_AT": "2026-11-21T18:00:00Z",
                ])
            #expect(try shard(run).text("shard") == "\(task)/8")
        }
        let text = try Repository.text("scripts/examples/slurm-shards.sh")
        #expect(text.contains("\n#SBATCH --array=1-8\n"))
        // Directives after the first command are not read.
        let first = try #require(text.range(of: "set -euo"))
        #expect(!text[first.upperBound...].contains("#SBATCH"))
        let bare = try ProgramRun(path, [], environment: ["WORKLOAD": "w.json", "START_AT": ""])
        #expect(bare.status != 0 && bare.errors.contains("START_AT"))
    }
}
