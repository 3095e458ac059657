import NexusBase

/// Extension library "network".
enum NetworkLibrary {
    static let functions: [PolicyFunction] = [
        .unary("ip", ["(string) ip", "cidr.() ip"]) { value in
            switch value {
            case .string(let text): .address(try NetworkAddress(parsing: text))
            case .block(let block): .address(block.address)
            default: nil
            }
        },
        .unary("isIP", ["(string) bool"]) { value in
            guard case .string(let text) = value else { return nil }
            return .bool((try? NetworkAddress(parsing: text)) != nil)
        },
        .unary("ip.isCanonical", ["(string) bool"]) { value in
            guard case .string(let text) = value else { return nil }
            return .bool(try NetworkAddress(parsing: text).text == text)
        },
        .unary("cidr", ["(string) cidr"]) { value in
            guard case .string(let text) = value else { return nil }
            return .block(try NetworkBlock(parsing: text))
        },
        .unary("isCIDR", ["(string) bool"]) { value in
            guard case .string(let text) = value else { return nil }
            return .bool((try? NetworkBlock(parsing: text)) != nil)
        },
        .unary("family", ["ip.() int"]) { value in
            guard case .address(let address) = value else { return nil }
            return .int(Int64(address.family))
        },
        test("isUnspecified", { $0.isUnspecified }),
        test("isLoopback", { $0.isLoopback }),
        test("isGlobalUnicast", { $0.isGlobalUnicast }),
        test("isLinkLocalMulticast", { $0.isLinkLocalMulticast }),
        test("isLinkLocalUnicast", { $0.isLinkLocalUnicast }),
        .binary("containsIP", ["cidr.(ip) bool", "cidr.(string) bool"]) { block, address in
            switch (block, address) {
            case (.block(let block), .address(let address)): .bool(block.contains(address))
            case (.block(let block), .string(let text)): .bool(block.contains(try NetworkAddress(parsing: text)))
            default: nil
            }
        },
        .binary("containsCIDR", ["cidr.(cidr) bool", "cidr.(string) bool"]) { block, other in
            switch (block, other) {
            case (.block(let block), .block(let other)): .bool(block.contains(other))
            case (.block(let block), .string(let text)): .bool(block.contains(try NetworkBlock(parsing: text)))
            default: nil
            }
        },
        .unary("masked", ["cidr.() cidr"]) { value in
            guard case .block(let block) = value else { return nil }
            return .block(block.masked)
        },
        .unary("prefixLength", ["cidr.() int"]) { value in
            guard case .block(let block) = value else { return nil }
            return .int(Int64(block.prefixLength))
        },
    ]

    private static func test(_ name: Text, _ property: @escaping @Sendable (NetworkAddress) -> Bool) -> PolicyFunction {
        .unary(name, ["ip.() bool"]) { value in
            guard case .address(let address) = value else { return nil }
            return .bool(property(address))
        }
    }
}
