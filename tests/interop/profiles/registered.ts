import assert from 'node:assert/strict'
import { type PrivateKey, type SecretKey, secretKey } from 'latchkey/token'
import { openServiceKey } from '../../../packages/server/src/services/own-keys/own-keys.ts'
import { findActiveServiceKey } from '../../../packages/server/src/services/own-keys/store.ts'
import { factsOf } from '../../../packages/server/src/services/programs/configuration.ts'
import type { Facts, OtherProgram } from '../../../packages/server/src/services/programs/program.ts'
import { findService } from '../../../packages/server/src/services/store.ts'
import { natsSigner } from '../../../packages/server/src/tokens/profiles/nats.ts'
import { type Forger, forger, type Issuer } from './issuer.ts'

export interface Registered {
  readonly forger: Forger
  readonly facts: Facts
}

/** Register a service for a program, as its page says, and get a token for somebody. */
export async function registered(
  { house, certificates, directory }: Issuer,
  { profile, register }: OtherProgram,
): Promise<Registered> {
  const admin = await house.signedIn('root', 'administrator')
  const ask = async (path: string, body: object) => {
    const { status, body: answer, text } = await house.call('POST', path, { token: admin.token, body })
    assert.ok(status < 300, text)
    return answer
  }
  const words = [...register.matchAll(/'[^']+'|[^\s\\]+/g)].map(([word]) => word.replaceAll("'", ''))
  const knows = words.slice(words.indexOf('--knows') + 1)
  const audience = words[words.indexOf('--audience') + 1] ?? ''
  const { id } = await ask('/v1/services', {
    ...{ name: profile, audience, known_scopes: knows, profile: { name: profile } },
  })
  const given = { holder_kind: 'user_type', holder: 'customer' }
  for (const scope of knows) await ask(`/v1/services/${id}/scopes`, { scope, ...given })
  const shared =
    profile === 'influxdb1' ? (await ask(`/v1/services/${id}/shared-keys`, {})).secret : undefined
  const ada = await house.signedIn('ada')
  const signedIn = await house.call('POST', '/v1/login', {
    body: { username: 'ada', password: ada.password, resource: audience },
  })
  assert.equal(signedIn.status, 200, signedIn.text)
  const service = (await findService(house.app.db, id)) ?? assert.fail()
  const facts = await factsOf(house.app, house.app.db, { ...service, audience })
  const key = await keyOf({ house }, id, shared)
  return {
    forger: forger(signedIn.body.access_token, key, profile === 'nats' ? asNats : undefined),
    facts: {
      ...{ ...facts, certificates, directory: `${directory}/configuration` },
      ...(shared !== undefined && { sharedKey: shared }),
    },
  }
}

/** Under its own name of the algorithm, which is in no header that somebody else chose. */
function asNats(key: PrivateKey | SecretKey, payload: object): string {
  if (key.algorithm !== 'EdDSA') throw new Error('NATS knows Ed25519 alone')
  return natsSigner(key as PrivateKey).sign({ ...payload }) // of a key pair
}

/** What signs the tokens: of a shared key the bytes of its text. */
async function keyOf(
  { house }: Pick<Issuer, 'house'>,
  service: string,
  shared: string | undefined,
): Promise<PrivateKey | SecretKey> {
  if (shared !== undefined) return secretKey(Buffer.from(shared), { algorithm: 'HS256' })
  const row = await findActiveServiceKey(house.app.db, service)
  return openServiceKey(house.app.masterKey, row ?? assert.fail())
}
