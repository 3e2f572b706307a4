import type { ServerProcess } from '../server.ts'

/** What development mode has seeded and printed: a person, a service and a device. */
export async function seededIn({ said, issuer }: ServerProcess) {
  const text = said.join('\n')
  const [, login = ''] = /-d '(\{"username".*?\})'/.exec(text) ?? []
  const [, service = ''] = /-u '(svc_[^']+)'/.exec(text) ?? []
  const [, uid = '', deviceToken = ''] = /-u (\S+) -P (\S+)/.exec(text) ?? []
  const answer = await fetch(`${issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: login,
  })
  const { access_token: personToken } = (await answer.json()) as { access_token: string } // its contract
  const [id = '', secret = ''] = service.split(':')
  return { uid, deviceToken, personToken, service: basic(id, secret) }
}

/** The header of a client that authenticates by its secret (RFC 6749 section 2.3.1). */
export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}
