import { type Jwk, publicKey, toPem } from 'latchkey/token'
import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { profileOf } from '../../tokens/profiles/choice.ts'
import { natsSigner } from '../../tokens/profiles/nats.ts'
import type { ServicesGround } from '../ground.ts'
import { liveKeysOf, openServiceKey } from '../own-keys/own-keys.ts'
import type { ServiceRow } from '../store.ts'
import type { ConfigurationFile, Facts, OtherProgram } from './program.ts'
import { programs } from './programs.ts'

export interface Configuration {
  readonly program: OtherProgram
  readonly files: readonly ConfigurationFile[]
}

/**
 * The configuration of the other program that reads the tokens of a service, filled in.
 * @throws {Refusal} `configuration_not_found` for a service whose tokens our own guards read, or without an audience
 */
export async function configurationOf(
  ground: ServicesGround,
  reader: Reader,
  service: ServiceRow,
): Promise<Configuration> {
  const program = programs.find(({ profile }) => profile === service.profile.name)
  if (!program || service.audience === null) {
    throw new Refusal('configuration_not_found', 'no program of others reads the tokens for this service')
  }
  const facts = await factsOf(ground, reader, { ...service, audience: service.audience })
  return { program, files: program.files({ ...facts, directory: program.directory }) }
}

export async function factsOf(
  ground: ServicesGround,
  reader: Reader,
  { id, audience, profile }: ServiceRow & { readonly audience: string },
): Promise<Omit<Facts, 'directory'>> {
  const { issuer, masterKey } = ground
  const { algorithm } = profileOf(profile).signing
  const live = (await liveKeysOf(ground, reader, id)).filter(({ status }) => status !== 'retired')
  const active = live.find(({ status }) => status === 'active')
  const keys = live
    .toSorted((one) => (one === active ? -1 : 1))
    .map(({ kid, algorithm, public_jwk }) => {
      const jwk = JSON.parse(public_jwk) as Jwk // as it was written
      return { kid, algorithm, jwk, pem: toPem(publicKey(jwk, { algorithm })) }
    })
  return {
    ...{ issuer, audience, algorithm, keys },
    keySetUrl: `${issuer}/.well-known/jwks/${id}.json`,
    // It is shown once, when it is made.
    sharedKey: 'THE KEY THAT WAS SHOWN WHEN IT WAS MADE',
    certificates: '/etc/ssl/certs/ca-certificates.crt',
    sign(claims) {
      if (!active) throw new Error('there is no key that signs')
      return natsSigner(openServiceKey(masterKey, active)).sign(claims)
    },
  }
}
