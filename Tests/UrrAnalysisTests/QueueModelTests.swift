import Glibc
import Testing
import UrrPlatform

@testable import UrrAnalysis

/// Whether two numbers agree to `digits` relative digits, or both are tiny.
func agree(_ left: Double, _ right: Double, within tolerance: Double = 1e-9) -> Bool {
    abs(left - right) <= tolerance * max(abs(left), abs(right)) || abs(left - right) < 1e-13
}

@Suite struct MD1QueueTests {
    /// (utilisation, services, probability of a wait of at most that); reference/queueing.py.
    @Test(arguments: [
        (0.1, 0, 0.9), (0.1, 0.25, 0.92278360847198596), (0.1, 1, 0.99465382626808286),
        (0.1, 2.5, 0.99995793223407214), (0.1, 10, 0.99999999999999993), (0.1, 40, 1),
        (0.5, 0, 0.5), (0.5, 0.25, 0.56657422653341316), (0.5, 1, 0.82436063535006407),
        (0.5, 2.5, 0.97135936963691365), (0.5, 10, 0.99999769012129071), (0.5, 40, 1),
        (0.8, 0, 0.2), (0.8, 0.25, 0.24428055163203397), (0.8, 1, 0.44510818569849352),
        (0.8, 2.5, 0.70485235349161897), (0.8, 10, 0.98834289173498656),
        (0.8, 40, 0.99999997160649535), (0.95, 0, 0.05), (0.95, 0.25, 0.063403749839535966),
        (0.95, 1, 0.12928548296579231), (0.95, 2.5, 0.25037349309014547),
        (0.95, 10, 0.65046407928250888), (0.95, 40, 0.98347497258026636),
    ])
    func theWaitIsThatOfErlangsSeries(
        utilisation: Double, services: Double, probability: Double
    ) throws {
        // In milliseconds, so that a mix-up of units shows.
        let queue = try #require(MD1Queue(arrivalRate: utilisation * 1000, serviceTime: 0.001))
        #expect(agree(queue.waitProbability(atMost: services * 0.001), probability, within: 1e-12))
    }

    @Test(arguments: [
        (0.5, 0.5, 0.0), (0.5, 0.9, 1.51574484138184), (0.5, 0.99, 3.3362559570022),
        (0.5, 0.999, 5.1683850309617), (0.5, 0.99999, 8.833688428859),
        (0.8, 0.5, 1.27593987337624), (0.8, 0.9, 5.01151149844605),
        (0.8, 0.99, 10.355886791995), (0.8, 0.999, 15.7002681940664),
        (0.8, 0.99999, 26.3890309972609), (0.95, 0.5, 6.48066790611989),
        (0.95, 0.9, 22.3022288610636), (0.95, 0.99, 44.9377655083807),
        (0.95, 0.999, 67.5733021556977), (0.95, 0.99999, 112.844375450332),
    ])
    func quantilesAreThoseOfErlangsSeries(
        utilisation: Double, probability: Double, services: Double
    ) throws {
        let queue = try #require(MD1Queue(arrivalRate: utilisation * 1000, serviceTime: 0.001))
        #expect(agree(queue.waitQuantile(probability), services * 0.001))
        #expect(agree(queue.responseQuantile(probability), (services + 1) * 0.001))
        #expect(agree(queue.responseProbability(atMost: (services + 1) * 0.001), probability))
    }

    /// Pollaczek and Khinchine's mean is found again by integrating the distribution.
    @Test(arguments: [0.3, 0.9])
    func theMeanIsTheAreaAboveTheDistribution(utilisation: Double) throws {
        let queue = try #require(MD1Queue(arrivalRate: utilisation, serviceTime: 1))
        let step = 1.0 / 16
        var sum = (1 - queue.waitProbability(atMost: 0)) / 2
        var beyond = 1.0
        var time = step
        while beyond > 1e-7 {
            beyond = 1 - queue.waitProbability(atMost: time)
            sum += beyond
            time += step
        }
        #expect(agree(sum * step, queue.meanWait, within: 1e-3))
    }

    @Test func veryHighLoadKeepsItsDigits() throws {
        // In heavy traffic the wait is nearly exponential with the mean of the queue.
        let queue = try #require(MD1Queue(arrivalRate: 0.999, serviceTime: 1))
        let median = queue.waitQuantile(0.5)
        #expect(agree(median, queue.meanWait * 0.6931, within: 0.01))
        #expect(queue.waitQuantile(0.999_999) > queue.waitQuantile(0.99999))
        #expect(queue.waitQuantile(1 - 1e-16).isFinite)
        #expect(queue.waitProbability(atMost: .infinity) == 1)
        #expect(queue.waitProbability(atMost: 1e300) == 1)
        #expect(queue.waitProbability(atMost: .nan) == 0)
    }

