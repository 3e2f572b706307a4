import { createSigner, privateKey } from 'latchkey/token'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { UpstreamGround } from '../ground.ts'
import { secretOf } from '../providers/providers.ts'
import type { ProviderRow } from '../providers/store.ts'

/** What a request of this server says of itself: headers and parameters. */
export interface Authenticated {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

const assertionLifeSeconds = 60
/** To whom Apple wants the token that is a secret of it. */
const audienceOfApple = 'https://appleid.apple.com'

/** How this server proves to a provider who it is (OpenID Connect Core section 9). */
export function authenticationOf(
  ground: Pick<UpstreamGround, 'masterKey' | 'ring' | 'world'>,
  provider: ProviderRow,
): Authenticated {
  const { clientId, authentication } = provider
  const secret = secretOf(ground, provider) ?? ''
  switch (authentication) {
    case 'client_secret_basic': {
      // Each is encoded as a form is (RFC 6749 section 2.3.1).
      const pair = `${formEncoded(clientId)}:${formEncoded(secret)}`
      return { headers: { authorization: `Basic ${btoa(pair)}` }, parameters: {} }
    }
    case 'client_secret_post':
      return { headers: {}, parameters: { client_id: clientId, client_secret: secret } }
    case 'apple':
      return {
        headers: {},
        parameters: { client_id: clientId, client_secret: secretOfApple(ground, provider, secret) },
      }
    case 'private_key_jwt':
      return {
        headers: {},
        parameters: {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertionFor(ground, provider),
        },
      }
  }
}

/** RFC 7523 section 3, signed by the key ring of this server. Its type is that of no other token, so that it is none here. */
function assertionFor(
  { ring, world }: Pick<UpstreamGround, 'ring' | 'world'>,
  { clientId, issuer }: ProviderRow,
): string {
  const sign = createSigner({
    ...{ key: ring.signingKey(), type: 'client-authentication+jwt', expiresIn: assertionLifeSeconds },
    now: world.now,
  })
  return sign({ iss: clientId, sub: clientId, aud: issuer, jti: newIdentifier('jti', world) })
}

function secretOfApple(
  { world }: Pick<UpstreamGround, 'world'>,
  { clientId, teamId, keyId }: ProviderRow,
  pem: string,
): string {
  const key = privateKey(pem, { algorithm: 'ES256', keyId: keyId ?? '' })
  const sign = createSigner({ key, expiresIn: assertionLifeSeconds, now: world.now })
  return sign({ iss: teamId ?? '', sub: clientId, aud: audienceOfApple })
}

const formEncoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
