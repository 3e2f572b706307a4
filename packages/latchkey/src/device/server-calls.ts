import type { RemoteClock } from '../clock/remote-clock.ts'
import { DeviceError } from './device-error.ts'

export interface Answer {
  readonly status: number
  readonly date: string | null
  /** The object that came; an empty one for whatever else there was. */
  readonly body: Readonly<Record<string, unknown>>
}

interface ServerCalls {
  /** Send a request as this device, and give the answer if it is good. */
  send(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<Answer>
  correctClock(): Promise<number>
}

interface ServerCallsParts {
  readonly server: URL
  readonly fetch: typeof fetch
  readonly clock: RemoteClock
  readonly now: () => number
  readonly token: () => string
}

const timeoutMs = 10_000
/** A device's state has 64 KiB at most, and a part of it may come three times. */
const longestAnswer = 256 * 1024

export function createServerCalls({ server, fetch, clock, now, token }: ServerCallsParts): ServerCalls {
  async function ask(path: string, init: RequestInit): Promise<Answer> {
    try {
      const response = await fetch(new URL(path, server), {
        ...init,
        // A redirect would take the token to somebody else.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const { status, headers } = response
      return { status, date: headers.get('date'), body: readObject(await readText(response)) }
    } catch (cause) {
      throw new DeviceError('server_unreachable', 'the server cannot be reached', { cause })
    }
  }

  async function askAsDevice(method: string, path: string, body: unknown) {
    const askedAtMs = now()
    const answer = await ask(path, {
      method,
      headers: {
        authorization: `Bearer ${token()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { answer, askedAtMs, receivedAtMs: now() }
  }

  async function correctClock(): Promise<number> {
    const askedAtMs = now()
    const { status, body } = await ask('/v1/time', {})
    const answeredAtMs = now()
    if (status !== 200 || typeof body.now !== 'number' || !Number.isFinite(body.now)) {
      throw new DeviceError('answer_invalid', 'the server did not tell the time', { status })
    }
    // The server looked at its clock about half-way (RFC 5905 section 8).
    clock.adopt(Math.round(body.now - (askedAtMs + answeredAtMs) / 2))
    return clock.correctionMs
  }

  /** Whether the clock was wrong: the answer that refused us says what time it is, or else the server tells. */
  async function learnTime(date: string | null, askedAtMs: number, receivedAtMs: number): Promise<boolean> {
    const before = clock.correctionMs
    clock.observe(date, askedAtMs, receivedAtMs)
    if (Number.isNaN(Date.parse(date ?? ''))) await correctClock()
    return clock.correctionMs !== before
  }

  return {
    async send(method, path, body) {
      let { answer, askedAtMs, receivedAtMs } = await askAsDevice(method, path, body)
      if (answer.status === 401 && (await learnTime(answer.date, askedAtMs, receivedAtMs))) {
        answer = (await askAsDevice(method, path, body)).answer
      }
      const { status } = answer
      if (status < 200 || status > 299) {
        const serverCode = typeof answer.body.code === 'string' ? answer.body.code : undefined
        throw new DeviceError('server_refused', `the server answered with status ${status}`, {
          ...{ status, serverCode },
        })
      }
      return answer
    },
    correctClock,
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > longestAnswer) throw new Error('the answer is too long')
  }
  return text
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
