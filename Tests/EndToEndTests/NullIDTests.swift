import TestSupport
import Testing

/// `000000000000000AAA` is an id like others: Salesforce itself has it in places, and a row with it must not vanish.
@Suite(.overBothStores) struct NullIDTests {
  @Test func `a record with the id of zeros is read, paired and accounted for`() throws {
    let pipeline = try SmallPipeline("zeros", "max_creates: 10", "max_rejects: 1")
    try pipeline.write(
      companies: ["1,One,one.example,,,,000000000000000AAA,2026-03-01T00:00:00Z"],
      accounts: [
        "000000000000000AAA,Uno,one.example,,,,,2026-03-02T00:00:00Z", ",Nobody,two.example,,,,,2026-03-02T00:00:00Z",
      ])
    try pipeline.complete("r")
    #expect(try pipeline.lines("r", "changes", "side", "action", "field", "new") == ["hubspot set name Uno"])
    #expect(try pipeline.lines("r", "rejects", "side", "code") == ["salesforce missing_id"])
    #expect(try pipeline.lines("r", "unmatched", "side", "record_id") == [])
    #expect(try Program.run("resync", ["verify", pipeline.file, "--run", "r"]).exitCode == 0)
  }

  @Test func `without a partner it is created on the other side`() throws {
    let pipeline = try SmallPipeline("zeros", "max_creates: 10")
    try pipeline.write(
      companies: [], accounts: ["000000000000000AAA,Uno,one.example,,,,,2026-03-02T00:00:00Z"])
    try pipeline.complete("r")
    #expect(try pipeline.lines("r", "unmatched", "side", "record_id") == ["salesforce 000000000000000AAA"])
    #expect(try pipeline.lines("r", "changes", "action", "field").contains("create name"))
  }
}
