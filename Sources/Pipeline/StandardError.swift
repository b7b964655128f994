import Foundation

/// Messages to people, on stderr. A reader who has gone costs nothing but the message.
public enum StandardError {
  /// Writes a text; waits while a reader is slow, gives up where there is none.
  public static func write(_ text: String) {
    var copy = text
    copy.withUTF8 { bytes in
      var place = 0
      while place < bytes.count, let base = bytes.baseAddress {
        let written = Foundation.write(STDERR_FILENO, base + place, bytes.count - place)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return }
        place += written
      }
    }
  }

  /// Writes a text only if that does not wait: for a program that is asked to end.
  public static func writeIfReady(_ text: String) {
    var stream = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&stream, 1, 0) == 1, stream.revents & Int16(POLLOUT) != 0 else { return }
    write(text)
  }
}
