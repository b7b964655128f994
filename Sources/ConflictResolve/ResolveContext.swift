import CRM
import Records
import Staging

/// What the resolver knows of the run beyond its chunk.
public struct ResolveContext: Sendable {
  /// The names of the HubSpot files, for `rejects.csv`, by the number that staged rows give.
  public var hubspotFiles: [String]
  /// The same of the Salesforce files of all objects.
  public var salesforceFiles: [String]
  /// The sides on which nothing is created in this run, though `create_in` says so (semantics 3.6).
  public var heldIn: Set<Side>
  /// Whether creates that no export has shown are made again.
  public var retriesCreates: Bool

  /// The context of a run.
  public init(hubspotFiles: [String], salesforceFiles: [String], heldIn: Set<Side>, retriesCreates: Bool) {
    self.hubspotFiles = hubspotFiles
    self.salesforceFiles = salesforceFiles
    self.heldIn = heldIn
    self.retriesCreates = retriesCreates
  }

  /// The name of a file of a side.
  func file(_ side: Side, _ number: UInt16) -> String {
    let files = side == .hubspot ? hubspotFiles : salesforceFiles
    return Int(number) < files.count ? files[Int(number)] : ""
  }
}

/// What all threads of a resolver read, and none changes.
final class ResolvePlan: @unchecked Sendable {
  let plan: ObjectPlan
  let names: Names
  let context: ResolveContext
  let policy: DecisionPolicy
  let baseline: BaselineChunk
  let times: CellTimes
  let hubspot: SideColumns
  let salesforce: SideColumns
  /// One for each mapping.
  let traits: PlainTable<MappingTraits>

  init(_ plan: ObjectPlan, _ context: ResolveContext, _ baseline: BaselineChunk, _ times: CellTimes) {
    self.plan = plan
    self.context = context
    self.baseline = baseline
    self.times = times
    names = Names(plan)
    hubspot = SideColumns(SideTables(plan, .hubspot))
    salesforce = SideColumns(SideTables(plan, .salesforce))
    traits = PlainTable(plan.mappings.indices.map { MappingTraits($0, plan) })
    let winner: Side? =
      switch plan.firstRun {
      case .newerRecord: nil
      case .salesforce: .salesforce
      case .hubspot: .hubspot
      }
    policy = DecisionPolicy(firstRunWinner: winner, tie: plan.tie, salesforceBlankClears: plan.salesforceBlankClears)
  }

  /// The columns of a side.
  func columns(_ side: Side) -> SideColumns { side == .hubspot ? hubspot : salesforce }
}
