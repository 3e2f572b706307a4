import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { phc, platformArgon2 } from '../../packages/server/src/accounts/passwords/hashes/argon2.ts'
import { ourArgon2Cost } from '../../packages/server/src/accounts/passwords/passwords.ts'
import { load } from '../api/load.ts'
import type { Row } from '../benchmark.ts'
import { median, type ServerProcess, startProcess } from '../server.ts'
import { runCommand } from './import.ts'

const rounds = 5
const signIns = 200
const storm = 1_000

/** Sign-ins a second beside the hashes a second that the machine makes, and what a storm of them does to others. */
export async function signInRows(directory: string): Promise<Row[]> {
  const bodies = await makePeople(directory)
  // A limit on guessing counts an attempt as wrong until it has succeeded, and all come from one address.
  const settings = {
    LATCHKEY_SIGN_IN_FAILURES_PER_ADDRESS: '100000',
    // So do the connections, all of which are new at once in the storm.
    LATCHKEY_HALF_OPEN_PER_ADDRESS: '2000',
    LATCHKEY_ISSUER: 'http://127.0.0.1:8484',
  }
  const server = await startProcess(directory, settings)
  try {
    const port = Number(new URL(server.issuer).port)
    const json = { 'content-type': 'application/json' }
    const asked = { port, method: 'POST', path: '/v1/login', headers: json, bodies, status: 200 }
    const ratios: number[] = []
    const rates: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const ceiling = await hashesPerSecond()
      const { perSecond } = await load(asked, signIns, 4 * availableParallelism())
      // The first round warms up.
      if (round === 0) continue
      rates.push(perSecond)
      ratios.push(perSecond / ceiling)
    }
    const ratio = median(ratios)
    return [
      {
        what: 'sign-ins, beside argon2id alone',
        measured: `${(100 * ratio).toFixed(0)} % of the ceiling: ${median(rates).toFixed(0)}/s`,
        goal: '>= 95 %',
        met: ratio >= 0.95,
      },
      ...(await stormRows(server, bodies)),
    ]
  } finally {
    await server.stop()
  }
}

/** As many accounts as sign in at once: few attempts of one account may be under way. Their sign-ins. */
async function makePeople(directory: string): Promise<string[]> {
  const password = 'a lamp, a latch and a key'
  const salt = randomBytes(16)
  const hash = phc(salt, await platformArgon2(password, salt, ourArgon2Cost), ourArgon2Cost)
  const names = Array.from({ length: storm }, (_, at) => `person${at}`)
  const file = join(directory, 'signing-in.ndjson')
  writeFileSync(
    file,
    names.map((username) => `${JSON.stringify({ username, password_hash: hash })}\n`).join(''),
  )
  const data = join(directory, 'data')
  await runCommand(data, ['migrate'])
  await runCommand(data, ['users', 'import', file])
  return names.map((username) => JSON.stringify({ username, password }))
}

async function hashesPerSecond(): Promise<number> {
  const beganAt = performance.now()
  let left = signIns
  const hash = async () => {
    while (left > 0) {
      left -= 1
      await platformArgon2('the password of nobody', randomBytes(16), ourArgon2Cost)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, hash))
  return signIns / ((performance.now() - beganAt) / 1000)
}

async function stormRows(server: ServerProcess, bodies: readonly string[]): Promise<Row[]> {
  const signIn = (body: string) =>
    fetch(`${server.issuer}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
  const { access_token: token } = (await (await signIn(bodies[0]!)).json()) as { access_token: string } // its contract
  const ask = async () => {
    const beganAt = performance.now()
    const answer = await fetch(`${server.issuer}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`GET /v1/me was answered with ${answer.status}`)
    return performance.now() - beganAt
  }
  const quiet: number[] = []
  for (let at = 0; at < 300; at += 1) {
    quiet.push(await ask())
    await delay(5)
  }
  const before = server.residentKb() / 1024
  let most = before
  let isOver = false
  // The one that measures must not wait for a thousand clients of its own.
  const clients = new Worker(new URL('storm.ts', import.meta.url), {
    workerData: { url: `${server.issuer}/v1/login`, bodies },
  })
  const all = once(clients, 'message').finally(() => {
    isOver = true
  })
  const during: number[] = []
  while (!isOver) {
    during.push(await ask())
    most = Math.max(most, server.residentKb() / 1024)
    await delay(5)
  }
  const [statuses] = (await all) as [number[]]
  const [calm, stormy] = [p99(quiet), p99(during)]
  const counted = Object.entries(Object.groupBy(statuses, String))
    .map(([status, same]) => `${same?.length} x ${status}`)
    .join(', ')
  return [
    {
      what: `GET /v1/me during ${storm} sign-ins at once, p99`,
      measured: `${(stormy / calm).toFixed(1)}x: ${stormy.toFixed(1)} ms beside ${calm.toFixed(1)} ms before (${during.length} requests; ${counted})`,
      goal: '<= 2x',
      met: stormy <= 2 * calm,
      ifNotMet: 'the hashes, the one that measures and the server share the cores of this machine.',
    },
    {
      what: 'resident memory during the storm',
      measured: `${most.toFixed(0)} MB, ${(most - before).toFixed(0)} MB more than before`,
      goal: '<= 150 MB more',
      met: most - before <= 150,
    },
  ]
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
}
