import Foundation

/// Reads a JSON file. `expected` says in messages what it should hold.
///
/// Throws a `PipelineError` with the line where the parser names one, or the way to the entry that does not
/// fit.
func readJSON<Document: Decodable>(
  _ type: Document.Type, _ path: String, expected: String
) throws(PipelineError) -> Document {
  var data = try readFile(path)
  if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = Data(data.dropFirst(3)) }
  do {
    return try JSONDecoder().decode(type, from: data)
  } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
    throw PipelineError(
      file: path, line: faultyLine(of: data), message: "is broken JSON", hint: "save it again")
  } catch DecodingError.keyNotFound(let key, let context) {
    throw PipelineError(
      file: path, line: JSONPlace.line(of: context.codingPath, in: data),
      message: "is not \(expected): \(way(context.codingPath)) has no \(key.stringValue)")
  } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
    DecodingError.dataCorrupted(let context)
  {
    throw PipelineError(
      file: path, line: JSONPlace.line(of: context.codingPath, in: data),
      message: "is not \(expected): \(way(context.codingPath)) is of another type")
  } catch {
    throw PipelineError(file: path, message: "is not \(expected)")
  }
}

/// `results[3].options[0].value`
private func way(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "it" }
  var out = ""
  for key in path {
    if let index = key.intValue {
      out += "[\(index)]"
    } else {
      out += (out.isEmpty ? "" : ".") + key.stringValue
    }
  }
  return out
}

/// The line on which broken JSON breaks. The decoder does not say where, but the older parser does: "… around
/// character 7.", or that the file ends too early.
private func faultyLine(of data: Data) -> Int? {
  do {
    _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    return nil
  } catch {
    let reason = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
    var place = reason.contains("end of file") ? data.count : nil
    if let start = reason.firstRange(of: "around character ")?.upperBound {
      place = Int(reason[start...].prefix { $0.isASCII && $0.isNumber })
    }
    return place.map { data.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
  }
}
