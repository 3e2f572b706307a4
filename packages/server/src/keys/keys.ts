import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { KeysGround } from './ground.ts'
import { rotateWhenDue } from './rotation.ts'
import {
  listKeySetFetches,
  listSigningKeys,
  previewKeyRotation,
  readKeySet,
  revokeSigningKey,
  rotateSigningKeys,
} from './routes.ts'

/** The keys that sign our tokens: shown, rotated and revoked, and who fetches them. */
export interface Keys extends Part {
  /** What the verbs of this part stand on, for the command line. */
  readonly ground: KeysGround
}

export function createKeys(ground: KeysGround): Keys {
  const noteFetches = () => ground.fetches.flush()
  return {
    ground,
    routes: serve(ground, [
      readKeySet,
      listSigningKeys,
      listKeySetFetches,
      previewKeyRotation,
      rotateSigningKeys,
      revokeSigningKey,
    ]),
    jobs: [
      // Reading the ring again drops the keys whose last token has expired.
      { name: 'keys.reload', everyMs: 60_000, run: () => ground.ring.reload() },
      { name: 'keys.note_fetches', everyMs: 10_000, run: noteFetches, finish: noteFetches },
      { name: 'keys.rotate', everyMs: 3_600_000, run: () => rotateWhenDue(ground) },
    ],
  }
}
