import CRM
import Records
import Staging

/// The texts that stand in every row of output, as bytes that live as long as the resolver.
///
/// A field is known by its place: the mappings, then the link properties, then the HubSpot id field.
final class Names: @unchecked Sendable {
  private var texts = ByteBuffer(capacity: 4096)
  private var spans: [String: (Int, Int)] = [:]
  private var fields: [[(Int, Int)]] = [[], []]
  private var objects: [(Int, Int)] = []
  private var objectName = (0, 0)
  let mappingCount: Int
  let linkCount: Int

  init(_ plan: ObjectPlan) {
    mappingCount = plan.mappings.count
    linkCount = plan.links.count
    let own = plan.links.map(\.property) + [plan.hubspotIDField ?? ""]
    fields[0] = (plan.mappings.map(\.property) + own).map { add($0) }
    fields[1] = (plan.mappings.map(\.field) + own).map { add($0) }
    objects = plan.salesforceObjects.map { add($0) }
    objectName = add(plan.object)
  }

  private func add(_ text: String) -> (Int, Int) {
    if let known = spans[text] { return known }
    let start = texts.count
    texts.append(text)
    spans[text] = (start, texts.count - start)
    return (start, texts.count - start)
  }

  private func bytes(_ span: (Int, Int)) -> Bytes { texts.part(span.0, span.1) }

  /// The HubSpot object of the plan.
  var object: Bytes { bytes(objectName) }
  /// The name of a field on a side.
  func field(_ place: Int, _ side: Side) -> Bytes { bytes(fields[Int(side.rawValue)][place]) }
  /// The name of a Salesforce object.
  func salesforceObject(_ number: Int) -> Bytes { bytes(objects[number]) }
  /// How many places there are.
  var placeCount: Int { mappingCount + linkCount + 1 }
  /// The place of a link property.
  func place(ofLink link: Int) -> Int { mappingCount + link }
  /// The place of the HubSpot id field.
  var placeOfIDField: Int { mappingCount + linkCount }
}
