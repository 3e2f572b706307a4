import { createFlowCookie } from '../http/cookies.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { UpstreamGround } from './ground.ts'
import { linkMyIdentity, readMyProvider } from './link-routes.ts'
import { createDiscovery } from './providers/discovery.ts'
import { enabledProviders, endSessionsJob } from './providers/providers.ts'
import {
  changeProviderRoute,
  createProviderRoute,
  disableProviderRoute,
  enableProviderRoute,
  listOfferedProviders,
  listPresets,
  listProviders,
  readProvider,
  removeProviderRoute,
} from './providers/routes.ts'
import { fromProvider, fromProviderByForm, toProvider } from './sign-in/pages.ts'
import { sweepBegun } from './sign-in/store.ts'

/** OpenID providers of others, at which people sign in. */
export interface Upstream extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: UpstreamGround
  /** The providers whose buttons the pages of a sign-in have. */
  offered(): Promise<readonly { readonly key: string; readonly name: string }[]>
}

export function createUpstream(given: Omit<UpstreamGround, 'discovery' | 'flowCookie'>): Upstream {
  const ground: UpstreamGround = {
    ...given,
    discovery: createDiscovery(given),
    flowCookie: createFlowCookie(given.issuer),
  }
  const { db, world } = ground
  return {
    ground,
    offered: () => enabledProviders(ground),
    routes: serve(ground, [
      toProvider,
      fromProvider,
      fromProviderByForm,
      linkMyIdentity,
      readMyProvider,
      listOfferedProviders,
      listPresets,
      listProviders,
      createProviderRoute,
      readProvider,
      changeProviderRoute,
      disableProviderRoute,
      enableProviderRoute,
      removeProviderRoute,
    ]),
    jobs: [
      endSessionsJob(ground),
      {
        name: 'upstream.sweep',
        everyMs: 3_600_000,
        // A state that was used, or took too long, is known for a day: the log can say which it was.
        run: () => db.transaction((tx) => sweepBegun(tx, world.now() - 86_400_000)),
      },
    ],
  }
}
