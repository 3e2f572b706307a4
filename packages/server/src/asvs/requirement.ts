/**
 * Where this server stands with one requirement of the OWASP Application Security Verification Standard 5.0.0. The standard's
 * own words are not repeated: its ids lead to them.
 */
export interface Requirement {
  /** `V6.2.1` */
  readonly id: string
  readonly level: 1 | 2 | 3
  /** `operator`: it depends on how somebody runs the server, and the reason says what to do. */
  readonly position: 'met' | 'not_applicable' | 'operator' | 'not_yet'
  /** How it is met, why it does not apply, or what is missing. */
  readonly reason: string
  readonly proofs: readonly Proof[]
}

/** A test that fails where the requirement is not met. */
export interface Proof {
  /** From the root of the repository. */
  readonly file: string
  /** A part of the test's title in the source, with … for what a row of its table fills in. */
  readonly title: string
  /** What that row is called in the source; undefined where all rows prove it, or there is no table. */
  readonly row: string | undefined
}

type Level = Requirement['level']

/** Each proof is `file: title` or `file: title > row`, the file without `packages/server/src/` and `.test.ts`. */
export function met(id: string, level: Level, reason: string, ...proofs: readonly string[]): Requirement {
  return { id, level, position: 'met', reason, proofs: proofs.map(proofOf) }
}

export function notApplicable(id: string, level: Level, reason: string): Requirement {
  return { id, level, position: 'not_applicable', reason, proofs: [] }
}

export function operators(id: string, level: Level, reason: string): Requirement {
  return { id, level, position: 'operator', reason, proofs: [] }
}

export function notYet(id: string, level: Level, reason: string, ...proofs: readonly string[]): Requirement {
  return { id, level, position: 'not_yet', reason, proofs: proofs.map(proofOf) }
}

/** How a proof outside of the server's sources begins, and where it stands. */
const elsewhere: readonly (readonly [begin: string, folder: string])[] = [
  ['tests/', 'tests/'],
  ['test/', 'packages/server/test/'],
  ['latchkey/', 'packages/latchkey/src/'],
]

export function proofOf(text: string): Proof {
  const [name = '', whole = ''] = text.split(/: (.*)/s)
  const [title = '', row] = whole.split(' > ')
  const [begin, folder] = elsewhere.find(([begin]) => name.startsWith(begin)) ?? ['', 'packages/server/src/']
  return { file: `${folder}${name.slice(begin.length)}.test.ts`, title, row }
}
