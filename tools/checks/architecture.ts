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

/** The token library as its neighbours within the package see it. */
const token = ['latchkey/src/token', 'latchkey/src/token/keys', 'latchkey/src/token/jwks']
const guard = ['latchkey/src/guard', 'latchkey/src/guard/issuers', 'latchkey/src/guard/revocations']

/**
 * Who may import whom: folder -> folders and packages, besides itself and `node:` modules. A folder that is not
 * named here has no place yet. Changing this map is a design decision.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // What every public function of the library does with its options, and with the clock among them.
  'latchkey/src/options': [],
  // The folder of the public functions, and what is built of the same parts beside compact JWTs.
  'latchkey/src/token': [...token, 'latchkey/src/token/jws', '#platform', '#keys'],
  // Single keys: imported, generated, exported, and checked for their strength and form.
  'latchkey/src/token/keys': ['latchkey/src/token', '#platform'],
  // Sets of keys, given or fetched.
  'latchkey/src/token/jwks': [...token, '#platform', '#keys'],
  'latchkey/src/token/jws': token,
  // The same public functions over WebCrypto; `#platform` and `#keys` are what the shared files ask of either.
  'latchkey/src/token/web': token,
  // Proofs of possession, for whoever takes them: a guard, or a server that issues tokens bound to a key.
  'latchkey/src/dpop': token,
  // The decision about one request. It knows no framework.
  'latchkey/src/guard': [...token, ...guard, 'latchkey/src/dpop', 'latchkey/src/guard/authenticators'],
  // One file for each kind of credential.
  'latchkey/src/guard/authenticators': [...token, ...guard, 'latchkey/src/dpop'],
  // Where the keys and the rules of an issuer come from.
  'latchkey/src/guard/issuers': [...token, ...guard],
  'latchkey/src/guard/revocations': [...token],
  // One file for each framework.
  'latchkey/src/guard/adapters': ['latchkey/src/guard'],
  // A server's time, for whoever has to reckon with its tokens.
  'latchkey/src/clock': [],
  'latchkey/src/device': ['latchkey/src/token', 'latchkey/src/clock'],
  // Of the token library only what says which addresses are trustworthy: a client reads tokens and verifies none.
  'latchkey/src/client': [
    ...['latchkey/src/token', 'latchkey/src/clock'],
    ...['latchkey/src/client/proofs', 'latchkey/src/client/application'],
  ],
  // Applications that people let in: by redirect and by device code.
  'latchkey/src/client/application': ['latchkey/src/client'],
  // Keys of a client, and the proofs that it sends of them (DPoP).
  'latchkey/src/client/proofs': ['latchkey/src/token', 'latchkey/src/client'],
  // Signs tokens as an issuer, for guards to verify.
  'latchkey/src/testing': [...token, ...guard],
  'latchkey/src/token/explain': token,
  // Keys and signatures for it over WebCrypto.
  'latchkey/src/token/explain/web': [...token, 'latchkey/src/token/web', 'latchkey/src/token/explain'],
  // What Python means by blanks and by settings, which the ports share.
  'latchkey/src/compat/python': [],
  'latchkey/src/compat/pyjwt': [...token, 'latchkey/src/compat/python'],
  // The frameworks by their shapes, of which the contracts below know nothing.
  'latchkey/src/compat/mount': [],
  'latchkey/src/compat/rest-framework': ['latchkey/src/compat/mount', 'latchkey/src/compat/python'],
  'latchkey/src/compat/flask-jwt': [
    ...token,
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
  // What a browser does for passkeys. It knows neither the server nor the pages.
  'console/src/passkeys': [],
  // Profiles and scopes of services as forms have them, for the two pages about services.
  'console/src/services': ['console/src/api'],
  'console/src': [
    'preact',
    'latchkey/client',
    'console/src/api',
    'console/src/passkeys',
    'console/src/words',
  ],
  // QR codes are drawn by elements alone.
  'console/src/elements': ['preact', 'lean-qr', 'console/src', 'console/src/api', 'console/src/words'],
  // The steps of a sign-in, on the sign-in page and wherever a fresh one is asked for.
  'console/src/elements/sign-in': [
    'preact',
    'latchkey/client',
    'console/src',
    'console/src/api',
    'console/src/elements',
    'console/src/passkeys',
    'console/src/words',
  ],
  // Pages do not import each other, so that each is a script of its own.
  'console/src/pages/*': [
    'preact',
    'latchkey/client',
    'console/src',
    'console/src/api',
    'console/src/elements',
    'console/src/elements/sign-in',
    'console/src/passkeys',
    'console/src/services',
    'console/src/words',
  ],
  // A page of its own, which knows nothing of the server but its keys, and one question.
  'console/src/debugger': [
    'preact',
    'latchkey/token/explain',
    'latchkey/token/explain/codes',
    'latchkey/token/explain/web',
    'latchkey/token/explain/web/keys',
    'console/src/debugger/words',
    'console/src/words',
  ],
  'console/src/debugger/words': [
    'latchkey/token/explain',
    'latchkey/token/explain/codes',
    'console/src/words',
  ],
  'console/src/app': [
    'preact',
    'latchkey/client',
    'console/src',
    'console/src/api',
    'console/src/elements',
    'console/src/elements/sign-in',
    'console/src/passkeys',
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
  // What this server fetches from, and sends to, addresses that somebody else has written down.
  'server/src/outbound': ['server/src/addresses'],
  'server/src/config': ['valibot', 'server/src', 'server/src/addresses'],
  'server/src/secrets': ['server/src', 'server/src/database'],
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
  'server/src/pages': ['server/src', 'server/src/http', 'valibot', 'lean-qr'],
  // A connection ends by a reason of MQTT, which the log has as well.
  'server/src/activity': [
    ...ground,
    'server/src/mqtt/codec',
    'valibot',
    'mmdb-lib',
    'age-encryption',
    's3mini',
    'server/src/addresses',
  ],
  // What the log and the state of this server mean to an operator. What it asks of other parts it is given.
  'server/src/alarms': [
    ...ground,
    'valibot',
    'server/src/addresses',
    'server/src/activity',
    'server/src/mail',
    'server/src/pages',
  ],
  // Events and alarms for programs of others.
  'server/src/webhooks': [...ground, 'valibot', 'server/src/activity', 'server/src/outbound'],
  // What applications are told of people (SSF), by the queue of webhooks. Whom they have to do with it is told by functions of oauth.
  'server/src/shared-signals': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/applications',
    'server/src/keys',
    'server/src/oauth',
    'server/src/outbound',
    'server/src/tokens',
    'server/src/webhooks',
  ],
  // Where the log is sent. A sink is a setting, and nothing else.
  'server/src/sinks': [
    ...ground,
    'server/src/config',
    'valibot',
    'server/src/activity',
    'server/src/addresses',
    'server/src/outbound',
  ],
  // What Prometheus reads. What it asks of other parts it is given.
  'server/src/metrics': [...ground, 'server/src/activity', 'server/src/addresses'],
  'server/src/rights': [...ground],
  'server/src/tracing': [],
  'server/src/operations': [...ground, 'valibot', 'server/src/activity'],
  // Who fetches a key set is told by network.
  'server/src/keys': [...ground, 'valibot', 'server/src/activity', 'server/src/addresses'],
  'server/src/tokens': [...ground, 'valibot', 'server/src/activity', 'server/src/keys'],
  'server/src/services': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/tokens',
    'server/src/keys',
  ],
  // Letters: the outbox, and the way to a mail server.
  'server/src/mail': [
    ...ground,
    'nodemailer',
    'server/src/addresses',
    'server/src/activity',
    'server/src/pages',
  ],
  'server/src/sessions': [...ground, 'server/src/activity', 'server/src/tokens'],
  'server/src/asvs': [],
  'server/src/accounts': [
    ...ground,
    'valibot',
    '@node-rs/argon2',
    '@node-rs/bcrypt',
    'csv-parse',
    // By which part of an address wrong passwords are counted.
    'server/src/addresses',
    'server/src/activity',
    'server/src/tokens',
    'server/src/sessions',
    'server/src/pages',
    'server/src/mail',
  ],
  // Programs that people let in (OAuth clients): registered, with their secrets and keys.
  'server/src/applications': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/addresses',
    'server/src/outbound',
    'server/src/tokens',
  ],
  // What applications are told of ended sessions waits in the queue of webhooks.
  'server/src/oauth': [
    ...ground,
    'valibot',
    'server/src/activity',
    'server/src/addresses',
    'server/src/applications',
    'server/src/keys',
    'server/src/outbound',
    'server/src/pages',
    'server/src/services',
    'server/src/tokens',
    'server/src/sessions',
    'server/src/webhooks',
  ],
  // Tokens that people make for programs. What it asks of accounts and services it is given.
  'server/src/api-keys': [...ground, 'valibot', 'server/src/activity', 'server/src/tokens'],
  // Applications of other companies. What it asks of accounts it is given.
  'server/src/apps': [
    ...ground,
    'valibot',
    'server/src/outbound',
    'server/src/activity',
    'server/src/tokens',
    'server/src/sessions',
  ],
  // OpenID providers of others. What it asks of accounts it is given.
  'server/src/upstream': [
    ...ground,
    'valibot',
    'server/src/addresses',
    'server/src/outbound',
    'server/src/activity',
    'server/src/pages',
    'server/src/keys',
  ],
  // Asks what accounts and devices decide, by functions that it is given.
  'server/src/access': [...ground, 'valibot'],
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

/** What every folder of its package may import, though the map does not say so. */
const ofAll = [
  'latchkey/src/options/',
  // Patterns are written by it wherever texts are read.
  'latchkey/src/whole-text.ts',
  'server/src/whole-text.ts',
  // Addresses of an issuer are put together by it.
  'latchkey/src/without-slash.ts',
  // What waits for a page to be seen, waits by it.
  'console/src/when-shown.ts',
]

