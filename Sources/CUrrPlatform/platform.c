#define _GNU_SOURCE
#include "CUrrPlatform.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

bool urr_timestamp_is_invariant(void) {
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    // Leaf 0x80000007, EDX bit 8: "TscInvariant" (AMD APM vol. 3, Intel SDM vol. 2A, CPUID).
    if (!__get_cpuid(0x80000007u, &a, &b, &c, &d)) return false;
    return (d & (1u << 8)) != 0;
#elif defined(__aarch64__)
    return true;  // The generic timer is invariant by definition (Arm ARM, D12).
#else
    return false;
#endif
}

uint64_t urr_timestamp_frequency(void) {
#if defined(__aarch64__)
    uint64_t hertz;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
    return hertz;
#else
    return 0;
#endif
}

int urr_pin_to_cpu(int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE) return EINVAL;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static cpu_set_t initial_set;

__attribute__((constructor)) static void remember_initial_set(void) {
    if (sched_getaffinity(0, sizeof initial_set, &initial_set) != 0) {
        for (int i = 0; i < CPU_SETSIZE; i++) CPU_SET(i, &initial_set);
    }
}

int urr_unpin(void) {
    return pthread_setaffinity_np(pthread_self(), sizeof initial_set, &initial_set);
}

int urr_allowed_cpus(int *cpus, int capacity) {
    int count = 0;
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &initial_set)) continue;
        if (count < capacity) cpus[count] = i;
        count++;
    }
    return count;
}

void urr_name_thread(const char *name) {
    char kept[16];
    strncpy(kept, name, sizeof kept - 1);
    kept[sizeof kept - 1] = 0;
    pthread_setname_np(pthread_self(), kept);
}

int urr_current_cpu(void) { return sched_getcpu(); }

int urr_open_instruction_counter(void) {
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    long descriptor = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

bool urr_read_counter(int descriptor, uint64_t *value) {
    return read(descriptor, value, sizeof *value) == (ssize_t)sizeof *value;
}
