// boost::lockfree::spsc_queue.
#include "server.hpp"
#include <boost/lockfree/spsc_queue.hpp>

template <int Bytes> struct BoostRing {
    static constexpr bool takesProducers = false;
    using Queue
        = boost::lockfree::spsc_queue<Message<Bytes>, boost::lockfree::capacity<slotsFor(Bytes)>>;
    Queue queue;

    struct Producer {
        Queue &queue;
        Message<Bytes> messages[256];
        Producer(BoostRing &ring) : queue(ring.queue) {}
        template <class Fill> std::size_t put(std::size_t count, Fill fill) {
            for (std::size_t i = 0; i < count; i++) fill(messages[i], i);
            return count == 1 ? queue.push(messages[0]) : queue.push(messages, count);
        }
    };

    struct Consumer {
        Queue &queue;
        Consumer(BoostRing &ring) : queue(ring.queue) {}
        // Above one message it takes all there are: the only way that does not copy.
        template <class Read> std::size_t take(std::size_t most, Read read) {
            auto take = [&](const Message<Bytes> &message) { read(message); };
            return most == 1 ? queue.consume_one(take) : queue.consume_all(take);
        }
    };
};

int main(int count, char **arguments) {
    const Request request = requestOf(count, arguments);
    if (request.ring == "spsc") return serve(trialOf<BoostRing>(request), request);
    fail("no such ring");
}
