// The trials: the same work for every ring as `urrbench core` gives to ours.
//
// A ring is a template over the bytes of a message with
//   struct Producer { Producer(Ring &); size_t put(size_t count, fill(Message &, size_t index)); };
//   struct Consumer { Consumer(Ring &); size_t take(size_t most, read(const Message &)); };
// both of which return how many messages it was, 0 where the ring was full or empty.
#pragma once
#include "threads.hpp"
#include <cmath>
#include <memory>

struct Order {
    u64 messages;
    std::size_t batch;  // messages published together
    std::size_t poll;   // most messages of one poll
    int pauses;         // pause instructions after a round that found nothing to do
};

struct Result {
    double rate = 0;   // messages per second
    double share = 1;  // of its processor that the worst thread got; 1 where they share by design
    double p50 = 0, windowP99 = 0, shortWindowP99 = 0;  // latencies, ns
    const char *defect = nullptr;
};

constexpr u64 warmupMessages = 200'000;

template <int Bytes, class Producer>
void produce(Producer &producer, u64 count, u64 stream, const Order &order, Waiting waiting) {
    const u64 mark = stream << streamShift;
    u64 sent = 0;
    while (sent < count) {
        const std::size_t wanted = std::min<u64>(order.batch, count - sent);
        const std::size_t done = producer.put(wanted, [&](Message<Bytes> &message, std::size_t i) {
            message.fill(mark | (sent + i), sent + i);
        });
        if (done == 0) waiting.wait();
        sent += done;
    }
}

template <int Bytes, bool isPair, class Consumer>
Check<Bytes> consume(Consumer &consumer, u64 count, const Order &order, Waiting waiting) {
    Check<Bytes> check;
    while (check.count < count) {
        const std::size_t done = consumer.take(order.poll, [&](const Message<Bytes> &message) {
            if constexpr (isPair) check.takeOfTwo(message);
            else check.take(message);
        });
        if (done == 0) waiting.wait();
    }
    return check;
}

// One producer on the first processor, one consumer on the second.
template <template <int> class Ring, int Bytes> Result streamTrial(const Order &order) {
    auto ring = std::make_unique<Ring<Bytes>>();
    Result result;
    for (u64 count : {std::min(order.messages, warmupMessages), order.messages}) {
        Check<Bytes> check;
        Team team;
        team.add(processors.first, [&, count] {
            typename Ring<Bytes>::Producer producer(*ring);
            produce<Bytes>(producer, count, 0, order, Waiting(order.pauses));
        });
        team.add(processors.second, [&, count] {
            typename Ring<Bytes>::Consumer consumer(*ring);
            check = consume<Bytes, false>(consumer, count, order, Waiting(order.pauses));
        });
        team.run();
        result.rate = count / team.nanoseconds() * 1e9;
        result.share = team.share();
        if (auto defect = check.defect(count, 1, count * (count - 1) / 2)) result.defect = defect;
    }
    return result;
}

// Two producers and one consumer on two processors; with `oneCore` both producers share the first.
template <template <int> class Ring, int Bytes>
Result pairTrial(const Order &order, bool oneCore) {
    auto ring = std::make_unique<Ring<Bytes>>();
    Result result;
    for (u64 count : {std::min(order.messages, warmupMessages), order.messages}) {
        const u64 each = count / 2;
        Check<Bytes> check;
        Team team;
        for (u64 stream = 0; stream < 2; stream++)
            team.add(oneCore ? processors.first : -1, [&, stream] {
                typename Ring<Bytes>::Producer producer(*ring);
                produce<Bytes>(producer, each, stream, order, Waiting(1, true));
            });
        team.add(oneCore ? processors.second : -1, [&] {
            typename Ring<Bytes>::Consumer consumer(*ring);
            check = consume<Bytes, true>(consumer, each * 2, order, Waiting(1, true));
        });
        team.run();
        result.rate = each * 2 / team.nanoseconds() * 1e9;
        if (auto defect = check.defect(each, 2, each * (each - 1))) result.defect = defect;
    }
    return result;
}

// Threads that wait for each other again and again.
class Rounds {
    const int members;
    alignas(128) std::atomic<int> arrived{0};
    alignas(128) std::atomic<int> generation{0};

public:
    explicit Rounds(int members) : members(members) {}
    void meet() {
        const int current = generation.load(std::memory_order_acquire);
        if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
            arrived.store(0, std::memory_order_relaxed);
            generation.store(current + 1, std::memory_order_release);
            return;
        }
        while (generation.load(std::memory_order_acquire) == current) _mm_pause();
    }
};

