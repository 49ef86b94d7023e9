import CICLBackend
import ICLGraph

/// Instructions in the form that a backend runs; owns everything that they point to.
final class InstructionList: @unchecked Sendable {
  let count: Int
  let pointer: UnsafeMutablePointer<icl_instruction>
  let calls: [HostCall]
  /// Instructions of the list itself whose calls of many tiles are made at once, in order.
  let gathering: [(index: Int, call: HostCall)]
  /// What each instruction computes.
  let origins: [NodeID?]
  private var arguments: [UnsafeMutablePointer<Int64>] = []
  private var tables: [UnsafeMutableRawPointer] = []
  private var bodies: [InstructionList] = []

  init(_ drafts: [Draft], _ buffers: [Buffer], _ scalarSize: Int) {
    count = drafts.count
    origins = drafts.map(\.origin)
    pointer = .allocate(capacity: max(drafts.count, 1))
    var calls: [HostCall] = []
    var gathering: [(Int, HostCall)] = []
    for (index, draft) in drafts.enumerated() {
      let values = UnsafeMutablePointer<Int64>.allocate(capacity: max(draft.arguments.count, 1))
      for (at, value) in draft.arguments.enumerated() { values[at] = value }
      for reference in draft.references {
        let buffer = buffers[reference.buffer]
        let lanes = buffer.region == .tile ? Int(ICL_TILE_LANES) : 1
        let unit = reference.bytes ? scalarSize * lanes : 1
        values[reference.argument] += Int64(buffer.offset * unit)
      }
      arguments.append(values)
      var data: UnsafeRawPointer?
      if !draft.table.isEmpty {
        let table = UnsafeMutablePointer<Int32>.allocate(capacity: draft.table.count)
        table.initialize(from: draft.table, count: draft.table.count)
        tables.append(UnsafeMutableRawPointer(table))
        data = UnsafeRawPointer(table)
      } else if let call = draft.call {
        let callback = UnsafeMutablePointer<icl_callback>.allocate(capacity: 1)
        callback.initialize(to: call.callback())
        tables.append(UnsafeMutableRawPointer(callback))
        calls.append(call)
        if call.gathered != nil { gathering.append((index, call)) }
        data = UnsafeRawPointer(callback)
      } else if draft.opcode == ICL_OP_SCAN {
        let body = InstructionList(draft.body, buffers, scalarSize)
        bodies.append(body)
        calls.append(contentsOf: body.calls)
        data = UnsafeRawPointer(body.pointer)
      }
      (pointer + index).initialize(
        to: icl_instruction(
          opcode: UInt16(draft.opcode), variant: UInt16(draft.variant), flags: draft.flags,
          arguments: values, data: data))
    }
    self.calls = calls
    self.gathering = gathering
  }

  deinit {
    pointer.deallocate()
    for pointer in arguments { pointer.deallocate() }
    for pointer in tables { pointer.deallocate() }
  }
}
