import TestSupport
import Testing

/// The owner of a record that is created in Salesforce (semantics 4, Creates).
@Suite(.overBothStores) struct NewOwnerTests {
  /// A company without a partner, whose owner has no user; accounts have an owner who is needed, and set by Salesforce where
  /// nobody says who.
  private func pipeline(integrationUser: String?, createable: Bool, defaulted: Bool = true) throws -> SmallPipeline {
    let user = integrationUser.map { ["integration_user: \"\($0)\""] } ?? []
    var pipeline = try SmallPipeline("owner")
    pipeline.settings = ["max_creates: 5"] + user
    try pipeline.save()
    let sandbox = pipeline.sandbox
    try sandbox.write("owners.csv", "id,email,archived\n7,nobody@a.example,false\n")
    try sandbox.write("User.csv", "Id,Email,IsActive\n005000000000009AAA,other@a.example,true\n")
    try sandbox.change(
      "pipeline.yaml", "  salesforce:\n    Account",
      to: "    owners: {csv: owners.csv}\n  salesforce:\n    User: {csv: User.csv}\n    Account")
    try sandbox.change(
      "mappings.csv", "phone,Phone,two_way,default,,,,\n",
      to: "phone,Phone,two_way,default,,,,\nhubspot_owner_id,OwnerId,two_way,default,,,,\n")
    try sandbox.change(
      "companies.properties.json", "{\"name\": \"phone\"",
      to:
        "{\"name\": \"hubspot_owner_id\", \"label\": \"Owner\", \"type\": \"enumeration\", \"fieldType\": \"select\", "
        + "\"referencedObjectType\": \"OWNER\"},\n{\"name\": \"phone\"")
    try sandbox.change(
      "Account.describe.json", "{\"name\": \"Phone\"",
      to: "{\"name\": \"OwnerId\", \"label\": \"Owner\", \"type\": \"reference\", \"referenceTo\": [\"User\"], "
        + "\"nillable\": false, \"createable\": \(createable), \"updateable\": true, "
        + "\"defaultedOnCreate\": \(defaulted)},\n{\"name\": \"Phone\"")
    try sandbox.write(
      "companies.csv",
      "\(SmallPipeline.companyColumns),hubspot_owner_id\n101,One,one.example,,,,,2026-11-01T08:00:00Z,7\n")
    try sandbox.write("Account.csv", "\(SmallPipeline.accountColumns),OwnerId\n")
    return pipeline
  }

  /// The owners that the new account would get.
  private func owners(_ pipeline: SmallPipeline) throws -> [String] {
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let created = try pipeline.lines("n1", "changes", "action", "field", "new")
    #expect(created.contains("create Name One"))
    return created.filter { $0.contains("OwnerId") }
  }

  @Test func `an owner without a user becomes the integration user`() throws {
    let pipeline = try pipeline(integrationUser: "005000000000001AAA", createable: true)
    #expect(try owners(pipeline) == ["create OwnerId 005000000000001AAA"])
  }

  @Test func `without an integration user nothing is put in, and Salesforce sets the owner`() throws {
    #expect(try owners(try pipeline(integrationUser: nil, createable: true)) == [])
  }

  @Test func `nothing is put into a field that cannot be set on create`() throws {
    #expect(try owners(try pipeline(integrationUser: "005000000000001AAA", createable: false)) == [])
  }

  @Test func `an owner that is needed, and that nobody can put in, stops the create`() throws {
    let pipeline = try pipeline(integrationUser: nil, createable: true, defaulted: false)
    let outcome = try pipeline.run("n1")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(try pipeline.changes("n1") == [])
    #expect(try pipeline.lines("n1", "rejects", "field", "code").contains("OwnerId required_field"))
  }

  @Test func `the integration user owns the record, and is put into no other user of it`() throws {
    let pipeline = try pipeline(integrationUser: "005000000000001AAA", createable: true)
    try pipeline.sandbox.change(
      "mappings.csv", "hubspot_owner_id,OwnerId,two_way,default,,,,\n",
      to: "hubspot_owner_id,OwnerId,two_way,default,,,,\nmanager,Manager__c,two_way,custom,,,,\n")
    try pipeline.sandbox.change(
      "companies.properties.json", "{\"name\": \"phone\"",
      to: "{\"name\": \"manager\", \"label\": \"Manager\", \"type\": \"enumeration\", \"fieldType\": \"select\", "
        + "\"referencedObjectType\": \"OWNER\", \"hubspotDefined\": true},\n{\"name\": \"phone\"")
    try pipeline.sandbox.change(
      "Account.describe.json", "{\"name\": \"Phone\"",
      to: "{\"name\": \"Manager__c\", \"label\": \"Manager\", \"type\": \"reference\", \"referenceTo\": [\"User\"], "
        + "\"nillable\": true, \"createable\": true, \"updateable\": true},\n{\"name\": \"Phone\"")
    try pipeline.sandbox.write(
      "companies.csv",
      "\(SmallPipeline.companyColumns),hubspot_owner_id,manager\n101,One,one.example,,,,,2026-11-01T08:00:00Z,7,7\n")
    try pipeline.sandbox.write("Account.csv", "\(SmallPipeline.accountColumns),OwnerId,Manager__c\n")
    #expect(try owners(pipeline) == ["create OwnerId 005000000000001AAA"])
    #expect(try !pipeline.lines("n1", "changes", "field").contains("Manager__c"))
    let rejects = try pipeline.lines("n1", "rejects", "field", "code")
    #expect(rejects == ["hubspot_owner_id owner_unmapped", "manager owner_unmapped"], "\(rejects)")
  }
}
