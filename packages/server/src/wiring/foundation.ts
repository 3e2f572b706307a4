import { ensurePeppers } from '../accounts/passwords/ensure-peppers.ts'
import { type Argon2, platformArgon2 } from '../accounts/passwords/hashes/argon2.ts'
import { createPasswords } from '../accounts/passwords/passwords.ts'
import { createPeppers } from '../accounts/passwords/pepper.ts'
import { createPasswordRules } from '../accounts/passwords/rules.ts'
import { createAttempts } from '../accounts/sign-in/attempts.ts'
import { createActivity } from '../activity/activity.ts'
import { createRegions } from '../activity/regions.ts'
import type { Config } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { createFetches } from '../keys/fetches/fetches.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { createKeys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import { createMail } from '../mail/mail.ts'
import { mailSettings } from '../mail/settings.ts'
import { createOutbound } from '../outbound/outbound.ts'
import type { BuildConsole } from '../pages/console-files.ts'
import { loadMasterKey } from '../secrets/master-key.ts'
import { clockSkewMs } from '../tokens/authenticate.ts'
import { loadTraceApi } from '../tracing/api.ts'
import { createTracing } from '../tracing/tracing.ts'
import { realWorld, type World } from '../world.ts'

/** What an App is made of. */
export interface Given {
  readonly config: Config
  readonly db: Database
  readonly log: Log
  readonly world?: World
  /** What hashes passwords. */
  readonly argon2?: Argon2
  /** Given if the server runs from the repository. */
  readonly buildConsole?: BuildConsole | undefined
}

export type Foundation = Awaited<ReturnType<typeof createFoundation>>

/** What every part stands on: the ground, the keys, and what reaches the world outside. */
export async function createFoundation({
  config,
  db,
  log,
  world = realWorld,
  argon2 = platformArgon2,
}: Given) {
  const { issuer } = config
  const isDevelopment = config.mode === 'development'
  const regions = createRegions(config.regions, { names: config.networkNames, log })
  const activity = createActivity({ db, world, locate: regions.locate })
  const ground: Ground = { db, world, activity, log }
  const traceApi = await loadTraceApi(config.traces)
  const tracing = traceApi && createTracing(traceApi, (error) => log.error('trace_failed', error))
  const rules = createPasswordRules(['latchkey', new URL(issuer).hostname])
  await ensurePeppers(ground, config.passwordPeppers)
  const passwords = createPasswords(world, rules, argon2, createPeppers(config.passwordPeppers))
  const masterKey = loadMasterKey(config.masterKey, config.data, world, config.masterKeysBefore)
  const mail = createMail(ground, { settings: mailSettings(config), isDevelopment, issuer, masterKey })
  const attempts = createAttempts(ground, masterKey, config.signInFailuresPerAddress)
  // A token is presented for as long as verifiers tolerate, by clocks of which either may be wrong.
  const presentedForMs = config.accessTokenSeconds * 1000 + clockSkewMs
  const ring = await openKeyRing({
    ...ground,
    masterKey,
    algorithm: config.signingAlgorithm,
    keepRetiredMs: presentedForMs,
    skewMs: clockSkewMs,
  })
  const outbound = createOutbound({ networks: config.outboundNetworks })
  const fetches = createFetches(ground)
  const keys = createKeys({ ...ground, ring, fetches, rotationDays: config.keyRotationDays })
  return {
    ...{ config, ground, isDevelopment, regions, tracing, passwords, masterKey, mail, attempts },
    ...{ presentedForMs, ring, keys, outbound, fetches },
  }
}
