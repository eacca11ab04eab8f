// A FIFO queue with the semantics of SQS, written the obvious way: producers hand batches over
// through moodycamel's ConcurrentQueue, everything else is std::unordered_map, std::deque and
// std::list. Driven by the loop of `urrbench core`'s queue cases: the same messages, groups,
// identifiers, simulated time and checks, so that the two can be compared.
//
//   queue_peer BATCH GROUPS RETAINED IDS MESSAGES
//
// IDS is how many deduplication ids the window holds, 0 for no deduplication. Prints nanoseconds
// per message; exit status 1 where a message was lost, doubled or out of order.
#include <concurrentqueue/concurrentqueue.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using Time = int64_t;
constexpr Time second = 1'000'000'000;

struct Message {
    std::string body, group, id;
    Time sent = 0;
    uint64_t sequence = 0;
    uint32_t receives = 0;
};

struct Group {
    std::string name;
    std::deque<std::list<Message>::iterator> waiting;
    int inFlight = 0;
    bool isReady = false;
};

struct Delivery {
    uint64_t handle;
    const Message *message;
};

class Queue {
public:
    Queue(bool deduplicates, Time window) : deduplicates(deduplicates), window(window) {}

    void send(std::vector<Message> &batch) {
        incoming.enqueue_bulk(std::make_move_iterator(batch.begin()), batch.size());
    }

    void receive(size_t maximum, Time now, Time timeout, std::vector<Delivery> &found) {
        takeIn(now);
        expire(now);
        while (found.size() < maximum && !ready.empty()) {
            Group &group = *ready.front();
            ready.pop_front();
            group.isReady = false;
            while (found.size() < maximum && !group.waiting.empty()) {
                auto message = group.waiting.front();
                group.waiting.pop_front();
                message->receives += 1;
                uint64_t handle = nextHandle++;
                auto timer = timers.emplace(now + timeout, handle);
                flights.emplace(handle, Flight{message, &group, timer});
                group.inFlight += 1;
                found.push_back({handle, &*message});
            }
        }
    }

    bool remove(uint64_t handle) {
        auto found = flights.find(handle);
        if (found == flights.end()) return false;
        Flight flight = found->second;
        timers.erase(flight.timer);
        flights.erase(found);
        messages.erase(flight.message);
        flight.group->inFlight -= 1;
        settle(flight.group);
        return true;
    }

private:
    using Timers = std::multimap<Time, uint64_t>;
    struct Flight {
        std::list<Message>::iterator message;
        Group *group;
        Timers::iterator timer;
    };

    // Moves what producers handed over into its groups, without what was seen in the window.
    void takeIn(Time now) {
        Message batch[10];
        while (size_t count = incoming.try_dequeue_bulk(batch, 10)) {
            for (size_t place = 0; place < count; ++place) store(std::move(batch[place]), now);
        }
    }

    void store(Message &&message, Time now) {
        if (deduplicates) {
            auto [entry, isNew] = seen.try_emplace(message.id, nextSequence);
            if (!isNew) return;
            order.emplace_back(now, entry->first);
        }
        message.sequence = nextSequence++;
        auto [entry, isNew] = groups.try_emplace(message.group);
        if (isNew) entry->second.name = message.group;
        messages.push_back(std::move(message));
        entry->second.waiting.push_back(std::prev(messages.end()));
        settle(&entry->second);
    }

    // A group can be received from while none of its messages is in flight; an empty one ends.
    void settle(Group *group) {
        if (group->inFlight > 0) return;
        if (group->waiting.empty()) {
            groups.erase(group->name);
        } else if (!group->isReady) {
            group->isReady = true;
            ready.push_back(group);
        }
    }

    void expire(Time now) {
        while (!order.empty() && now - order.front().first >= window) {
            seen.erase(order.front().second);
            order.pop_front();
        }
        while (!timers.empty() && timers.begin()->first <= now) {
            auto found = flights.find(timers.begin()->second);
            timers.erase(timers.begin());
            Flight flight = found->second;
            flights.erase(found);
            flight.group->waiting.push_front(flight.message);
            flight.group->inFlight -= 1;
            settle(flight.group);
        }
    }

