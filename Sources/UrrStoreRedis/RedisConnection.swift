#if Redis
import CHiredis
import Glibc

/// A connection that never waits: what is not ready is tried again with the next call.
final class RedisConnection {
    /// How a step ended.
    enum Step {
        case done
        case wait
        case failed(String)
    }

    private let context: UnsafeMutablePointer<redisContext>
    private var hasUnsent = false

    /// Begins to connect; nil where there is no memory.
    init?(host: String, port: Int32) {
        guard let context = redisConnectNonBlock(host, port) else { return nil }
        self.context = context
    }

    deinit { redisFree(context) }

    /// Whether the connection stands.
    func connected() -> Step {
        if context.pointee.err != 0 { return .failed(message) }
        var request = pollfd(fd: context.pointee.fd, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, 0) > 0 else { return .wait }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(context.pointee.fd, SOL_SOCKET, SO_ERROR, &code, &size)
        return code == 0 ? .done : .failed(String(cString: strerror(code)))
    }

    /// Puts a command at the end of what is to be sent.
    func append(_ arguments: [[UInt8]]) {
        let lengths = arguments.map(\.count)
        let joined = Array(arguments.joined())
        joined.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return
            }
            var start = 0
            var pointers: [UnsafePointer<CChar>?] = lengths.map { length in
                defer { start += length }
                return base + start
            }
            var lengths = lengths
            _ = redisAppendCommandArgv(
                context, Int32(arguments.count), &pointers, &lengths)
        }
        hasUnsent = true
    }

    /// Sends as much as the socket takes.
    func send() -> Step {
        while hasUnsent {
            var isDone: Int32 = 0
            // A peer that has gone away must be an error here, not a signal to the process.
            let code = withoutBrokenPipeSignal { redisBufferWrite(context, &isDone) }
            guard code == REDIS_OK else { return .failed(message) }
            if isDone != 0 { hasUnsent = false } else { return .wait }
        }
        return .done
    }

    /// Takes one reply, where a whole one has come.
    func receive(_ body: (UnsafeMutablePointer<redisReply>) -> Void) -> Step {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &reply) == REDIS_OK else {
            return .failed(message)
        }
        if reply == nil {
            guard redisBufferRead(context) == REDIS_OK,
                redisGetReplyFromReader(context, &reply) == REDIS_OK
            else { return .failed(message) }
        }
        guard let reply else { return .wait }
        body(reply.assumingMemoryBound(to: redisReply.self))
        freeReplyObject(reply)
        return .done
    }

    private var message: String {
        if context.pointee.err == REDIS_ERR_IO { return String(cString: strerror(errno)) }
        return withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func withoutBrokenPipeSignal(_ body: () -> Int32) -> Int32 {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        let result = body()
        // Takes a signal that came meanwhile, so that it is not delivered afterwards.
        var none = timespec()
        let code = errno
        while result != REDIS_OK, sigtimedwait(&blocked, nil, &none) == SIGPIPE {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
        errno = code
        return result
    }
}

extension UnsafeMutablePointer<redisReply> {
    /// The bytes of a text reply.
    var text: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointee.str, count: Int(pointee.len))
    }

    /// The text of an error reply; nil where it is none.
    var errorText: String? {
        pointee.type == REDIS_REPLY_ERROR ? String(decoding: text, as: UTF8.self) : nil
    }
}
#endif
