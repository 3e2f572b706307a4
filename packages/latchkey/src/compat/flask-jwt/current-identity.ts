import { AsyncLocalStorage } from 'node:async_hooks'

const storage = new AsyncLocalStorage<{ readonly identity: unknown }>()

/** Run what comes behind a protected route with this identity as the current one. */
export function withIdentity<T>(identity: unknown, next: () => T): T {
  return storage.run({ identity }, next)
}

/** The identity of the request that is being answered, as it is. Undefined where there is none. */
export function get_current_identity(): unknown {
  return storage.getStore()?.identity
}

function present(): object {
  const identity = get_current_identity()
  // Python reads attributes of text and numbers too.
  return identity === undefined || identity === null ? {} : Object(identity)
}

/**
 * Stands for the identity of the request that is being answered, as Flask-JWT's proxy of that name: its members are
 * those of the identity, and it has none where there is no identity. What an identity handler gave is not copied;
 * `get_current_identity()` gives it as it is.
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
      const found = Reflect.getOwnPropertyDescriptor(present(), name)
      // A proxy may only say of its own target that something cannot change.
      return found && { ...found, configurable: true, writable: false }
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(present()),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  },
)
