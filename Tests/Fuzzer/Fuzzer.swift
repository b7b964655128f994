import Foundation
import FuzzTargets

/// The target that RESYNC_FUZZ_TARGET names; csv unless it is set.
private let target = FuzzTarget(rawValue: ProcessInfo.processInfo.environment["RESYNC_FUZZ_TARGET"] ?? "csv") ?? .csv

/// What libFuzzer calls with every input; a broken promise ends the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  if let broken = target.broken(by: Array(UnsafeBufferPointer(start: bytes, count: count))) { fatalError(broken) }
  return 0
}
