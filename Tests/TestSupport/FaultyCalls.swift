import Foundation

/// Calls of the system that go wrong on purpose: a library that is loaded in front of the C library of a program.
///
/// It is compiled when it is first needed. A library that is installed (libfaketime) will not do: it changes the environment
/// before Swift looks there for the arguments of the program.
public enum FaultyCalls: String, Sendable {
  /// The time of day jumps years back and forth with each look at it. But not as `time` tells it: libpq goes by that when it
  /// waits for a connection, and a jump there is a connection that timed out.
  case clock
  /// Every third reading, writing, syncing and waiting is interrupted before it has done anything.
  case interrupts

  /// What a shell says to have a program call them; nil where there is no C compiler.
  public var shell: String? {
    Self.sharedObject.map { "export LD_PRELOAD=\($0.path)/faulty.so RESYNC_TEST_FAULT=\(rawValue)" }
  }

  /// Whether they can be had here.
  public static var arePossible: Bool { sharedObject != nil }

  /// The folder of the library; it stays as long as the tests run.
  nonisolated(unsafe) private static let sharedObject: Sandbox? = {
    guard let folder = try? Sandbox("faulty"), (try? folder.write("faulty.c", source)) != nil else { return nil }
    let command = "cc -shared -fPIC -O1 -o \(folder.path)/faulty.so \(folder.path)/faulty.c -ldl 2>/dev/null"
    return Program.shell("\(command) && chmod a+rx \(folder.path) \(folder.path)/faulty.so") ? folder : nil
  }()

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <poll.h>
    #include <stdatomic.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/socket.h>
    #include <sys/time.h>
    #include <sys/types.h>
    #include <time.h>
    #include <unistd.h>

    #define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

    static int is(const char *fault) {
      const char *wanted = getenv("RESYNC_TEST_FAULT");
      return wanted && strcmp(wanted, fault) == 0;
    }

    static int interrupted(void) {
      static atomic_uint calls;
      if (!is("interrupts") || atomic_fetch_add(&calls, 1) % 3 != 2) return 0;
      errno = EINTR;
      return 1;
    }

    #define INTERRUPTED(type, name, parameters, arguments) \\
      type name parameters { return interrupted() ? -1 : NEXT(name) arguments; }

    INTERRUPTED(ssize_t, read, (int f, void *b, size_t n), (f, b, n))
    INTERRUPTED(ssize_t, write, (int f, const void *b, size_t n), (f, b, n))
    INTERRUPTED(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o))
    INTERRUPTED(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
    INTERRUPTED(ssize_t, recv, (int f, void *b, size_t n, int g), (f, b, n, g))
    INTERRUPTED(ssize_t, send, (int f, const void *b, size_t n, int g), (f, b, n, g))
    INTERRUPTED(int, poll, (struct pollfd *p, nfds_t n, int t), (p, n, t))
    INTERRUPTED(int, fsync, (int f), (f))

    static time_t jump(void) {
      static atomic_uint calls;
      static const time_t years[] = {0, -20, 5, -3, 30};
      return is("clock") ? years[atomic_fetch_add(&calls, 1) % 5] * 31556952 : 0;
    }

    int clock_gettime(clockid_t clock, struct timespec *now) {
      int code = NEXT(clock_gettime)(clock, now);
      if (code == 0 && clock == CLOCK_REALTIME) now->tv_sec += jump();
      return code;
    }

    int gettimeofday(struct timeval *now, void *zone) {
      int code = NEXT(gettimeofday)(now, zone);
      if (code == 0) now->tv_sec += jump();
      return code;
    }

    """
}
