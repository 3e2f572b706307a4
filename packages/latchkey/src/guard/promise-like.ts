/**
 * Whether an answer of the application has to be waited for. Not by `instanceof`: promises of other libraries, and of another
 * realm, as test runners have them, are promises as well, and none of them is an answer.
 */
export function isPromiseLike<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
