import Glibc
import Synchronization

/// Stands between a client and a server on the loopback address and can lose an answer: the
/// server has done its work, the client never learns of it. One connection at a time.
public final class LossyProxy: Sendable {
    /// The port to connect to instead of the server's.
    public let port: UInt16
    private let listener: Int32
    private let server: UInt16
    private let loseNext = Atomic<Bool>(false)
    private let isOver = Atomic<Bool>(false)
    private let lost = Atomic<Int>(0)

    /// A proxy before the server at `port` of the loopback address.
    public init(server port: UInt16) throws {
        server = port
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(0)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw ProxyFailure(code: errno) }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(listener, $0, &size)
            }
        }
        self.listener = listener
        self.port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<LossyProxy>.fromOpaque(pointer).takeRetainedValue().serve()
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }

    /// Answers lost so far.
    public var lostAnswers: Int { lost.load(ordering: .relaxed) }

    /// Instead of passing the next bytes of the server on, closes the connection.
    public func loseNextAnswer() { loseNext.store(true, ordering: .relaxed) }

    /// Ends the proxy.
    public func close() { isOver.store(true, ordering: .relaxed) }

    private func serve() {
        while let client = next(from: listener) { pass(client) }
        Glibc.close(listener)
    }

    private func next(from listener: Int32) -> Int32? {
        while !isOver.load(ordering: .relaxed) {
            var request = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            if poll(&request, 1, 20) > 0 { return accept(listener, nil, nil) }
        }
        return nil
    }

    private func pass(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            Glibc.close(client)
            Glibc.close(server)
        }
        var address = Self.address(self.server)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { return }
        while !isOver.load(ordering: .relaxed) {
            var requests = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&requests, 2, 20) > 0 else { continue }
            if requests[0].revents != 0, !Self.move(from: client, to: server) { return }
            if requests[1].revents != 0 {
                if loseNext.exchange(false, ordering: .relaxed) {
                    lost.add(1, ordering: .relaxed)
                    return
                }
                if !Self.move(from: server, to: client) { return }
            }
        }
    }

    private static func move(from source: Int32, to target: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(source, &buffer, buffer.count)
        guard count > 0 else { return false }
        return send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}

/// Why a proxy could not be made.
public struct ProxyFailure: Error {
    /// The system's error number.
    public let code: Int32
}
