import FileStaging
import Foundation
import Pipeline

/// Whether the system gives the threads that a run needs.
enum ThreadSupply {
  /// Makes as many as work at once, and lets them end: a run that got none later on would wait for ever, without a word.
  ///
  /// - Throws: `RunError` with exit code 1.
  static func check() throws {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    pthread_mutex_init(gate, nil)
    defer { pthread_mutex_destroy(gate) }
    // They stay until all are there.
    pthread_mutex_lock(gate)
    var threads: [pthread_t] = []
    var code: Int32 = 0
    while code == 0 && threads.count < wanted {
      var thread = pthread_t()
      code = pthread_create(&thread, nil, passGate, gate)
      if code == 0 { threads.append(thread) }
    }
    pthread_mutex_unlock(gate)
    for thread in threads { pthread_join(thread, nil) }
    guard code == 0 else {
      throw RunError(
        .failed,
        "the system gives no more threads (\(String(cString: strerror(code)))): raise the limits on processes (ulimit -u) "
          + "and on memory (ulimit -v), and run the same command again")
    }
  }

  /// Two for each core, since tables are committed while others are made; those that write to the disk, and read from it; one that commits, one
  /// with an errand, and Dispatch's own.
  private static let wanted =
    2 * ProcessInfo.processInfo.activeProcessorCount + DirectFile.queueCount + DirectReader.queueCount + 3
}

/// What a thread does that is made to see whether it can be made.
private func passGate(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let gate = context?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
  pthread_mutex_lock(gate)
  pthread_mutex_unlock(gate)
  return nil
}
