import { createHash } from 'node:crypto'

/** What both servers have, by one name. */
export const endpoints = [
  ...(['authorize', 'token', 'userinfo', 'introspect', 'revoke', 'par', 'device', 'logout'] as const),
  ...(['openidConfiguration', 'jwks'] as const),
] as const
export type Endpoint = (typeof endpoints)[number]

/**
 * The clients that both servers know. `web`, `other` and `asking` send their secret by Basic, `post` in the form, `keyed` signs
 * (`private_key_jwt`), `native` and `screen` prove nothing. `asking` is let in by nobody yet; `pushing` has to push its requests; `robot`
 * acts for itself (client_credentials), `screen` by a device code.
 */
export const clientNames = [
  ...(['web', 'other', 'asking', 'post', 'keyed', 'native', 'screen', 'pushing', 'robot'] as const),
] as const
export type ClientName = (typeof clientNames)[number]

export interface Client {
  readonly id: string
  readonly secret: string
}

export type Pairs = readonly (readonly [string, string])[]

/** A request. Pairs, because a parameter may come twice. */
export interface Sent {
  readonly method: string
  readonly query?: Pairs
  readonly form?: Pairs
  readonly headers?: Readonly<Record<string, string>>
  /** In the browser in which ada is signed in. */
  readonly isSignedIn?: boolean
}

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** One of the two servers. */
export interface Side {
  readonly issuer: string
  readonly clients: Readonly<Record<ClientName, Client>>
  /** An assertion by which `keyed` authenticates; its claims and its header laid over good ones. */
  assertion(claims?: object, header?: object): string
  send(endpoint: Endpoint, sent: Sent): Promise<Received>
}

export const callback = 'https://rp.example/back'
export const afterLogout = 'https://rp.example/bye'
export const verifier = 'a-verifier-that-is-long-enough-to-be-one-of-rfc-7636'
export const challenge = createHash('sha256').update(verifier).digest('base64url')
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export const basic = ({ id, secret }: Client) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

/** What a good request for authorization says. */
export function authorization(side: Side, name: ClientName = 'web', scope = 'openid'): Pairs {
  return Object.entries({
    ...{
      response_type: 'code',
      client_id: side.clients[name].id,
      redirect_uri: callback,
      scope,
      state: 'xyz',
    },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  })
}

/** How a client authenticates as it should: headers, and fields of the form. */
export function proofOf(side: Side, name: ClientName): { headers: Record<string, string>; form: Pairs } {
  const client = side.clients[name]
  const id = ['client_id', client.id] as const
  if (name === 'native' || name === 'screen') return { headers: {}, form: [id] }
  if (name === 'post') return { headers: {}, form: [id, ['client_secret', client.secret]] }
  if (name === 'keyed') {
    const form = [
      ['client_assertion', side.assertion()] as const,
      ['client_assertion_type', assertionType] as const,
    ]
    return { headers: {}, form: [id, ...form] }
  }
  return { headers: basic(client), form: [] }
}

/** A form to an endpoint, from a client that authenticates as it should. */
export function ask(side: Side, endpoint: Endpoint, name: ClientName, form: Pairs): Promise<Received> {
  const proof = proofOf(side, name)
  return side.send(endpoint, { method: 'POST', headers: proof.headers, form: [...proof.form, ...form] })
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

/** A code of ada's for a client. */
export async function codeFor(side: Side, name: ClientName = 'web', more: Pairs = []): Promise<string> {
  const query = replacing(authorization(side, name), more)
  const { headers } = await side.send('authorize', { method: 'GET', query, isSignedIn: true })
  const code = new URL(headers.get('location') ?? 'about:blank').searchParams.get('code')
  if (code === null) throw new Error(`${side.issuer} gave no code: ${headers.get('location')}`)
  return code
}

export async function tokensFor(side: Side, name: ClientName = 'web', more: Pairs = []): Promise<Tokens> {
  const answer = await ask(side, 'token', name, codeForm(await codeFor(side, name, more)))
  if (answer.status !== 200) throw new Error(`${side.issuer} gave no tokens: ${answer.text}`)
  return JSON.parse(answer.text) as Tokens // its contract
}

export const codeForm = (code: string): Pairs => [
  ['grant_type', 'authorization_code'],
  ['code', code],
  ['redirect_uri', callback],
  ['code_verifier', verifier],
]

/** Pairs in which these stand in place of those of the same name. */
export function replacing(pairs: Pairs, more: Pairs): Pairs {
  return [...pairs.filter(([name]) => !more.some(([other]) => other === name)), ...more]
}

export const without = (pairs: Pairs, name: string): Pairs => pairs.filter(([one]) => one !== name)
