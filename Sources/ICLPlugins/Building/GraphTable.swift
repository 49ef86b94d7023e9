internal import CICL

/// The C functions of an `icl_graph`, which forward to a `GraphBuilder`.
enum GraphTable {
  static func make(_ builder: UnsafeMutableRawPointer) -> icl_graph {
    icl_graph(
      struct_size: UInt32(MemoryLayout<icl_graph>.size), reserved: 0,
      builder: OpaquePointer(builder),
      input: { builder, name in on(builder) { $0.input(name) } },
      parameter: { builder, name, initial in on(builder) { $0.parameter(name, initial) } },
      constant: { builder, rank, extents, values in
        on(builder) { $0.constant(rank, extents, values) }
      },
      scalar: { builder, value in on(builder) { $0.scalar(value) } },
      random: { builder, kind, scope, stream, rank, extents in
        on(builder) { $0.random(kind, scope, stream, rank, extents) }
      },
      unary: { builder, operation, a in on(builder) { $0.unary(operation, a) } },
      binary: { builder, operation, a, b in on(builder) { $0.binary(operation, a, b) } },
      select: { builder, condition, a, b in on(builder) { $0.select(condition, a, b) } },
      einsum: { builder, spec, a, b in on(builder) { $0.einsum(spec, a, b) } },
      reduce: { builder, operation, a, count, axes, keep in
        on(builder) { $0.reduce(operation, a, count, axes, keep) }
      },
      reshape: { builder, a, rank, extents in on(builder) { $0.reshape(a, rank, extents) } },
      transpose: { builder, a, permutation in on(builder) { $0.transpose(a, permutation) } },
      slice: { builder, a, start, stop, stride in
        on(builder) { $0.slice(a, start, stop, stride) }
      },
      concatenate: { builder, count, nodes, axis in
        on(builder) { $0.concatenate(count, nodes, axis) }
      },
      pad: { builder, a, before, after, value in on(builder) { $0.pad(a, before, after, value) } },
      broadcast: { builder, a, rank, extents in on(builder) { $0.broadcast(a, rank, extents) } },
      gather: { builder, a, indices, axis in on(builder) { $0.gather(a, indices, axis) } },
      softmax: { builder, a, mask, axis in on(builder) { $0.softmax(a, mask, axis) } },
      cumulative_sum: { builder, a, axis, exclusive, reverse in
        on(builder) { $0.cumulativeSum(a, axis, exclusive, reverse) }
      },
      linear_recurrence: { builder, a, b, initial in
        on(builder) { $0.linearRecurrence(a, b, initial) }
      },
      scan: { builder, scan, results in
        _ = on(builder) {
          $0.scan(scan, results)
          return 0
        }
      },
      solve: { builder, a, b in on(builder) { $0.solve(a, b) } },
      custom: { builder, operation, count, inputs in
        on(builder) { $0.custom(operation, count, inputs) }
      },
      name: { builder, a, name in on(builder) { $0.name(a, name) } },
      begin_scope: { builder, name in
        _ = on(builder) {
          $0.beginScope(name)
          return 0
        }
      },
      end_scope: { builder in
        _ = on(builder) {
          $0.endScope()
          return 0
        }
      },
      shape: { builder, a, extents in on(builder) { $0.shape(of: a, extents) } },
      fail: { builder, message in on(builder) { $0.fail(message) } },
      output: { builder, name, a in
        _ = on(builder) {
          $0.output(name, a)
          return 0
        }
      },
      gradient: { builder, a, b in on(builder) { $0.gradient(a, b) } },
      cholesky: { builder, a in on(builder) { $0.cholesky(a) } })
  }
}

/// The caller of the plugin holds the builder, so it need not be retained for every node.
private func on(_ builder: OpaquePointer?, _ body: (GraphBuilder) -> UInt32) -> UInt32 {
  guard let builder else { return 0 }
  return Unmanaged<GraphBuilder>.fromOpaque(UnsafeRawPointer(builder))
    ._withUnsafeGuaranteedRef(body)
}
