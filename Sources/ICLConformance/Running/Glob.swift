/// Whether a text is of a pattern in which * stands for any letters and ? for one.
func matches(_ text: Substring, glob: Substring) -> Bool {
  guard let first = glob.first else { return text.isEmpty }
  if first == "*" {
    return matches(text, glob: glob.dropFirst())
      || (!text.isEmpty && matches(text.dropFirst(), glob: glob))
  }
  guard let letter = text.first, first == "?" || first == letter else { return false }
  return matches(text.dropFirst(), glob: glob.dropFirst())
}
