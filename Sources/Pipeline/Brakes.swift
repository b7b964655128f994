import CRM
import Foundation
import PipelineFile
import Staging

/// The brakes that stop a run before it loads anything (semantics 7): each names what tripped it, and what lets it pass.
struct Brakes {
  let definition: PipelineDefinition
  let options: RunOptions

  /// What stopped the run, one line for each brake that tripped.
  func check(_ manifest: RunManifest, _ plan: ObjectPlan, last: BaselineRows?) -> [String] {
    guard let object = manifest.object(plan.object) else { return [] }
    let counts = manifest.counts(of: plan.object)
    return rejects(object) + shrink(object, last) + clears(plan, counts) + creates(object, plan, counts)
  }

  private func rejects(_ object: RunManifest.ObjectRun) -> [String] {
    [(Side.hubspot, object.hubspot), (.salesforce, object.salesforce)].compactMap { side, rows in
      guard definition.maxRejects.isExceeded(by: rows.unreadable, of: rows.read) else { return nil }
      return "max_rejects: \(rows.unreadable) of \(rows.read) rows of \(side.name) \(object.object) could not be read; "
        + "look at rejects.csv, mend the export, or raise max_rejects in the pipeline"
    }
  }

  private func shrink(_ object: RunManifest.ObjectRun, _ last: BaselineRows?) -> [String] {
    guard let last else { return [] }
    return [(Side.hubspot, object.hubspot.read, last.hubspot), (.salesforce, object.salesforce.read, last.salesforce)]
      .compactMap { side, now, before in
        guard now < before, definition.maxShrink.isExceeded(by: before - now, of: before) else { return nil }
        return "max_shrink: \(side.name) \(object.object) has \(now) rows, \(before) in the last loaded run; "
          + "is the export whole? If it is, raise max_shrink in the pipeline"
      }
  }

  private func clears(_ plan: ObjectPlan, _ counts: ChunkCounts) -> [String] {
    [Side.hubspot, .salesforce].flatMap { side in
      zip(plan.mappings, plan.uniqueNames(side)).compactMap { mapping, name in
        guard let cleared = counts[side].clears[name] else { return nil }
        let filled = counts[side].filled[name] ?? 0
        let isAllowed = options.allowClears.contains(mapping.property) || options.allowClears.contains(mapping.field)
        guard !isAllowed, definition.maxClears.isExceeded(by: cleared, of: filled, moreThan: 10) else { return nil }
        return "max_clears: \(cleared) of \(filled) values of \(side.name) \(plan.object).\(name) would be cleared; "
          + "has the export lost the column's values? If they are to be cleared, add --allow-clears \(mapping.property)"
      }
    }
  }

  private func creates(_ object: RunManifest.ObjectRun, _ plan: ObjectPlan, _ counts: ChunkCounts) -> [String] {
    guard !options.createAnyway else { return [] }
    return [(Side.hubspot, object.hubspot.read), (.salesforce, object.salesforce.read)].compactMap { side, rows in
      let made = counts[side].creates
      guard definition.maxCreates.isExceeded(by: made, of: rows, moreThan: 10) else { return nil }
      return "max_creates: \(made) \(plan.object) would be created in \(side.name), which has \(rows) rows; "
        + "if that is right, add --create-anyway, or raise max_creates in the pipeline"
    }
  }
}
