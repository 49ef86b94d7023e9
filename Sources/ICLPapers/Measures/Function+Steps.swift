import ICLTraining

extension Function {
  static let alongSteps: [Function] = [
    Function(
      name: "at", kind: .steps, parameters: ["series", "step"],
      summary: "the value at a step, or at each of a list of steps, which must be recorded"
    ) { values in
      try values[0].reducing(with: values[1], "at") { series, steps in
        try series.values(at: steps) { try series.point(at: $0) }
      }
    },
    Function(
      name: "near", kind: .steps, parameters: ["series", "step"],
      summary: "the value at the recorded step that is nearest"
    ) { values in
      try values[0].reducing(with: values[1], "near") { series, steps in
        try series.values(at: steps) { series.points[series.place(near: $0)] }
      }
    },
    Function(
      name: "interpolated", kind: .steps, parameters: ["series", "step"],
      summary: "the value at a step, on the straight line between the recorded ones beside it"
    ) { values in
      try values[0].reducing(with: values[1], "interpolated") { series, steps in
        try series.values(at: steps) { try series.interpolated($0) }
      }
    },
    reduction("first", "the value at the first step") { $0.points[0] },
    reduction("last", "the value at the last step") { $0.points[$0.points.count - 1] },
    reduction("minimum", "the smallest value along the run") { $0.extreme(<).value },
    reduction("maximum", "the largest value along the run") { $0.extreme(>).value },
    reduction("step-of-minimum", "the first step with the smallest value") { $0.extreme(<).step },
    reduction("step-of-maximum", "the first step with the largest value") { $0.extreme(>).step },
    reduction("average", "the mean of the recorded values") { $0.average },
    Function(
      name: "nearest-step", kind: .steps, parameters: ["series", "level"],
      summary: "the first step at which the series is closest to a level"
    ) { values in
      try values[0].reducing(with: values[1], "nearest-step") { series, levels in
        try series.lifted(levels, "nearest-step") { column, level in
          let distances = column.map { abs($0 - level) }
          let place = distances.indices.min { distances[$0] < distances[$1] } ?? 0
          return Double(series.steps[place])
        }
      }
    },
    Function(
      name: "crossing", kind: .steps, parameters: ["series", "level", "which"], optional: 1,
      summary: """
        the step at which the series first (or for the n-th time) goes through a level, on the \
        straight line between recorded values; infinite if it never does
        """
    ) { values in
      let which = values.count > 2 ? try values[2].constant(for: "crossing") : 1
      return try values[0].reducing(with: values[1], "crossing") { series, levels in
        try series.lifted(levels, "crossing") { column, level in
          series.crossing(of: column, level, which: Int(which))
        }
      }
    },
    Function(
      name: "stay", kind: .steps, parameters: ["series", "low", "high"],
      summary: "for how many steps the series is between two values, on straight lines between "
        + "recorded ones"
    ) { values in
      let low = try values[1].constant(for: "stay")
      let high = try values[2].constant(for: "stay")
      return Value(
        values[0].layout,
        try values[0].series(for: "stay").map { series in
          Quantity(
            shape: series.points[0].shape,
            values: series.points[0].values.indices.map { place in
              series.stay(of: series.points.map { $0.values[place] }, low, high)
            })
        })
    },
    Function(
      name: "between", kind: .steps, parameters: ["series", "first", "last"],
      summary: "the part of a series from one step to another, both included"
    ) { values in
      let series = try values[0].series(for: "between")
      let first = try values[1].constant(for: "between")
      let last = try values[2].constant(for: "between")
      return Value(
        values[0].layout,
        try series.map { series in
          let places = series.steps.indices.filter {
            (first...max(first, last)).contains(Double(series.steps[$0]))
          }
          guard !places.isEmpty else {
            throw Failure(
              .badData, "between() has no recorded step from \(first) to \(last).",
              hint: "The series has \(series.stepsText).")
          }
          return StepSeries(
            steps: places.map { series.steps[$0] }, points: places.map { series.points[$0] })
        })
    },
    Function(
      name: "smoothed", kind: .steps, parameters: ["series", "width"],
      summary: "for figures: means of neighbouring recorded values with weights of a bell, whose "
        + "standard deviation is a number of recorded steps"
    ) { values in
      let width = try values[1].constant(for: "smoothed")
      guard width > 0, width.isFinite else {
        throw Failure(
          .configuration, "smoothed() expects a width above 0, and this is \(width).",
          hint: "2 takes in about two recorded steps on each side.")
      }
      return Value(
        values[0].layout, try values[0].series(for: "smoothed").map { $0.smoothed(width) })
    },
    Function(
      name: "steps", kind: .steps, parameters: ["series"],
      summary: "the steps themselves, as a series"
    ) { values in
      Value(
        values[0].layout,
        try values[0].series(for: "steps").map { series in
          StepSeries(steps: series.steps, points: series.steps.map { Quantity(Double($0)) })
        })
    },
  ]

  private static func reduction(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (StepSeries) -> Quantity
  ) -> Function {
    Function(name: name, kind: .steps, parameters: ["series"], summary: summary) { values in
      Value(values[0].layout, try values[0].series(for: name).map(body))
    }
  }
}