/** Wires everything, so it may import everything; nobody else may import it. */
const wiring = ['server/src/app.ts', 'server/src/main.ts', 'server/src/wiring/', 'server/src/cli/']

/** Which folder writes a table. Others may read it. */
const ownerOf: Readonly<Record<string, string>> = {
  user_types: 'accounts/user-types',
  user_grants: 'accounts/permissions',
  user_type_moves: 'accounts/permissions',
  permission_versions: 'accounts/permissions',
  known_permissions: 'accounts/permissions',
  users: 'accounts/users',
  user_terms: 'accounts/search',
  attributes: 'accounts/attributes',
  user_attributes: 'accounts/attributes',
  invitations: 'accounts/invitations',
  password_peppers: 'accounts/passwords',
  imports: 'accounts/transfer',
  sign_in_failures: 'accounts/sign-in',
  sign_in_networks: 'accounts/sign-in',
  known_browsers: 'accounts/sign-in',
  authenticators: 'accounts/factors',
  recovery_codes: 'accounts/factors',
  mailed_codes: 'accounts/factors',
  sign_in_challenges: 'accounts/factors',
  factor_states: 'accounts/factors',
  remembered_browsers: 'accounts/factors/remembered',
  passkeys: 'accounts/passkeys',
  passkey_challenges: 'accounts/passkeys',
  passkey_offers: 'accounts/passkeys',
  sessions: 'sessions',
  signed_in_browsers: 'sessions',
  authorization_requests: 'oauth/authorize',
  authorization_codes: 'oauth/authorize',
  consents: 'oauth/consents',
  application_people: 'oauth/consents',
  signal_streams: 'shared-signals',
  signal_exclusions: 'shared-signals',
  device_codes: 'oauth/device',
  application_sessions: 'oauth/sessions',
  refresh_families: 'tokens',
  refresh_tokens: 'tokens',
  revocations: 'tokens',
  used_proofs: 'tokens',
  status_entries: 'tokens/status-lists',
  signing_keys: 'keys',
  key_set_fetches: 'keys/fetches',
  services: 'services',
  applications: 'applications',
  application_secrets: 'applications',
  workload_identities: 'applications/workloads',
  client_documents: 'applications/documents',
  api_keys: 'api-keys',
  apps: 'apps',
  app_keys: 'apps',
  app_set_keys: 'apps',
  app_people: 'apps/people',
  providers: 'upstream/providers',
  provider_sign_ins: 'upstream/sign-in',
  identities: 'accounts/identities',
  identity_sessions: 'accounts/identities',
  app_nonces: 'apps/nonces',
  service_scopes: 'services/scopes',
  shared_keys: 'services/shared-keys',
  service_keys: 'services/own-keys',
  devices: 'devices',
  device_keys: 'devices/keys',
  claim_codes: 'devices/relations',
  relations: 'devices/relations',
  telemetry: 'devices/telemetry',
  device_logs: 'devices/telemetry',
  device_states: 'devices/shadow',
  command_approvals: 'devices/approvals',
  mail_outbox: 'mail',
  mail_limits: 'mail',
  mail_server: 'mail',
  user_addresses: 'accounts/addresses',
  address_proofs: 'accounts/addresses',
  registration_requests: 'accounts/registration',
  registrations: 'accounts/registration',
  recovery_requests: 'accounts/recovery',
  recoveries: 'accounts/recovery',
  seen_clients: 'accounts/notices',
  session_notices: 'accounts/notices',
  notice_links: 'accounts/notices',
  activity: 'activity',
  activity_tree: 'activity/proof',
  activity_tiles: 'activity/proof',
  activity_subjects: 'activity/proof',
  activity_holds: 'activity/proof',
  activity_signers: 'activity/proof',
  activity_checkpoints: 'activity/proof',
  activity_witnesses: 'activity/proof/witness',
  witnessed_logs: 'activity/proof/witness',
  activity_consumers: 'activity/consumers',
  activity_damage: 'activity/consumers',
  activity_searches: 'activity/searches',
  activity_archive: 'activity/archive',
  activity_segments: 'activity/archive',
  activity_segment_names: 'activity/archive',
  activity_backups: 'activity/backup',
  alarm_rules: 'alarms',
  alarm_own_rules: 'alarms/own-rules',
  alarms: 'alarms',
  alarm_events: 'alarms/concerned',
  alarm_subjects: 'alarms/concerned',
  alarm_windows: 'alarms/remembered',
  alarm_places: 'alarms/remembered',
  alarm_devices: 'alarms/remembered',
  alarm_watch: 'alarms/remembered',
  alarm_silences: 'alarms/silences',
  webhooks: 'webhooks',
  webhook_secrets: 'webhooks/secrets',
  webhook_deliveries: 'webhooks/deliveries',
  activity_counts: 'activity/statistics',
  activity_online: 'activity/statistics',
  activity_refusal_addresses: 'activity/statistics',
  activity_seen_regions: 'activity/statistics',
  sinks: 'sinks',
  right_changes: 'rights',
  processes: 'operations',
  job_runs: 'operations',
}

