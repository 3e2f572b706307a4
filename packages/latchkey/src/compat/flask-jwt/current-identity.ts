import { AsyncLocalStorage } from 'node:async_hooks'

const storage = new AsyncLocalStorage<{ readonly identity: unknown }>()

/** Run what comes behind a protected route with this identity as the current one. */
export function withIdentity<T>(identity: unknown, next: () => T): T {
  return storage.run({ identity }, next)
}

/** The identity of the request that is being handled: the object that the identity handler returned. Undefined if there is none. */
export function get_current_identity(): unknown {
  return storage.getStore()?.identity
}

function present(): object {
  const identity = get_current_identity()
  // Python reads attributes of text and numbers too.
  return identity === undefined || identity === null ? {} : Object(identity)
}

/**
 * A read-only proxy for the identity of the request that is being handled, as in Flask-JWT. It has the members of the
 * identity, and none if there is no identity. `get_current_identity()` returns the object itself.
 */
export const current_identity: Readonly<Record<string, unknown>> = new Proxy(
  {},
  {
    get(_target, name) {
      const identity = present()
      const value: unknown = Reflect.get(identity, name, identity)
      return typeof value === 'function' ? value.bind(identity) : value
    },
    has: (_target, name) => Reflect.has(present(), name),
    ownKeys: () => Reflect.ownKeys(present()),
    getOwnPropertyDescriptor(_target, name) {
      const identity = present()
      const found = Reflect.getOwnPropertyDescriptor(identity, name)
      // A proxy may only say of its own target that something cannot change. What a getter would give is a value here.
      return (
        found && {
          value: Reflect.get(identity, name, identity) as unknown,
          enumerable: found.enumerable === true,
          configurable: true,
          writable: false,
        }
      )
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(present()),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  },
)
