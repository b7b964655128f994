import Foundation
import TestSupport
import Testing

/// Mappings go out as CSV and come back; HubSpot's own file and Data Loader's are read too (requirements M12).
@Suite struct ImportTests {
  private func imported(
    _ folder: MappingSandbox, _ name: String, _ text: String, _ options: String...
  ) throws -> Outcome {
    try folder.sandbox.write(name, text)
    return try Program.run("resync", ["mappings", "import", folder.pipeline, folder.sandbox.file(name)] + options)
  }

  @Test(arguments: [[], ["--replace"]])
  func `what is exported and imported again changes no byte`(_ options: [String]) throws {
    let folder = try MappingSandbox("round-trip")
    let exported = try folder.run("export").output
    #expect(exported.hasPrefix("hubspot_property,salesforce_field,sync_rule,origin,"))
    #expect(exported.contains("industry,Industry,two_way,default,,,BANKING=Banking;IT=Technology,\n"))
    try folder.sandbox.write("e.csv", exported)
    let outcome = try Program.run(
      "resync", ["mappings", "import", folder.pipeline, folder.sandbox.file("e.csv")] + options)
    #expect(outcome.exitCode == 0 && outcome.output == "nothing to change\n", "\(outcome.messages)")
    #expect(folder.file == MappingSandbox.mappings)
    // And an export of what was imported into an empty file is the same export.
    try folder.sandbox.write("mappings.csv", "hubspot_property,salesforce_field,sync_rule\n")
    #expect(
      try Program.run("resync", ["mappings", "import", folder.pipeline, folder.sandbox.file("e.csv")]).exitCode == 0)
    #expect(try folder.run("export").output == exported)
  }

  @Test func `HubSpot's file is read: labels, its names of the rules, columns of its own`() throws {
    let folder = try MappingSandbox("hubspot")
    let outcome = try imported(
      folder, "hubspot-mappings.csv",
      """
      "HubSpot property","HubSpot object","Salesforce field","Sync rule","Status"
      "Company name","Company","Account Name","Always use Salesforce","Active"
      "Phone number","Company","Account Phone","Two-way","Active"
      "Fax number","Company","Account Fax","Prefer Salesforce unless blank","Active"
      "Score","Company","Score","Don't sync","Active"

      """)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output == "changed name ↔ Name\nadded fax ↔ Fax, prefer_salesforce\nchanged score ↔ Score__c\n")
    #expect(
      folder.file
        == MappingSandbox.mappings
        .replacingOccurrences(of: "name,Name,prefer_salesforce", with: "name,Name,always_salesforce")
        .replacingOccurrences(of: "score,Score__c,two_way", with: "score,Score__c,dont_sync")
        .replacingOccurrences(of: "# the end", with: "fax,Fax,prefer_salesforce,,,,,\n# the end"))
  }

  @Test func `a Data Loader mapping is read, in both directions, with its escapes`() throws {
    let folder = try MappingSandbox("sdl")
    let outcome = try imported(
      folder, "accounts.sdl",
      """
      #Mapping values
      #Tue Nov 24 10:00:00 UTC 2026
      Record\\ ID=Id
      Fax\\ number=Fax
      Year_Founded__c=founded_year
      name=Name
      Unused=

      """, "--rule", "two_way")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output == "added fax ↔ Fax, two_way\nadded founded_year ↔ Year_Founded__c, two_way\n")
    #expect(outcome.messages.contains(":3: record ids are no mapping: passed over"))
    #expect(outcome.messages.contains(":7: Unused is mapped to nothing: passed over"))
    // It knows no rules: that of a mapping that is there stays.
    #expect(folder.file.contains("name,Name,prefer_salesforce"))
  }

  @Test func `with --replace what the file lacks goes, default mappings are switched off, the opt-out stays refused`()
    throws
  {
    let folder = try MappingSandbox("replace")
    let head = "hubspot_property,salesforce_field,sync_rule\n"
    let refused = try imported(folder, "a.csv", head + "name,Name,two_way\n", "--replace")
    #expect(refused.exitCode == 2 && refused.messages.contains("the opt-out of email cannot be set to dont_sync"))
    #expect(folder.file == MappingSandbox.mappings)
    let outcome = try imported(
      folder, "b.csv", head + "name,Name,two_way\nhs_email_optout,HasOptedOutOfEmail,two_way\n", "--replace")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(
      outcome.output == """
        changed name ↔ Name
        deleted nick ↔ Nick__c
        deleted score ↔ Score__c
        switched off hubspot_owner_id ↔ OwnerId
        switched off phone ↔ Phone
        switched off industry ↔ Industry

        """)
  }

  @Test func `what cannot be understood is named line by line, and nothing is imported`() throws {
    let folder = try MappingSandbox("bad-import")
    let outcome = try imported(
      folder, "bad.csv", "HubSpot property,Salesforce field,Sync rule\nFax nmber,Fax,Two-way\nname,Name,Sometimes\n")
    #expect(outcome.exitCode == 2)
    #expect(outcome.messages.contains("bad.csv:2: HubSpot has no property \"Fax nmber\"; did you mean Fax number?"))
    #expect(outcome.messages.contains("bad.csv:3: \"Sometimes\" is no sync rule"))
    let other = try imported(folder, "no.csv", "a,b\n1,2\n")
    #expect(other.exitCode == 2 && other.messages.contains("is no mapping file: it needs columns for"))
    let missing = try folder.run("import", folder.sandbox.file("none.csv"))
    #expect(missing.exitCode == 2 && missing.messages.contains("there is no such file"))
    #expect(folder.file == MappingSandbox.mappings)
  }

  @Test func `a bad cell of the CSV that export writes is told, and no cell of another row is dropped for it`() throws {
    let folder = try MappingSandbox("bad-cell")
    let before = folder.file
    let exported = try folder.run("export").output
    let bad = exported.replacingOccurrences(of: "industry,Industry,two_way", with: "industry,Industry,sometimes")
    #expect(bad != exported)
    let outcome = try imported(folder, "bad.csv", bad)
    #expect(outcome.exitCode == 2 && outcome.messages.contains("sometimes"), "\(outcome.messages)")
    #expect(folder.file == before)
  }
}
