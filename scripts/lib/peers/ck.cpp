// Concurrency Kit's ck_ring with messages in its slots, through the functions that its own macro
// for typed rings (CK_RING_PROTOTYPE) expands to.
#define false 0  // one of its functions returns `false` as a pointer, which C++ refuses
extern "C" {
#include <ck_ring.h>
}
#undef false
#include "server.hpp"

template <int Bytes, bool isShared> struct CkRing {
    static constexpr bool takesProducers = isShared;
    using Slot = Message<Bytes>;
    alignas(128) ck_ring ring;
    RingMemory memory{slotsFor(Bytes) * Bytes};
    Slot *slots = (Slot *)memory.base;
    CkRing() { ck_ring_init(&ring, slotsFor(Bytes)); }

    struct Producer {
        CkRing &owner;
        Producer(CkRing &owner) : owner(owner) {}
        template <class Fill> std::size_t put(std::size_t, Fill fill) {
            if constexpr (isShared) {
                Slot message;
                fill(message, 0);
                return _ck_ring_enqueue_mp(&owner.ring, owner.slots, &message, sizeof message, nullptr);
            } else {
                auto *slot = (Slot *)_ck_ring_enqueue_reserve_sp(
                    &owner.ring, owner.slots, sizeof(Slot), nullptr);
                if (!slot) return 0;
                fill(*slot, 0);
                _ck_ring_enqueue_commit_sp(&owner.ring);
                return 1;
            }
        }
    };

    struct Consumer {
        CkRing &owner;
        Consumer(CkRing &owner) : owner(owner) {}
        template <class Read> std::size_t take(std::size_t, Read read) {
            Slot message;
            if (!_ck_ring_dequeue_sc(&owner.ring, owner.slots, &message, sizeof message)) return 0;
            read(message);
            return 1;
        }
    };
};
template <int Bytes> using CkSpsc = CkRing<Bytes, false>;
template <int Bytes> using CkMpsc = CkRing<Bytes, true>;

int main(int count, char **arguments) {
    const Request request = requestOf(count, arguments);
    if (request.ring == "spsc") return serve(trialOf<CkSpsc>(request), request);
    if (request.ring == "mpsc") return serve(trialOf<CkMpsc>(request), request);
    fail("no such ring");
}
