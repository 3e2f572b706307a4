import type { Facts } from './finding.ts'

/** Words with the facts at their places: `{name}` is the fact of that name. */
export function fill(text: string, facts: Facts): string {
  return text.replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
}
