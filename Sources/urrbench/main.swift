import Glibc

Interruption.keepGoing()
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
