import Foundation
import TestSupport
import Testing

/// Edits change what they name, and leave every other byte of the mapping file.
@Suite struct EditTests {
  @Test func `a new mapping stands behind the last row, in front of what is said at the end`() throws {
    let folder = try MappingSandbox("add")
    let outcome = try folder.run("add", "fax", "Fax", "--rule", "two_way", "--compare", "phone", "--truncate")
    #expect(outcome.exitCode == 0 && outcome.output == "added fax ↔ Fax, two_way\n", "\(outcome.messages)")
    #expect(
      folder.file
        == MappingSandbox.mappings.replacingOccurrences(
          of: "# the end", with: "fax,Fax,two_way,custom,,phone,,truncate\n# the end"))
  }

  @Test func `another rule changes one cell, and the odd spelling of its row stays`() throws {
    let folder = try MappingSandbox("set-rule")
    #expect(try folder.run("set-rule", "phone", "dont_sync").output == "phone ↔ Phone: two_way → dont_sync\n")
    #expect(
      folder.file
        == MappingSandbox.mappings.replacingOccurrences(
          of: "\"phone\", Phone,Two-way", with: "\"phone\", Phone,dont_sync"))
  }

  @Test func `the rule that a mapping has already, in HubSpot's words, is not written again`() throws {
    let folder = try MappingSandbox("same-rule")
    let before = try folder.sandbox.stamps(under: ".")
    #expect(try folder.run("set-rule", "phone", "Two-way").output.contains("is two_way already"))
    #expect(try folder.sandbox.stamps(under: ".") == before)
  }

  @Test func `a deleted mapping takes its line with it, and no comment`() throws {
    let folder = try MappingSandbox("delete")
    #expect(try folder.run("delete", "nick").output == "deleted nick ↔ Nick__c\n")
    #expect(
      folder.file == MappingSandbox.mappings.replacingOccurrences(of: "nick,Nick__c,two_way,custom,,,,\n", with: ""))
  }

  @Test func `a mark, CRLF, a missing last line end and missing columns are kept, and a needed column is added`() throws
  {
    let folder = try MappingSandbox("crlf")
    try folder.sandbox.write(
      "mappings.csv",
      "\u{FEFF}sync_rule,salesforce_field,hubspot_property\r\ntwo_way,Name,name\r\n# x\r\ntwo_way,Nick__c,nick")
    #expect(try folder.run("add", "fax", "Fax", "--compare", "phone").exitCode == 0)
    #expect(
      folder.file
        == "\u{FEFF}sync_rule,salesforce_field,hubspot_property,compare\r\ntwo_way,Name,name,\r\n# x\r\n"
        + "two_way,Nick__c,nick,\r\nprefer_salesforce,Fax,fax,phone")
    #expect(try folder.run("list").exitCode == 0)
    let exported = try folder.run("export").output
    let before = folder.file
    try folder.sandbox.write("e.csv", exported)
    #expect(try folder.run("import", folder.sandbox.file("e.csv")).output == "nothing to change\n")
    #expect(folder.file == before, "a column that would be empty is not added")
  }

  @Test func `the permissions and the link of a mapping file stay`() throws {
    let folder = try MappingSandbox("mode")
    try folder.sandbox.write("elsewhere/m.csv", MappingSandbox.mappings)
    try folder.sandbox.remove("mappings.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.sandbox.file("mappings.csv"), withDestinationPath: "elsewhere/m.csv")
    chmod(folder.sandbox.file("elsewhere/m.csv"), 0o664)
    #expect(try folder.run("delete", "nick").exitCode == 0)
    var info = stat()
    #expect(lstat(folder.sandbox.file("mappings.csv"), &info) == 0 && info.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(folder.sandbox.file("elsewhere/m.csv"), &info) == 0 && info.st_mode & 0o777 == 0o664)
    #expect(!folder.file.contains("nick"))
  }

  @Test func `edits at the same time lose nothing of each other`() throws {
    let folder = try MappingSandbox("race")
    let edits = [
      ["set-rule", folder.pipeline, "name", "two_way"], ["set-rule", folder.pipeline, "score", "dont_sync"],
      ["add", folder.pipeline, "fax", "Fax"], ["delete", folder.pipeline, "nick"],
    ]
    let programs = try edits.map { try Program("resync", ["mappings"] + $0) }
    for program in programs { #expect(try program.wait().exitCode == 0) }
    #expect(folder.file.contains("name,Name,two_way") && folder.file.contains("score,Score__c,dont_sync"))
    #expect(folder.file.contains("fax,Fax,prefer_salesforce") && !folder.file.contains("nick"))
  }

  @Test(arguments: [
    ["add", "fax", "Fax"], ["set-rule", "name", "two_way"], ["delete", "nick"], ["import", "other.csv", "--replace"],
    ["refresh"],
  ])
  func `killed at any moment, the old file is there or the new one`(_ command: [String]) throws {
    var random = SeededRandom.announced("kill -9 in mappings \(command[0])")
    let folder = try MappingSandbox("kill")
    let watched = command[0] == "refresh" ? "companies.json" : "mappings.csv"
    try folder.sandbox.write(
      "other.csv",
      "hubspot_property,salesforce_field,sync_rule\nfax,Fax,two_way\nhs_email_optout,HasOptedOutOfEmail,two_way\n")
    let old = try folder.sandbox.data(watched)
    let arguments =
      ["mappings", command[0], folder.pipeline]
      + command.dropFirst().map { $0 == "other.csv" ? folder.sandbox.file($0) : $0 }
    let start = ContinuousClock.now
    #expect(try Program.run("resync", arguments).exitCode == 0)
    let duration = (ContinuousClock.now - start) / .seconds(1)
    let new = try folder.sandbox.data(watched)
    #expect(new != old)
    var counts = [0, 0]
    for _ in 0..<15 {
      try folder.sandbox.write(watched, old)
      let program = try Program("resync", arguments)
      usleep(UInt32(Double.random(in: 0..<duration * 1.2, using: &random) * 1_000_000))
      program.send(SIGKILL)
      _ = try program.wait()
      let found = try folder.sandbox.data(watched)
      #expect(found == old || found == new, "seed \(random.seed)")
      counts[found == new ? 1 : 0] += 1
    }
    print("kill -9 in mappings \(command[0]): \(counts[0]) times the old file, \(counts[1]) times the new one")
    // What a kill leaves aside does not disturb the next edit.
    try folder.sandbox.write(watched, old)
    #expect(try Program.run("resync", arguments).exitCode == 0)
    #expect(try folder.sandbox.data(watched) == new)
  }
}
