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

/** Draw `count` mutations at random, the same ones for the same seed and sources. */
export function choose(mutations: readonly Mutation[], count: number, seed: number): Mutation[] {
  const random = randomFrom(seed)
  const stacks = new Map<Kind, Mutation[]>()
  for (const mutation of shuffled(mutations, random)) {
    stacks.set(mutation.kind, [...(stacks.get(mutation.kind) ?? []), mutation])
  }
  const chosen: Mutation[] = []
  while (chosen.length < count && stacks.size > 0) {
    const kinds = [...stacks.keys()].sort()
    let rest = random() * kinds.reduce((sum, kind) => sum + weights[kind], 0)
    const kind =
      kinds.find((one) => {
        rest -= weights[one]
        return rest < 0
      }) ?? kinds[0]!
    const stack = stacks.get(kind)!
    chosen.push(stack.pop()!)
    if (stack.length === 0) stacks.delete(kind)
  }
  return chosen
}

function shuffled(mutations: readonly Mutation[], random: () => number): Mutation[] {
  return mutations
    .map((mutation) => ({ mutation, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ mutation }) => mutation)
}

/** mulberry32: numbers from 0 up to 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
