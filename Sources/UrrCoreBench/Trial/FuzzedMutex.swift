#if DEBUG || URR_SCHEDULE_FUZZ
import UrrPlatform

/// One that the thread sanitizer sees.
typealias Mutex = FuzzedMutex
#endif
