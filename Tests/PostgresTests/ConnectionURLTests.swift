import Testing

@testable import Postgres

/// A password that is not encoded must not become a host or a port, which messages name (requirements, "Secrets"; RFC 3986, 2.2).
@Suite struct ConnectionURLTests {
  @Test(arguments: [
    "postgresql://resync:S3C@RET@db.example/crm", "postgres://resync:S3C/RET@db.example/crm",
    "postgresql://resync:1234/RET@db.example/crm", "postgresql://resync:S3C?RET@db.example/crm",
    "postgresql://resync:S3C@RET:pw@db.example:5432/crm",
  ])
  func `a password with a character of URLs is refused, and no part of it is shown`(url: String) throws {
    let error = #expect(throws: DatabaseError.self) { _ = try Connection(url) }
    let message = try #require(error).description
    #expect(message.contains("percent-encode"), "\(message)")
    #expect(!message.contains("S3C") && !message.contains("RET") && !message.contains("1234"), "\(message)")
  }

  @Test(arguments: [
    "postgresql://db.example/crm", "postgresql://db.example:5432/crm", "postgresql://resync@db.example:5432",
    "postgres://resync:S3C%40RET%2F@db.example/crm?sslmode=require", "postgresql:///crm?host=/run/postgresql&user=a@b",
    "postgresql://resync@/crm?host=/run/postgresql", "postgresql://a:1,b:2/crm",
    "postgresql://resync:pw@[2001:db8::1]/crm",
    "postgresql://[2001:db8::1]:5432/crm", "host=db.example password='a@b/c' dbname=crm", "crm",
  ])
  func `what libpq takes apart as it is meant is left to it`(url: String) {
    #expect(!ConnectionURL.needsEncoding(url))
  }
}
