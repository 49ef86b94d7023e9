import Glibc

extension Terminal {
  /// Of standard output; 80 × 24 where that is no terminal.
  static var size: (columns: Int, rows: Int) {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col >= 20,
      window.ws_row >= 8
    else { return (80, 24) }
    return (Int(window.ws_col), Int(window.ws_row))
  }
}
