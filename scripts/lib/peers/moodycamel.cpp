// moodycamel::ReaderWriterQueue, and ConcurrentQueue with tokens: a queue for each producer, so no
// order between producers. Both bounded: nothing is allocated after the start.
#include "server.hpp"
#include <concurrentqueue/concurrentqueue.h>
#include <readerwriterqueue/readerwriterqueue.h>

template <int Bytes> struct PairQueue {
    static constexpr bool takesProducers = false;
    using Queue = moodycamel::ReaderWriterQueue<Message<Bytes>>;
    Queue queue{slotsFor(Bytes)};

    struct Producer {
        Queue &queue;
        Producer(PairQueue &owner) : queue(owner.queue) {}
        template <class Fill> std::size_t put(std::size_t, Fill fill) {
            Message<Bytes> message;
            fill(message, 0);
            return queue.try_enqueue(message);
        }
    };

    struct Consumer {
        Queue &queue;
        Consumer(PairQueue &owner) : queue(owner.queue) {}
        template <class Read> std::size_t take(std::size_t, Read read) {
            const Message<Bytes> *message = queue.peek();
            if (!message) return 0;
            read(*message);
            queue.pop();
            return 1;
        }
    };
};

template <int Bytes> struct ManyQueue {
    static constexpr bool takesProducers = true;
    using Queue = moodycamel::ConcurrentQueue<Message<Bytes>>;
    Queue queue{slotsFor(Bytes), 4, 0};

    struct Producer {
        Queue &queue;
        moodycamel::ProducerToken token;
        Message<Bytes> messages[256];
        Producer(ManyQueue &owner) : queue(owner.queue), token(owner.queue) {}
        template <class Fill> std::size_t put(std::size_t count, Fill fill) {
            for (std::size_t i = 0; i < count; i++) fill(messages[i], i);
            if (count == 1) return queue.try_enqueue(token, messages[0]);
            return queue.try_enqueue_bulk(token, messages, count) ? count : 0;
        }
    };

    struct Consumer {
        Queue &queue;
        moodycamel::ConsumerToken token;
        Message<Bytes> messages[256];
        Consumer(ManyQueue &owner) : queue(owner.queue), token(owner.queue) {}
        template <class Read> std::size_t take(std::size_t most, Read read) {
            const std::size_t got = most == 1 ? queue.try_dequeue(token, messages[0])
                                              : queue.try_dequeue_bulk(token, messages, most);
            for (std::size_t i = 0; i < got; i++) read(messages[i]);
            return got;
        }
    };
};

int main(int count, char **arguments) {
    const Request request = requestOf(count, arguments);
    if (request.ring == "pair") return serve(trialOf<PairQueue>(request), request);
    if (request.ring == "many") return serve(trialOf<ManyQueue>(request), request);
    fail("no such ring");
}
