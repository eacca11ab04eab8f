// Tells how far apart the two processors are, as UrrPlatform's PlacementProbe does: a line `probe`
// on the input is answered with the mean one-way time of a cache line in nanoseconds, `pull` first
// makes the two processors wake each other for 60 ms, which tends to bring them together.
#include "threads.hpp"
#include <iostream>
#include <string>
#include <unistd.h>

static double probe() {
    constexpr int rounds = 3000;
    struct alignas(128) Line {
        std::atomic<int> value{0};
    } there, back;
    std::vector<u64> ticks(rounds);
    Team team;
    team.add(processors.second, [&] {
        for (int round = 1; round <= rounds; round++) {
            while (there.value.load(std::memory_order_acquire) != round) {}
            back.value.store(round, std::memory_order_release);
        }
    });
    team.add(processors.first, [&] {
        u64 last = __rdtsc();
        for (int round = 1; round <= rounds; round++) {
            there.value.store(round, std::memory_order_release);
            while (back.value.load(std::memory_order_acquire) != round) {}
            const u64 now = __rdtsc();
            ticks[round - 1] = now - last;
            last = now;
        }
    });
    team.run();
    // The fastest three quarters: the rest was disturbed.
    std::sort(ticks.begin(), ticks.end());
    double sum = 0;
    for (int i = 0; i < rounds * 3 / 4; i++) sum += ticks[i];
    return sum / (rounds * 3 / 4) / ticksPerNanosecond() / 2;
}

static void pull() {
    int there[2], back[2];
    if (pipe(there) || pipe(back)) fail("no pipe");
    Team team;
    team.add(processors.second, [&] {
        for (char byte; read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1;) {}
    });
    team.add(processors.first, [&] {
        const double end = secondsOf(CLOCK_MONOTONIC) + 0.06;
        char byte = 1;
        while (secondsOf(CLOCK_MONOTONIC) < end && write(there[1], &byte, 1) == 1
            && read(back[0], &byte, 1) == 1)
            usleep(50);
        close(there[1]);
    });
    team.run();
    close(there[0]);
    close(back[0]);
    close(back[1]);
}

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "pull") pull();
        std::cout << probe() << std::endl;
    }
}
