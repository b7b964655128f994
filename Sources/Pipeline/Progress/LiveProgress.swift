import Foundation

/// The bar at the bottom of a terminal, redrawn several times a second from a timer of its own: the work itself waits for
/// nothing but a lock.
final class LiveProgress: @unchecked Sendable {
  private let lock = NSLock()
  private var terminal: Terminal
  private var bar: ProgressBar?
  private var start = ContinuousClock.now
  private var bytesAtStart = 0
  private var timer: (any DispatchSourceTimer)?
  private static let interval = DispatchTimeInterval.milliseconds(150)

  init(_ terminal: Terminal) { self.terminal = terminal }

  deinit { timer?.cancel() }

  /// A stage begins: its bar takes the place of the one before.
  func begin(_ bar: ProgressBar) {
    lock.withLock {
      end()
      self.bar = bar
      start = .now
      bytesAtStart = Self.bytesRead()
      terminal.width = Terminal.currentWidth()
      draw()
      if timer == nil { tick() }
    }
  }

  /// A chunk of the stage is done. The last one ends the bar; a chunk of no bar gets a line of its own.
  func advance(rows: Int, line: String) {
    lock.withLock {
      guard bar != nil else { return write(line + "\n") }
      if bar?.unit == .bytes {
        // An extract counts bytes while it reads, and knows its rows when it ends.
        bar?.unit = .rows
        bar?.done = 0
        bar?.total = 0
      }
      bar?.done += rows
      bar?.chunksDone += 1
      draw()
      if let bar, bar.chunksDone >= bar.chunks { end() }
    }
  }

  /// Something else is told: above the bar.
  func tell(_ line: String) {
    lock.withLock {
      write("\r\u{1B}[K" + line.wrapped(to: terminal.width) + "\n")
      draw()
    }
  }

  private func tick() {
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
    timer.setEventHandler { [weak self] in
      guard let self else { return }
      self.lock.withLock { self.draw() }
    }
    timer.resume()
    self.timer = timer
  }

  private func draw() {
    guard var bar else { return }
    if bar.unit == .bytes { bar.done = Self.bytesRead() - bytesAtStart }
    write("\r\u{1B}[K" + bar.line(after: (ContinuousClock.now - start).inSeconds, on: terminal))
  }

  private func end() {
    guard let bar else { return }
    write("\r\u{1B}[K")
    if bar.chunksDone >= bar.chunks {
      write(bar.ending(after: (ContinuousClock.now - start).inSeconds, on: terminal) + "\n")
    }
    self.bar = nil
  }

  private func write(_ text: String) { StandardError.write(text) }

  /// What this process has read by now, as the system counts it: the readers need not count, and the bar is an estimate.
  private static func bytesRead() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/io", encoding: .utf8) else { return 0 }
    let line = text.split(separator: "\n").first { $0.hasPrefix("rchar:") }
    return line.flatMap { Int($0.dropFirst(6).trimmingCharacters(in: .whitespaces)) } ?? 0
  }
}
