import { service } from '../activity/events.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Part } from '../part.ts'
import { createTokenReader } from './authenticate.ts'
import type { TokenHands, TokensGround } from './ground.ts'
import { createIssuer, type NoteShortened } from './issue.ts'
import { createProofs } from './proofs.ts'
import { openRevocations } from './revocations.ts'
import { followRevocations, listRevocations, revokeTokenRoute } from './routes.ts'
import { readStatusList } from './status-lists/routes.ts'
import { createStatusLists } from './status-lists/status-lists.ts'

/** Access tokens: made, read, bound to keys, and revoked. */
export type Tokens = Part & Omit<TokensGround, keyof Ground> & { readonly hands: TokenHands }

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly lifeSeconds: number
  /** How long after its issue a token may be presented: its life, and the clock skew that verifiers tolerate. */
  readonly presentedForMs: number
}

export async function createTokens(
  ground: Ground,
  ring: KeyRing,
  { issuer, audience, lifeSeconds, presentedForMs }: TokenSettings,
  hands: TokenHands,
): Promise<Tokens> {
  const { db, world } = ground
  const skewMs = presentedForMs - lifeSeconds * 1000
  const revocations = await openRevocations({ db, world, tokenLifeMs: presentedForMs, skewMs })
  const statusLists = createStatusLists({
    ...{ db, world, issuer, skewMs, list: revocations.list },
    signerOf: hands.statusSignerOf,
  })
  const proofs = createProofs({ db, world, issuer })
  const issue = createIssuer({
    ...{ ring, world, issuer, audience, lifeSeconds },
    noteShortened: createShorteningNote(ground),
    statusLists,
  })
  const read = createTokenReader({ ring, revocations, world, issuer, audience, lifeSeconds })
  const counts = { issued: 0, verified: 0, refused: 0 }
  const tokens = {
    ring,
    counts,
    revocations,
    proofs,
    ...{ issuer, audience, lifeSeconds, noteEndedSession: hands.noteEndedSession },
    async issue(...grant: Parameters<typeof issue>) {
      const issued = await issue(...grant)
      counts.issued += 1
      return issued
    },
    statusLists,
    readToken(...presented: Parameters<typeof read>) {
      try {
        const verified = read(...presented)
        counts.verified += 1
        return verified
      } catch (error) {
        counts.refused += 1
        throw error
      }
    },
  }
  return {
    ...tokens,
    hands,
    routes: serve({ ...ground, ...tokens, ...hands }, [
      listRevocations,
      followRevocations,
      revokeTokenRoute,
      readStatusList,
    ]),
    jobs: [
      {
        name: 'revocations.sweep',
        everyMs: 60_000,
        async run() {
          // An announcement may have been missed: the connection that hears them was lost, or the read failed that one led to.
          await revocations.refresh()
          await revocations.sweep()
        },
      },
      { name: 'status_lists.sweep', everyMs: 60_000, run: () => statusLists.sweep() },
      { name: 'proofs.sweep', everyMs: 60_000, run: () => proofs.sweep() },
    ],
  }
}

/** Not awaited: the token is signed, and whoever waits for it need not wait for the log. */
function createShorteningNote({ activity, log }: Ground): NoteShortened {
  return ({ subject, kind, sessionId, clientId }, target, without) => {
    const who = { subject, subjectKind: kind, sessionId, clientId }
    const more = {
      outcome: 'failure',
      reason: 'token_too_long',
      details: { left_out: without.join(' '), audience: target.audience },
    } as const
    const about = target.service === undefined ? undefined : service(target.service)
    activity
      .recordRefusal(who, 'token.shorten', about, more)
      .catch((error: unknown) => log.error('record_failed', error))
  }
}
