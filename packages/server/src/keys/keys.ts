import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { KeysGround } from './ground.ts'
import { listSigningKeys, readKeySet, rotateSigningKeys } from './routes.ts'

/** The keys that sign our tokens, as they are shown and rotated. */
export function createKeys(ground: KeysGround): Part {
  return {
    routes: serve(ground, [readKeySet, listSigningKeys, rotateSigningKeys]),
    // Reading the ring again drops the keys whose last token has expired.
    jobs: [{ name: 'keys.reload', everyMs: 60_000, run: () => ground.ring.reload() }],
  }
}
