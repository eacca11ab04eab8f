// A peer's program: one ring, one case. Each line on its input asks for one trial and gets one line
// of JSON; it ends with its input.
#pragma once
#include "trials.hpp"
#include <string>

struct Request {
    std::string ring, kind;
    int bytes;
    Order order;
    double seconds;
};

using Trial = std::function<Result(const Order &)>;

// The trial of `kind`; none where this ring cannot do it.
template <template <int> class Ring, int Bytes> Trial trialOf(const std::string &kind) {
    if (kind == "stream") return [](const Order &order) { return streamTrial<Ring, Bytes>(order); };
    if constexpr (Bytes == 64) {
        if (kind == "roundtrip")
            return [](const Order &order) { return roundTripTrial<Ring, Bytes>(order); };
        if (kind == "oneway") return [](const Order &order) { return oneWayTrial<Ring, Bytes>(order); };
        if constexpr (Ring<Bytes>::takesProducers) {
            if (kind == "append") return [](const Order &order) { return appendTrial<Ring, Bytes>(order); };
            if (kind == "pair-onecore")
                return [](const Order &order) { return pairTrial<Ring, Bytes>(order, true); };
            if (kind == "pair-free")
                return [](const Order &order) { return pairTrial<Ring, Bytes>(order, false); };
        }
    }
    return nullptr;
}

template <template <int> class Ring> Trial trialOf(const Request &request) {
    switch (request.bytes) {
    case 64: return trialOf<Ring, 64>(request.kind);
    case 256: return trialOf<Ring, 256>(request.kind);
    case 1024: return trialOf<Ring, 1024>(request.kind);
    default: return nullptr;
    }
}

inline Request requestOf(int count, char **arguments) {
    if (count != 8) fail("usage: PROGRAM RING KIND BYTES BATCH POLL PAUSES MILLISECONDS");
    auto number = [&](int index) { return std::atoi(arguments[index]); };
    return {arguments[1], arguments[2], number(3),
        {0, (std::size_t)number(4), (std::size_t)number(5), number(6)}, number(7) / 1e3};
}

// The number of messages that a trial of the wanted length has.
inline u64 messagesFor(const Trial &trial, const Request &request) {
    if (request.kind == "oneway") return (u64)(request.seconds * 1e6);
    Order order = request.order;
    for (order.messages = 50'000;; order.messages *= 4) {
        const double rate = trial(order).rate;
        if (order.messages / rate > request.seconds / 20 || order.messages > 500'000'000)
            return std::max<u64>(2, (u64)(rate * request.seconds)) / 2 * 2;
    }
}

inline int serve(const Trial &trial, Request request) {
    if (!trial) fail("this ring does not have this case");
    request.order.messages = messagesFor(trial, request);
    for (int character; (character = std::getchar()) != EOF;) {
        if (character != '\n') continue;
        const Result result = trial(request.order);
        if (request.kind != "oneway" && result.rate > 0)
            request.order.messages = (u64)(result.rate * request.seconds) / 2 * 2 + 2;
        std::printf(
            "{\"rate\": %.6g, \"share\": %.4f, \"p50\": %.6g, \"windowP99\": %.6g,"
            " \"shortWindowP99\": %.6g, \"defect\": %s%s%s}\n",
            result.rate, result.share, result.p50, result.windowP99, result.shortWindowP99,
            result.defect ? "\"" : "", result.defect ? result.defect : "null",
            result.defect ? "\"" : "");
        std::fflush(stdout);
    }
    return 0;
}