/** Files that write a table of another folder, each with the reason. */
const writesElsewhere: Readonly<Record<string, { readonly table: string; readonly reason: string }>> = {
  'packages/server/src/accounts/user-types/store.ts': {
    table: 'service_scopes',
    reason:
      'a type that gets another name takes its scopes along before the foreign key lets go of the old name',
  },
}

/** Sources below `packages` that read a file of `tools`, each with the reason. None is needed now. */
const reachesTools: Readonly<Record<string, string>> = {}

/** Files that may import one another in a circle, each group with the reason. */
const circles: readonly { readonly files: readonly string[]; readonly reason: string }[] = [
  {
    files: [
      'packages/latchkey/src/compat/simplejwt/backend.ts',
      'packages/latchkey/src/compat/simplejwt/kit.ts',
      'packages/latchkey/src/compat/simplejwt/serializer.ts',
      'packages/latchkey/src/compat/simplejwt/settings.ts',
      'packages/latchkey/src/compat/simplejwt/tokens.ts',
    ],
    reason: 'types only: classes of tokens and of serializers are settings, and are made with the settings',
  },
  {
    files: [
      'check-claims',
      'check-header',
      'check-keys',
      'check-proof',
      'clean',
      'explain',
      'fill',
      'finding',
      'members',
      'read-parts',
      'segment',
      'words',
    ].map((name) => `packages/latchkey/src/token/explain/${name}.ts`),
    reason: 'types only: the codes of the findings are the keys of the table of their sentences',
  },
  {
    files: ['hub', 'inbound', 'session', 'subscriptions'].map(
      (name) => `packages/server/src/mqtt/broker/${name}.ts`,
    ),
    reason: 'a session acts on the hub that holds the sessions',
  },
]

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
    path !== 'server/src/accounts/passwords/passwords.ts' &&
    folder !== 'server/src/accounts/passwords/hashes' &&
    /\bargon2\b/.test(codeOf(text)) &&
    !isWiring(path)
  ) {
    faults.push(`${file}: passwords are hashed in accounts/passwords only`)
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

/** What is wrong with how a file uses tests, their support and the tools; of tests and support too. */
export function supportFaultsOf({ file, text }: Source): string[] {
  const [, own] = /^packages\/(\w+)\//.exec(file) ?? []
  if (own === undefined) return []
  const isInSrc = file.startsWith(`packages/${own}/src/`)
  const ships = isInSrc && !isTest(file)
  const faults: string[] = []
  for (const specifier of importsOf(text).filter((one) => one.startsWith('.'))) {
    const target = normalize(join(dirname(file), specifier))
    const [, other] = /^packages\/(\w+)\//.exec(target) ?? []
    if (other !== undefined && other !== own) {
      faults.push(`${file} imports ${specifier}: a package is imported by its name, not by a path`)
    }
    if (ships && (/^packages\/\w+\/test\/|^tests\//.test(target) || isTest(target))) {
      faults.push(`${file} imports ${specifier}: what ships knows no test support`)
    }
  }
  // An address that is computed is no import, so every text is looked at.
  if (isInSrc && /['"`](\.\.\/)+tools\//.test(text) && !(file in reachesTools)) {
    faults.push(`${file}: no source or test of a package reaches up to tools/`)
  }
  return faults
}

/** Which tables a `store.ts` writes that are not of its folder. */
export function ownerFaultsOf({ file, text }: Source): string[] {
  const folder = dirname(file).replace('packages/server/src/', '')
  return tablesWrittenBy(text).flatMap((table) => {
    const owner = ownerOf[table]
    if (owner === undefined)
      return [`${file}: say in tools/checks/architecture.ts which folder owns ${table}`]
    if (owner === folder || writesElsewhere[file]?.table === table) return []
    return [`${file} writes ${table}, which ${owner} owns`]
  })
}

/** The tables that the migrations leave, each of which needs an owner. */
export function tablesOf(migrations: readonly Source[]): string[] {
  const namesIn = (pattern: RegExp) =>
    migrations.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, table = '']) => table))
  const dropped = namesIn(/\bDROP TABLE (\w+)/g)
  return namesIn(/\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)/g).filter((table) => !dropped.includes(table))
}

