import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'

/** A source file: its path from the root of the repository, and what it says. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** What every part of the server may use: the terms of `src` itself, a route's description, the database's interface. */
const ground = [
  'server/src',
  'server/src/http',
  'server/src/database',
  'server/src/secrets',
  'latchkey/token',
  'latchkey/guard/revocation-list',
  'latchkey/dpop',
]

/**
 * Who may import whom: folder -> folders and packages, besides itself and `node:` modules. A folder that is not
 * named here has no place yet. Changing this map is a design decision.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // What every public function of the library does with its options, and with the clock among them.
  'latchkey/src/options': [],
  // The folder of the public functions, and what is built of the same parts beside compact JWTs.
  'latchkey/src/token': ['latchkey/src/token/jws', '#platform', '#keys'],
  'latchkey/src/token/jws': ['latchkey/src/token'],
  // The same public functions over WebCrypto; `#platform` and `#keys` are what the shared files ask of either.
  'latchkey/src/token/web': ['latchkey/src/token'],
  // Proofs of possession, for whoever takes them: a guard, or a server that issues tokens bound to a key.
  'latchkey/src/dpop': ['latchkey/src/token'],
  'latchkey/src/guard': ['latchkey/src/token', 'latchkey/src/dpop'],
  // A server's time, for whoever has to reckon with its tokens.
  'latchkey/src/clock': [],
  'latchkey/src/device': ['latchkey/src/token', 'latchkey/src/clock'],
  // Of the token library only what says which addresses are trustworthy: a client reads tokens and verifies none.
  'latchkey/src/client': ['latchkey/src/token', 'latchkey/src/clock'],
  // Signs tokens as an issuer, for guards to verify.
  'latchkey/src/testing': ['latchkey/src/token', 'latchkey/src/guard'],
  'latchkey/src/token/explain': ['latchkey/src/token'],
  // What Python means by blanks and by settings, which the ports share.
  'latchkey/src/compat/python': [],
  'latchkey/src/compat/pyjwt': ['latchkey/src/token', 'latchkey/src/compat/python'],
  // The frameworks by their shapes, of which the contracts below know nothing.
  'latchkey/src/compat/mount': [],
  'latchkey/src/compat/rest-framework': ['latchkey/src/compat/mount', 'latchkey/src/compat/python'],
  'latchkey/src/compat/flask-jwt': [
    'latchkey/src/token',
    'latchkey/src/compat/pyjwt',
    'latchkey/src/compat/python',
    'latchkey/src/compat/mount',
  ],
  'latchkey/src/compat/drf-jwt': [
    'latchkey/src/compat/pyjwt',
    'latchkey/src/compat/python',
    'latchkey/src/compat/mount',
    'latchkey/src/compat/rest-framework',
  ],
  'latchkey/src/compat/simplejwt': [
    'latchkey/src/compat/pyjwt',
    'latchkey/src/compat/python',
    'latchkey/src/compat/mount',
    'latchkey/src/compat/rest-framework',
  ],

  // The console, which knows the server by its interface only. Each folder builds on those before it.
  'console/src/words': [],
  'console/src/api': ['preact', 'latchkey/client'],
  'console/src': ['preact', 'latchkey/client', 'console/src/api', 'console/src/words'],
  'console/src/elements': ['preact', 'console/src', 'console/src/api', 'console/src/words'],
  // Pages do not import each other, so that each is a script of its own.
  'console/src/pages/*': [
    'preact',
    'latchkey/client',
    'console/src',
    'console/src/api',
    'console/src/elements',
    'console/src/words',
  ],
  'console/src/app': [
    'preact',
    'latchkey/client',
    'console/src',
    'console/src/api',
    'console/src/elements',
    'console/src/words',
    'console/src/pages/*',
  ],

  // The vocabulary of the server, and the shape of a part.
  'server/src': [
    'valibot',
    'latchkey/token',
    'server/src/http',
    'server/src/database',
    'server/src/activity',
  ],
  // What an address is, and how many of its connections are open: for whatever listens.
  'server/src/addresses': [],
  'server/src/config': ['valibot', 'server/src', 'server/src/addresses'],
  'server/src/secrets': ['server/src'],
  'server/src/database': ['postgres', 'server/src'],
  'server/src/mqtt': ['server/src', 'server/src/mqtt/broker', 'server/src/mqtt/codec'],
  'server/src/mqtt/codec': ['server/src'],
  'server/src/mqtt/broker': ['server/src', 'server/src/mqtt/codec'],
  'server/src/http': [
    'server/src',
    'server/src/addresses',
    'server/src/database',
    'server/src/secrets',
    'latchkey/token',
    'hono',
    '@hono/node-server',
    'valibot',
    '@valibot/to-json-schema',
  ],
  'server/src/pages': ['server/src', 'server/src/http', 'valibot'],
  'server/src/activity': [...ground, 'valibot', 'mmdb-lib'],
  'server/src/rights': [...ground],
  'server/src/operations': [...ground, 'valibot'],
  'server/src/keys': [...ground, 'valibot', 'server/src/activity'],
  'server/src/tokens': [...ground, 'valibot', 'server/src/activity', 'server/src/keys'],
  'server/src/clients': [...ground, 'valibot', 'server/src/activity', 'server/src/tokens'],
  'server/src/sessions': [...ground, 'server/src/activity', 'server/src/tokens'],
  'server/src/accounts': [
    ...ground,
    'valibot',
    '@node-rs/argon2',
    'server/src/activity',
    'server/src/tokens',
    'server/src/sessions',
    'server/src/pages',
  ],
  'server/src/oauth': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/clients',
    'server/src/tokens',
    'server/src/sessions',
  ],
  'server/src/devices': [...ground, 'valibot', 'server/src/activity', 'server/src/rights'],
  'server/src/connections': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/tokens',
    'server/src/mqtt/broker',
    'server/src/mqtt/codec',
  ],
}

/** Wires everything, so it may import everything; nobody else may import it. */
const wiring = ['server/src/app.ts', 'server/src/main.ts', 'server/src/cli/']

