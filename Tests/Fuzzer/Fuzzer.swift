import Foundation
import FuzzTargets

/// Runs libFuzzer over the target that RESYNC_FUZZ_TARGET names; csv unless it is set.
@main struct Fuzzer {
  fileprivate static let target =
    FuzzTarget(rawValue: ProcessInfo.processInfo.environment["RESYNC_FUZZ_TARGET"] ?? "") ?? .csv

  static func main() {
    var count = CommandLine.argc
    var words = CommandLine.unsafeArgv
    exit(runLibFuzzer(&count, &words, tryInput))
  }
}

/// A broken promise ends the process, and libFuzzer keeps the input.
private func tryInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  if let broken = Fuzzer.target.broken(by: input) { fatalError(broken) }
  return 0
}

/// LLVM's documented way to have the fuzzer and a main of one's own.
@_silgen_name("LLVMFuzzerRunDriver") private func runLibFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
