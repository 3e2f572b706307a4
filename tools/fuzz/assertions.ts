import { randomFrom } from '../../packages/latchkey/test/guard/hostile.ts'
import { makeNonce } from '../../packages/server/src/apps/nonces/nonces.ts'
import { openTestApp, testIssuer } from '../../packages/server/test/app.ts'
import {
  openPartner,
  type Partner,
  type Signer,
  signedBy,
  signedByPublicKey,
  unsigned,
} from '../../packages/server/test/partner.ts'
import { newClientKey } from '../../packages/server/test/proofs.ts'
import type { Target } from './target.ts'

/** A member of an assertion: values with which it is valid, and values with which it is not. Undefined is no member. */
interface Member {
  readonly good: readonly unknown[]
  readonly bad: readonly unknown[]
}

const anything = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000',
  '\ud800',
  [],
  {},
  [[]],
  true,
  '__proto__',
  { length: 1 },
]
const noText = [null, 0, -1, true, [], {}, ['a'], { length: 1 }]
const noName = [undefined, ...noText, '', ' ', '\u0000', 'x\u0000', 'x\u202ey', 'x'.repeat(201)]

const header: Readonly<Record<string, Member>> = {
  typ: {
    good: ['JWT', 'jwt', 'application/jwt', 'latchkey-grant+jwt'],
    bad: [undefined, ...anything, 'at+jwt', 'device+jwt', 'JWT ', 'jws'],
  },
  alg: {
    good: ['ES256'],
    bad: [undefined, ...anything, 'none', 'RS256', 'HS256', 'es256', 'ES384', 'EdDSA'],
  },
  kid: { good: ['one'], bad: [undefined, ...anything, 'two', 'One', 'one ', 'one\u0000', '../one'] },
  cty: { good: [undefined, 'diuit-eit;v=1', 'diuit-auth;v=1'], bad: [...anything, 'diuit-eit;v=2', 'JWT'] },
  crit: { good: [undefined], bad: [...anything, ['exp'], ['b64']] },
  b64: { good: [undefined], bad: [...anything, false] },
  // A key that comes along counts for nothing.
  jwk: { good: [undefined, newClientKey().jwk, ...anything], bad: [] },
  jku: { good: [undefined, 'https://127.0.0.1/keys', ...anything], bad: [] },
}

/** Times are seconds from now, in pairs: each is good on its own only with the other. */
const times = {
  good: [
    [0, 300],
    [-10, 290],
    [29, 60],
    [-300, 0],
    [0, 1],
  ],
  bad: [
    [0, 301],
    [31, 60],
    [0, 0],
    [60, 0],
    [-400, -100],
    [-60, -30],
    [0, 1e9],
  ],
} as const

const subs = Array.from({ length: 50 }, (_, at) => `person ${at}`)

type Claims = Readonly<Record<string, Member>>

function claimsOf({ app }: Partner, now: number): Claims {
  return {
    iss: { good: [app], bad: [undefined, ...anything, 'app_none', app.toUpperCase(), [app], testIssuer] },
    sub: { good: subs, bad: noName },
    aud: {
      good: [testIssuer, [testIssuer], ['else', testIssuer]],
      bad: [undefined, ...anything, 'else', ['else'], { 0: testIssuer }, `${testIssuer}/`, app],
    },
    nbf: {
      good: [undefined, now, now - 60, now + 29],
      bad: [...noText.filter((one) => one !== 0 && one !== -1), now + 31, '0', -1],
    },
    jti: { good: [undefined, 'one', 'two'], bad: noName.slice(1) },
    session_exp: {
      good: [undefined, now + 1, now + 60, now + 1e6],
      bad: [null, true, '', 'x', String(now + 60), now, now - 1, 0, -1, 1e308, [], {}],
    },
    // What is not known counts for nothing.
    scope: { good: [undefined, 'users:write', ...anything], bad: [] },
    kind: { good: [undefined, 'service', ...anything], bad: [] },
  }
}

const nonces = {
  good: ['nonce', 'nce'],
  bad: [undefined, ...noText, '', 'lk_nonce_never', 'nonce_of_another', 'both'],
} as const

/** What is done to a whole assertion that was signed. Each makes another text of it, and none may be accepted. */
const spoilers: readonly ((token: string, random: () => number) => string)[] = [
  (token) => `${token}=`,
  (token) => `${token}A`,
  (token) => ` ${token}`,
  (token) => `${token}\n`,
  (token) => `${token}.`,
  (token) => `.${token}`,
  (token) => token.slice(0, -1),
  (token) => token.replace(/\.[^.]+$/, ''),
  (token) => token.replace(/\.[^.]+$/, '.'),
  (token) => token.replaceAll('.', '..'),
  (token) => token.split('.').toReversed().join('.'),
  (token) => `${token}.${token}`,
  (token) => JSON.stringify({ token }),
  (token, random) => changed(token, random),
  (token, random) => changed(changed(token, random), random),
]

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function changed(token: string, random: () => number): string {
  const at = Math.floor(random() * token.length)
  const other = letters[(letters.indexOf(token[at] ?? '') + 1 + Math.floor(random() * 62)) % 64]
  return token.slice(0, at) + other + token.slice(at + 1)
}

