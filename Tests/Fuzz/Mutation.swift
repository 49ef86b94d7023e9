/// Ways to damage a valid input.
enum Mutation {
  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 16, 63, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000,
    0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff, 0x7fff_ffff_ffff_fffb, 0x8000_0000_0000_0000,
    0xffff_ffff_ffff_fff0, 0xffff_ffff_ffff_ffff,
  ]

  /// A copy with one to eight changes. `words` are put in as they are: what the format knows.
  static func applied(
    to input: [UInt8], words: [String] = [], mixing others: [[UInt8]] = [],
    _ random: inout Generator
  ) -> [UInt8] {
    var bytes = input
    for _ in 0...random.below(8) { change(&bytes, words, others, &random) }
    return bytes
  }

  private static func change(
    _ bytes: inout [UInt8], _ words: [String], _ others: [[UInt8]], _ random: inout Generator
  ) {
    let place = random.below(bytes.count + 1)
    let length = 1 + random.below(random.chance(1, in: 4) ? 256 : 8)
    let end = min(bytes.count, place + length)
    switch random.below(words.isEmpty ? 8 : 12) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes.insert(contentsOf: (0..<length).map { _ in UInt8(random.below(256)) }, at: place)
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    case 5: bytes.removeSubrange(place...)
    case 6: put(random.pick(numbers), at: place, in: &bytes, &random)
    case 7 where !others.isEmpty:
      let other = random.pick(others)
      let start = random.below(other.count)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 4 * length)], at: place)
    case 8...: bytes.insert(contentsOf: random.pick(words).utf8, at: place)
    default: break
    }
  }

  /// Overwrites 2, 4 or 8 bytes by a number that is at some limit, or close to the length.
  private static func put(
    _ number: UInt64, at place: Int, in bytes: inout [UInt8], _ random: inout Generator
  ) {
    let width = random.pick([2, 4, 8])
    let value =
      random.chance(1, in: 3) ? UInt64(max(0, bytes.count + random.below(9) - 4)) : number
    for index in 0..<width where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
  }
}