export function isOwned(table: string): boolean {
  return table in ownerOf
}

function tablesWrittenBy(text: string): string[] {
  const written = text.matchAll(/\b(?:INSERT INTO|DELETE FROM|UPDATE)\s+([a-z_]+)\b/g)
  return [...new Set([...written].map(([, table = '']) => table))]
}

/** Groups of files that import one another in a circle, types included, but for those that are named above. */
export function circlesIn(sources: readonly Source[]): string[] {
  return groupsIn(sources)
    .filter((group) => !circles.some(({ files }) => group.every((file) => files.includes(file))))
    .map((group) => `in a circle: ${group.join(', ')}`)
}

/** Exceptions that nothing needs any more. */
export function needlessExceptions(sources: readonly Source[]): string[] {
  const groups = groupsIn(sources)
  const textOf = (name: string) => sources.find(({ file }) => file === name)?.text ?? ''
  return [
    ...circles
      .filter(({ files }) => !groups.some((group) => isSame(group, files)))
      .map(({ files }) => files[0]!),
    ...Object.keys(reachesTools).filter((file) => !/['"`](\.\.\/)+tools\//.test(textOf(file))),
    ...Object.entries(writesElsewhere)
      .filter(([file, { table }]) => !tablesWrittenBy(textOf(file)).includes(table))
      .map(([file]) => file),
  ].map((file) => `${file}: this exception is not needed any more`)
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one))
}

