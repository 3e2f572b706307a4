/** The peer that grants client_credentials: oidc-provider with its adapter in memory, JWT access tokens by ES256. Prints its port. */
import { generateKeyPairSync } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { peer } from '../peers.ts'

interface Provider {
  callback(): RequestListener
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
      grant_types: ['client_credentials'],
      id_token_signed_response_alg: 'ES256',
      redirect_uris: [],
      response_types: [],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: '1' }] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => issuer,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: issuer,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})
const server = createServer(provider.callback())
server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(`listens on ${address.port}`)
})
process.once('SIGTERM', () => process.exit(0))
