internal import Glibc

/// A number that each thread has for itself, zero at first.
struct ThreadValue: Sendable {
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    self.key = key
  }

  var value: UInt {
    get { UInt(bitPattern: pthread_getspecific(key)) }
    nonmutating set { pthread_setspecific(key, UnsafeRawPointer(bitPattern: newValue)) }
  }

  func with<Result>(_ value: UInt, _ body: () -> Result) -> Result {
    let before = self.value
    self.value = value
    defer { self.value = before }
    return body()
  }
}
