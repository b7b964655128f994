import Records

/// A HubSpot owner, as the owners export lists it.
public struct Owner: Equatable, Sendable {
  /// The owner id, which `hubspot_owner_id` holds.
  public var id: String
  /// Its email; may be blank.
  public var email: String
  /// An archived owner can be read, never written.
  public var archived: Bool

  /// An owner.
  public init(id: String, email: String, archived: Bool = false) {
    self.id = id
    self.email = email
    self.archived = archived
  }
}

/// A Salesforce user, as the User export lists it.
public struct User: Equatable, Sendable {
  /// The user id, of 18 characters.
  public var id: String
  /// Its email; may be blank.
  public var email: String
  /// An inactive user is nobody's owner.
  public var isActive: Bool

  /// A user.
  public init(id: String, email: String, isActive: Bool = true) {
    self.id = id
    self.email = email
    self.isActive = isActive
  }
}

/// Translates owners: those with the same email, ignoring case, are the same person (spec, semantics 2,
/// Owners).
///
/// Made once, then only read, from any thread; a look-up allocates nothing.
public final class OwnerVocabulary: @unchecked Sendable {
  private static let unmapped = -1
  private static let ambiguous = -2

  private let texts: TextArena
  /// Owner id → text of the user id, or one of the two above.
  private let forward: ByteTable
  /// User id → text of the owner id, or one of the two above.
  private let backward: ByteTable

  /// The vocabulary of the owners and users of two exports. Of rows with one id the first counts.
  public init(owners: [Owner], users: [User]) {
    let owners = People(owners.map { ($0.id, $0.email, !$0.archived) })
    let users = People(users.map { ($0.id, $0.email, $0.isActive) })
    var texts = TextArena()
    var forward = ByteTable()
    for owner in owners.all {
      forward.insert(owner.id, Self.only(users.working(owner.email), &texts))
    }
    var backward = ByteTable()
    for user in users.all {
      guard user.works else {
        backward.insert(user.id, Self.unmapped)
        continue
      }
      // An owner is this user only if it is the one active user with the email.
      let isOne = users.working(user.email).count <= 1
      let found = owners.working(user.email)
      backward.insert(user.id, isOne || found.isEmpty ? Self.only(found, &texts) : Self.ambiguous)
    }
    self.texts = texts
    self.forward = forward
    self.backward = backward
  }

  private static func only(_ ids: [[UInt8]], _ texts: inout TextArena) -> Int {
    guard let id = ids.first else { return unmapped }
    return ids.count == 1 ? texts.add(id) : ambiguous
  }

  /// The Salesforce user id of an owner id, archived or not; else `owner_unmapped` or `owner_ambiguous`.
  public func toSalesforce(_ ownerID: Bytes) -> Translation { translation(forward.find(ownerID)) }

  /// The owner id, not archived, of an active user's id of 18 characters; else `owner_unmapped` or
  /// `owner_ambiguous`.
  public func toHubSpot(_ userID: Bytes) -> Translation { translation(backward.find(userID)) }

  /// Appends the user id of an owner, or gives the issue and appends nothing.
  public func appendSalesforce(_ ownerID: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    append(toSalesforce(ownerID), to: &out)
  }

  /// Appends the owner id of a user, or gives the issue and appends nothing.
  public func appendHubSpot(_ userID: Bytes, to out: inout ByteBuffer) -> IssueCode? {
    append(toHubSpot(userID), to: &out)
  }

  private func translation(_ number: Int?) -> Translation {
    switch number {
    case nil, Self.unmapped: .unknown(.ownerUnmapped)
    case Self.ambiguous: .unknown(.ownerAmbiguous)
    case let number?: .text(texts[number])
    }
  }

  private func append(_ translation: Translation, to out: inout ByteBuffer) -> IssueCode? {
    switch translation {
    case .text(let text): out.append(text)
    case .itself: break
    case .unknown(let code): return code
    }
    return nil
  }
}

/// The people of one side, by email.
private struct People {
  /// Somebody: the id, the folded email, and whether they are active or not archived.
  struct Person {
    let id: [UInt8], email: [UInt8]
    let works: Bool
  }

  private(set) var all: [Person] = []
  private var workingByEmail: [[UInt8]: [[UInt8]]] = [:]

  init(_ rows: [(id: String, email: String, works: Bool)]) {
    var seen = ByteTable()
    for row in rows {
      let person = Person(id: ownText(row.id), email: folded(ownText(row.email)), works: row.works)
      guard !person.id.isEmpty, seen.insert(person.id, 0) else { continue }
      all.append(person)
      if person.works { workingByEmail[person.email, default: []].append(person.id) }
    }
  }

  /// The ids of those who work and have this email; nobody has a blank one.
  func working(_ email: [UInt8]) -> [[UInt8]] { email.isEmpty ? [] : workingByEmail[email] ?? [] }
}
