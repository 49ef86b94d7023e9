import CICL

/// What the table of options needs from an `Option`, whatever its type.
protocol AnyOption: AnyObject {
  func declaration(property: String) -> icl_option
  func fill(_ value: icl_value) -> Bool
}

extension Option: AnyOption {
  func declaration(property: String) -> icl_option {
    icl_option(
      struct_size: size(icl_option.self), type: Value.optionType,
      name: permanent(name ?? kebabCase(property)),
      default_text: permanent(wrappedValue.optionText), summary: permanent(summary),
      unit: unit.map(permanent), choices: Value.optionChoices.map(permanent), minimum: minimum,
      maximum: maximum)
  }

  func fill(_ value: icl_value) -> Bool {
    guard value.type == Value.optionType, let checked = Value(value) else { return false }
    wrappedValue = checked
    return true
  }
}

/// The options of a component in the order of their properties.
func options(of component: any Component) -> [(property: String, option: any AnyOption)] {
  Mirror(reflecting: component).children.compactMap { child in
    // The stored property behind `@Option var heads` is called `_heads`.
    guard let option = child.value as? any AnyOption, let label = child.label else { return nil }
    return (String(label.dropFirst()), option)
  }
}

/// A new component, connected with the host, whose options hold what the host passed.
func make(
  _ type: any Component.Type, _ host: UnsafePointer<icl_host>?,
  _ values: UnsafePointer<UnsafePointer<icl_value>?>?, _ count: UInt32
) throws -> any Component {
  let component = type.init()
  for child in Mirror(reflecting: component).children {
    (child.value as? Host)?.connect(host)
  }
  let declared = options(of: component)
  guard declared.count == Int(count), count == 0 || values != nil else {
    throw KitError("\(type.id) declares \(declared.count) options, the host passed \(count)")
  }
  for (index, (property, option)) in declared.enumerated() {
    guard let value = values?[index]?.pointee, option.fill(value) else {
      throw KitError(
        "the host passed a value of another type than declared", path: kebabCase(property))
    }
  }
  return component
}

/// `initialScale` as `initial-scale`, `beta1` as `beta-1`.
func kebabCase(_ property: String) -> String {
  var result = ""
  var wasDigit = false
  for character in property {
    let isDigit = character.isNumber
    if character.isUppercase || (isDigit && !wasDigit && !result.isEmpty) { result += "-" }
    result += character.lowercased()
    wasDigit = isDigit
  }
  return result
}
