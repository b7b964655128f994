import Foundation
import TestSupport
import Testing

/// How the program connects: libpq's own settings, timeouts, lost connections, secrets, and PgBouncer.
@Suite(.serialized, .enabled(if: PostgresServer.installation != nil, "PostgreSQL is not installed"))
struct PostgresConnectionTests {
  private let server: PostgresServer
  private let url: String

  init() throws {
    server = try #require(PostgresServer.shared)
    url = try server.makeDatabase()
  }

  // MARK: PgBouncer

  @Test(.enabled(if: PgBouncer.isInstalled, "PgBouncer is not installed"), arguments: [1, 3])
  func `through PgBouncer in transaction mode, by one worker or several, the result is the same`(workers: Int) throws {
    let pooler = try PgBouncer(server, connections: 20)
    let night = try MirroredPipeline(
      "bounced", server, url, by: pooler.url(url), options: workers > 1 ? ", share: true" : "")
    let pipeline = night.pipeline
    for number in 1...2 {
      try night.write(number)
      let programs = try (0..<workers).map { _ in try Program("resync", ["run", pipeline.file, "--run", "n\(number)"]) }
      for program in programs {
        let outcome = try program.wait()
        #expect(outcome.exitCode == 0, "\(outcome.messages)")
      }
    }
    try night.expectUndisturbed()
  }

  @Test(.enabled(if: PgBouncer.isInstalled, "PgBouncer is not installed"))
  func `through PgBouncer a second run of the pipeline is refused, and one that was killed holds nothing`() throws {
    let pooler = try PgBouncer(server, connections: 20)
    let night = try MirroredPipeline("bounced-lock", server, url, by: pooler.url(url))
    let pipeline = night.pipeline
    try night.write(1)
    let first = try Program("resync", ["run", pipeline.file, "--run", "n1"])
    try server.wait(
      url,
      until: "SELECT to_regclass('staging.runs') IS NOT NULL AND EXISTS (SELECT FROM pg_locks "
        + "JOIN pg_database ON pg_database.oid = database WHERE datname = current_database() AND locktype = 'advisory')"
    )
    first.send(SIGSTOP)
    let second = try pipeline.run("n1")
    #expect(second.exitCode == 4, "\(second.messages)")
    first.send(SIGKILL)
    first.send(SIGCONT)
    _ = try first.wait()
    try pipeline.complete("n1")
  }

  // MARK: Lost connections

  @Test func `connections that the server ends are replaced, and nothing is loaded twice`() throws {
    var random = SeededRandom.announced("pg_terminate_backend")
    let night = try MirroredPipeline("lost", server, url)
    let pipeline = night.pipeline
    try night.write(1)
    try pipeline.complete("n1")
    try night.write(2)
    let program = try Program("resync", ["run", pipeline.file, "--run", "n2"])
    try server.wait(url, until: "SELECT EXISTS (SELECT FROM staging.runs WHERE run = 'n2')")
    var ended = 0
    for _ in 0..<8 {
      let count = try server.query(
        url,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
          + "AND pid <> pg_backend_pid() AND application_name = 'resync'")
      ended += Int(count) ?? 0
      usleep(UInt32.random(in: 20_000..<250_000, using: &random))
    }
    let outcome = try program.wait()
    #expect(outcome.exitCode == 0, "seed \(random.seed): \(outcome.messages)")
    #expect(ended > 0)
    try night.expectUndisturbed()
  }

  // MARK: Settings

