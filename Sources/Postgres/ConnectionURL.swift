/// What is asked of the URL of a database before libpq sees it.
///
/// libpq takes a URL apart at the first `@` and `/`. Where a password holds one as it is, the rest of the password becomes a
/// host, a port or a database, which libpq and the server name in their messages. No secret may get there.
enum ConnectionURL {
  /// Whether a user name or password seems to hold characters that a URL must have encoded (RFC 3986, section 2.2). Words of
  /// the form `key=value` never do.
  static func needsEncoding(_ url: String) -> Bool {
    guard let scheme = ["postgresql://", "postgres://"].first(where: url.hasPrefix) else { return false }
    let rest = url.dropFirst(scheme.count)
    let place = rest.prefix { $0 != "?" }
    guard let last = place.lastIndex(of: "@") else { return !isPort(of: place.prefix { $0 != "/" }) }
    let credentials = place[..<last]
    return credentials.contains("@") || credentials.contains("/") || !isPort(of: place[last...].prefix { $0 != "/" })
  }

  /// Whether what stands for the ports of a list of hosts can be ports.
  private static func isPort(of hosts: Substring) -> Bool {
    hosts.split(separator: ",").allSatisfy { host in
      // The colons of an address in brackets are its own.
      guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return true }
      return host[colon...].dropFirst().allSatisfy(\.isWholeNumber)
    }
  }
}
