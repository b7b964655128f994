import Foundation

/// A temporary folder for one test; it goes when the last reference to it goes.
public final class Sandbox {
  /// Its path, without a slash at the end.
  public let path: String
  private let files = FileManager.default
  private var databases: [(server: PostgresServer, url: String)] = []

  /// A new, empty folder. `make test` has those in memory where it has room; `onDisk` is for what a disk must show: its blocks,
  /// and the way past the page cache.
  public init(_ purpose: String, onDisk: Bool = false) throws {
    let folder = onDisk ? "/var/tmp" : files.temporaryDirectory.standardizedFileURL.path
    path = "\(folder)/resync-\(purpose)-\(UUID().uuidString)"
    try files.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    for database in databases { database.server.giveBack(database.url) }
    try? files.removeItem(atPath: path)
  }

  /// The database that was taken last.
  var database: (server: PostgresServer, url: String)? { databases.last }

  /// Takes an empty database of a server, which is emptied again when the folder goes, and returns its URL.
  func takeDatabase(of server: PostgresServer) throws -> String {
    let url = try server.takeDatabase()
    databases.append((server, url))
    return url
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether something of this name is there.
  public func has(_ name: String) -> Bool { files.fileExists(atPath: file(name)) }

  /// Writes a file, and the folders above it.
  public func write(_ name: String, _ data: Data) throws {
    let url = URL(fileURLWithPath: file(name))
    try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// Writes a file of text.
  public func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  /// Reads a file.
  public func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  /// Reads a file as text.
  public func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// Puts one text in the place of another, which must be in the file.
  public func change(_ name: String, _ part: String, to other: String) throws {
    let old = try text(name)
    guard old.contains(part) else { throw HelperError("\(name) has no \(part)") }
    try write(name, old.replacingOccurrences(of: part, with: other))
  }

  /// Copies a file or a folder from elsewhere to a name in the sandbox, in place of what has that name.
  public func copy(_ source: String, to name: String) throws {
    try remove(name)
    let folder = (file(name) as NSString).deletingLastPathComponent
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try files.copyItem(atPath: source, toPath: file(name))
  }

  /// Removes a file or a folder, if it is there.
  public func remove(_ name: String) throws {
    if has(name) { try files.removeItem(atPath: file(name)) }
  }

  /// The names of all files below a folder, relative to it, sorted; none if there is no such folder.
  public func names(under folder: String) throws -> [String] {
    guard has(folder) else { return [] }
    return try files.subpathsOfDirectory(atPath: file(folder)).filter { name in
      var isFolder: ObjCBool = false
      return files.fileExists(atPath: file("\(folder)/\(name)"), isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  /// The bytes of all files below a folder, by their names relative to it.
  public func contents(under folder: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try names(under: folder) { contents[name] = try data("\(folder)/\(name)") }
    return contents
  }

  /// The inodes and modification times of all files below a folder: the same where nothing was written again.
  public func stamps(under folder: String) throws -> [String: String] {
    var stamps: [String: String] = [:]
    for name in try names(under: folder) {
      var info = stat()
      guard stat(file("\(folder)/\(name)"), &info) == 0 else { continue }
      stamps[name] = "\(info.st_ino) \(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)"
    }
    return stamps
  }
}

/// What two sets of files differ in: their names, for a message that can be read.
public func differences(_ left: [String: Data], _ right: [String: Data]) -> [String] {
  Set(left.keys).union(right.keys).sorted().compactMap { name in
    switch (left[name], right[name]) {
    case (nil, _): "\(name) is new"
    case (_, nil): "\(name) is missing"
    case (let a?, let b?): a == b ? nil : "\(name) has other bytes"
    }
  }
}
