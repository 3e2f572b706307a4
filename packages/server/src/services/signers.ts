import { createSigner } from 'latchkey/token'
import { Refusal } from '../errors.ts'
import type { Job } from '../part.ts'
import { remember } from '../remember.ts'
import { natsSigner } from '../tokens/profiles/nats.ts'
import type { Claims, TokenProfile } from '../tokens/profiles/profile.ts'
import type { ServicesGround } from './ground.ts'
import { openServiceKey } from './own-keys/own-keys.ts'
import { findActiveServiceKey, noteServiceKeyUse } from './own-keys/store.ts'
import { openSharedKey, signingOf } from './shared-keys/shared-keys.ts'
import { findSharedKeys, noteSharedKeyUse } from './shared-keys/store.ts'

/** What signs the tokens for a service, and the name that they say it has. */
export interface ServiceSigner {
  readonly issuer: string
  readonly keyId: string
  sign(claims: Claims): string
}

export interface Signers {
  /**
   * What signs for a service now. Which key that is, is asked each time, so that a rotation counts at once in every process.
   * @throws {Refusal} `resource_unknown` for a service without a key
   */
  of(service: string, profile: TokenProfile): Promise<ServiceSigner>
  /**
   * What signs the status lists of a service, which may be disabled meanwhile.
   * @throws {Refusal} as `of`
   */
  ofStatusLists(service: string, profile: TokenProfile): Promise<ServiceSigner>
  /** Stores when keys last signed, once for however many tokens. */
  readonly job: Job
}

/** Keys of that many services are kept open. */
const mostOpen = 1_000

export function createSigners(ground: ServicesGround): Signers {
  const { db, world, masterKey, issuer, ring } = ground
  const open = new Map<string, ServiceSigner>()
  const used = new Map<string, { readonly kind: 'shared' | 'own'; readonly at: number }>()

  function keptOpen(name: string, make: () => ServiceSigner): ServiceSigner {
    const known = open.get(name)
    if (known) return known
    const signer = make()
    remember(open, name, signer, mostOpen)
    return signer
  }

  /** Open a key of a service once, and remember when it signs. */
  function kept(
    kid: string,
    kind: 'shared' | 'own',
    type: string,
    make: () => Omit<ServiceSigner, 'keyId'>,
  ): ServiceSigner {
    return keptOpen(`${kid} ${type}`, () => {
      const made = make()
      return {
        ...{ issuer: made.issuer, keyId: kid },
        sign(claims) {
          used.set(kid, { kind, at: world.now() })
          return made.sign(claims)
        },
      }
    })
  }

  async function shared(service: string, type: string): Promise<ServiceSigner> {
    const now = world.now()
    const row = signingOf(await findSharedKeys(db, service, now), now) ?? missing()
    return kept(row.kid, 'shared', type, () => ({
      issuer,
      sign: createSigner({ key: openSharedKey(masterKey, row), type }),
    }))
  }

  async function own(service: string, { form, type }: TokenProfile): Promise<ServiceSigner> {
    const row = (await findActiveServiceKey(db, service)) ?? missing()
    return kept(row.kid, 'own', `${form} ${type}`, () => {
      const key = openServiceKey(masterKey, row)
      return form === 'nats' ? natsSigner(key) : { issuer, sign: createSigner({ key, type }) }
    })
  }

  async function of(service: string, profile: TokenProfile): Promise<ServiceSigner> {
    const { signing, type } = profile
    if (signing.key === 'shared') return shared(service, type)
    if (signing.key === 'own') return own(service, profile)
    const key = ring.signingKey()
    const { keyId = '' } = key
    return keptOpen(`${keyId} ${type}`, () => ({ issuer, keyId, sign: createSigner({ key, type }) }))
  }

  async function noteUses(): Promise<void> {
    const noted = [...used]
    if (noted.length === 0) return
    await db.transaction(async (tx) => {
      for (const [kid, { kind, at }] of noted) {
        await (kind === 'shared' ? noteSharedKeyUse(tx, kid, at) : noteServiceKeyUse(tx, kid, at))
      }
    })
    for (const [kid, use] of noted) if (used.get(kid) === use) used.delete(kid)
  }

  return {
    of,
    ofStatusLists: (service, profile) => of(service, { ...profile, form: 'jwt', type: 'statuslist+jwt' }),
    job: { name: 'services.note_key_use', everyMs: 60_000, run: noteUses, finish: noteUses },
  }
}

function missing(): never {
  throw new Refusal('resource_unknown', 'there is no key for tokens with this audience', {
    reason: 'key_missing',
  })
}