    @Test func agreesWithASimulation() throws {
        let queue = try #require(MD1Queue(arrivalRate: 0.7, serviceTime: 1))
        let random = IndexedRandom(seed: 9, stream: "arrivals")
        var wait = 0.0
        var sum = 0.0
        var within = 0
        let messages = 200_000
        for index in 0..<messages {
            // Lindley: the next one waits for what is left of this one's wait and service.
            let gap = -log(1 - random.unit(UInt64(index))) / 0.7
            wait = max(0, wait + 1 - gap)
            sum += wait
            if wait <= 2 { within += 1 }
        }
        #expect(agree(sum / Double(messages), queue.meanWait, within: 0.03))
        #expect(
            agree(Double(within) / Double(messages), queue.waitProbability(atMost: 2), within: 0.01)
        )
    }

    @Test(arguments: [
        (1.0, 1.0), (2, 1), (0, 1), (1, 0), (-1, 1), (1, -1), (.nan, 0.5), (0.5, .nan),
        (.infinity, 0), (0.99995, 1),
    ])
    func withoutAnEquilibriumThereIsNoQueue(rate: Double, service: Double) {
        #expect(MD1Queue(arrivalRate: rate, serviceTime: service) == nil)
    }
}

@Suite struct MMcQueueTests {
    struct Row: Sendable {
        let rate, serviceRate: Double
        let servers: Int
        let waiting, meanWait, waitP99, responseP99: Double
    }

    /// reference/queueing.py.
    static let rows = [
        Row(
            rate: 0.5, serviceRate: 1, servers: 1, waiting: 0.5, meanWait: 1,
            waitP99: 7.824046010856292, responseP99: 9.210340371976182),
        Row(
            rate: 90, serviceRate: 100, servers: 1, waiting: 0.9, meanWait: 0.09,
            waitP99: 0.4499809670330265, responseP99: 0.46051701859880917),
        Row(
            rate: 1.5, serviceRate: 1, servers: 2, waiting: 0.6428571428571428,
            meanWait: 1.2857142857142856, waitP99: 8.326674867418104,
            responseP99: 9.70950344178698),
        Row(
            rate: 7, serviceRate: 1, servers: 8, waiting: 0.6353160175364292,
            meanWait: 0.6353160175364292, waitP99: 4.1515374475159845,
            responseP99: 6.202667958984497),
        Row(
            rate: 950, serviceRate: 10, servers: 100, waiting: 0.5064568539130283,
            meanWait: 0.010129137078260566, waitP99: 0.0784970808458871,
            responseP99: 0.4724387048949154),
        // Spare rate and service rate are the same.
        Row(
            rate: 1, serviceRate: 1, servers: 2, waiting: 0.33333333333333326,
            meanWait: 0.33333333333333326, waitP99: 3.5065578973199814,
            responseP99: 5.665960683792997),
    ]

    @Test(arguments: rows)
    func agreesWithTheReference(row: Row) throws {
        let queue = try #require(
            MMcQueue(
                arrivalRate: row.rate, serviceRate: row.serviceRate, servers: row.servers))
        #expect(agree(queue.waitingProbability, row.waiting))
        #expect(agree(queue.meanWait, row.meanWait))
        #expect(agree(queue.waitQuantile(0.99), row.waitP99))
        #expect(agree(queue.waitProbability(atMost: row.waitP99), 0.99))
        #expect(agree(queue.responseQuantile(0.99), row.responseP99))
        #expect(agree(queue.responseProbability(atMost: row.responseP99), 0.99))
        #expect(agree(queue.meanResponse, row.meanWait + 1 / row.serviceRate))
        #expect(agree(queue.meanQueueLength, row.rate * row.meanWait))
    }

    @Test func oneServerIsTheClassicCase() throws {
        let queue = try #require(MMcQueue(arrivalRate: 8, serviceRate: 10))
        #expect(agree(queue.meanWait, 0.4))
        #expect(agree(queue.meanResponse, 0.5))
        // The response of M/M/1 is exponential.
        #expect(agree(queue.responseProbability(atMost: 0.5), 1 - 0.36787944117144233))
        #expect(queue.waitQuantile(0.2) == 0)
        #expect(queue.waitProbability(atMost: -1) == 0)
        #expect(queue.responseProbability(atMost: 0) == 0)
    }

    @Test func manyServersDoNotOverflow() throws {
        let queue = try #require(MMcQueue(arrivalRate: 9900, serviceRate: 1, servers: 10_000))
        #expect(queue.waitingProbability > 0)
        #expect(queue.waitingProbability < 0.5)
    }

    @Test(arguments: [
        (1.0, 1.0, 1), (3, 1, 3), (0, 1, 1), (1, 0, 1), (1, 2, 0), (1, 2, -1), (.nan, 1, 1),
        (1, .nan, 1), (1, .infinity, 1),
    ])
    func withoutAnEquilibriumThereIsNoQueue(rate: Double, serviceRate: Double, servers: Int) {
        #expect(MMcQueue(arrivalRate: rate, serviceRate: serviceRate, servers: servers) == nil)
    }
}
