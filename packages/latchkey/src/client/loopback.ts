import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { wholeNumberOf } from '../options/whole-number.ts'
import { wholeText } from '../whole-text.ts'
import type { ApplicationClient, FinishedSignIn } from './application/application-client.ts'
import type { RedirectRequest } from './application/redirect-request.ts'
import { ClientError } from './errors.ts'
import type { Session } from './session.ts'

const pathSyntax = wholeText(/\/[\w\-./~]*/)

/** What `signInByLoopback` takes. It refuses members that are not listed here. */
export interface LoopbackSignIn extends Omit<RedirectRequest, 'redirectUri' | 'returnTo' | 'navigate'> {
  /** Open the person's browser at the address, or show it. */
  readonly open: (url: string) => unknown
  /** The path of the address that the application has registered: `/callback` of `http://127.0.0.1/callback`, if not given. */
  readonly path?: string
  /** The port to listen on; one that is free if not given, which the issuer takes of native applications. */
  readonly port?: number
  /** What the browser shows at the end, as plain text. English if not given. */
  readonly say?: (outcome: 'signed_in' | 'refused') => string
  /** How long the person may take, in milliseconds; ten minutes if not given. */
  readonly timeoutMs?: number
  /** Stops waiting; the sign-in is then rejected with its reason. */
  readonly signal?: AbortSignal
}

const names: OptionNames<LoopbackSignIn> = {
  ...{ open: 1, path: 1, port: 1, say: 1, timeoutMs: 1, signal: 1 },
  ...{ prompt: 1, maxAge: 1, acrValues: 1, loginHint: 1, uiLocales: 1 },
}

/**
 * Sign in with the browser of this machine (RFC 8252): it comes back to a server on `127.0.0.1`, which is there for this one sign-in.
 *
 * @throws {ClientError} as `finishSignIn`; `flow_expired`, if nobody came back in time. And the reason of `signal`.
 * @throws {TypeError} if a member is missing, is of the wrong type, or is not known.
 * @example
 * ```ts
 * import { createApplicationClient } from 'latchkey/client'
 * import { fileStorage } from 'latchkey/client/file-storage'
 * import { signInByLoopback } from 'latchkey/client/loopback'
 *
 * const client = createApplicationClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'cli_06dm2k8x1qg9tz3r5v7wy4hbnc',
 *   storage: fileStorage('session.json'),
 * })
 * await signInByLoopback(client, { open: (url) => console.log(`Open ${url}`) })
 * ```
 */
export async function signInByLoopback(client: ApplicationClient, request: LoopbackSignIn): Promise<Session> {
  checkOptions('signInByLoopback', request, names)
  const { open, path = '/callback', port, say = inEnglish, timeoutMs, signal, ...redirect } = request
  if (typeof open !== 'function' || typeof say !== 'function')
    throw new TypeError('open and say are functions')
  if (typeof path !== 'string' || !pathSyntax.test(path))
    throw new TypeError('path is a path without a query')
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError('signal is an AbortSignal')
  const waitMs = wholeNumberOf('timeoutMs', timeoutMs, 10 * 60_000)
  signal?.throwIfAborted()

  const finished = Promise.withResolvers<Session>()
  // It may be rejected before anybody waits for it.
  finished.promise.catch(() => {})
  let redirectUri = ''
  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch(finished.reject)
  })

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(incoming.url ?? '', redirectUri)
    if (incoming.method !== 'GET' || url === null || url.pathname !== path) return end(response, 404, '')
    const outcome = await outcomeOf(client.finishSignIn(url.href))
    // Anybody on this machine can send something here. What does not belong to the sign-in does not end it.
    if (outcome instanceof ClientError && outcome.code === 'flow_unknown') return end(response, 404, '')
    const isSignedIn = 'session' in outcome
    // The program may end when this does, and the browser is to have its page.
    const closed = once(response, 'close')
    end(response, isSignedIn ? 200 : 400, say(isSignedIn ? 'signed_in' : 'refused'))
    await closed
    if (isSignedIn) finished.resolve(outcome.session)
    else finished.reject(outcome)
  }

  const stop = () => finished.reject(signal?.reason)
  const timer = setTimeout(() => {
    finished.reject(new ClientError('flow_expired', 'nobody came back from the sign-in in time'))
  }, waitMs)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    redirectUri = `http://127.0.0.1:${await listen(server, wholeNumberOf('port', port, 0, 0, 65_535))}${path}`
    // A program may open the browser by a command that ends when the browser does.
    const left = client.signInByRedirect({ ...redirect, redirectUri, navigate: open })
    return await Promise.race([finished.promise, left.then(() => finished.promise)])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    server.close()
    server.closeIdleConnections()
  }
}

async function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)) // it listens on TCP
  })
}

function outcomeOf(finishing: Promise<FinishedSignIn>): Promise<FinishedSignIn | Error> {
  return finishing.catch((error: Error) => error)
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(text)
}

function inEnglish(outcome: 'signed_in' | 'refused'): string {
  return outcome === 'signed_in'
    ? 'You are signed in. You can close this window.'
    : 'You are not signed in. You can close this window.'
}
