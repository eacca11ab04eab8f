// Rings written for this comparison, with no other purpose than to show what the machine allows:
// payloads alone, nothing that a log has to do. A ceiling, not a peer.
#include "server.hpp"

// One index on each side, the other side's index kept in private and looked up only when nothing of
// what was known is left; one release store for a batch.
template <int Bytes> struct IndexRing {
    static constexpr bool takesProducers = false;
    static constexpr u64 slots = slotsFor(Bytes), mask = slots - 1;
    alignas(128) std::atomic<u64> written{0};
    alignas(128) std::atomic<u64> read{0};
    alignas(128) RingMemory memory{slots * Bytes};
    Message<Bytes> *messages = (Message<Bytes> *)memory.base;

    struct Producer {
        IndexRing &ring;
        u64 next, limit;
        Producer(IndexRing &ring) : ring(ring), next(ring.written), limit(ring.read + slots) {}
        template <class Fill> std::size_t put(std::size_t count, Fill fill) {
            if (next == limit) {
                limit = ring.read.load(std::memory_order_acquire) + slots;
                if (next == limit) return 0;
            }
            count = std::min<u64>(count, limit - next);
            for (std::size_t i = 0; i < count; i++) fill(ring.messages[(next + i) & mask], i);
            next += count;
            ring.written.store(next, std::memory_order_release);
            return count;
        }
    };

    struct Consumer {
        IndexRing &ring;
        u64 next, limit;
        Consumer(IndexRing &ring) : ring(ring), next(ring.read), limit(ring.written) {}
        template <class Read> std::size_t take(std::size_t most, Read read) {
            if (next == limit) {
                limit = ring.written.load(std::memory_order_acquire);
                if (next == limit) return 0;
            }
            most = std::min<u64>(most, limit - next);
            for (std::size_t i = 0; i < most; i++) read(ring.messages[(next + i) & mask]);
            next += most;
            ring.read.store(next, std::memory_order_release);
            return most;
        }
    };
};

// Several producers: one atomic addition claims slots, each slot has its own mark of being written
// in the line of the payload's start; the consumer reads as far as there is no gap.
template <int Bytes> struct MarkRing {
    static constexpr bool takesProducers = true;
    static constexpr u64 slots = slotsFor(Bytes), mask = slots - 1;
    struct alignas(64) Slot {
        std::atomic<u64> mark;
        Message<Bytes> message;
    };
    alignas(128) std::atomic<u64> claimed{0};
    alignas(128) std::atomic<u64> read{0};
    alignas(128) RingMemory memory{slots * sizeof(Slot)};
    Slot *ring = (Slot *)memory.base;

    struct Producer {
        MarkRing &owner;
        u64 knownRead;
        Producer(MarkRing &owner) : owner(owner), knownRead(owner.read) {}
        template <class Fill> std::size_t put(std::size_t count, Fill fill) {
            const u64 first = owner.claimed.fetch_add(count, std::memory_order_relaxed);
            Waiting waiting(1, true);
            while (first + count - knownRead > slots) {
                knownRead = owner.read.load(std::memory_order_acquire);
                if (first + count - knownRead > slots) waiting.wait();
            }
            for (std::size_t i = 0; i < count; i++) {
                Slot &slot = owner.ring[(first + i) & mask];
                fill(slot.message, i);
                slot.mark.store(first + i + 1, std::memory_order_release);
            }
            return count;
        }
    };

    struct Consumer {
        MarkRing &owner;
        Consumer(MarkRing &owner) : owner(owner) {}
        template <class Read> std::size_t take(std::size_t most, Read read) {
            const u64 next = owner.read.load(std::memory_order_relaxed);
            std::size_t done = 0;
            for (; done < most; done++) {
                Slot &slot = owner.ring[(next + done) & mask];
                if (slot.mark.load(std::memory_order_acquire) != next + done + 1) break;
                read(slot.message);
            }
            if (done) owner.read.store(next + done, std::memory_order_release);
            return done;
        }
    };
};

// The index ring with two readers that both see every message, polled in turn by one thread.
template <int Bytes> Result broadcastTrial(const Order &order) {
    IndexRing<Bytes> ring;
    alignas(128) std::atomic<u64> reads[2 * 16] = {};
    auto readOf = [&](int group) -> std::atomic<u64> & { return reads[group * 16]; };
    Result result;
    u64 base = 0;
    for (u64 count : {std::min(order.messages, warmupMessages), order.messages}) {
        Check<Bytes> checks[2];
        Team team;
        team.add(processors.first, [&, count] {
            Waiting waiting(order.pauses);
            u64 next = base, limit = base + IndexRing<Bytes>::slots;
            while (next < base + count) {
                if (next == limit) {
                    limit = std::min(readOf(0).load(std::memory_order_acquire),
                        readOf(1).load(std::memory_order_acquire)) + IndexRing<Bytes>::slots;
                    if (next == limit) {
                        waiting.wait();
                        continue;
                    }
                }
                const u64 end = std::min({limit, base + count, next + order.batch});
                for (; next < end; next++)
                    ring.messages[next & IndexRing<Bytes>::mask].fill(next - base, next - base);
                ring.written.store(next, std::memory_order_release);
            }
        });
        team.add(processors.second, [&, count] {
            Waiting waiting(order.pauses);
            u64 next[2] = {base, base}, limit[2] = {base, base};
            Check<Bytes> seen[2];
            while (next[0] < base + count || next[1] < base + count) {
                bool idle = true;
                for (int group = 0; group < 2; group++) {
                    if (next[group] == limit[group])
                        limit[group] = ring.written.load(std::memory_order_acquire);
                    const u64 end = std::min(limit[group], next[group] + order.poll);
                    if (next[group] == end) continue;
                    idle = false;
                    for (; next[group] < end; next[group]++)
                        seen[group].take(ring.messages[next[group] & IndexRing<Bytes>::mask]);
                    readOf(group).store(next[group], std::memory_order_release);
                }
                if (idle) waiting.wait();
            }
            checks[0] = seen[0];
            checks[1] = seen[1];
        });
        team.run();
        base += count;
        result.rate = count / team.nanoseconds() * 1e9;
        result.share = team.share();
        for (auto &check : checks)
            if (auto defect = check.defect(count, 1, count * (count - 1) / 2)) result.defect = defect;
    }
    return result;
}

int main(int count, char **arguments) {
    const Request request = requestOf(count, arguments);
    if (request.ring == "index" && request.kind == "broadcast" && request.bytes == 64)
        return serve(broadcastTrial<64>, request);
    if (request.ring == "index") return serve(trialOf<IndexRing>(request), request);
    if (request.ring == "mark") return serve(trialOf<MarkRing>(request), request);
    fail("no such ring");
}
