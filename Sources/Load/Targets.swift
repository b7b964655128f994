import CRM
import Records
import Staging

/// The load files of one chunk, and the record that is being gathered for them.
///
/// A value, passed on: in a class every look at a property is checked for exclusive access as the program runs (3% of the
/// samples of a whole run, with the same in `Router`).
struct Targets: ~Copyable {
  private let plan: ObjectPlan
  private let hubspotFields: FieldPlaces
  private let salesforceFields: FieldPlaces
  private var hubspot: PendingRecord
  private var salesforce: PendingRecord
  private var hubspotID = ByteBuffer(capacity: 64)
  private var salesforceID = ByteBuffer(capacity: 64)
  private var object = 0
  private var isCreate = false
  private let salesforceUpdates: [SalesforceFile]
  private let salesforceCreates: [SalesforceFile]
  private let hubspotUpdates: HubSpotFile
  private let hubspotCreates: HubSpotFile
  private let others: TargetWriters?

  init(
    _ plan: ObjectPlan, _ files: any LoadFiles, chunk: Int, _ counts: ChunkCounts, target: (any LoadTarget)?
  ) throws {
    self.plan = plan
    let hubspotFields = FieldPlaces(plan, .hubspot)
    let salesforceFields = FieldPlaces(plan, .salesforce)
    self.hubspotFields = hubspotFields
    self.salesforceFields = salesforceFields
    hubspot = PendingRecord(fields: hubspotFields.names.count)
    salesforce = PendingRecord(fields: salesforceFields.names.count)
    let padded = chunk.padded()
    salesforceUpdates = plan.salesforceObjects.map {
      SalesforceFile(
        files, name: "salesforce/\($0)-update-\(padded)", salesforceFields,
        used: counts.salesforce.updatedFields.fields(of: $0), hasID: true)
    }
    salesforceCreates = plan.salesforceObjects.map {
      SalesforceFile(
        files, name: "salesforce/\($0)-create-\(padded)", salesforceFields,
        used: counts.salesforce.createdFields.fields(of: $0), hasID: false)
    }
    hubspotUpdates = HubSpotFile(files, name: "hubspot/\(plan.object)-update-\(padded)", hubspotFields, hasID: true)
    hubspotCreates = HubSpotFile(files, name: "hubspot/\(plan.object)-create-\(padded)", hubspotFields, hasID: false)
    others = try target.map {
      try TargetWriters(
        try $0.begin(object: plan.object, chunk: chunk), plan, number: chunk, counts, hubspot: hubspotFields,
        salesforce: salesforceFields)
    }
  }

  /// How many records were written.
  var rows: Int {
    salesforceUpdates.reduce(0) { $0 + $1.rows } + salesforceCreates.reduce(0) { $0 + $1.rows } + hubspotUpdates.rows
      + hubspotCreates.rows
  }

  /// Adds one changed cell; false if the pipeline has no such object, or no mapping its field.
  mutating func add(_ row: ChangeCells) throws -> Bool {
    if !row.hubspotID.same(as: hubspotID.bytes) || !row.salesforceID.same(as: salesforceID.bytes) {
      try endRecord()
      hubspotID.clear()
      hubspotID.append(row.hubspotID)
      salesforceID.clear()
      salesforceID.append(row.salesforceID)
      let named = plan.salesforceObjects.firstIndex { name in
        var copy = name
        return copy.withUTF8 { $0.same(as: row.salesforceObject) }
      }
      guard let named else { return false }
      object = named
    }
    isCreate = row.isCreate
    if row.isHubSpot {
      guard let place = hubspotFields.find(row.field) else { return false }
      let isMidnight = hubspotFields.daysAreInstants(at: place, object: object)
      Self.put(row, place, midnightIn: isMidnight ? plan.pipelineZone : nil, into: &hubspot)
    } else {
      guard let place = salesforceFields.find(row.field) else { return false }
      let isMidnight = salesforceFields.daysAreInstants(at: place, object: object)
      Self.put(row, place, midnightIn: isMidnight ? plan.pipelineZone : nil, into: &salesforce)
    }
    return true
  }

  private static func put(
    _ row: ChangeCells, _ place: Int, midnightIn zone: TimeZoneTable?, into record: inout PendingRecord
  ) {
    if row.isClear {
      record.clear(place)
    } else if let zone {
      record.set(place, midnightOf: row.new, in: zone)
    } else {
      record.set(place, row.new)
    }
  }

  /// Writes the record that was gathered.
  mutating func endRecord() throws {
    if !salesforce.isEmpty {
      let file = isCreate ? salesforceCreates[object] : salesforceUpdates[object]
      try file.append(id: salesforceID.bytes, salesforce)
      let id = isCreate ? hubspotID.bytes : salesforceID.bytes
      try others?.append(.salesforce, object: object, isCreate: isCreate, id: id, salesforce)
      salesforce.reset()
    }
    if !hubspot.isEmpty {
      if isCreate {
        try hubspotCreates.append(trace: salesforceID.bytes, hubspot)
      } else {
        try hubspotUpdates.append(trace: hubspotID.bytes, hubspot)
      }
      let id = isCreate ? salesforceID.bytes : hubspotID.bytes
      try others?.append(.hubspot, object: 0, isCreate: isCreate, id: id, hubspot)
      hubspot.reset()
    }
  }

  /// Completes all files, then writes to the target; what that refused.
  mutating func finish() throws -> [TargetRefusal] {
    try endRecord()
    for file in salesforceUpdates + salesforceCreates { try file.finish() }
    try hubspotUpdates.finish()
    try hubspotCreates.finish()
    return try others?.commit() ?? []
  }
}
