import { createGuard, FetchRequest, type Guard } from 'latchkey/guard'
import type { Row } from '../benchmark.ts'
import { startProcess, temporaryDirectory } from '../server.ts'

const guards = 50
const sessions = 300
const goalMs = 1000

/**
 * A server of ours in a process of its own, guards that follow its feed, and sessions that end one after the other:
 * the time from the moment somebody asks to be signed out until each guard refuses their token.
 */
export async function revocationRow(): Promise<Row> {
  const directory = temporaryDirectory()
  const server = await startProcess(directory.path, {}, { flags: ['--dev'], until: '/v1/login' })
  const { issuer } = server
  const following: Guard[] = Array.from({ length: guards }, () => createGuard({ issuer, audience: issuer }))
  try {
    const credentials = /-d '([^']+)'/.exec(server.said.at(-1) ?? '')?.[1] ?? ''
    const tokens: string[] = []
    while (tokens.length < sessions) tokens.push(await signIn(issuer, credentials))
    const times: number[] = []
    for (const token of tokens) times.push(...(await timesToRefuse(issuer, following, token)))
    const sorted = times.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
    return {
      what: `a session ends: every one of ${guards} connected guards refuses its token, ${sessions} times`,
      measured: `p99 ${at(0.99).toFixed(0)} ms, p50 ${at(0.5).toFixed(0)} ms, the slowest ${sorted.at(-1)?.toFixed(0)} ms`,
      goal: `p99 <= ${goalMs} ms`,
      met: at(0.99) <= goalMs,
    }
  } finally {
    for (const guard of following) guard.close()
    await server.stop()
    directory.remove()
  }
}

async function signIn(issuer: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${issuer}/v1/login`, { method: 'POST', headers, body })
  const answer = (await response.json()) as { access_token?: string }
  if (answer.access_token === undefined) throw new Error(`signing in was answered with ${response.status}`)
  return answer.access_token
}

/** Milliseconds from asking to be signed out to the refusal of each guard. */
async function timesToRefuse(issuer: string, following: readonly Guard[], token: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${token}` }
  const request = new FetchRequest(new Request(`${issuer}/v1/me`, { headers }))
  const decides = following.map((guard) => guard.required())
  for (const decide of decides) {
    if ((await decide(request)).kind !== 'allowed') throw new Error('a good token was refused')
  }
  const beganAt = performance.now()
  const signedOut = fetch(`${issuer}/v1/logout`, { method: 'POST', headers })
  const times: number[] = []
  for (let waiting = decides; waiting.length > 0; ) {
    const still: typeof waiting = []
    for (const decide of waiting) {
      const decision = decide(request)
      if (!(decision instanceof Promise) && decision.kind === 'refused')
        times.push(performance.now() - beganAt)
      else still.push(decide)
    }
    waiting = still
    await new Promise((resolve) => setImmediate(resolve))
    if (performance.now() - beganAt > 30_000) throw new Error('a guard never heard of it')
  }
  if (!(await signedOut).ok) throw new Error('signing out failed')
  return times
}
