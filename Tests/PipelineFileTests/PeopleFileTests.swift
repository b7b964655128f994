import CRM
import Foundation
import PipelineFile
import Testing

/// Owners and users (interface, "A pipeline").
@Suite struct PeopleFileTests {
  static func owners(_ text: String, _ options: String = "") throws -> [Owner] {
    let folder = try PipelineFolder()
    try folder.write("owners.csv", text)
    try folder.change("pipeline.yaml", "{csv: owners.csv}", "{csv: owners.csv\(options)}")
    let definition = try folder.load().definition
    return try readOwners(try #require(definition.source(.hubspot, "owners")), pipeline: definition.file)
  }

  static func users(_ text: String) throws -> [User] {
    let folder = try PipelineFolder()
    try folder.write("User.csv", text)
    let definition = try folder.load().definition
    return try readUsers(try #require(definition.source(.salesforce, "User")), pipeline: definition.file)
  }

  @Test func `owners are read, and other columns passed over`() throws {
    let owners = try Self.owners(
      "id,email,firstName,archived\n1,a@b.c,\"A, B\",false\n2,,X,TRUE\n3,d@e.f,Y,\n")
    #expect(
      owners == [
        Owner(id: "1", email: "a@b.c"), Owner(id: "2", email: "", archived: true),
        Owner(id: "3", email: "d@e.f"),
      ])
  }

  @Test func `a source's delimiter and column names count`() throws {
    let owners = try Self.owners(
      "Owner ID;email;archived\n1;a@b.c;false\n", #", delimiter: ";", columns: {id: "Owner ID"}"#)
    #expect(owners == [Owner(id: "1", email: "a@b.c")])
  }

  @Test func `a user's id gets 18 characters`() throws {
    let users = try Self.users(
      "Email,IsActive,Id\na@b.c,true,005000000000001\nd@e.f,false,005000000000002AAA\n")
    #expect(users.map(\.id) == ["005000000000001AAA", "005000000000002AAA"])
    #expect(users.map(\.isActive) == [true, false])
  }

  @Test(arguments: [
    ("id,email\n1,a\n", 1, "the column archived is missing"),
    ("id,email,archived\nx,a,false\n", 2, "id or archived is not as it should be"),
    ("id,email,archived\n1,a,perhaps\n", 2, "archived is perhaps: true or false is needed"),
    ("id,email,archived\n1,a\n", 2, "the row has 2 cells, the header 3"),
  ])
  func `a broken list of owners is refused with its line`(text: String, line: Int, message: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.owners(text) }
    #expect(error?.line == line && error?.message == message)
  }

  @Test(arguments: ["Id,Email,IsActive\n005,a,true\n", "Id,Email,IsActive\n005000000000001AAA,a,\n"])
  func `a broken user is refused with its line`(text: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.users(text) }
    #expect(error?.line == 2)
  }
}
