import ICLTraining

extension Function {
  /// Of a series: at each step.
  static let overElements: [Function] = [
    over("sum", "the sum of the elements") { $0.reduce(0, +) },
    over("product", "the product of the elements") { $0.reduce(1, *) },
    over("norm", "the root of the sum of the squares") {
      $0.reduce(0) { $0 + $1 * $1 }.squareRoot()
    },
    over("smallest", "the smallest element") { $0.min() ?? .nan },
    over("largest", "the largest element") { $0.max() ?? .nan },
    over("elements-mean", "the mean of the elements") { $0.reduce(0, +) / Double($0.count) },
    over("place-of-largest", "the place, from 0, of the largest element") { values in
      Double(values.indices.max { values[$0] < values[$1] } ?? 0)
    },
    over("length", "how many elements there are") { Double($0.count) },
    over("all", "1 if no element is 0") { $0.contains(0) ? 0 : 1 },
    Function(
      name: "sorted", kind: .elements, parameters: ["value"],
      summary: "the elements from small to large"
    ) { values in
      values[0].map { Quantity($0.values.sorted()) }
    },
    Function(
      name: "flattened", kind: .elements, parameters: ["value"],
      summary: "the elements as one list, row by row"
    ) { values in
      values[0].map { quantity in
        Quantity(
          shape: [quantity.values.count], values: quantity.values, errors: quantity.errors)
      }
    },
    Function(
      name: "joined", kind: .elements, parameters: ["first", "second"],
      summary: "the elements of both as one list"
    ) { values in
      try values[0].combined(with: values[1]) { first, second in
        let errors = first.errors.flatMap { errors in second.errors.map { errors + $0 } }
        let all = first.values + second.values
        return Quantity(shape: [all.count], values: all, errors: errors)
      }
    },
    square("diagonal", "the diagonal of a square matrix") { (matrix, size) in
      Quantity((0..<size).map { matrix[$0 * size + $0] })
    },
    square("off-diagonal", "a square matrix with zeros on its diagonal") { (matrix, size) in
      var matrix = matrix
      for place in 0..<size { matrix[place * size + place] = 0 }
      return Quantity(shape: [size, size], values: matrix)
    },
  ]

  private static func over(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Double]) -> Double
  ) -> Function {
    Function(name: name, kind: .elements, parameters: ["value"], summary: summary) { values in
      values[0].map { quantity in
        if name == "sum", let errors = quantity.errors {
          let square = errors.reduce(0) { $0 + $1 * $1 }
          return Quantity(body(quantity.values), error: square.squareRoot())
        }
        return Quantity(body(quantity.values))
      }
    }
  }

  private static func square(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Double], Int) -> Quantity
  ) -> Function {
    Function(name: name, kind: .elements, parameters: ["matrix"], summary: summary) { values in
      try values[0].map { quantity in
        guard quantity.shape.count == 2, quantity.shape[0] == quantity.shape[1] else {
          throw Failure(
            .configuration, "\(name)() wants a square matrix, and this has shape \(quantity.shape)."
          )
        }
        return body(quantity.values, quantity.shape[0])
      }
    }
  }
}
