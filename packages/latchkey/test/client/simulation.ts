import type { TestContext } from 'node:test'
import { type Client, createClient } from '../../src/client/client.ts'
import type { Locks } from '../../src/client/locks.ts'
import { keyValueStorage } from '../../src/client/storage.ts'

// Tabs, their lock, their storage, the network and the issuer under one clock that a test moves. A tab can be stopped where
// a browser stops one: while its request is under way, with the lock in hand.

/** Where a tab is stopped: when it is given the lock, has read the storage, its request was answered, the answer is read. */
export type StopAt = 'lock' | 'read' | 'answer' | 'body'

/** What becomes of one request for a refresh. All but the last two reach the issuer. */
export type Fault = 'hangs' | 'breaks' | '502' | '503 comes back' | 'is down'

const latencyMs = 50
export const lifeMs = 300_000
const graceMs = 10_000

export interface SimulatedTab {
  readonly client: Client
  readonly endings: string[]
  /** Send a request with the token. Gives the token that arrived, or the code of the error. */
  ask(): Promise<string>
  stopAt(point: StopAt): void
  readonly isStopped: boolean
  goOn(): void
}

export function simulate(t: TestContext, { hasLocks = true }: { hasLocks?: boolean } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 })
  const issuer = createSimulatedIssuer()
  const store = new Map<string, string>()
  const locks = simulatedLocks()
  let writesFail = false
  let timersWin = false
  let jumpedMs = 0

  function openTab(): SimulatedTab {
    let point: StopAt | undefined
    let stopped: PromiseWithResolvers<void> | undefined
    const passes = async (here?: StopAt) => {
      if (here !== undefined && here === point) {
        point = undefined
        stopped = Promise.withResolvers()
      }
      await stopped?.promise
    }
    const tabLocks: Locks = {
      request: (name, options, run) =>
        locks.request(name, options, async () => {
          await passes('lock')
          return run()
        }),
      query: locks.query,
    }
    const client = createClient({
      issuer: 'https://id.example.com',
      random: () => 0.5,
      now: () => Date.now() + jumpedMs,
      locks: hasLocks && tabLocks,
      storage: keyValueStorage({
        async getItem(key) {
          const value = store.get(key)
          await passes('read')
          return value
        },
        async setItem(key, value) {
          await passes()
          if (writesFail) throw new Error('QuotaExceededError')
          store.set(key, value)
        },
        removeItem: (key) => store.delete(key),
      }),
      async fetch(input, init) {
        const path = new URL(String(input)).pathname
        const signal = init?.signal
        const aborted = new Promise<never>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        })
        aborted.catch(() => {})
        const answered = issuer.answer(path, init)
        const settled = await Promise.race([answered, aborted]).then(
          (response) => ({ response }),
          (error: unknown) => ({ error }),
        )
        if (path === '/v1/refresh') await passes('answer')
        // Where the answer and the time-out are both there when the tab goes on, either may be first.
        if (timersWin) signal?.throwIfAborted()
        if ('error' in settled) throw settled.error
        const text = await settled.response.text()
        if (path === '/v1/refresh') await passes('body')
        if (timersWin) signal?.throwIfAborted()
        return new Response(text, settled.response)
      },
    })
    const endings: string[] = []
    client.on('signed-out', ({ reason }) => endings.push(reason))
    t.after(() => client.close())
    return {
      client,
      endings,
      async ask() {
        try {
          const answer = (await (await client.fetch('https://id.example.com/me')).json()) as { token: string }
          return answer.token
        } catch (error) {
          return (error as { code: string }).code
        }
      },
      stopAt(next) {
        point = next
      },
      get isStopped() {
        return stopped !== undefined
      },
      goOn() {
        point = undefined
        stopped?.resolve()
        stopped = undefined
      },
    }
  }

  return {
    issuer,
    store,
    openTab,
    /** Two tabs of one session. */
    async twoTabs(): Promise<readonly [SimulatedTab, SimulatedTab]> {
      const tabs = [openTab(), openTab()] as const
      const signedIn = tabs[0].client.signIn({ username: 'ada', password: 'right' })
      await this.advance(1_000)
      await signedIn
      await tabs[1].client.restore()
      return tabs
    },
    /** Let time pass, and everything happen that is due. */
    async advance(ms: number): Promise<void> {
      // Long stretches, in which little is under way, go by in longer steps.
      for (let passed = 0, step = 0; passed < ms; passed += step) {
        step = Math.min(passed < 15_000 ? latencyMs : 5_000, ms - passed)
        t.mock.timers.tick(step)
        for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    },
    /** Longer than anything that is waited for. */
    async settle(): Promise<void> {
      await this.advance(20_000)
    },
    /** Set the clock of the machine, for all tabs; timers and the issuer's clock go on as they were. */
    setClocks(byMs: number): void {
      jumpedMs += byMs
    },
    failWrites(isFailing: boolean): void {
      writesFail = isFailing
    },
    letTimersWin(isWinning: boolean): void {
      timersWin = isWinning
    },
  }
}