  @Test func `a service file says where the database is`() throws {
    let night = try MirroredPipeline("service", server, url, by: "service=nightly")
    let pipeline = night.pipeline
    try night.write(1)
    let database = url.split(separator: "/")[2].prefix { $0 != "?" }
    let host = url.components(separatedBy: "host=")[1]
    try pipeline.sandbox.write("services", "[nightly]\nhost=\(host)\nuser=resync\ndbname=\(database)\n")
    let place = "export PGSERVICEFILE=\(pipeline.sandbox.file("services"))"
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: place)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let nowhere = try Program.run("resync", ["run", pipeline.file, "--run", "n1"])
    #expect(nowhere.exitCode == 1 && nowhere.messages.contains("nightly"), "\(nowhere.messages)")
  }

  @Test func `a statement that takes longer than statement_timeout ends the run, which goes on later`() throws {
    let night = try MirroredPipeline("slow", server, url)
    let pipeline = night.pipeline
    try night.write(1)
    try pipeline.complete("n1", "--to", "map")
    let limit = "export PGOPTIONS='-c statement_timeout=300ms'"
    try server.query(
      url,
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END'; "
        + "CREATE TRIGGER slow BEFORE INSERT ON crm.companies FOR EACH STATEMENT EXECUTE FUNCTION slow()")
    let outcome = try Program.run("resync", ["run", pipeline.file, "--run", "n1"], under: limit)
    #expect(outcome.exitCode == 1 && outcome.messages.contains("57014"), "\(outcome.messages)")
    try server.query(url, "DROP TRIGGER slow ON crm.companies")
    try pipeline.complete("n1")
  }

  @Test func `a server that does not answer is given up after the connect timeout`() throws {
    let pipeline = try SmallPipeline("deaf")
    try pipeline.write(companies: [], accounts: [])
    let listener = try DeafServer(in: pipeline.sandbox)
    let place = "postgresql://me:tops3cret@/db?host=\(listener.folder)&connect_timeout=2"
    try pipeline.sandbox.change("pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(place)\"}\n")
    let start = ContinuousClock.now
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("timeout"), "\(outcome.messages)")
    #expect(!outcome.messages.contains("tops3cret"))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func `sslmode goes to libpq`() throws {
    let pipeline = try SmallPipeline("ssl")
    try pipeline.write(companies: [], accounts: [])
    try pipeline.sandbox.change(
      "pipeline.yaml", "  csv: staging\n", to: "  postgres: {url: \"\(url)&sslmode=sometimes\"}\n")
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("invalid sslmode value"), "\(outcome.messages)")
  }

  // MARK: Secrets

  @Test func `a password is in no file, no table and no message`() throws {
    let night = try MirroredPipeline(
      "secret", server, url, by: url.replacingOccurrences(of: "resync@", with: "resync:tops3cret@"))
    let pipeline = night.pipeline
    try pipeline.sandbox.change(
      "pipeline.yaml", "load:", to: "max_rejects: 5\nload:")
    try server.query(url, "ALTER TABLE crm.companies ADD CONSTRAINT few CHECK (length(phone) < 12)")
    try night.write(1)
    var said = try pipeline.complete("n1", "--progress", "json")
    var messages = [said.output, said.messages]
    for words in [["status", pipeline.file, "--json"], ["report", pipeline.file, "--run", "n1"]] {
      said = try Program.run("resync", words)
      messages += [said.output, said.messages]
    }
    #expect(messages.allSatisfy { !$0.contains("tops3cret") })
    for (name, data) in try pipeline.sandbox.contents(under: "out") {
      #expect(!String(decoding: data, as: UTF8.self).contains("tops3cret"), "\(name)")
    }
    let tables = try server.dump(url)
    #expect(tables.contains("mirror_chunks") && !tables.contains("tops3cret"))
  }
}

/// A socket where a server would be, and nobody answers.
private final class DeafServer {
  let folder: String
  private let descriptor: Int32

  init(in sandbox: Sandbox) throws {
    // The path of a socket has a limit of about 100 bytes.
    var path = Array("/tmp/resync-deaf-XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else { throw HelperError("no folder for a socket") }
    folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/.s.PGSQL.5432".utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    guard bound == 0, listen(descriptor, 4) == 0 else { throw HelperError("no socket") }
  }

  deinit {
    close(descriptor)
    try? FileManager.default.removeItem(atPath: folder)
  }
}
