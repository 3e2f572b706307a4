import { createSigner } from 'latchkey/token'
import { Refusal } from '../../errors.ts'
import type { Job } from '../../part.ts'
import { remember } from '../../remember.ts'
import type { Claims } from '../../tokens/profiles/profile.ts'
import type { ServicesGround } from '../ground.ts'
import { openSharedKey, signingOf } from './shared-keys.ts'
import { findSharedKeys, noteSharedKeyUse } from './store.ts'

type Sign = (claims: Claims) => string

/** What signs by shared keys, and remembers when it did. */
export interface SharedKeySigners {
  /**
   * What signs for a service now. Which key that is, is asked each time, so that a rotation counts at once in every process.
   * @throws {Refusal} `resource_unknown` for a service without a key
   */
  signerOf(service: string, type: string): Promise<Sign>
  /** Stores when keys last signed, once for however many tokens. */
  readonly job: Job
}

/** Keys of that many services are kept open. */
const mostOpen = 1_000

export function createSharedKeySigners({ db, world, masterKey }: ServicesGround): SharedKeySigners {
  const open = new Map<string, Sign>()
  const used = new Map<string, number>()
  return {
    async signerOf(service, type) {
      const key = signingOf(await findSharedKeys(db, service, world.now()), world.now())
      if (!key) {
        throw new Refusal('resource_unknown', 'there is no key for tokens with this audience', {
          reason: 'key_missing',
        })
      }
      const name = `${key.kid} ${type}`
      let sign = open.get(name)
      if (!sign) {
        sign = createSigner({ key: openSharedKey(masterKey, key), type })
        remember(open, name, sign, mostOpen)
      }
      const made = sign
      return (claims) => {
        used.set(key.kid, world.now())
        return made(claims)
      }
    },
    job: {
      name: 'services.note_key_use',
      everyMs: 60_000,
      async run() {
        const noted = [...used]
        if (noted.length === 0) return
        await db.transaction(async (tx) => {
          for (const [kid, at] of noted) await noteSharedKeyUse(tx, kid, at)
        })
        for (const [kid, at] of noted) if (used.get(kid) === at) used.delete(kid)
      },
    },
  }
}
