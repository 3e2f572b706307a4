import { createHash } from 'node:crypto'
import type { Kind, Mutation } from './mutators.ts'

/** How often a kind is drawn: more often where a fault is a hole and tests are easily forgotten. */
const weights: Readonly<Record<Kind, number>> = {
  record: 6,
  transaction: 6,
  where: 6,
  guard: 5,
  condition: 4,
  logic: 4,
  bound: 4,
  minmax: 4,
  set: 4,
  anchor: 4,
  option: 4,
  await: 3,
  reason: 2,
  flag: 2,
  fallback: 2,
  order: 2,
  limit: 1,
}

export const kinds = Object.keys(weights) as readonly Kind[]

/**
 * Draw `count` mutations at random. The same ones for the same seed, also after sources have changed: what is drawn depends on a
 * mutation itself and not on those before it, so that most of a sample is the same when some survivors have got their tests.
 */
export function choose(mutations: readonly Mutation[], count: number, seed: number): Mutation[] {
  const byKind = new Map<Kind, { readonly mutation: Mutation; readonly at: string }[]>()
  const times = new Map<string, number>()
  for (const mutation of mutations) {
    const name = nameOf(mutation)
    // Of those that look alike in a file, the first is the first.
    const time = times.get(name) ?? 0
    times.set(name, time + 1)
    const at = createHash('sha256').update(`${seed} ${time} ${name}`).digest('hex')
    const ofKind = byKind.get(mutation.kind) ?? []
    byKind.set(mutation.kind, ofKind)
    ofKind.push({ mutation, at })
  }
  const available = new Map([...byKind].map(([kind, { length }]) => [kind, length]))
  const shares = sharesOf(available, count)
  return [...byKind]
    .flatMap(([kind, ofKind]) => ofKind.sort(byPlace).slice(0, shares.get(kind)))
    .sort(byPlace)
    .map(({ mutation }) => mutation)
}

const byPlace = (a: { readonly at: string }, b: { readonly at: string }) => (a.at < b.at ? -1 : 1)

/** What a mutation is, wherever its line stands. */
export function nameOf({ file, kind, on, before, after }: Mutation): string {
  return JSON.stringify([file, kind, on, before, after])
}

/** How many of each kind: by its weight, and no more than there are. */
export function sharesOf(available: ReadonlyMap<Kind, number>, count: number): Map<Kind, number> {
  const shares = new Map<Kind, number>()
  let open = [...available.keys()].sort()
  let left = count
  for (;;) {
    const weight = open.reduce((sum, kind) => sum + weights[kind], 0)
    const due = (kind: Kind) => (left * weights[kind]) / weight
    const scarce = open.filter((kind) => available.get(kind)! <= due(kind))
    if (scarce.length === 0) {
      // What is left after rounding goes to those that lost most by it.
      for (const kind of open) shares.set(kind, Math.floor(due(kind)))
      const lost = open.toSorted((a, b) => (due(b) % 1) - (due(a) % 1))
      const given = open.reduce((sum, kind) => sum + shares.get(kind)!, 0)
      for (const kind of lost.slice(0, left - given)) shares.set(kind, shares.get(kind)! + 1)
      return shares
    }
    for (const kind of scarce) {
      shares.set(kind, available.get(kind)!)
      left -= available.get(kind)!
    }
    open = open.filter((kind) => !scarce.includes(kind))
  }
}
