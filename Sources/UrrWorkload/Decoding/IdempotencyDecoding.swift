import UrrPlatform

extension WorkloadDecoder {
    private static let storeKeys = ["store", "file", "address", "capacity", "expiry"]

    /// Keys of `idempotency` that only some stores have.
    private static func keys(of kind: StoreKind) -> Set<String> {
        switch kind {
        case .memory: ["capacity", "expiry"]
        case .sqlite: ["file"]
        case .postgres: ["address"]
        case .redis: ["address", "expiry"]
        }
    }

    /// A group's `idempotency`; nil where it is not an object.
    func idempotency(_ node: DecodingNode) -> IdempotencySpec? {
        guard let object = node.object(Self.storeKeys) else { return nil }
        let kind = object.required("store")?.choice(StoreKind.self)
        if let kind { reportForeignKeys(object, kind) }
        let file = (kind == .sqlite ? object.required("file") : object.optional("file"))
            .flatMap(storeFile)
        let address = object.optional("address").flatMap { storeAddress($0, kind) }
        let defaults = IdempotencySpec()
        return IdempotencySpec(
            store: kind ?? defaults.store, place: file ?? address,
            capacity: object.optional("capacity")?.integer(1...WorkloadLimits.rememberedKeys)
                ?? defaults.capacity,
            expiry: object.optional("expiry")?.duration(1...WorkloadLimits.phase))
    }

    private func reportForeignKeys(_ object: DecodingObject, _ kind: StoreKind) {
        for key in Self.storeKeys.dropFirst()
        where object.has(key) && !Self.keys(of: kind).contains(key) {
            let owners = StoreKind.allCases.filter { Self.keys(of: $0).contains(key) }
            let list = owners.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            log.report(object.path.appending(key), "must be given only with \"store\": \(list)")
        }
    }

    /// SQLite takes what begins with a colon for something other than a file.
    private func storeFile(_ node: DecodingNode) -> String? {
        guard let text = node.text() else { return nil }
        let isPath =
            !text.isEmpty && !text.hasPrefix(":")
            && text.unicodeScalars.allSatisfy { $0.value > 0x1f && $0.value != 0x7f }
        return isPath ? text : node.fail("must be the path of a file")
    }

    /// What was given is not repeated: where it is wrong it may hold a password.
    private func storeAddress(_ node: DecodingNode, _ kind: StoreKind?) -> String? {
        let form =
            kind == .redis ? "redis://HOST:PORT/DATABASE" : "postgresql://HOST:PORT/DATABASE"
        let scheme = kind == .redis ? "redis" : "postgresql"
        if let text = node.value.text, StoreAddress.isPlain(text, scheme: scheme) { return text }
        log.report(
            node.path,
            "must be \(form), with a user where need be and without a password, which only the "
                + "environment gives")
        return nil
    }
}

/// The form of a server's address in a workload file.
enum StoreAddress {
    /// Whether `text` is `SCHEME://[USER@]HOST[:PORT][/DATABASE]` and nothing more.
    static func isPlain(_ text: String, scheme: String) -> Bool {
        guard text.hasPrefix(scheme + "://") else { return false }
        var rest = text.dropFirst(scheme.count + 3)
        if let at = rest.firstIndex(of: "@") {
            guard isName(rest[..<at]) else { return false }
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            let database = rest[rest.index(after: slash)...]
            let isKnown = scheme == "redis" ? database.utf8.allSatisfy(isDigit) : isName(database)
            guard database.isEmpty || isKnown else { return false }
            rest = rest[..<slash]
        }
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            let address = rest[rest.index(after: rest.startIndex)..<end]
            guard !address.isEmpty, address.utf8.allSatisfy(isAddressByte) else { return false }
            rest = rest[rest.index(after: end)...]
            return rest.isEmpty || (rest.hasPrefix(":") && isPort(rest.dropFirst()))
        }
        guard let colon = rest.firstIndex(of: ":") else { return isName(rest) }
        return isName(rest[..<colon]) && isPort(rest[rest.index(after: colon)...])
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isNameByte)
    }

    private static func isPort(_ text: Substring) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Of an IPv6 address.
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        byte == 58 || isDigit(byte) || (65...70).contains(byte)
            || (97...102).contains(byte)
    }
}
