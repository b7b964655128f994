import CRM
import CSV
import Records
import Staging

/// The texts that stand in every row of output, as bytes that live as long as the resolver.
///
/// A field is known by its place: the mappings, then the link properties, then the HubSpot id field.
final class Names: @unchecked Sendable {
  private let texts: TextStore
  private let fields: [[Bytes]]
  private let cells: [[Bytes]]
  private let objects: [Bytes]
  /// The HubSpot object of the plan.
  let object: Bytes
  let mappingCount: Int
  let linkCount: Int

  init(_ plan: ObjectPlan) {
    mappingCount = plan.mappings.count
    linkCount = plan.links.count
    let own = plan.links.map(\.property) + [plan.hubspotIDField ?? ""]
    let properties = plan.mappings.map(\.property) + own
    let names = plan.mappings.map(\.field) + own
    let objectNames = plan.salesforceObjects
    texts = TextStore(properties + names + [plan.object] + (properties + names + objectNames).map(Self.cell))
    let texts = texts
    fields = [properties.map(texts.bytes), names.map(texts.bytes)]
    cells = [properties, names].map { $0.map { texts.bytes(Self.cell($0)) } }
    objects = objectNames.map { texts.bytes(Self.cell($0)) }
    object = texts.bytes(plan.object)
  }

  /// The name of a field on a side.
  func field(_ place: Int, _ side: Side) -> Bytes { fields[Int(side.rawValue)][place] }
  /// The same as a cell of CSV: it may hold whatever a header can.
  func cell(_ place: Int, _ side: Side) -> Bytes { cells[Int(side.rawValue)][place] }
  private static func cell(_ name: String) -> String {
    var out = ByteBuffer(capacity: 64)
    out.appendCSV(name)
    return out.bytes.text
  }
  /// The name of a Salesforce object, as a cell of CSV.
  func salesforceObject(_ number: Int) -> Bytes { objects[number] }
  /// How many places there are.
  var placeCount: Int { mappingCount + linkCount + 1 }
  /// The place of a link property.
  func place(ofLink link: Int) -> Int { mappingCount + link }
  /// The place of the HubSpot id field.
  var placeOfIDField: Int { mappingCount + linkCount }
}

/// Texts as bytes that stay where they are.
private final class TextStore: @unchecked Sendable {
  private let store: ByteBuffer
  private let spans: [String: (Int, Int)]

  init(_ texts: [String]) {
    var store = ByteBuffer(capacity: 4096)
    var spans: [String: (Int, Int)] = [:]
    for text in texts where spans[text] == nil {
      let start = store.count
      store.append(text)
      spans[text] = (start, store.count - start)
    }
    self.store = store
    self.spans = spans
  }

  /// The bytes of one of the texts.
  func bytes(_ text: String) -> Bytes { spans[text].map { store.part($0.0, $0.1) } ?? .none }
}
