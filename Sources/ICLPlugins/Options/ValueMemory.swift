internal import CICL

/// The values of options as `icl_value`s, in memory that lives as long as this object.
final class ValueMemory {
  let pointers: UnsafeMutableBufferPointer<UnsafePointer<icl_value>?>
  private var cleanUp: [() -> Void] = []

  init(_ values: [OptionValue]) {
    pointers = .allocate(capacity: values.count)
    for (index, value) in values.enumerated() {
      let memory = UnsafeMutablePointer<icl_value>.allocate(capacity: 1)
      memory.initialize(to: icl_value())
      memory.pointee.struct_size = UInt32(MemoryLayout<icl_value>.size)
      fill(&memory.pointee, value)
      pointers.initializeElement(at: index, to: UnsafePointer(memory))
      cleanUp.append { memory.deallocate() }
    }
  }

  deinit {
    for free in cleanUp { free() }
    pointers.deallocate()
  }

  private func fill(_ target: inout icl_value, _ value: OptionValue) {
    switch value {
    case .integer(let number):
      target.type = ICL_INTEGER
      target.integer = number
      target.real = Double(number)
    case .real(let number):
      target.type = ICL_REAL
      target.real = number
    case .boolean(let flag):
      target.type = ICL_BOOLEAN
      target.integer = flag ? 1 : 0
    case .text(let text):
      target.type = ICL_TEXT
      target.text = keep(text)
    case .choice(let index, let text):
      target.type = ICL_CHOICE
      target.integer = Int64(index)
      target.text = keep(text)
    case .reals(let numbers):
      target.type = ICL_REALS
      let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: numbers.count)
      _ = memory.initialize(fromContentsOf: numbers)
      cleanUp.append { memory.deallocate() }
      target.reals = UnsafePointer(memory.baseAddress)
      target.count = UInt64(numbers.count)
    }
  }

  private func keep(_ text: String) -> UnsafePointer<CChar>? {
    let copy = text.withCString { source in
      let bytes = text.utf8.count + 1
      let target = UnsafeMutablePointer<CChar>.allocate(capacity: bytes)
      target.update(from: source, count: bytes)
      return target
    }
    cleanUp.append { copy.deallocate() }
    return UnsafePointer(copy)
  }
}