const atOnce = 32

/** Assertions of an app, of which it is known whether they are valid: the exchange has to say the same of each. */
export const assertions: Target = {
  name: 'assertions',
  async run({ count, seed, inFlight, tell }) {
    const random = randomFrom(seed)
    const house = await openTestApp('sqlite')
    try {
      const { token } = await house.signedIn('root', 'administrator')
      const partner = await openPartner(house, token)
      const other = await openPartner(house, token)
      const freshNonce = (app = partner.app) =>
        makeNonce(house.app.apps.ground, { app, deviceId: undefined, key: undefined })
      const spare = { own: await freshNonce(), other: await freshNonce(other.app) }
      const make = createMaker(random, partner, other, Math.floor(house.world.now() / 1000))
      for (let done = 0; done < count; done += atOnce) {
        const made = Array.from({ length: Math.min(atOnce, count - done) }, make)
        const texts = await Promise.all(
          made.map(async ({ isValid, write }) =>
            write(isValid ? await freshNonce() : spare.own, spare.other),
          ),
        )
        inFlight.splice(0, inFlight.length, ...texts)
        const statuses = await Promise.all(texts.map((text) => exchange(house.app.edge, text)))
        for (const [at, status] of statuses.entries()) {
          const isValid = made[at]?.isValid === true
          if (status >= 500 || (status === 200) !== isValid) {
            throw new Error(`${isValid ? 'valid' : 'not valid'}, and ${status}: ${JSON.stringify(texts[at])}`)
          }
          tell(String(status))
        }
      }
      // What was refused has used nothing up.
      if ((await exchange(house.app.edge, partner.sign({ nonce: spare.own }))) !== 200) {
        throw new Error('the nonce of those that were refused is not good any more')
      }
      if (house.log.errors.length > 0) throw new Error('the log has errors', { cause: house.log.errors[0] })
    } finally {
      await house.close()
    }
  },
}

interface Edge {
  request(path: string, init: RequestInit): Response | Promise<Response>
}

async function exchange(edge: Edge, assertion: string): Promise<number> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const body = new URLSearchParams({ grant_type, assertion }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await edge.request('/oauth/token', { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

interface Made {
  readonly isValid: boolean
  write(nonce: string, nonceOfOther: string): string
}

function createMaker(random: () => number, partner: Partner, other: Partner, now: number): () => Made {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T // no list is empty
  const claims = claimsOf(partner, now)
  const stranger = newClientKey()
  const wrongSigners: readonly Signer[] = [
    signedBy(stranger),
    signedBy(other.key),
    signedByPublicKey(partner.key),
    unsigned,
    (input) => signedBy(partner.key)(`${input} `),
    () => 'A'.repeat(86),
    () => Buffer.alloc(64).toString('base64url'),
  ]
  const members = [...entriesOf(header, 'header'), ...entriesOf(claims, 'claims')]
  const faults = [
    ...members.filter(({ member }) => member.bad.length > 0),
    'times',
    'nonce',
    'signature',
    'spoiled',
  ] as const

  return () => {
    // One in twenty is valid; of the others most have one fault, so that nothing else hides what it does.
    const isValid = random() < 0.05
    const wrong = new Set(isValid ? [] : Array.from({ length: pick([1, 1, 1, 2, 5]) }, () => pick(faults)))
    const laid = { header: {} as Record<string, unknown>, claims: {} as Record<string, unknown> }
    for (const entry of members) {
      laid[entry.part][entry.name] = pick(wrong.has(entry) ? entry.member.bad : entry.member.good)
    }
    const [iat = 0, exp = 0] = pick<readonly number[]>(wrong.has('times') ? times.bad : times.good)
    const signer = wrong.has('signature') ? pick(wrongSigners) : signedBy(partner.key)
    const where = wrong.has('nonce') ? pick<unknown>(nonces.bad) : pick(nonces.good)
    const spoil = wrong.has('spoiled') ? pick(spoilers) : undefined
    return {
      isValid,
      write(nonce, nonceOfOther) {
        const said = {
          ...laid.claims,
          iat: now + iat,
          exp: now + exp,
          ...nonceClaims(where, nonce, nonceOfOther),
        }
        const token = partner.sign(said, laid.header, signer)
        return spoil ? spoil(token, random) : token
      },
    }
  }
}

function nonceClaims(where: unknown, nonce: string, nonceOfOther: string): object {
  if (where === 'nonce' || where === 'nce') return { [where]: nonce }
  if (where === 'both') return { nonce, nce: nonceOfOther }
  return { nonce: where === 'nonce_of_another' ? nonceOfOther : where }
}

function entriesOf<Part extends string>(members: Readonly<Record<string, Member>>, part: Part) {
  return Object.entries(members).map(([name, member]) => ({ part, name, member }))
}
