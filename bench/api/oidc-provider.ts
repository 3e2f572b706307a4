/**
 * The peer that is an authorization server: oidc-provider with its adapter in memory, JWT access tokens and ID tokens by ES256. Who
 * comes to sign in is signed in and has consented. Prints its port.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { peer } from '../peers.ts'

interface Provider {
  callback(): RequestListener
  readonly Grant: new (
    of: object,
  ) => {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
}
const { default: OidcProvider } = await peer<{
  default: new (issuer: string, configuration: object) => Provider
}>('oidc-provider')

const issuer = 'http://127.0.0.1'
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const provider = new OidcProvider(issuer, {
  clients: [
    {
      client_id: 'reporting',
      client_secret: 'a secret that nobody knows but the two',
      grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
      id_token_signed_response_alg: 'ES256',
      redirect_uris: ['https://rp.example/back'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: '1' }] },
  findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  cookies: { keys: ['a key of cookies'] },
  interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => issuer,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: issuer,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})
/** Sign somebody in, who has consented to everything. */
async function finish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const grant = new provider.Grant({ accountId: 'person', clientId: 'reporting' })
  grant.addOIDCScope('openid')
  grant.addResourceScope(issuer, 'read')
  const result = { login: { accountId: 'person' }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}

const answer = provider.callback()
const server = createServer((request, response) => {
  if (!request.url?.startsWith('/interaction/')) return answer(request, response)
  finish(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(`listens on ${address.port}`)
})
process.once('SIGTERM', () => process.exit(0))
