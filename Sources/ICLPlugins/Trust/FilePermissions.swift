internal import Glibc

/// Refuses files that somebody else can change: whoever writes a plugin runs code as its user.
enum FilePermissions {
  /// The file at a path, and the folder that it is in.
  static func check(path: String) throws(PluginError) {
    var status = stat()
    // What is not there is refused elsewhere, in better words.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    try check(status, path: path)
  }

  /// The same of a file that was opened.
  static func check(_ status: stat, path: String) throws(PluginError) {
    if let who = writers(status) {
      throw PluginError(
        .writableByOthers, "\(who) may write to this plugin, and so run code as you.",
        hint: "If it is what you think it is: chmod go-w \(path)", path: path)
    }
    let folder = folderOf(path)
    var above = stat()
    // In a folder like /tmp, only the owner of a file may replace it.
    guard stat(folder, &above) == 0, above.st_mode & S_ISVTX == 0 else { return }
    if let who = writers(above) {
      throw PluginError(
        .writableByOthers, "\(who) may write to the folder of this plugin, and so replace it.",
        hint: "Copy it to a folder of your own, or: chmod go-w \(folder)", path: path)
    }
  }

  /// Who besides the owner may write to what is at a path.
  static func writers(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_ISVTX == 0 else { return nil }
    return writers(status)
  }

  /// Who besides the owner may write: nil if nobody.
  static func writers(_ status: stat) -> String? {
    if status.st_mode & S_IWOTH != 0 { return "every user" }
    if status.st_mode & S_IWGRP != 0, !isPrivateGroup(status) {
      let name = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
      return "the group \(name ?? "\(status.st_gid)")"
    }
    return nil
  }

  /// Whether a group is a user's own, as distributions make one for each user (and let files be
  /// writable by it): of the user's name, with nobody else in it.
  private static func isPrivateGroup(_ status: stat) -> Bool {
    guard status.st_uid != 0, let user = getpwuid(status.st_uid)?.pointee,
      user.pw_gid == status.st_gid, let group = getgrgid(status.st_gid)?.pointee
    else { return false }
    let name = String(cString: user.pw_name)
    guard String(cString: group.gr_name) == name else { return false }
    var member = group.gr_mem
    while let entry = member?.pointee {
      if String(cString: entry) != name { return false }
      member = member?.successor()
    }
    setpwent()
    defer { endpwent() }
    while let other = getpwent()?.pointee {
      if other.pw_gid == status.st_gid, other.pw_uid != status.st_uid { return false }
    }
    return true
  }

  static func folderOf(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
