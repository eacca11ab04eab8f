import Glibc

/// The memory of this process.
public enum ProcessMemory {
    /// Bytes that are resident now; nil where the system does not tell. Some microseconds; cold.
    public static func residentBytes() -> Int? {
        // The second number of statm counts resident pages (proc(5)).
        guard let text = readSystemFile("/proc/self/statm"),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// The most bytes that were ever resident at a time (getrusage(2)).
    public static var mostResident: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
