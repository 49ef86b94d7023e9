internal import CICL
internal import ICLGraph

extension GraphBuilder {
  /// Records the body once, in a builder of its own.
  func scan(_ pointer: UnsafePointer<icl_scan>?, _ results: UnsafeMutablePointer<icl_node>?) {
    guard isOpen("scan") else {
      clear(pointer, results)
      return
    }
    do throws(GraphError) {
      let scan = try read(pointer)
      guard let results else {
        throw GraphError(operation: "scan", message: "the place for the results is NULL")
      }
      let nodes = try record(scan)
      for (index, node) in nodes.enumerated() { results[index] = publish(node, "scan") }
    } catch {
      session.fail(error)
      clear(pointer, results)
    }
  }

  private func read(_ pointer: UnsafePointer<icl_scan>?) throws(GraphError) -> icl_scan {
    guard let pointer, structSize(pointer) >= MemoryLayout<icl_scan>.size else {
      throw GraphError(operation: "scan", message: "the icl_scan is NULL or cut short")
    }
    let scan: icl_scan = sizedRead(pointer, size: structSize(pointer))
    guard scan.body != nil else {
      throw GraphError(operation: "scan", message: "it has no body")
    }
    guard scan.carry_count <= 1024, scan.output_count <= 1024,
      scan.carry_count + scan.output_count > 0
    else {
      throw GraphError(
        operation: "scan",
        message: "\(scan.carry_count) carries and \(scan.output_count) outputs; expected 1 to 1024")
    }
    guard scan.sequence_count > 0 || (1...UInt64(Limits.count)).contains(scan.length) else {
      throw GraphError(
        operation: "scan", message: "without sequences, its length is \(scan.length)")
    }
    return scan
  }

  private func record(_ scan: icl_scan) throws(GraphError) -> [NodeID] {
    let initial = try nodes(scan.initial, scan.carry_count, "scan")
    let sequences = try nodes(scan.sequences, scan.sequence_count, "scan")
    let shared = try nodes(scan.shared, scan.shared_count, "scan")
    for sequence in sequences where graph.shape(of: sequence).rank == 0 {
      throw GraphError(operation: "scan", message: "a sequence of shape [] has no first axis")
    }
    let length = scan.sequence_count == 0 ? Int(clamping: scan.length) : nil
    isRecording = true
    defer { isRecording = false }
    let session = session
    return try graph.scan(
      initial: initial, sequences: sequences, shared: shared, length: length,
      reverse: scan.reverse != 0
    ) { (bodyGraph, carries, slices, shared) throws(GraphError) in
      let builder = GraphBuilder(bodyGraph, session: session, isBody: true)
      let scopes = session.scopes
      let given = (carries + slices + shared).map { builder.publish($0, "scan") }
      let split = (carries.count, carries.count + slices.count)
      let outputs = Int(scan.output_count)
      var next = [icl_node](repeating: 0, count: carries.count + outputs)
      if let memory = session.rights.instance.memory {
        let carry = memory.array("the carry of a scan", Array(given[..<split.0]))
        let slices = memory.array("the slices of a scan", Array(given[split.0..<split.1]))
        let shared = memory.array("the shared nodes of a scan", Array(given[split.1...]))
        let carried = memory.array("the next carry of a scan", Array(next[..<carries.count]))
        let output = memory.array("the outputs of a scan", Array(next[carries.count...]))
        builder.withTable { table in
          scan.body(scan.user, table, carry, slices, shared, carried, output)
        }
        next =
          (0..<carries.count).map { carried[$0] } + (0..<outputs).map { output[$0] }
      } else {
        // One more than needed, so that there is an address where there are no nodes.
        (given + [0]).withUnsafeBufferPointer { given in
          next.withUnsafeMutableBufferPointer { next in
            builder.withTable { table in
              let first = given.baseAddress!
              scan.body(
                scan.user, table, first, first + split.0, first + split.1, next.baseAddress!,
                next.baseAddress! + carries.count)
            }
          }
        }
      }
      if let error = session.error { throw error }
      guard session.scopes == scopes else {
        throw GraphError(operation: "scan", message: "its body did not end the scopes it began")
      }
      var nodes: [NodeID] = []
      for handle in next { nodes.append(try builder.node(handle, "scan")) }
      bodyGraph = builder.graph
      return (Array(nodes.prefix(carries.count)), Array(nodes.dropFirst(carries.count)))
    }
  }

  /// After an error the results are null nodes.
  private func clear(
    _ pointer: UnsafePointer<icl_scan>?, _ results: UnsafeMutablePointer<icl_node>?
  ) {
    guard let pointer, let results, structSize(pointer) >= MemoryLayout<icl_scan>.size else {
      return
    }
    let count = UInt64(pointer.pointee.carry_count) + UInt64(pointer.pointee.output_count)
    guard count <= 2048 else { return }
    for index in 0..<Int(count) { results[index] = 0 }
  }
}