    bool deduplicates;
    Time window;
    uint64_t nextSequence = 1, nextHandle = 1;
    moodycamel::ConcurrentQueue<Message> incoming;
    std::list<Message> messages;
    std::unordered_map<std::string, Group> groups;
    std::deque<Group *> ready;
    std::unordered_map<std::string, uint64_t> seen;
    std::deque<std::pair<Time, std::string>> order;
    std::unordered_map<uint64_t, Flight> flights;
    Timers timers;
};

uint64_t mix64(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

std::string hex(uint64_t value) {
    std::string text(16, '0');
    for (int digit = 15; digit >= 0; --digit, value >>= 4) text[digit] = "0123456789abcdef"[value & 15];
    return text;
}

// The loop: one thread sends a batch, receives as many, checks and deletes them.
class Loop {
public:
    Loop(size_t batch, uint64_t groups, uint64_t ids)
        : batch(batch), step(ids ? 300 * second / Time(ids) : 1000), deduplicates(ids != 0),
          queue(deduplicates, 300 * second), places(groups), expected(groups) {
        for (uint64_t group = 0; group < groups; ++group) names.push_back(hex(group));
        for (int word = 0; word < 6; ++word) pattern[word] = 0x9e3779b97f4a7c15 * uint64_t(word + 1);
    }

    void send(size_t count) {
        outgoing.clear();
        for (size_t place = 0; place < count; ++place, ++sent) {
            uint64_t group = ((mix64(sent) >> 32) * names.size()) >> 32;
            uint64_t words[8] = {group << 32 | places[group]++, sent};
            std::memcpy(words + 2, pattern, sizeof pattern);
            Message message;
            message.body.assign(reinterpret_cast<char *>(words), sizeof words);
            message.group = names[group];
            if (deduplicates) message.id = "user:0:" + hex(sent) + " ";
            message.sent = now();
            for (uint64_t word : words) sum += word;
            outgoing.push_back(std::move(message));
        }
        queue.send(outgoing);
    }

    size_t receive() {
        found.clear();
        queue.receive(batch, now(), 43'200 * second, found);
        for (const Delivery &delivery : found) {
            uint64_t words[8];
            std::memcpy(words, delivery.message->body.data(), sizeof words);
            uint64_t group = words[0] >> 32;
            isWrong |= expected[group]++ != uint32_t(words[0]);
            isWrong |= delivery.message->group != names[group];
            for (uint64_t word : words) sum -= word;
        }
        for (const Delivery &delivery : found) isWrong |= !queue.remove(delivery.handle);
        received += found.size();
        return found.size();
    }

    void cycle(uint64_t count) {
        for (uint64_t end = sent + count; sent < end;) {
            send(batch);
            receive();
        }
    }

    bool drain() {
        while (receive() > 0) {}
        return !isWrong && sum == 0 && received == sent;
    }

private:
    Time now() const { return Time(sent) * step; }

    size_t batch;
    Time step;
    bool deduplicates;
    Queue queue;
    std::vector<std::string> names;
    std::vector<uint32_t> places, expected;
    std::vector<Message> outgoing;
    std::vector<Delivery> found;
    uint64_t pattern[6];
    uint64_t sent = 0, received = 0, sum = 0;
    bool isWrong = false;
};

}  // namespace

int main(int count, char **arguments) {
    if (count != 6) {
        std::fprintf(stderr, "queue_peer: BATCH GROUPS RETAINED IDS MESSAGES are needed\n");
        return 2;
    }
    auto number = [&](int index) { return std::strtoull(arguments[index], nullptr, 10); };
    uint64_t batch = number(1), retained = number(3), ids = number(4), messages = number(5);
    Loop loop(batch, number(2), ids);
    for (uint64_t left = retained; left > 0;) {
        uint64_t now = left < batch ? left : batch;
        loop.send(now);
        left -= now;
    }
    uint64_t rest = ids > retained ? ids - retained : 0;
    loop.cycle(rest > retained ? rest : retained);
    auto start = std::chrono::steady_clock::now();
    loop.cycle(messages);
    auto spent = std::chrono::steady_clock::now() - start;
    bool isRight = loop.drain();
    std::printf("%.1f\n", double(std::chrono::nanoseconds(spent).count()) / double(messages));
    if (!isRight) std::fprintf(stderr, "queue_peer: messages were lost, doubled or out of order\n");
    return isRight ? 0 : 1;
}
