import Foundation
import TestSupport
import Testing

/// `make install` and `make deb` put the program, its links, man page and completions where they belong (issue 8). They are
/// given the program that the tests run, so nothing is built.
@Suite struct InstallTests {
  private static let hasMake = access("/usr/bin/make", X_OK) == 0 && access("/usr/bin/objdump", X_OK) == 0
  private static let hasDpkg = access("/usr/bin/dpkg-deb", X_OK) == 0

  private func make(_ goal: String, _ variables: String...) throws -> Outcome {
    let given = variables + ["BUILD_STATIC=", "STATIC=\(Program.path("resync"))"]
    return try Program.run(path: "/usr/bin/make", ["-C", Repository.root, goal] + given)
  }

  @Test(.enabled(if: hasMake, "make and objdump are not there"))
  func `what is installed runs, as resync and as each stage`() throws {
    let folder = try Sandbox("install")
    let outcome = try make("install", "DESTDIR=\(folder.path)", "PREFIX=/usr")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("it still links: ") && outcome.output.contains("libcsv"), "\(outcome.output)")
    let nights = try SampleNights()
    for stage in ["extract", "normalize", "map", "conflict-resolve", "load"] {
      let path = folder.file("usr/bin/resync-\(stage)")
      let done = try Program.run(path: path, [nights.pipeline(1), "--run", "n1"])
      #expect(done.exitCode == 0, "\(stage): \(done.messages)")
    }
    #expect(try Program.run(path: folder.file("usr/bin/resync"), ["--version"]).output == "0.1.0\n")
    for file in [
      "man/man1/resync.1.gz", "bash-completion/completions/resync", "zsh/site-functions/_resync",
      "fish/vendor_completions.d/resync.fish",
    ] { #expect(try !folder.data("usr/share/\(file)").isEmpty, "\(file)") }
  }

  @Test(.enabled(if: hasMake && hasDpkg, "make or dpkg-deb is not there"))
  func `the Debian package holds the program, and depends on the libraries that it links`() throws {
    let folder = try Sandbox("deb")
    // To compress the program takes half a minute.
    let outcome = try make(
      "deb", "DEB_ROOT=\(folder.file("root"))", "DEB=\(folder.file("resync.deb"))", "COMPRESSION=none")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let facts = try Program.run(path: "/usr/bin/dpkg-deb", ["--field", folder.file("resync.deb")])
    for line in ["Package: resync", "Version: 0.1.0"] { #expect(facts.output.contains(line), "\(facts.output)") }
    #expect(facts.output.contains("libcsv3") && facts.output.contains("libarchive13"), "\(facts.output)")
    let list = try Program.run(path: "/usr/bin/dpkg-deb", ["--contents", folder.file("resync.deb")])
    for path in ["./usr/bin/resync\n", "./usr/bin/resync-load -> resync\n", "./usr/share/man/man1/resync.1.gz\n"] {
      #expect(list.output.contains(path), "\(path): \(list.output)")
    }
  }

  /// `make guided` compiles the installed program by what these runs show (issue 6).
  @Test func `the compiler learns from runs of every pipeline, in files and in PostgreSQL`() throws {
    let files = FileManager.default
    let folder = try Sandbox("train")
    let script = "\(Repository.root)/Tests/Benchmarks/train.sh"
    let outcome = try Program.run(
      path: "/usr/bin/env", ["COPIES=1", script, Program.path("resync"), folder.file("data")])
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    let hasServer = PostgresServer.installation != nil
    #expect(outcome.messages.isEmpty == hasServer, "\(outcome.messages)")
    #expect(files.fileExists(atPath: folder.file("data/.resync")) != hasServer, "the last runs stage in the server")
    let pipelines = try files.contentsOfDirectory(atPath: "\(Repository.root)/pipelines")
    let loaded = try files.contentsOfDirectory(atPath: folder.file("data/out")).filter { !$0.hasPrefix(".") }
    #expect(loaded.count == pipelines.count { $0.hasSuffix(".yaml") }, "\(loaded.sorted())")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions know the subcommands`(shell: String) throws {
    let script = try Program.run("resync", ["--generate-completion-script", shell])
    #expect(script.exitCode == 0)
    for word in ["init", "conflict-resolve", "mappings", "--dry-run"] {
      #expect(script.output.contains(word.hasPrefix("--") ? String(word.dropFirst(2)) : word), "\(shell): \(word)")
    }
  }

  /// The page is generated from the help texts, and committed.
  @Test func `the man page knows every subcommand and option`() throws {
    let page = try String(contentsOfFile: "\(Repository.root)/Sources/resync/resync.1", encoding: .utf8)
    let plain = page.replacing("\\-", with: "-").replacing("Fl -", with: "--").replacing(" , -", with: " , --")
    let usage = try Program.run("resync", ["--help"]).output
    let list = try #require(usage.split(separator: "SUBCOMMANDS:").last)
    let commands = list.matches(of: /\n  ([a-z-]+) +\S/).map { String($0.1) }
    #expect(commands.count > 10 && commands.contains("verify"))
    for command in commands {
      let section = plain.range(of: "\n.It Em \(command)\n").map { plain[$0.upperBound...] } ?? ""
      #expect(!section.isEmpty, "\(command): generate it anew")
      let help = try Program.run("resync", [command, "--help"]).output
      for match in help.matches(of: /--[a-z-]+/) where !match.0.hasSuffix("-") {
        let isThere = section.contains(match.0)
        #expect(isThere, "\(command): \(match.0): generate it anew")
      }
    }
  }
}