/** The strongly connected components with more than one file, by Tarjan's algorithm. */
function groupsIn(sources: readonly Source[]): string[][] {
  const names = new Set(sources.map(({ file }) => file))
  const importedBy = new Map(
    sources.map(({ file, text }) => [
      file,
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => normalize(join(dirname(file), specifier)))
        .filter((target) => names.has(target)),
    ]),
  )
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const groups: string[][] = []
  const visit = (file: string) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file)!)
    open.push(file)
    for (const target of importedBy.get(file) ?? []) {
      if (!order.has(target)) visit(target)
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!))
    }
    if (lowest.get(file) !== order.get(file)) return
    const group = open.splice(open.indexOf(file))
    if (group.length > 1) groups.push(group.sort())
  }
  for (const file of names) if (!order.has(file)) visit(file)
  return groups
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file)
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
  const isOfAll = ofAll.some((one) => target.startsWith(one) && folder.startsWith(rootOf(one)))
  return place === from || isOfAll || allowed.includes(patternOf(place))
    ? []
    : [`${path} imports ${specifier}: ${from} may not import ${place}`]
}

/** `server/src` of a path within it. */
function rootOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
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
  // Examples in comments import what a program imports; 'from' is a word like others.
  const code = text.replaceAll(/^ *\*.*$/gm, '')
  return [...code.matchAll(/(?<!')(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(
    ([, specifier]) => specifier ?? '',
  )
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

/** Every source of the repository, tests and their support included. */
export function readAllSources(): Source[] {
  return read('{packages/*/{src,test},tests,tools,bench,examples}/**/*.{ts,tsx}')
}

/** The sources of what is published, without their tests. */
export function readSources(): Source[] {
  return read('packages/{console,latchkey,server}/src/**/*.{ts,tsx}').filter(({ file }) => !isTest(file))
}

function read(pattern: string): Source[] {
  return globSync(pattern, { exclude: (name) => name === 'node_modules' })
    .sort()
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
}
