import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import {
  type Revocation,
  type RevocationKind,
  revocationKey,
} from '../../src/guard/revocations/revocation-list.ts'
import { createSigner, generateKey, publicKeyOf, type SignerOptions, toJwk } from '../../src/token/index.ts'

export const audience = 'https://api.example.com'

/** Start `server` on loopback for the time of a test. */
export async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An issuer on loopback: metadata, keys and the revocation feed, as the server of Latchkey has them. */
export async function startIssuer(t: TestContext, { withFeed = true }: { withFeed?: boolean } = {}) {
  const key = generateKey('ES256')
  const streams = new Set<ServerResponse>()
  const issuer = {
    url: '',
    key,
    up: true,
    fetches: [] as string[],
    lastEventIds: [] as (string | undefined)[],
    streams,
    snapshot: [] as object[],
    complete: true,
    /** Of the snapshot, if it says them. */
    keyIds: undefined as readonly string[] | undefined,
    /** What it answers at a path, such as that of a status list. */
    pages: new Map<string, string | ((response: ServerResponse) => void)>(),
    /** Of the feed. */
    contentType: 'text/event-stream',
    send(event: string, data: unknown, id?: string) {
      const lines = [
        `event: ${event}`,
        ...(id === undefined ? [] : [`id: ${id}`]),
        `data: ${JSON.stringify(data)}`,
      ]
      for (const stream of streams) stream.write(`${lines.join('\n')}\n\n`)
    },
    sign(claims: object = {}, options: Partial<SignerOptions> = {}) {
      const base = { key, type: 'at+jwt', issuer: issuer.url, audience, expiresIn: 300, ...options }
      return createSigner(base)({ sub: 'usr_1', kind: 'user', ...claims })
    },
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    issuer.fetches.push(path)
    if (!issuer.up) {
      response.writeHead(500).end()
    } else if (path === '/.well-known/openid-configuration') {
      const feed = withFeed ? { latchkey_revocations_uri: `${issuer.url}/v1/revocations/stream` } : {}
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, ...feed }))
    } else if (path === '/keys') {
      response.end(JSON.stringify({ keys: [toJwk(publicKeyOf(key))] }))
    } else if (path === '/v1/revocations/stream') {
      const lastEventId = request.headers['last-event-id']
      issuer.lastEventIds.push(typeof lastEventId === 'string' ? lastEventId : undefined)
      response.writeHead(200, { 'content-type': issuer.contentType })
      const snapshot = { revocations: issuer.snapshot, complete: issuer.complete, key_ids: issuer.keyIds }
      response.write(
        `event: snapshot\nid: rev_${issuer.lastEventIds.length}\ndata: ${JSON.stringify(snapshot)}\n\n`,
      )
      streams.add(response)
      response.on('close', () => streams.delete(response))
    } else if (issuer.pages.has(path)) {
      const page = issuer.pages.get(path)
      if (typeof page === 'function') page(response)
      else response.end(page)
    } else {
      response.writeHead(404).end()
    }
  }

  issuer.url = await listen(t, createServer(answer))
  return issuer
}

/** A revocation as it is written in the feed. */
export function revocation(
  kind: RevocationKind,
  value: string,
  revokedAtMs: number,
  expiresAtMs: number,
): object {
  return { key: revocationKey(kind, value), revoked_at: revokedAtMs, expires_at: expiresAtMs }
}

export function entry(
  kind: RevocationKind,
  value: string,
  revokedAtMs: number,
  expiresAtMs: number,
): Revocation {
  return { key: revocationKey(kind, value), revokedAtMs, expiresAtMs }
}

/** Let the event loop turn until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
