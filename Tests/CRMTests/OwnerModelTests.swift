import CRM
import Records
import TestSupport
import Testing

/// Owners of semantics 2.
@Suite struct OwnerModelTests {
  static let vocabulary = OwnerVocabulary(
    owners: [
      Owner(id: "1", email: "ann@example.com"),
      Owner(id: "2", email: "BOB@example.com", archived: true),
      Owner(id: "3", email: "bob@Example.com"),
      Owner(id: "4", email: ""),
      Owner(id: "5", email: "gone@example.com"),
      Owner(id: "6", email: "twice@example.com"), Owner(id: "7", email: "TWICE@example.com"),
      Owner(id: "8", email: "double@example.com"),
      Owner(id: "9", email: "nobody@example.com"),
      Owner(id: "10", email: "old@example.com", archived: true),
      Owner(id: "11", email: "straße@example.com"),
    ],
    users: [
      User(id: "005000000000001AAA", email: "Ann@Example.com"),
      User(id: "005000000000002AAA", email: "bob@example.com"),
      User(id: "005000000000003AAA", email: "bob@example.com", isActive: false),
      User(id: "005000000000004AAA", email: ""),
      User(id: "005000000000005AAA", email: "gone@example.com", isActive: false),
      User(id: "005000000000006AAA", email: "twice@example.com"),
      User(id: "005000000000008AAA", email: "double@example.com"),
      User(id: "005000000000009AAA", email: "DOUBLE@example.com"),
      User(id: "005000000000010AAA", email: "old@example.com"),
      User(id: "005000000000011AAA", email: "STRASSE@example.com"),
    ])

  @Test(arguments: [
    ("1", "005000000000001AAA"), ("2", "005000000000002AAA"), ("3", "005000000000002AAA"),
    ("6", "005000000000006AAA"), ("7", "005000000000006AAA"), ("10", "005000000000010AAA"),
    ("11", "005000000000011AAA"),
  ])
  func `an owner, archived or not, is the one active user with the email`(owner: String, user: String) {
    var out = ByteBuffer()
    #expect(withBytes(owner) { Self.vocabulary.appendSalesforce($0, to: &out) } == nil)
    #expect(out.bytes.text == user)
  }

  @Test(arguments: [
    ("4", IssueCode.ownerUnmapped), ("5", .ownerUnmapped), ("8", .ownerAmbiguous), ("9", .ownerUnmapped),
    ("99", .ownerUnmapped),
  ])
  func `an owner without one such user is an issue`(owner: String, code: IssueCode) {
    var out = ByteBuffer()
    #expect(withBytes(owner) { Self.vocabulary.appendSalesforce($0, to: &out) } == code)
    #expect(out.count == 0)
  }

  @Test(arguments: [
    ("005000000000001AAA", "1"), ("005000000000002AAA", "3"), ("005000000000011AAA", "11"),
  ])
  func `the way back is the one owner that is not archived`(user: String, owner: String) {
    var out = ByteBuffer()
    #expect(withBytes(user) { Self.vocabulary.appendHubSpot($0, to: &out) } == nil)
    #expect(out.bytes.text == owner)
  }

  @Test(arguments: [
    ("005000000000003AAA", IssueCode.ownerUnmapped), ("005000000000004AAA", .ownerUnmapped),
    ("005000000000005AAA", .ownerUnmapped), ("005000000000006AAA", .ownerAmbiguous),
    ("005000000000008AAA", .ownerAmbiguous), ("005000000000009AAA", .ownerAmbiguous),
    ("005000000000010AAA", .ownerUnmapped), ("005000000000099AAA", .ownerUnmapped),
  ])
  func `a user that is inactive, unknown, or shares its email is an issue`(user: String, code: IssueCode) {
    var out = ByteBuffer()
    #expect(withBytes(user) { Self.vocabulary.appendHubSpot($0, to: &out) } == code)
    #expect(out.count == 0)
  }
}