/** An issuer by the rule of the real one: a refresh token again within ten seconds brings the same successor. */
function createSimulatedIssuer() {
  const expiries = new Map<string, number>()
  const uses = new Map<string, { atMs: number; successor: string; generation: number }>()
  let generation = 0
  let newestUsed = -1
  let count = 0

  const issuer = {
    faults: [] as Fault[],
    /** When each refresh request arrived, by the issuer's clock. */
    arrivals: [] as number[],
    reused: 0,
    isOver: false,
    /** What a 503 says of when to come back. */
    retryAfter: undefined as string | undefined,
    newest: '',
    async answer(path: string, init: RequestInit | undefined): Promise<Response> {
      await passing(latencyMs)
      if (path === '/v1/refresh') return refreshAnswer(String(init?.body))
      if (path === '/v1/login') {
        issuer.newest = 'rt 0'
        return answered(tokens('rt 0'))
      }
      await passing(latencyMs)
      const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? ''
      if (Date.now() < (expiries.get(token) ?? 0)) return Response.json({ token })
      return new Response('{}', {
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      })
    },
  }

  async function refreshAnswer(body: string): Promise<Response> {
    const fault = issuer.faults.shift()
    if (fault === 'is down') throw new TypeError('fetch failed')
    if (fault === '503 comes back') return answered({ code: 'overloaded' }, 503)
    issuer.arrivals.push(Date.now())
    const { refresh_token: presented } = JSON.parse(body) as { refresh_token: string }
    const result = rotate(presented)
    if (fault === 'hangs') return new Promise(() => {})
    if (fault === 'breaks') throw new TypeError('fetch failed')
    if (fault === '502') return answered({}, 502)
    return result === undefined
      ? answered({ code: issuer.isOver ? 'refresh_invalid' : 'refresh_reused' }, 401)
      : answered(tokens(result))
  }

  function rotate(presented: string): string | undefined {
    if (issuer.isOver) return undefined
    const use = uses.get(presented)
    if (use === undefined) {
      const successor = `rt ${generation + 1}`
      uses.set(presented, { atMs: Date.now(), successor, generation })
      newestUsed = generation
      generation += 1
      issuer.newest = successor
      return successor
    }
    if (Date.now() - use.atMs <= graceMs && newestUsed === use.generation) return use.successor
    issuer.reused += 1
    issuer.isOver = true
    return undefined
  }

  function tokens(refreshToken: string) {
    count += 1
    const claims = { sub: 'usr_ada', n: count }
    const accessToken = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.AA`
    expiries.set(accessToken, Date.now() + lifeMs)
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: lifeMs / 1000,
      refresh_token: refreshToken,
      session_id: 'ses_1',
    }
  }

  async function answered(body: object, status = 200): Promise<Response> {
    await passing(latencyMs)
    const { retryAfter } = issuer
    return Response.json(body, {
      status,
      headers: {
        date: new Date(Date.now()).toUTCString(),
        ...(status === 503 && retryAfter !== undefined && { 'retry-after': retryAfter }),
      },
    })
  }

  return issuer
}

function passing(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Exclusive locks, given in the order in which they are asked for (Web Locks API). */
function simulatedLocks(): Locks {
  const last = new Map<string, Promise<unknown>>()
  return {
    async request(name, { signal }, run) {
      const before = last.get(name) ?? Promise.resolve()
      const released = Promise.withResolvers<void>()
      last.set(name, released.promise)
      try {
        await new Promise<void>((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          before.then(() => resolve())
        })
      } catch (error) {
        // Who gave up does not let the next overtake whoever still has it.
        before.then(() => released.resolve())
        throw error
      }
      try {
        return await run()
      } finally {
        released.resolve()
      }
    },
    query: async () => ({ held: [] }),
  }
}
