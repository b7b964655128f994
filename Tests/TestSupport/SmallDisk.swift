import Foundation

/// A small file system in memory, mounted on a folder for as long as a test wants.
public final class SmallDisk {
  private let path: String

  /// Whether this process may mount one.
  public static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? Sandbox("disk") else { return false }
    return Program.shell("mount -t tmpfs -o size=64k none \(folder.path) 2>/dev/null && umount \(folder.path)")
  }()

  /// Mounts it over a folder; what the folder held is copied into it.
  public init(_ path: String, kilobytes: Int) throws {
    self.path = path
    let copy = "\(path)-copy"
    let command =
      "cp -a \(path) \(copy) && mount -t tmpfs -o size=\(kilobytes + 2000)k none \(path) && cp -a \(copy)/. \(path) && "
      + "rm -rf \(copy) && used=$(du -sk \(path) | cut -f1) && mount -o remount,size=$((used + \(kilobytes)))k \(path)"
    guard Program.shell(command) else { throw HelperError("cannot mount a small disk on \(path)") }
  }

  /// Makes room.
  public func grow() throws {
    guard Program.shell("mount -o remount,size=64m \(path)") else { throw HelperError("cannot grow \(path)") }
  }

  /// Takes it away, with what it holds.
  public func remove() { _ = Program.shell("umount \(path)") }

  deinit { _ = Program.shell("umount \(path) 2>/dev/null") }
}
