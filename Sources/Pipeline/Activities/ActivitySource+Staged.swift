import Activities
import CRM
import Staging

extension ActivitySource {
  /// What a manifest notes of the source after extract.
  func staged(read: Int, rejected: Int) -> ActivityRun.SourceRun {
    switch role {
    case .activities: .init(read: read, rejected: rejected, side: side.name, isWhole: false)
    case .lookup: .init(read: read, rejected: rejected, side: side.name, isWhole: true)
    case .presence, .relations: .init(read: read, rejected: rejected)
    }
  }
}
