internal import CICL
internal import Glibc
internal import ICLPlugins

extension Check {
  /// What the file says, before anything of it runs.
  static let binaryFile: [Check] = [
    Check(
      "binary.elf", "the file is a shared library for this machine",
      fix: "Link with -shared -fPIC, for this machine; copy the file again if it is cut short."
    ) { trial in
      do {
        _ = try PluginNote.read(path: trial.path)
      } catch let error as PluginError {
        let isELF = [PluginError.Code.noNote, .badNote, .wrongMajor].contains(error.code)
        if !isELF { return .failed(error.message) }
      }
      do {
        let image = try ELFImage(path: trial.path)
        let count = try ELFDynamic(image).symbols.count
        return .passed("\(image.segments.count) segments, \(count) dynamic symbols")
      } catch let error as PluginError {
        return .failed(error.message)
      }
    },
    Check(
      "binary.note", "an ELF note says that it is a plugin, before any of its code runs",
      fix: "Write ICL_PLUGIN_NOTE; once in C or C++; the kits of other languages do it.",
      needs: ["binary.elf"]
    ) { trial in
      let note = try PluginNote.read(path: trial.path)
      return .passed("version \(note.major).\(note.minor)")
    },
    Check(
      "binary.major", "the note's major version is this host's",
      fix: "Build it again with the icl.h of this host.", needs: ["binary.note"]
    ) { trial in
      let note = try PluginNote.read(path: trial.path)
      return note.major == ICL_ABI_MAJOR
        ? .passed("major version \(note.major)")
        : .failed("it speaks major version \(note.major), this host \(ICL_ABI_MAJOR)")
    },
    Check(
      "binary.one-symbol", "it exports icl_plugin_v1 and nothing else",
      fix: "Compile with -fvisibility=hidden, or link with a version script that makes the rest "
        + "local: { global: icl_plugin_v1; local: *; };",
      needs: ["binary.elf"]
    ) { trial in
      let exported = try ELFDynamic(path: trial.path).symbols
        .filter { $0.isDefined && !$0.isLocal && $0.isVisible }.map(\.name)
      guard exported.contains("icl_plugin_v1") else {
        return .failed("it does not export icl_plugin_v1")
      }
      let others = exported.filter { $0 != "icl_plugin_v1" && !linkerMade.contains($0) }
      return .nothing(in: others.map { "it also exports \($0)" }, of: "icl_plugin_v1 alone")
    },
    Check(
      "binary.resolved", "every function that it calls is in a library that it names",
      fix: "Link what is missing (-lm, or the code itself). A plugin finds nothing in the host.",
      needs: ["binary.elf"]
    ) { trial in
      let library = try ELFDynamic(path: trial.path)
      let wanted = library.symbols.filter { !$0.isDefined && !$0.isWeak && !$0.name.isEmpty }
      let folder = trial.path[..<(trial.path.lastIndex(of: "/") ?? trial.path.startIndex)]
      let handles = (library.needed.filter { !$0.hasPrefix("ld-linux") } + ["libc.so.6"])
        .compactMap { name in
          dlopen(name, RTLD_LAZY | RTLD_LOCAL)
            ?? dlopen("\(folder)/\(name)", RTLD_LAZY | RTLD_LOCAL)
        }
      // __tls_get_addr and the like are the loader's.
      let loader = dlopen("ld-linux-x86-64.so.2", RTLD_LAZY | RTLD_NOLOAD)
      let missing = wanted.map(\.name).filter { name in
        (handles + [loader].compactMap { $0 }).allSatisfy { dlsym($0, name) == nil }
      }
      return .nothing(
        in: missing.map { "no library that it names has \($0)" },
        of: "\(wanted.count) functions and variables found")
    },
    Check(
      "binary.forbidden-symbols", "it calls nothing that ends, replaces or copies the process",
      fix: "Return an error code instead; leave processes to the host.", needs: ["binary.elf"]
    ) { trial in
      let called = try ELFDynamic(path: trial.path).symbols.filter { !$0.isDefined }
        .map(\.name)
      return .nothing(
        in: called.filter(forbidden.contains).sorted().map { "it calls \($0)" },
        of: "none of \(forbidden.count)")
    },
    Check(
      "binary.libraries", "it needs libc and its language's runtime, and no other library",
      fix: "Link other libraries statically, with their symbols hidden, or describe them by a "
        + "manifest.",
      needs: ["binary.elf"]
    ) { trial in
      let needed = try ELFDynamic(path: trial.path).needed
      let others = needed.filter { name in !runtimes.contains { name.hasPrefix($0) } }
      return .nothing(
        in: others.map { "it needs \($0)" }, of: needed.joined(separator: " "))
    },
    Check(
      "binary.run-path", "its run path has no absolute folder",
      fix: "Link without -rpath, or with $ORIGIN: an absolute folder is another machine's, and "
        + "whoever can write there can replace its libraries.",
      needs: ["binary.elf"]
    ) { trial in
      let paths = try ELFDynamic(path: trial.path).runPath
      let bad = paths.filter { !$0.hasPrefix("$ORIGIN") && !$0.hasPrefix("${ORIGIN}") }
      return .nothing(
        in: bad.map { "its run path has '\($0)'" },
        of: paths.isEmpty ? "no run path" : paths.joined(separator: ":"))
    },
    Check(
      "binary.stack", "it asks for no executable stack",
      fix: "Link with -Wl,-z,noexecstack; in assembler files write .section .note.GNU-stack.",
      needs: ["binary.elf"]
    ) { trial in
      let stacks = try ELFImage(path: trial.path).segments
        .filter { $0.type == ELFImage.Segment.stack }
      guard let stack = stacks.first else {
        return .failed("it does not say that its stack is not executable (no PT_GNU_STACK)")
      }
      return stack.isExecutable
        ? .failed("it makes the stack of the whole process executable")
        : .passed("the stack is not executable")
    },
    Check(
      "binary.writable-code", "no part of it is both writable and executable",
      fix: "Compile with -fPIC and link without -z notext and without -N.", needs: ["binary.elf"]
    ) { trial in
      let image = try ELFImage(path: trial.path)
      if try ELFDynamic(image).hasTextRelocations {
        return .failed("its code is changed as it is loaded")
      }
      let bad = image.segments.filter {
        $0.type == ELFImage.Segment.loaded && $0.isWritable && $0.isExecutable
      }
      return .nothing(
        in: bad.map { "the segment at \($0.address) is writable and executable" }, of: "none is")
    },
    Check(
      "binary.static-tls", "its thread-local variables can be loaded late",
      fix: "Compile without -ftls-model=initial-exec.", needs: ["binary.elf"]
    ) { trial in
      try ELFDynamic(path: trial.path).hasStaticTLS
        ? .failed("it takes static thread-local memory, of which a running process has little left")
        : .passed("no static thread-local memory")
    },
  ]

  /// Linkers define these in every library.
  private static let linkerMade: Set<String> = [
    "_init", "_fini", "__bss_start", "_edata", "_end", "__end__",
  ]

  private static let forbidden: Set<String> = [
    "exit", "_exit", "_Exit", "quick_exit", "system", "popen", "fork", "vfork", "execv", "execve",
    "execvp", "execl", "execlp", "execle", "daemon", "setuid", "setgid", "chroot",
  ]

  /// Of C, C++, Swift, Rust, Fortran and Go.
  private static let runtimes = [
    "libc.", "libm.", "libpthread.", "libdl.", "librt.", "ld-linux", "libgcc_s.", "libstdc++.",
    "libc++.", "libc++abi.", "libunwind.", "libswift", "libFoundation", "lib_Foundation",
    "libdispatch.", "libBlocksRuntime.", "libgfortran.", "libquadmath.",
  ]
}
