// DPDK's rte_ring in plain memory, without the rest of DPDK: elements copied in and out, or (zc)
// filled and read in place. `hts` has producers that publish as a whole (head-tail sync), the mode
// that DPDK has for producers that share a core.
#define ALLOW_EXPERIMENTAL_API
#include <rte_ring.h>
#include <rte_ring_elem.h>
#include <rte_ring_peek_zc.h>
#include "server.hpp"

template <int Bytes, unsigned flags, bool inPlace> struct RteRing {
    static constexpr bool takesProducers = !(flags & RING_F_SP_ENQ);
    static constexpr std::size_t slots = slotsFor(Bytes);
    RingMemory memory{(std::size_t)rte_ring_get_memsize_elem(Bytes, slots)};
    rte_ring *ring = (rte_ring *)memory.base;
    RteRing() {
        if (rte_ring_init(ring, "peer", slots, flags)) fail("rte_ring_init failed");
    }

    struct Producer {
        rte_ring *ring;
        alignas(64) Message<Bytes> messages[256];
        Producer(RteRing &owner) : ring(owner.ring) {}
        template <class Fill> std::size_t put(std::size_t count, Fill fill) {
            if constexpr (inPlace) {
                rte_ring_zc_data parts;
                const unsigned got
                    = rte_ring_enqueue_zc_burst_elem_start(ring, Bytes, count, &parts, nullptr);
                if (!got) return 0;
                auto *first = (Message<Bytes> *)parts.ptr1, *second = (Message<Bytes> *)parts.ptr2;
                for (unsigned i = 0; i < parts.n1; i++) fill(first[i], i);
                for (unsigned i = parts.n1; i < got; i++) fill(second[i - parts.n1], i);
                rte_ring_enqueue_zc_finish(ring, got);
                return got;
            }
            for (std::size_t i = 0; i < count; i++) fill(messages[i], i);
            return count == 1 ? rte_ring_enqueue_elem(ring, messages, Bytes) == 0
                              : rte_ring_enqueue_bulk_elem(ring, messages, Bytes, count, nullptr);
        }
    };

    struct Consumer {
        rte_ring *ring;
        alignas(64) Message<Bytes> messages[256];
        Consumer(RteRing &owner) : ring(owner.ring) {}
        template <class Read> std::size_t take(std::size_t most, Read read) {
            if constexpr (inPlace) {
                rte_ring_zc_data parts;
                const unsigned got
                    = rte_ring_dequeue_zc_burst_elem_start(ring, Bytes, most, &parts, nullptr);
                if (!got) return 0;
                auto *first = (Message<Bytes> *)parts.ptr1, *second = (Message<Bytes> *)parts.ptr2;
                for (unsigned i = 0; i < parts.n1; i++) read(first[i]);
                for (unsigned i = parts.n1; i < got; i++) read(second[i - parts.n1]);
                rte_ring_dequeue_zc_finish(ring, got);
                return got;
            }
            const unsigned got = most == 1
                ? rte_ring_dequeue_elem(ring, messages, Bytes) == 0
                : rte_ring_dequeue_burst_elem(ring, messages, Bytes, most, nullptr);
            for (unsigned i = 0; i < got; i++) read(messages[i]);
            return got;
        }
    };
};
constexpr unsigned single = RING_F_SP_ENQ | RING_F_SC_DEQ;
constexpr unsigned hts = RING_F_MP_HTS_ENQ | RING_F_SC_DEQ;
template <int Bytes> using Spsc = RteRing<Bytes, single, false>;
template <int Bytes> using SpscInPlace = RteRing<Bytes, single, true>;
template <int Bytes> using Mpsc = RteRing<Bytes, RING_F_SC_DEQ, false>;
template <int Bytes> using Hts = RteRing<Bytes, hts, false>;
template <int Bytes> using HtsInPlace = RteRing<Bytes, hts, true>;

int main(int count, char **arguments) {
    const Request request = requestOf(count, arguments);
    if (request.ring == "spsc") return serve(trialOf<Spsc>(request), request);
    if (request.ring == "spsc-zc") return serve(trialOf<SpscInPlace>(request), request);
    if (request.ring == "mpsc") return serve(trialOf<Mpsc>(request), request);
    if (request.ring == "hts") return serve(trialOf<Hts>(request), request);
    if (request.ring == "hts-zc") return serve(trialOf<HtsInPlace>(request), request);
    fail("no such ring");
}
