import Records

/// What one pass over an export file leaves: where its blocks of rows begin, what pairing needs to know of each row, and the
/// rows that cannot be read.
struct FileIndex {
  /// A run of whole records, that can be read again on its own.
  struct Block {
    var byte: Int
    var line: Int
    /// The number of its first row within the file.
    var firstRow: Int
    var length: Int
  }

  var blocks: [Block] = []
  var rows = 0
  var pairing: SideIndex
  var unreadable = 0
  /// Rows of `rejects.csv`.
  var rejects: [UInt8] = []
  var columns: Columns
  /// XXH128 of the file as it lies on disk.
  var digest: String
  var bytes: Int
}
