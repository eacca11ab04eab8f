// Threads, clock and processor time for the trials.
#pragma once
#include "message.hpp"
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <thread>
#include <time.h>
#include <vector>
#include <x86intrin.h>

[[noreturn]] inline void fail(const char *what) {
    std::fprintf(stderr, "peers: %s\n", what);
    std::exit(1);
}

inline double secondsOf(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

// Reads the counter after every earlier load has its value: otherwise a processor that expects a
// message reads the time before it has it. `urrbench core` does the same.
inline u64 ticksAfterLoads() {
    _mm_lfence();
    return __rdtsc();
}

// Ticks of the time stamp counter per nanosecond, the median of five windows.
inline double ticksPerNanosecond() {
    static const double rate = [] {
        std::vector<double> rates;
        for (int i = 0; i < 5; i++) {
            const double start = secondsOf(CLOCK_MONOTONIC);
            const u64 from = __rdtsc();
            double now;
            do now = secondsOf(CLOCK_MONOTONIC); while (now - start < 0.01);
            rates.push_back((__rdtsc() - from) / ((now - start) * 1e9));
        }
        std::sort(rates.begin(), rates.end());
        return rates[2];
    }();
    return rate;
}

// The first two processors that this process may use.
struct Processors {
    int first = -1, second = -1;
    Processors() {
        cpu_set_t allowed;
        if (sched_getaffinity(0, sizeof allowed, &allowed)) fail("cannot ask for the processors");
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (!CPU_ISSET(cpu, &allowed)) continue;
            if (first < 0) first = cpu;
            else if (second < 0) second = cpu;
        }
        if (second < 0) fail("needs two processors");
    }
};
inline const Processors processors;

inline void pin(int cpu) {
    if (cpu < 0) return;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    if (pthread_setaffinity_np(pthread_self(), sizeof only, &only)) fail("cannot pin a thread");
}

// What a thread does that found nothing to do: `pauses` pause instructions, or, where threads share
// a processor, after 64 rounds it gives the processor away.
class Waiting {
    int pauses, rounds = 0;
    bool sharesProcessor;

public:
    explicit Waiting(int pauses, bool sharesProcessor = false)
        : pauses(sharesProcessor ? 1 : pauses), sharesProcessor(sharesProcessor) {}
    void wait() {
        if (sharesProcessor && ++rounds > 64) {
            sched_yield();
            rounds = 0;
            return;
        }
        for (int i = 0; i < pauses; i++) _mm_pause();
    }
};

// Threads that start together; each is measured by itself.
class Team {
    struct Member {
        int cpu;
        std::function<void()> body;
        u64 start = 0, end = 0;
        double share = 1;
    };
    std::vector<Member> members;

public:
    void add(int cpu, std::function<void()> body) { members.push_back({cpu, std::move(body)}); }

    void run() {
        std::atomic<std::size_t> arrived{0};
        std::vector<std::thread> threads;
        for (Member &member : members)
            threads.emplace_back([&] {
                pin(member.cpu);
                arrived.fetch_add(1);
                while (arrived.load() < members.size()) sched_yield();
                const double wall = secondsOf(CLOCK_MONOTONIC);
                const double used = secondsOf(CLOCK_THREAD_CPUTIME_ID);
                member.start = __rdtsc();
                member.body();
                member.end = __rdtsc();
                member.share = (secondsOf(CLOCK_THREAD_CPUTIME_ID) - used)
                    / (secondsOf(CLOCK_MONOTONIC) - wall);
            });
        for (std::thread &thread : threads) thread.join();
    }

    // From the first start to the last end.
    double nanoseconds() const {
        u64 start = ~0ull, end = 0;
        for (const Member &member : members) {
            start = std::min(start, member.start);
            end = std::max(end, member.end);
        }
        return (end - start) / ticksPerNanosecond();
    }

    // The smallest share of its processor that a member got.
    double share() const {
        double least = 1;
        for (const Member &member : members) least = std::min(least, member.share);
        return least;
    }
};

// Memory of a ring: huge pages where there are any, touched.
class RingMemory {
    void *mapped;
    std::size_t mappedBytes;

public:
    void *base;
    explicit RingMemory(std::size_t bytes) {
        const std::size_t huge = 2 << 20;
        mappedBytes = (bytes + huge - 1) / huge * huge + huge;
        mapped = mmap(nullptr, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) fail("no memory");
        base = (void *)(((std::uintptr_t)mapped + huge - 1) / huge * huge);
        madvise(base, bytes, MADV_HUGEPAGE);
        std::memset(base, 0, bytes);
    }
    ~RingMemory() { munmap(mapped, mappedBytes); }
    RingMemory(const RingMemory &) = delete;
};
