internal import CICL
internal import ICLGraph

extension GraphBuilder {
  func unary(_ code: UInt32, _ a: icl_node) -> icl_node {
    append("unary") { (graph) throws(GraphError) in
      guard let operation = UnaryOperation(rawValue: code) else {
        throw GraphError(operation: "unary", message: "there is no unary operation \(code)")
      }
      return graph.unary(operation, try node(a, "\(operation)"))
    }
  }

  func binary(_ code: UInt32, _ a: icl_node, _ b: icl_node) -> icl_node {
    append("binary") { (graph) throws(GraphError) in
      guard let operation = BinaryOperation(rawValue: code) else {
        throw GraphError(operation: "binary", message: "there is no binary operation \(code)")
      }
      return try graph.binary(operation, try node(a, "\(operation)"), try node(b, "\(operation)"))
    }
  }

  func select(_ condition: icl_node, _ a: icl_node, _ b: icl_node) -> icl_node {
    append("select") { (graph) throws(GraphError) in
      try graph.select(
        try node(condition, "select"), try node(a, "select"), try node(b, "select"))
    }
  }

  func einsum(_ spec: UnsafePointer<CChar>?, _ a: icl_node, _ b: icl_node) -> icl_node {
    append("einsum") { (graph) throws(GraphError) in
      let text = try text(spec, "einsum", "spec")
      let spec = try EinsumSpec(text)
      // A null node where the text names two operands is a lost operand.
      let right = spec.right == nil && b == 0 ? nil : try node(b, "einsum \(text)")
      let left = try node(a, "einsum \(text)")
      do throws(GraphError) {
        return try graph.einsum(spec, left, right)
      } catch {
        // In the plugin's own letters.
        throw GraphError(operation: "einsum \(text)", message: error.message)
      }
    }
  }

  func reduce(
    _ code: UInt32, _ a: icl_node, _ count: UInt32, _ axes: UnsafePointer<UInt32>?, _ keep: UInt32
  ) -> icl_node {
    append("reduce") { (graph) throws(GraphError) in
      guard let reduction = Reduction(rawValue: code), count <= Limits.rank else {
        throw GraphError(
          operation: "reduce", message: "there is no reduction \(code) over \(count) axes")
      }
      return try graph.reduce(
        reduction, try node(a, "\(reduction)"),
        axes: try integers(axes, Int(count), "\(reduction)", "axes"), keepAxes: keep != 0)
    }
  }

  func gradient(_ a: icl_node, _ b: icl_node) -> icl_node {
    append("gradient") { (graph) throws(GraphError) in
      try graph.promptGradient(of: try node(a, "gradient"), for: try node(b, "gradient"))
    }
  }

  func softmax(_ a: icl_node, _ mask: icl_node, _ axis: UInt32) -> icl_node {
    append("softmax") { (graph) throws(GraphError) in
      try graph.softmax(
        try node(a, "softmax"), mask: mask == 0 ? nil : try node(mask, "softmax"), axis: Int(axis))
    }
  }

  func cumulativeSum(
    _ a: icl_node, _ axis: UInt32, _ exclusive: UInt32, _ reverse: UInt32
  ) -> icl_node {
    append("cumulative sum") { (graph) throws(GraphError) in
      try graph.cumulativeSum(
        try node(a, "cumulative sum"), axis: Int(axis), exclusive: exclusive != 0,
        reverse: reverse != 0)
    }
  }

  func linearRecurrence(_ a: icl_node, _ b: icl_node, _ initial: icl_node) -> icl_node {
    append("linear recurrence") { (graph) throws(GraphError) in
      try graph.linearRecurrence(
        try node(a, "linear recurrence"), try node(b, "linear recurrence"),
        initial: initial == 0 ? nil : try node(initial, "linear recurrence"))
    }
  }

  func solve(_ a: icl_node, _ b: icl_node) -> icl_node {
    append("solve") { (graph) throws(GraphError) in
      try graph.solve(try node(a, "solve"), try node(b, "solve"))
    }
  }

  func cholesky(_ a: icl_node) -> icl_node {
    append("cholesky") { (graph) throws(GraphError) in
      try graph.cholesky(try node(a, "cholesky"))
    }
  }
}
