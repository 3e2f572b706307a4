import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from '../benchmark.ts'
import { median, startProcess, temporaryDirectory } from '../server.ts'

const rounds = 5
const exchanges = 1_000
const inFlight = 64
const people = 500
const goal = 1_000

/**
 * A nonce, an assertion about one of so many people, and the session that it brings, by the processor time of the server, on
 * SQLite. The account server signs outside of what is measured. Requests come from many networks, as those of an app's people do: one
 * network gets so many nonces an hour.
 */
export async function exchangeRow(): Promise<Row> {
  const directory = temporaryDirectory()
  const server = await startProcess(directory.path, { LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' })
  try {
    const partner = registerApp(directory.path)
    const costs: number[] = []
    const times: number[] = []
    // The first round makes the people and warms up.
    for (let round = 0; round <= rounds; round += 1) {
      const before = server.cpuMs()
      let left = exchanges
      const client = async () => {
        while (left > 0) {
          const turn = left--
          const beganAt = performance.now()
          await exchange(server.issuer, partner, `person ${turn % people}`, round * exchanges + turn)
          if (round > 0) times.push(performance.now() - beganAt)
        }
      }
      await Promise.all(Array.from({ length: inFlight }, client))
      if (round > 0) costs.push(((server.cpuMs() - before) * 1000) / exchanges)
    }
    const micros = median(costs)
    const perSecond = Math.floor(1_000_000 / micros)
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN
    return {
      what: `the nonce exchange, durable: nonce, assertion, session, ${inFlight} in flight`,
      measured: `${perSecond}/s of one core (${micros.toFixed(0)} us, two requests; p99 ${p99.toFixed(0)} ms with the client on the other core)`,
      goal: `>= ${goal}/s`,
      met: perSecond >= goal,
    }
  } finally {
    await server.stop()
    directory.remove()
  }
}

interface Partner {
  readonly app: string
  sign(claims: object): string
}

/** By the command line, beside the running server. */
function registerApp(directory: string): Partner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const file = join(directory, 'partner.pem')
  writeFileSync(file, publicKey.export({ format: 'pem', type: 'spki' }))
  const program = fileURLToPath(new URL('../../packages/server/bin/latchkey.js', import.meta.url))
  const latchkey = (...args: string[]) =>
    execFileSync(process.execPath, ['--conditions=latchkey-source', program, ...args, '--json'], {
      env: { ...process.env, LATCHKEY_DATA: join(directory, 'data') },
      encoding: 'utf8',
    })
  const { id } = JSON.parse(latchkey('apps', 'add', 'chat', '--user-type', 'customer')) as { id: string } // its output
  latchkey('apps', 'add-key', 'chat', 'one', '--key', file, '--algorithm', 'ES256')
  return {
    app: id,
    sign(claims) {
      const header = { typ: 'JWT', alg: 'ES256', kid: 'one' }
      const input = [header, { iss: id, ...claims }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

async function exchange(issuer: string, partner: Partner, sub: string, turn: number): Promise<void> {
  const address = `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`
  const post = async (path: string, form: Record<string, string>): Promise<Record<string, unknown>> => {
    const answer = await fetch(issuer + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': address },
      body: new URLSearchParams(form).toString(),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const { nonce } = await post('/oauth/nonce', { client_id: partner.app })
  const now = Math.floor(Date.now() / 1000)
  const assertion = partner.sign({ sub, aud: issuer, iat: now, exp: now + 60, nonce })
  await post('/oauth/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
}
