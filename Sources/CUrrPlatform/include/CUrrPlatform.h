// Thin C shims for what Swift cannot say: instructions without an intrinsic, and calls that are
// variadic or hidden behind _GNU_SOURCE. Every name starts with urr_.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// ---- Time-stamp counter ------------------------------------------------------------------------

/// Reads the processor's time-stamp counter; not ordered against neighbouring instructions.
static inline uint64_t urr_timestamp(void) {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return 0;
#endif
}

/// Reads the counter after every earlier load of this thread has its value.
static inline uint64_t urr_timestamp_after_loads(void) {
#if defined(__x86_64__)
    __builtin_ia32_lfence();
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
#else
    return 0;
#endif
}

/// Nothing after this begins before everything before it is done, as far as computing goes: what
/// stands between two of them cannot overlap with anything.
static inline void urr_serialize(void) {
#if defined(__x86_64__)
    __builtin_ia32_lfence();
#elif defined(__aarch64__)
    __asm__ volatile("dsb nshld\n\tisb" ::: "memory");
#endif
}

/// Whether the counter runs at one rate in every power state and on every core.
bool urr_timestamp_is_invariant(void);

/// The counter's rate in Hz as the hardware states it, or 0 where it has to be calibrated.
uint64_t urr_timestamp_frequency(void);

// ---- Spinning ----------------------------------------------------------------------------------

/// Tells the processor that this is a spin loop.
static inline void urr_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

// ---- Memory ------------------------------------------------------------------------------------

/// Asks for the cache line at `address`, to be read soon. Never faults.
static inline void urr_prefetch_for_read(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

/// Asks for the cache line at `address`, to be written soon. Never faults.
static inline void urr_prefetch_for_write(const void *address) {
#if defined(__x86_64__)
    // By name: without -mprfchw the builtin asks for the line to be read, which costs a second trip
    // once it is written. Processors that do not know the instruction execute it as a no-op.
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1, 3);
#endif
}

// ---- Threads -----------------------------------------------------------------------------------

/// Pins the calling thread to one processor. Returns 0 or an errno value.
int urr_pin_to_cpu(int cpu);

/// Allows the calling thread on every processor that the process started with.
int urr_unpin(void);

/// Fills `cpus` with the processors this process may run on; returns how many there are.
int urr_allowed_cpus(int *cpus, int capacity);

/// Names the calling thread (at most 15 bytes are kept).
void urr_name_thread(const char *name);

/// The processor that the calling thread runs on, or -1.
int urr_current_cpu(void);

// ---- Hardware counters -------------------------------------------------------------------------

/// Opens a counter of retired user-space instructions of the calling thread; -errno on failure.
int urr_open_instruction_counter(void);

/// Reads a counter opened above; false where it cannot be read.
bool urr_read_counter(int descriptor, uint64_t *value);

// ---- Stepping ----------------------------------------------------------------------------------

/// What a thread executed.
typedef struct {
    uint64_t instructions;
    /// Atomic read-modify-write operations: locked instructions and exchanges with memory.
    uint64_t atomics;
    /// Compare-and-exchange operations that found another value.
    uint64_t failed_exchanges;
    uint64_t system_calls;
} urr_step_counts;

/// Starts to count what the calling thread executes, one thread at a time; false where that is not
/// possible. Some microseconds an instruction.
bool urr_steps_begin(void);

/// Ends what `urr_steps_begin` started and tells the counts; both calls are partly in them.
void urr_steps_end(urr_step_counts *counts);

/// Whether a known sequence of instructions is counted as it should be.
bool urr_steps_work(void);
