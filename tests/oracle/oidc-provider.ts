import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { clientAssertion } from '../../packages/server/test/applications.ts'
import { type ClientKey, newClientKey } from '../../packages/server/test/proofs.ts'
import { acceptedAt } from './ours.ts'
import {
  afterLogout,
  authorization,
  type Client,
  type ClientName,
  callback,
  clientNames,
  type Endpoint,
  type Side,
} from './side.ts'

const paths: Readonly<Record<Endpoint, string>> = {
  authorize: '/auth',
  token: '/token',
  userinfo: '/me',
  introspect: '/token/introspection',
  revoke: '/token/revocation',
  par: '/request',
  device: '/device/auth',
  logout: '/session/end',
  openidConfiguration: '/.well-known/openid-configuration',
  jwks: '/jwks',
}

export interface Theirs extends Side {
  stop(): void
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** oidc-provider on a socket, whose interactions sign ada in. Nobody has to consent but for `asking`. */
export async function openTheirs(now: () => number): Promise<Theirs> {
  const key = newClientKey()
  const signing = newClientKey()
  const server = createServer((request, response) => answer(request, response))
    .listen(0, '127.0.0.1')
    .unref()
  await once(server, 'listening')
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const provider = new Provider(issuer, configuration(key, signing))
  const callbackOf = provider.callback()
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/interaction/')) {
      const result = { login: { accountId: 'ada' } }
      provider.interactionFinished(request, response, result).catch(() => response.destroy())
    } else callbackOf(request, response)
  }
  const clients = Object.fromEntries(
    clientNames.map((name): [ClientName, Client] => [name, { id: name, secret: secretOf(name) }]),
  ) as Side['clients'] // of all names
  const world = { now, random: () => Buffer.alloc(0) }
  const side: Side = {
    ...{ issuer, clients },
    assertion: (claims = {}, header = {}) =>
      clientAssertion({ world: { ...world, advance() {} } }, 'keyed', key, {
        ...{ claims: { aud: issuer, ...claims }, header },
      }),
    async send(endpoint, { method, query = [], form, headers = {}, isSignedIn }) {
      const text = `${new URLSearchParams(query.map(([name, value]) => [name, value]))}`
      const response = await fetch(`${issuer}${paths[endpoint]}${text && `?${text}`}`, {
        ...{ method, redirect: 'manual' },
        headers: { accept: acceptedAt(endpoint), ...(isSignedIn === true && { cookie }), ...headers },
        ...(form && { body: new URLSearchParams(form.map(([name, value]) => [name, value])) }),
      })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
  }
  const cookie = await signIn(side)
  return {
    ...side,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const secretOf = (name: ClientName) => `the secret of ${name}, which is long enough`

/** To the interaction and back: the cookies of a browser in which ada is signed in. */
async function signIn(side: Side): Promise<string> {
  const kept = new Map<string, string>()
  const query = new URLSearchParams(authorization(side).map(([name, value]) => [name, value]))
  for (let url = `${side.issuer}/auth?${query}`; url.startsWith(side.issuer); ) {
    const cookie = [...kept].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      kept.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the sign-in ends at ${response.status} ${await response.text()}`)
    url = new URL(location, url).href
  }
  return [...kept].map((pair) => pair.join('=')).join('; ')
}

function configuration(key: ClientKey, signing: ClientKey): object {
  const common = {
    ...{ redirect_uris: [callback], post_logout_redirect_uris: [afterLogout], response_types: ['code'] },
    ...{ grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'ES256' },
  }
  const client = (name: ClientName, more: object = {}) => ({
    ...{ client_id: name, client_secret: secretOf(name), ...common, ...more },
  })
  const isPublic = {
    token_endpoint_auth_method: 'none',
    client_secret: undefined,
  }
  const nowhere = { redirect_uris: [], post_logout_redirect_uris: [], response_types: [] }
  return {
    clients: [
      ...(['web', 'other', 'asking'] as const).map((name) => client(name)),
      client('post', { token_endpoint_auth_method: 'client_secret_post' }),
      client('keyed', {
        ...{ token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined },
        jwks: { keys: [{ ...key.jwk, alg: 'ES256' }] },
      }),
      client('native', isPublic),
      client('screen', { ...isPublic, ...nowhere, grant_types: [deviceGrant] }),
      client('pushing', { require_pushed_authorization_requests: true }),
      client('robot', { ...nowhere, grant_types: ['client_credentials'], scope: 'devices:view' }),
    ],
    jwks: { keys: [{ ...signing.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: '1' }] },
    scopes: ['openid', 'profile', 'email', 'offline_access', 'devices:view'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    cookies: { keys: ['a key of this test'], long: { sameSite: 'none' } },
    enableHttpPostMethods: true,
    // OpenID Connect Core section 3.1.2.1 has it required.
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    ttl: { AccessToken: 300, AuthorizationCode: 60, DeviceCode: 600, IdToken: 300, RefreshToken: 86_400 },
    rotateRefreshToken: true,
    issueRefreshToken: (_: unknown, { grantTypes }: { grantTypes: readonly string[] }) =>
      grantTypes.includes('refresh_token'),
    enabledJWA: { clientAuthSigningAlgValues: ['ES256'] },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      claimsParameter: { enabled: true },
    },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, name: 'Ada' }) }),
    loadExistingGrant,
  }
}

interface Context {
  readonly oidc: {
    readonly client: { readonly clientId: string }
    readonly session: { readonly accountId: string }
    readonly provider: Provider
  }
}

/** Everybody has let in every client but `asking`. */
async function loadExistingGrant({ oidc: { client, session, provider } }: Context): Promise<unknown> {
  if (client.clientId === 'asking') return undefined
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
  grant.addOIDCScope('openid profile email offline_access')
  await grant.save()
  return grant
}
