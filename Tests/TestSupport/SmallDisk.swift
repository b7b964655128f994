import Foundation

/// A small file system in memory, mounted on a folder for as long as a test wants.
public final class SmallDisk {
  private let path: String

  /// Whether this process may mount one.
  public static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? Sandbox("disk") else { return false }
    return Program.shell("mount -t tmpfs -o size=64k none \(folder.path) 2>/dev/null && umount \(folder.path)")
  }()

  /// Mounts it over a folder; what the folder held is copied into it. It has room, until `leave` takes it.
  public init(_ path: String) throws {
    self.path = path
    let copy = "\(path)-copy"
    let command =
      "mkdir -p \(path) && cp -a \(path) \(copy) && mount -t tmpfs -o size=64m none \(path) && cp -a \(copy)/. \(path) && "
      + "rm -rf \(copy) && chown --reference=\((path as NSString).deletingLastPathComponent) \(path) && chmod 777 \(path)"
    guard Program.shell(command) else { throw HelperError("cannot mount a small disk on \(path)") }
  }

  /// Leaves so much room, and no more; a disk that holds nothing keeps one block.
  public func leave(kilobytes: Int) throws {
    let command = "used=$(df -k --output=used \(path) | tail -1) && "
    guard Program.shell(command + "mount -o remount,size=$((used + \(max(4, kilobytes))))k \(path)") else {
      throw HelperError("cannot fill \(path)")
    }
  }

  /// Makes room.
  public func grow() throws {
    guard Program.shell("mount -o remount,size=64m \(path)") else { throw HelperError("cannot grow \(path)") }
  }

  /// Takes it away, with what it holds. Lazily: a program that another test starts may have inherited an open file of it.
  public func remove() { _ = Program.shell("umount -l \(path)") }

  deinit { _ = Program.shell("umount -l \(path) 2>/dev/null") }
}
