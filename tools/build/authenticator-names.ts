/**
 * `npm run build:authenticators -- NAMES`: writes packages/server/src/accounts/passkeys/authenticator-names.ts, by which the
 * list of somebody's passkeys says which program or device holds each. Source: NAMES, a JSON object of AAGUID and name, made
 * from `aaguid.json` of passkeydeveloper/passkey-authenticator-aaguids at 47b6f84e, without the icons.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const target = join(import.meta.dirname, '../../packages/server/src/accounts/passkeys/authenticator-names.ts')
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Of an authenticator that does not say what it is (WebAuthn 6.5.1). */
const unsaid = '00000000-0000-0000-0000-000000000000'
/** What a page shows in one line: no control characters, no directions, nothing around it. */
const nameForm = /^[\p{L}\p{N}][\p{L}\p{N}\p{P} ]{0,62}[\p{L}\p{N}\p{P}]$/u

/**
 * The names by AAGUID, in order.
 * @throws {Error} if something in it is no name of an authenticator
 */
export function readNames(text: string): ReadonlyMap<string, string> {
  const given: unknown = JSON.parse(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error('not an object')
  const names = new Map<string, string>()
  for (const [aaguid, name] of Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!uuid.test(aaguid) || aaguid === unsaid) throw new Error(`not an AAGUID: ${aaguid}`)
    if (typeof name !== 'string' || !nameForm.test(name)) throw new Error(`not a name: that of ${aaguid}`)
    names.set(aaguid, name)
  }
  // The list promises to be an empty object once it is given up.
  if (names.size === 0) throw new Error('the list is empty')
  return names
}

/** The module that ships. */
export function namesModule(names: ReadonlyMap<string, string>): string {
  const rows = [...names].map(([aaguid, name]) => `  ['${aaguid}', ${quoted(name)}],`)
  return `// Written by \`npm run build:authenticators\` from the list of passkeydeveloper/passkey-authenticator-aaguids at 47b6f84e; a
// change made by hand is lost.

/** Which program or device makes passkeys of an AAGUID. */
export const authenticatorNames: ReadonlyMap<string, string> = new Map([
${rows.join('\n')}
])

/**
 * What made a passkey, as far as it says so. Without an attestation nobody vouches for it: it is shown, and decides nothing.
 * @param aaguid in lower case, with dashes
 */
export function nameOfAuthenticator(aaguid: string): string | undefined {
  return authenticatorNames.get(aaguid)
}
`
}

/** As the formatter writes it. */
function quoted(name: string): string {
  if (name.includes("'") && !name.includes('"')) return `"${name}"`
  return `'${name.replaceAll(/['\\]/g, '\\$&')}'`
}

function main([file]: readonly string[]): void {
  if (file === undefined) throw new Error('give the file of names')
  const names = readNames(readFileSync(file, 'utf8'))
  writeFileSync(target, namesModule(names))
  console.log(`${target}: ${names.size} names`)
}

if (import.meta.main) main(process.argv.slice(2))