const holdsSql = /\b(SELECT\s|INSERT INTO\s|DELETE FROM\s|UPDATE \w+ SET\s)/

/** What is wrong with where this file stands, a line each; none if nothing is. */
export function faultsOf({ file, text }: Source): string[] {
  const path = file.replace(/^packages\//, '')
  const folder = dirname(path)
  const faults: string[] = []
  if (!isWiring(path)) {
    for (const specifier of importsOf(text)) faults.push(...importFaults(path, folder, specifier))
  }
  const mayHoldSql = basename(path) === 'store.ts' || folder.startsWith('server/src/database')
  if (!mayHoldSql && holdsSql.test(text)) faults.push(`${file}: SQL stands in store.ts files only`)
  if (
    path !== 'server/src/accounts/sign-in/passwords.ts' &&
    /\bargon2\b/.test(codeOf(text)) &&
    !isWiring(path)
  ) {
    faults.push(`${file}: passwords are hashed in accounts/sign-in/passwords.ts only`)
  }
  if (
    path !== 'server/src/sessions/gate.ts' &&
    path !== 'server/src/sessions/store.ts' &&
    /\binsertSession\b/.test(text)
  ) {
    faults.push(`${file}: a session is made by sessions/gate.ts only`)
  }
  // The demo's actors are processes of their own, each a program from the first line to the last.
  if (/^(let|var) /m.test(text) && !path.startsWith('server/src/cli/demo/'))
    faults.push(`${file}: no state of a module; state belongs to an App`)
  return faults
}

function importFaults(path: string, folder: string, specifier: string): string[] {
  if (specifier.startsWith('node:')) return []
  const relative = specifier.startsWith('.')
  const target = relative ? normalize(join(folder, specifier)) : specifier
  if (relative && isWiring(target))
    return [`${path} imports ${specifier}: only what wires may import what wires`]
  const from = placeOf(folder)
  const allowed = from === undefined ? undefined : mayImport[patternOf(from)]
  if (!allowed) return [`${path}: say in tools/checks/architecture.ts what ${folder} may import`]
  const place = relative ? (placeOf(dirname(target)) ?? dirname(target)) : packageOf(target)
  const isOfAll = folder.startsWith('latchkey/src') && place === 'latchkey/src/options'
  return place === from || isOfAll || allowed.includes(patternOf(place))
    ? []
    : [`${path} imports ${specifier}: ${from} may not import ${place}`]
}

/** The place of the map that a folder of the server belongs to: a part holds its folders. Elsewhere each folder is its own. */
function placeOf(folder: string): string | undefined {
  if (patternOf(folder) in mayImport) return folder
  const parent = dirname(folder)
  return parent.startsWith('server/src/') ? placeOf(parent) : undefined
}

/** The key of a place in the map: `a/*` stands for every folder of `a`, each a place of its own. */
function patternOf(place: string): string {
  const ofEvery = `${dirname(place)}/*`
  return ofEvery in mayImport ? ofEvery : place
}

function isWiring(path: string): boolean {
  return wiring.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

/** Static, dynamic and re-exporting imports alike. */
function importsOf(text: string): string[] {
  // Examples in comments import what a program imports.
  const code = text.replaceAll(/^ *\*.*$/gm, '')
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier ?? '')
}

/** `hono/ws` belongs to hono; our own subpaths are each a place of their own. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('latchkey/')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}

/** The sources of what is published, without their tests. */
export function readSources(): Source[] {
  return globSync('packages/{console,latchkey,server}/src/**/*.{ts,tsx}')
    .filter((file) => !/\.(test|fixture|test-support)\.tsx?$/.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
}