// Two producers on two processors fill an empty ring with 60,000 messages while nobody reads; then
// one of them, in turn, reads and checks. Only the filling counts, the median of the rounds.
template <template <int> class Ring, int Bytes> Result appendTrial(const Order &order) {
    auto ring = std::make_unique<Ring<Bytes>>();
    const u64 perRound = std::max<u64>(2, std::min<u64>(60'000, order.messages) / 2 * 2);
    const u64 each = perRound / 2;
    const std::size_t count = std::max<u64>(1, order.messages / perRound);
    std::vector<u64> starts[2], ends[2];
    Rounds rounds(2);
    typename Ring<Bytes>::Consumer consumer(*ring);
    std::atomic<const char *> defect{nullptr};
    Team team;
    for (u64 stream = 0; stream < 2; stream++)
        team.add(stream == 0 ? processors.first : processors.second, [&, stream] {
            typename Ring<Bytes>::Producer producer(*ring);
            for (std::size_t round = 0; round < count; round++) {
                rounds.meet();
                starts[stream].push_back(__rdtsc());
                produce<Bytes>(producer, each, stream, order, Waiting(1));
                ends[stream].push_back(__rdtsc());
                rounds.meet();
                if (round % 2 != stream) continue;
                const auto check = consume<Bytes, true>(consumer, perRound, order, Waiting(1));
                if (auto found = check.defect(each, 2, each * (each - 1))) defect = found;
            }
        });
    team.run();
    std::vector<double> lengths;
    for (std::size_t round = 0; round < count; round++)
        lengths.push_back(
            (std::max(ends[0][round], ends[1][round]) - std::min(starts[0][round], starts[1][round]))
            / ticksPerNanosecond());
    std::sort(lengths.begin(), lengths.end());
    Result result;
    result.rate = perRound / lengths[count / 2] * 1e9;
    result.share = team.share();
    result.defect = defect;
    return result;
}

// The smallest value with at least `percent` of the sorted ticks at or below it, in nanoseconds.
inline double percentile(const std::vector<std::uint32_t> &sorted, double percent) {
    const std::size_t rank = (std::size_t)std::ceil(percent / 100 * sorted.size());
    return sorted[std::max<std::size_t>(rank, 1) - 1] / ticksPerNanosecond();
}

// The median over windows of so many messages of the 99th percentile in each: robust against what
// the machine steals, as long as it leaves more than half of the windows alone.
inline double windowed(const std::vector<std::uint32_t> &ticks, std::size_t length) {
    length = std::min(length, ticks.size());
    std::vector<double> tails;
    for (std::size_t start = 0; start + length <= ticks.size(); start += length) {
        std::vector<std::uint32_t> part(ticks.begin() + start, ticks.begin() + start + length);
        std::sort(part.begin(), part.end());
        tails.push_back(percentile(part, 99));
    }
    std::sort(tails.begin(), tails.end());
    return tails[tails.size() / 2];
}

inline void addLatencies(Result &result, std::vector<std::uint32_t> ticks) {
    result.windowP99 = windowed(ticks, 10'000);
    result.shortWindowP99 = windowed(ticks, 1000);
    std::sort(ticks.begin(), ticks.end());
    result.p50 = percentile(ticks, 50);
}

inline std::uint32_t clamped(u64 ticks) { return (std::uint32_t)std::min<u64>(ticks, 0xffffffff); }

// There through one ring and back through another; the next message is sent when one came back.
template <template <int> class Ring, int Bytes> Result roundTripTrial(const Order &order) {
    auto there = std::make_unique<Ring<Bytes>>(), back = std::make_unique<Ring<Bytes>>();
    std::vector<std::uint32_t> ticks(order.messages);
    Check<Bytes> check;
    Team team;
    team.add(processors.first, [&] {
        typename Ring<Bytes>::Producer producer(*there);
        typename Ring<Bytes>::Consumer consumer(*back);
        u64 last = __rdtsc();
        for (u64 i = 0; i < order.messages; i++) {
            while (!producer.put(1, [&](Message<Bytes> &message, std::size_t) { message.fill(i, i); }))
                _mm_pause();
            while (!consumer.take(1, [&](const Message<Bytes> &message) { check.take(message); }))
                _mm_pause();
            const u64 now = ticksAfterLoads();
            ticks[i] = clamped(now - last);
            last = now;
        }
    });
    team.add(processors.second, [&] {
        typename Ring<Bytes>::Consumer consumer(*there);
        typename Ring<Bytes>::Producer producer(*back);
        Message<Bytes> copy;
        for (u64 i = 0; i < order.messages; i++) {
            while (!consumer.take(1, [&](const Message<Bytes> &message) { copy = message; }))
                _mm_pause();
            while (!producer.put(1, [&](Message<Bytes> &message, std::size_t) { message = copy; }))
                _mm_pause();
        }
    });
    team.run();
    Result result;
    result.rate = order.messages / team.nanoseconds() * 1e9;
    result.share = team.share();
    result.defect = check.defect(order.messages, 1, order.messages * (order.messages - 1) / 2);
    addLatencies(result, std::move(ticks));
    return result;
}

// 1,000,000 messages a second, each sent at its time or as soon as possible after it; latency from
// that time to the moment when the reader has the message.
template <template <int> class Ring, int Bytes> Result oneWayTrial(const Order &order) {
    auto ring = std::make_unique<Ring<Bytes>>();
    std::vector<std::uint32_t> ticks(order.messages);
    Check<Bytes> check;
    u64 stampSum = 0, early = 0;
    const double gap = ticksPerNanosecond() * 1000;
    Team team;
    team.add(processors.first, [&] {
        typename Ring<Bytes>::Producer producer(*ring);
        const u64 start = __rdtsc() + (u64)(20 * gap);
        u64 sum = 0;
        for (u64 i = 0; i < order.messages; i++) {
            const u64 time = start + (u64)(i * gap);
            while (__rdtsc() < time) {}
            while (!producer.put(1, [&](Message<Bytes> &message, std::size_t) { message.fill(i, time); }))
                _mm_pause();
            sum += time;
        }
        stampSum = sum;
    });
    team.add(processors.second, [&] {
        typename Ring<Bytes>::Consumer consumer(*ring);
        while (check.count < order.messages) {
            const std::size_t done = consumer.take(1, [&](const Message<Bytes> &message) {
                const u64 now = ticksAfterLoads();
                early += now < message.words[1];
                ticks[check.count] = clamped(now < message.words[1] ? 0 : now - message.words[1]);
                check.take(message);
            });
            if (done == 0) _mm_pause();
        }
    });
    team.run();
    Result result;
    result.rate = order.messages / team.nanoseconds() * 1e9;
    result.share = team.share();
    result.defect = early ? "messages arrived before they were sent"
                          : check.defect(order.messages, 1, stampSum);
    addLatencies(result, std::move(ticks));
    return result;
}
