import type { Mutation } from './mutators.ts'

/** A mutation that no test can notice, because it changes nothing that can be observed. */
export interface Equivalent {
  readonly file: string
  /** The line that it begins on, without indentation. */
  readonly on: string
  /** As the report prints it. */
  readonly before: string
  readonly after: string
  readonly reason: string
}

const holdsKeys = "`UPDATE signing_keys SET status = status WHERE algorithm = $1 AND status <> 'retired'`,"

export const equivalents: readonly Equivalent[] = [
  {
    file: 'packages/server/src/devices/approvals/answer.ts',
    on: 'if (row.decided_at !== null || row.expires_at <= world.now()) throw over(row)',
    before: '<=',
    after: '<',
    reason: 'the statement that decides asks for the same, and is refused by the same code',
  },
  {
    file: 'packages/server/src/accounts/permissions/history.ts',
    on: 'before = page.at(-1)?.id',
    before: '1',
    after: '(1 + 1)',
    reason: 'an event that is read twice is undone twice in a row, which is the same',
  },
  {
    file: 'packages/server/src/activity/proof/checkpoints.ts',
    on: `await appendFile(path, \`\${note}\\n\`, { mode: 0o600, flush: true })`,
    before: 'true',
    after: 'false',
    reason: 'seen only after a failure of power',
  },
  ...[
    { before: '<', after: '<=', reason: 'behind the last event there is none to be found' },
    { before: '1', after: '(1 + 1)', reason: 'only the first event that is found is looked at' },
  ].map((change) => ({
    file: 'packages/server/src/sinks/sinks.ts',
    on: 'const [oldest] = place < size ? await findPlaced(db, place, 1, passOver) : []',
    ...change,
  })),
  {
    file: 'packages/server/src/upstream/providers/settings.ts',
    on: 'if (!(error instanceof TypeError)) throw error',
    before: 'if (!(error instanceof TypeError)) throw error',
    after: '{}',
    reason: 'whatever text it is given as a key, privateKey throws nothing else',
  },
  {
    file: 'packages/server/src/addresses/networks.ts',
    on: 'if (networks.length === 0) return false',
    before: 'if (networks.length === 0) return false',
    after: '{}',
    reason: 'only saves the reading of an address that lies in none of no networks',
  },
  {
    file: 'packages/latchkey/src/dpop/check.ts',
    on: 'if (asked === undefined || path === undefined) return false',
    before: 'if (asked === undefined || path === undefined) return false',
    after: '{}',
    reason: 'no URL that is compared has undefined in the place of its path',
  },
  {
    file: 'packages/latchkey/src/token/base64url.ts',
    on: 'if (code === 95) return 63 // _',
    before: 'if (code === 95) return 63',
    after: '{}',
    reason: 'what is looked at are bits of which 30 has one wherever 63 has one',
  },
  {
    file: 'packages/latchkey/src/token/header-memo.ts',
    on: 'if (dot > maxHeaderLength || this.#others.size === 0) return undefined',
    before: '0',
    after: '(0 + 1)',
    reason: 'with one header, it is the last one, which was compared already',
  },
  {
    file: 'packages/server/src/activity/tail.ts',
    on: "signal.addEventListener('abort', end, { once: true })",
    before: 'true',
    after: 'false',
    reason: 'a signal aborts once',
  },
  {
    file: 'packages/server/src/database/sqlite.ts',
    on: 'await new Promise((turn) => setImmediate(turn))',
    before: 'await new Promise((turn) => setImmediate(turn))',
    after: ';',
    reason: 'without the wait a commit has fewer transactions, which costs time alone',
  },
  {
    file: 'packages/server/src/mqtt/broker/topic-tree.ts',
    on: "if (this.#size > 0) collectFilters(this.#root, topic.split('/'), 0, found)",
    before: '>',
    after: '>=',
    reason: 'in a tree without values there is nothing to find',
  },
  {
    file: 'packages/server/src/keys/store.ts',
    on: holdsKeys,
    before: 'algorithm = $1',
    after: '(algorithm = $1 OR 1 = 1)',
    reason: 'holds more rows than needed',
  },
  {
    file: 'packages/server/src/keys/store.ts',
    on: holdsKeys,
    before: "status <> 'retired'",
    after: "(status <> 'retired' OR 1 = 1)",
    reason: 'holds more rows than needed',
  },
  {
    file: 'packages/server/src/keys/key-ring.ts',
    on: 'if (generation > 0 && sameKeys(found, rows)) return',
    before: '0',
    after: '(0 + 1)',
    reason: 'only saves one reading of keys that are the same',
  },
  {
    file: 'packages/server/src/database/postgres.ts',
    on: 'const least = this.#readers.reduce((a, b) => (b.lost || b.pending < a.pending ? b : a))',
    before: '<',
    after: '<=',
    reason: 'of two readers that are equally busy either will do',
  },
  {
    file: 'packages/server/src/database/sqlite.ts',
    on: 'if (performance.now() > giveUpAt)',
    before: '>',
    after: '>=',
    reason: 'the clock is never at that very moment twice',
  },
  {
    file: 'packages/server/src/keys/key-ring.ts',
    on: 'if (generation > 0 && sameKeys(found, rows)) return',
    before: '>',
    after: '>=',
    reason: 'before the first time there are no rows, and the keys that were found are others',
  },
  {
    file: 'packages/server/src/rights/rights.ts',
    on: 'for (const [id, at] of seen) if (at <= over) seen.delete(id)',
    before: '<=',
    after: '<',
    reason: 'what is remembered of a change goes a minute later, and is looked up no more by then',
  },
  {
    file: 'packages/server/src/tokens/revocations.ts',
    on: 'for (const [id, expiresAt] of known) if (expiresAt <= now) known.delete(id)',
    before: '<=',
    after: '<',
    reason: 'what is remembered of a revocation goes a minute later, and it revokes nothing any more',
  },
  {
    file: 'packages/server/src/world.ts',
    on: 'if (count > 64) return randomBytes(count)',
    before: '>',
    after: '>=',
    reason: 'sixty-four random bytes from either are as random',
  },
  {
    file: 'packages/server/src/world.ts',
    on: 'if (at + count > pool.length) {',
    before: '>',
    after: '>=',
    reason: 'the pool is filled a moment before it is empty',
  },
  {
    file: 'packages/server/src/devices/keys/authenticate.ts',
    on: 'if (token.length <= longestRememberedToken) remember(uids, token, uid, keptVerifiers)',
    before: '<=',
    after: '<',
    reason: 'decides what is remembered, and nothing else',
  },
  {
    file: 'packages/server/src/devices/keys/authenticate.ts',
    on: 'if (header.length <= longestRememberedHeader) remember(known, header, isOfDevice, rememberedHeaders)',
    before: '<=',
    after: '<',
    reason: 'decides what is remembered, and nothing else',
  },
  {
    file: 'packages/latchkey/src/token/base64url.ts',
    on: "if (text.length > scratch.length / 3) return Buffer.from(text).toString('base64url')",
    before: '>',
    after: '>=',
    reason: 'the longest text that fits is encoded alike without the buffer that is kept',
  },
  {
    file: 'packages/latchkey/src/token/header-memo.ts',
    on: 'const maxHeaderLength = 1024',
    before: '1024',
    after: '(1024 + 1)',
    reason: 'no base64url has 1,025 characters',
  },
  {
    file: 'packages/latchkey/src/token/hmac.ts',
    on: 'const area = block + length <= shared.bytes.length ? shared : new Area(block + length)',
    before: '<=',
    after: '<',
    reason: 'the longest text that fits has the same MAC in an area of its own',
  },
  {
    file: 'packages/latchkey/src/token/hmac.ts',
    on: 'for (let i = 0; i < length; i++) difference |= token.charCodeAt(start + i) ^ mac.charCodeAt(i)',
    before: '<',
    after: '<=',
    reason: 'both texts are of this length, and what is read behind them is NaN',
  },
  {
    file: 'packages/latchkey/src/token/json.ts',
    on: 'for (i++; i < length; i++) {',
    before: '<',
    after: '<=',
    reason: 'only a text that does not end gets so far, which JSON.parse refuses',
  },
  {
    file: 'packages/latchkey/src/token/parse.ts',
    on: 'const target = text.length <= defaultMaxLength ? scratch : Buffer.alloc(text.length)',
    before: '<=',
    after: '<',
    reason: 'the longest text that fits is decoded alike in a buffer of its own',
  },
  {
    file: 'packages/latchkey/src/token/json.ts',
    on: "if (!ascii && text.includes('\\ufffd') && !isUtf8(bytes.subarray(0, length))) throw malformed()",
    before: "!ascii && text.includes('\\ufffd') && !isUtf8(bytes.subarray(0, length))",
    after: "(!ascii && text.includes('\\ufffd') || !isUtf8(bytes.subarray(0, length)))",
    reason: 'what is no UTF-8 is no ASCII either and is decoded with U+FFFD: the first two only save time',
  },
  {
    file: 'packages/latchkey/src/token/parse.ts',
    on: 'if (known !== undefined) return known',
    before: 'if (known !== undefined) return known',
    after: '{}',
    reason: 'the strict parser reads the same, and takes longer',
  },
  {
    file: 'packages/latchkey/src/token/web/material.ts',
    on: 'return { held: once(() => importJwk(jwk, algorithm, false)), jwk: async () => jwk }',
    before: 'false',
    after: 'true',
    reason: 'nobody is given this CryptoKey, and its members are exported from the JWK',
  },
  {
    file: 'packages/latchkey/src/token/payload-shape.ts',
    on: 'if (++at >= length) return undefined',
    before: '>=',
    after: '>',
    reason: 'a text that ends behind the payload is refused at the end, which must be that of the payload',
  },
  ...[
    { before: '>=', after: '>' },
    { before: '1024', after: '(1024 + 1)' },
    { before: 'if (length >= 1024) return this.bytes.subarray(0, length)', after: '{}' },
  ].map((change) => ({
    file: 'packages/latchkey/src/token/scratch.ts',
    on: 'if (length >= 1024) return this.bytes.subarray(0, length)',
    ...change,
    reason: 'a view that is kept shows the same bytes as a new one',
  })),
  {
    file: 'packages/latchkey/src/token/signature.ts',
    on: "if (end > scratch.bytes.length) return Buffer.from(token.slice(0, end), 'latin1')",
    before: '>',
    after: '>=',
    reason: 'the longest text that fits has the same bytes in a buffer of its own',
  },
  {
    file: 'packages/latchkey/src/token/verified-cache.ts',
    on: 'for (let i = token.length - 43; i < token.length - 38; i++) name = (name << 6) ^ token.charCodeAt(i)',
    before: '<',
    after: '<=',
    reason: 'a name is only where a token is put; the whole token is compared',
  },
  {
    file: 'packages/latchkey/src/token/keys/key-strength.ts',
    on: 'for (let n = 3; n < 168; n += 2) if (primes.every((prime) => n % prime !== 0)) primes.push(n)',
    before: '<',
    after: '<=',
    reason: 'n is odd, and 169 is no prime',
  },
  {
    file: 'packages/latchkey/src/token/keys/key-strength.ts',
    on: 'for (let n = 3; n < 168; n += 2) if (primes.every((prime) => n % prime !== 0)) primes.push(n)',
    before: '168',
    after: '(168 + 1)',
    reason: 'n is odd, and 169 is no prime',
  },
  {
    file: 'packages/latchkey/src/token/jwks/remote-key-set.ts',
    on: 'let generation = 0',
    before: '0',
    after: '(0 + 1)',
    reason: 'generations are only compared with each other',
  },
  {
    file: 'packages/latchkey/src/token/jwks/remote-key-set.ts',
    on: 'let freshUntilMs = 0',
    before: '0',
    after: '(0 + 1)',
    reason: 'nothing reads it before there are keys',
  },
  {
    file: 'packages/latchkey/src/guard/revocations/revocation-list.ts',
    on: 'if (keys.size >= maxRememberedKeys) keys.clear()',
    before: '>=',
    after: '>',
    reason: 'decides how many hashes are remembered, and nothing else',
  },
  {
    file: 'packages/latchkey/src/guard/revocations/revocation-list.ts',
    on: 'if (name.length <= 256) keys.set(name, key)',
    before: '<=',
    after: '<',
    reason: 'decides which hashes are remembered, and nothing else',
  },
  {
    file: 'packages/latchkey/src/guard/policy.ts',
    on: 'if (rest.length === 0) return facts',
    before: 'if (rest.length === 0) return facts',
    after: '{}',
    reason: 'one check alone decides the same, and takes longer in a loop',
  },
  {
    file: 'packages/latchkey/src/client/kept-session.ts',
    on: 'let turns = 0',
    before: '0',
    after: '(0 + 1)',
    reason: 'turns are only compared with each other',
  },
  {
    file: 'packages/latchkey/src/client/kept-session.ts',
    on: 'turns += 1',
    before: '1',
    after: '(1 + 1)',
    reason: 'turns are only compared with each other',
  },
  ...['packages/latchkey/src/client/private-file.ts', 'packages/latchkey/src/device/device-key.ts'].map(
    (file) => ({
      file,
      on: "await writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true })",
      before: 'true',
      after: 'false',
      reason: 'seen only after a failure of power',
    }),
  ),
  ...['packages/latchkey/src/token/verify-async.ts', 'packages/latchkey/src/token/web/verify.ts'].map(
    (file) => ({
      file,
      on: 'if (!(await remote.lookAgain(header))) throw error',
      before: 'if (!(await remote.lookAgain(header))) throw error',
      after: '{}',
      reason: 'a second look at the same keys gives the same error',
    }),
  ),
  {
    file: 'packages/server/src/json.ts',
    on: 'if (text.length <= 2 * levels) return false',
    before: '<=',
    after: '<',
    reason: 'only saves the counting in a text too short for so many levels',
  },
  {
    file: 'packages/server/src/json.ts',
    on: 'for (let index = 0; index < text.length; index += 1) {',
    before: '<',
    after: '<=',
    reason: 'behind the last character there is none, which opens and closes nothing',
  },
  {
    file: 'packages/server/src/mqtt/codec/writer.ts',
    on: 'if (this.#end > this.#buffer.length) {',
    before: '>',
    after: '>=',
    reason: 'the buffer grows a byte before it has to',
  },
  {
    file: 'packages/server/src/mqtt/broker/outbound.ts',
    on: '} else if (bytes <= 65_536) {',
    before: '<=',
    after: '<',
    reason: 'the same bytes are sent, as one buffer or as several',
  },
  {
    file: 'packages/server/src/mqtt/broker/subscriptions.ts',
    on: 'if (matches(filter, topic) && (!best || subscription.qos > best.qos)) best = subscription',
    before: '>',
    after: '>=',
    reason: 'of two subscriptions of the same QoS either may deliver (section 3.3.4)',
  },
  {
    file: 'packages/server/src/mqtt/broker/broker.ts',
    on: 'const better = !before || subscription.qos > before.qos',
    before: '>',
    after: '>=',
    reason: 'of two subscriptions of the same QoS either may deliver (section 3.3.4)',
  },
  {
    file: 'packages/server/src/accounts/permissions/history.ts',
    on: "types.delete(target ?? '')",
    before: "target ?? ''",
    after: "('')",
    reason:
      'nobody was of a type before it was made, and one of the same name that was removed before comes back with its own permissions',
  },
  {
    file: 'packages/server/src/accounts/notices/sign-ins.ts',
    on: 'if (!unusual || !primary || !owner || owner.disabled_at !== null) return',
    before: '!unusual || !primary',
    after: '(!unusual)',
    reason: 'there is no owner where there is no address; the compiler is told',
  },
  {
    file: 'packages/server/src/devices/relations/relations.ts',
    on: 'if (!holds(identity, permissionFor[action])) return false',
    before: 'if (!holds(identity, permissionFor[action])) return false',
    after: '{}',
    reason: 'the decision behind it asks for the same permission; it only saves looking up the relation',
  },
  {
    file: 'packages/server/src/mqtt/broker/broker.ts',
    on: 'session.flushing = true',
    before: 'true',
    after: 'false',
    reason: 'a session is flushed again, with nothing left to write',
  },
  {
    file: 'packages/server/src/mail/transport.ts',
    on: `messageId: \`<\${id}@\${from.replace(/^.*@/, '').replace('>', '')}>\`,`,
    before: '^',
    after: '',
    reason: 'the first match begins with the first character, and a sender is one line',
  },
  {
    file: 'packages/server/src/addresses/networks.ts',
    on: "if (text === '') return []",
    before: "if (text === '') return []",
    after: '{}',
    reason: 'nothing is read as a group of zero, and `::` stands for one group of zeros at least (RFC 4291)',
  },
  {
    file: 'packages/server/src/sessions/store.ts',
    on: 'WHERE (t.session_idle_ms IS NOT NULL OR t.session_longest_ms IS NOT NULL) AND s.ended_at IS NULL',
    before: '(t.session_idle_ms IS NOT NULL OR t.session_longest_ms IS NOT NULL)',
    after: '((t.session_idle_ms IS NOT NULL OR t.session_longest_ms IS NOT NULL) OR 1 = 1)',
    reason: 'no time is before one that is NULL; it only saves the reading of sessions without limits',
  },
  {
    file: 'packages/server/src/accounts/passwords/hashes/scrypt.ts',
    on: 'const read = { ln: cost(ln, 1, 30), r: cost(r, 1, 32), p: cost(p, 1, 32) }',
    before: '30',
    after: '(30 + 1)',
    reason:
      'that much memory is refused with the same code by the line below; the limit keeps the powers small',
  },
  {
    file: 'packages/server/src/sinks/sinks.ts',
    on: 'const [oldest] = place < size ? await findPlaced(db, place, 1, passOver) : []',
    before: '1',
    after: '(1 + 1)',
    reason: 'one more is read, and the first one alone is used',
  },
  ...[
    { file: 'packages/server/src/accounts/attributes/store.ts', on: 'return row?.count ?? 0' },
    { file: 'packages/server/src/accounts/factors/remembered/store.ts', on: 'return row?.count ?? 0' },
    { file: 'packages/server/src/accounts/factors/store.ts', on: 'return row?.count ?? 0' },
    { file: 'packages/server/src/accounts/passkeys/store.ts', on: 'return row?.count ?? 0' },
    { file: 'packages/server/src/accounts/users/store.ts', on: 'return row?.count ?? 0' },
    { file: 'packages/server/src/keys/fetches/store.ts', on: 'return Number(row?.count ?? 0)' },
  ].map((place) => ({
    ...place,
    before: '0',
    after: '(0 + 1)',
    reason: 'COUNT gives one row always; the compiler is told',
  })),
  ...[
    { file: 'packages/server/src/accounts/sign-in/store.ts', table: 'sign_in_networks' },
    { file: 'packages/server/src/mail/store.ts', table: 'mail_limits' },
  ].map(({ file, table }) => ({
    file,
    on: `CASE WHEN ${table}.full_until > $3 THEN ${table}.full_until + $4 ELSE $2 END`,
    before: '>',
    after: '>=',
    reason: 'at this very moment, both give the same: the moment and what it costs',
  })),
  {
    file: 'packages/server/src/accounts/search/store.ts',
    on: `\`\${column} >= \${asked.add(word)} AND \${column} < \${asked.add(word + last)}\``,
    before: '<',
    after: '<=',
    reason: 'no term has the character with which the bound ends',
  },
  {
    file: 'packages/server/src/activity/proof/store.ts',
    on: "'UPDATE activity_tree SET size = size WHERE name = $1 RETURNING size, next_key, forgets',",
    before: 'name = $1',
    after: '(name = $1 OR 1 = 1)',
    reason: 'there is one tree',
  },
  {
    file: 'packages/server/src/alarms/store.ts',
    on: 'last_at = CASE WHEN last_at < $4 THEN $4 ELSE last_at END,',
    before: '<',
    after: '<=',
    reason: 'of two moments that are the same, either may be taken',
  },
  {
    file: 'packages/server/src/keys/fetches/store.ts',
    on: 'last_at = CASE WHEN last_at <= $5 THEN $5 ELSE last_at END',
    before: '<=',
    after: '<',
    reason: 'of two moments that are the same, either may be taken',
  },
  ...[
    'WHERE next_at <= $1 AND until_at > $1',
    'AND id IN (SELECT id FROM mail_outbox WHERE next_at <= $1 AND until_at > $1 ORDER BY next_at, id LIMIT $3)',
  ].map((on) => ({
    file: 'packages/server/src/mail/store.ts',
    on,
    before: 'next_at <= $1',
    after: '(next_at <= $1 OR 1 = 1)',
    reason:
      'the statement asks twice: once to choose, in the order of what is due, and once for two processes that choose the same',
  })),
  {
    file: 'packages/server/src/alarms/remembered/store.ts',
    on: `SELECT seen.uid, seen.seen_at FROM (\${seen}) AS seen JOIN devices d ON d.uid = seen.uid WHERE true`,
    before: 'true',
    after: '(true OR 1 = 1)',
    reason: 'it keeps the ON of the conflict from being read as that of the JOIN',
  },
]

/** A text on one line, cut where it is long: enough to know it again. */
export function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`
}

export function isSame(mutation: Mutation, { file, on, before, after }: Equivalent): boolean {
  return (
    mutation.file === file &&
    mutation.on === on &&
    brief(mutation.before) === before &&
    brief(mutation.after) === after
  )
}
