import type { Search } from './search-query.ts'

/** Whom something is done to: people who were ticked, by their ids with their names, or all that match. */
export type Choice =
  | { readonly kind: 'some'; readonly people: ReadonlyMap<string, string> }
  | { readonly kind: 'all'; readonly search: Search; readonly count: number }

export const nobody: Choice = { kind: 'some', people: new Map() }

export function countOf(choice: Choice): number {
  return choice.kind === 'all' ? choice.count : choice.people.size
}

export function isChosen(choice: Choice, id: string): boolean {
  return choice.kind === 'all' || choice.people.has(id)
}

/** With these people too, or without them. Of all that match, nobody is left out. */
export function chosen(
  choice: Choice,
  people: readonly { readonly id: string; readonly username: string }[],
  on: boolean,
): Choice {
  if (choice.kind === 'all') return choice
  const changed = new Map(choice.people)
  for (const { id, username } of people) {
    if (on) changed.set(id, username)
    else changed.delete(id)
  }
  return { kind: 'some', people: changed }
}
