/** A sign-in that has left for the issuer and has not come back. */
export interface Flow {
  readonly state: string
  readonly nonce: string
  /** Of PKCE (RFC 7636). It never leaves before the code comes back. */
  readonly verifier: string
  readonly redirectUri: string
  /** How many seconds ago the sign-in at the issuer may have been, if that was asked for. */
  readonly maxAge?: number
  /** What the program wanted to have again. */
  readonly returnTo?: string
  /** In milliseconds since the Unix epoch, by this machine's clock. */
  readonly beganAtMs: number
}

/** The sign-ins that this tab, or this program, has under way. */
export interface Flows {
  add(flow: Flow): void
  /** The flow of this state, which is forgotten: an answer counts once. */
  take(state: string): Flow | undefined
}

/** Long enough for somebody who sets up a second factor on the way. */
const lifeMs = 60 * 60_000
/** Of one tab. More are clicks that came to nothing. */
const most = 8

/** Whether a flow took too long. A clock that was set back makes it no younger. */
export function isExpired({ beganAtMs }: Flow, nowMs: number): boolean {
  return Math.abs(nowMs - beganAtMs) >= lifeMs
}

/** In `sessionStorage`, which is the tab's alone and outlives the redirect; where there is none, in memory. */
export function createFlows(name: string): Flows {
  const key = `${name} flows`
  const store = tabStore()

  function read(): Flow[] {
    try {
      const list: unknown = JSON.parse(store.getItem(key) ?? '[]')
      return Array.isArray(list) ? list.filter(isFlow) : []
    } catch {
      return []
    }
  }

  function write(flows: readonly Flow[]): void {
    if (flows.length === 0) store.removeItem(key)
    else store.setItem(key, JSON.stringify(flows))
  }

  return {
    add(flow) {
      const present = read().filter((one) => !isExpired(one, flow.beganAtMs))
      write([...present, flow].slice(-most))
    },
    take(state) {
      const flows = read()
      const found = flows.find((flow) => flow.state === state)
      if (found !== undefined) write(flows.filter((flow) => flow !== found))
      return found
    },
  }
}

function isFlow(value: unknown): value is Flow {
  if (typeof value !== 'object' || value === null) return false
  const flow = value as Readonly<Record<string, unknown>> // any object has members
  const { maxAge = 0, returnTo = '' } = flow
  return (
    [flow.state, flow.nonce, flow.verifier, flow.redirectUri, returnTo].every(
      (text) => typeof text === 'string',
    ) && [flow.beganAtMs, maxAge].every(Number.isFinite)
  )
}

interface TabStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

function tabStore(): TabStore {
  try {
    // In pages. Reading the very property can throw.
    const { sessionStorage } = globalThis as { sessionStorage?: TabStore }
    if (sessionStorage !== undefined) return sessionStorage
  } catch {}
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}
