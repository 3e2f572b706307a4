/** What reflect-metadata adds to Reflect, as far as decorators use it, for tests without Nest. */
const kept = new WeakMap<object, Map<string, unknown>>()

const nameOf = (place: string, method: string | symbol | undefined) => `${place} ${String(method)}`

export const reflectMetadata = {
  defineMetadata(place: string, value: unknown, target: object, method?: string | symbol): void {
    const all = kept.get(target) ?? new Map<string, unknown>()
    kept.set(target, all.set(nameOf(place, method), value))
  },
  getMetadata(place: string, target: object, method?: string | symbol): unknown {
    for (let one: object | null = target; one !== null; one = Object.getPrototypeOf(one)) {
      const all = kept.get(one)
      if (all?.has(nameOf(place, method))) return all.get(nameOf(place, method))
    }
    return undefined
  },
}

Object.assign(Reflect, reflectMetadata)
