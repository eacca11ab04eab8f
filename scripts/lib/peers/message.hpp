// The messages that go through every ring: the same words as in `urrbench core`.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

using u64 = std::uint64_t;

// Bytes of the words that fill up a message behind the first two, for the longest message.
constexpr int patternBytes = 1024 - 16;

// Slots of a ring for messages of `bytes`: as many as fit into 16 MiB, at most 65,536.
constexpr std::size_t slotsFor(int bytes) {
    return bytes * 65536 <= (16 << 20) ? 65536 : (16 << 20) / bytes;
}

// Odd multiples of 2^64 divided by the golden ratio: no two alike, no zeros.
struct Pattern {
    alignas(64) u64 words[patternBytes / 8];
    Pattern() {
        for (int i = 0; i < patternBytes / 8; i++) words[i] = 0x9e3779b97f4a7c15ull * (i + 1);
    }
};
inline const Pattern pattern;

// A message of a fixed size: its number (with the number of its stream in the topmost 8 bits), a
// second word (the number again, or a time), and the pattern.
template <int Bytes> struct Message {
    u64 words[Bytes / 8];

    void fill(u64 first, u64 second) {
        words[0] = first;
        words[1] = second;
        if constexpr (Bytes > 16) std::memcpy(&words[2], pattern.words, Bytes - 16);
    }

    u64 sum() const {
        u64 total = 0;
        for (u64 word : words) total += word;
        return total;
    }

    static u64 patternSum() {
        u64 total = 0;
        for (int i = 0; i < Bytes / 8 - 2; i++) total += pattern.words[i];
        return total;
    }
};

constexpr int streamShift = 56;

// What a reader has seen of up to two streams, each of which has to keep its order.
template <int Bytes> struct Check {
    u64 count = 0, sum = 0, disorder = 0, next[2] = {0, 0};

    // For one stream alone: what a reader of one producer does.
    void take(const Message<Bytes> &message) {
        disorder |= message.words[0] ^ count;
        count++;
        sum += message.sum();
    }

    void takeOfTwo(const Message<Bytes> &message) {
        const u64 stream = message.words[0] >> streamShift & 1;
        disorder |= message.words[0] ^ (stream << streamShift | next[stream]);
        next[stream]++;
        count++;
        sum += message.sum();
    }

    // What is wrong, where `streams` producers sent `each` messages whose second words add up to
    // `seconds`; null where nothing is.
    const char *defect(u64 each, u64 streams, u64 seconds) const {
        u64 expected = seconds;
        for (u64 stream = 0; stream < streams; stream++)
            expected += each * (each - 1) / 2 + (stream << streamShift) * each
                + Message<Bytes>::patternSum() * each;
        if (count != each * streams) return "read another number of messages than were sent";
        if (disorder != 0) return "read messages out of order";
        return sum == expected ? nullptr : "read other words than were written";
    }
};
