import CRM
import Records
import Staging

/// A place that takes what the load files hold as well: the tables of a CRM mirror in a database.
public protocol LoadTarget: Sendable {
  /// Begins a chunk of an object. What it is given is there for others when it is committed, whole or not at all.
  func begin(object: String, chunk: Int) throws -> any TargetChunk
}

/// The records of one chunk on their way to a target.
public protocol TargetChunk: AnyObject {
  /// The place of some records; nil if the target does not hold records of that object.
  func rows(_ kind: TargetRecords) throws -> (any TargetRows)?
  /// Writes everything, once: a chunk that was committed before stays as it is.
  ///
  /// - Returns: What the target refused, now or before.
  func commit() throws -> [TargetRefusal]
}

/// Which records, and which of their fields any of them changes.
public struct TargetRecords: Sendable {
  /// The side that changes.
  public var side: Side
  /// The object of that side: `companies`, `Account`.
  public var object: String
  /// Whether the records are new there.
  public var isCreate: Bool
  /// The names of the fields, in the order in which cells are handed over.
  public var fields: [String]
}

/// Takes records one after the other.
public protocol TargetRows: AnyObject {
  /// Appends a record, with a cell for each field. `id` is its own; of one that is new there, the id of its partner on the
  /// other side. The bytes are borrowed for the time of the call.
  func append(id: Bytes, _ cells: [TargetCell]) throws
}

/// What happens to a field of a record.
public enum TargetCell {
  case untouched
  case clear
  case value(Bytes)
}

/// A record that a target did not take; the rest of its chunk was written.
public struct TargetRefusal: Sendable {
  /// The side of the record.
  public var side: Side
  /// Its id; of a record that was to be created, that of its partner.
  public var id: [UInt8]
  /// The field whose value it was; empty where it is the record as a whole.
  public var field: String
  /// That value.
  public var value: [UInt8]
  /// Why, in the words of `rejects.csv`.
  public var message: String

  /// A record that was refused.
  public init(side: Side, id: [UInt8], field: String, value: [UInt8], message: String) {
    self.side = side
    self.id = id
    self.field = field
    self.value = value
    self.message = message
  }
}

extension TargetRefusal {
  /// Appends the row of `rejects.csv`. It names no file: the value is one that the run has made.
  func append(to rows: inout ByteBuffer, object: String) {
    id.withUnsafeBufferPointer { id in
      value.withUnsafeBufferPointer { value in
        RejectRow.append(
          object: object, side: side, recordID: id, file: "", line: 0, field: field, value: value,
          code: .targetRefused, message: message, into: &rows)
      }
    }
  }
}
