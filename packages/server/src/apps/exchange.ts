import type { ClientInfo } from '../client-info.ts'
import type { Reader, Transaction } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal, telling } from '../errors.ts'
import type { PresentedProof } from '../http/credentials.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret } from '../secrets/secrets.ts'
import { type OpenedSession, openSession } from '../sessions/gate.ts'
import type { ProvenKey } from '../tokens/proofs.ts'
import { type Assertion, type AssertionForm, readAssertion } from './assertion.ts'
import type { AppsGround } from './ground.ts'
import { makeNonce } from './nonces.ts'
import { findAppPerson, findNonce, insertAppPerson, takeNonce } from './store.ts'

export interface Exchange {
  readonly assertion: string
  readonly form: AssertionForm
  readonly deviceId: string | undefined
  readonly proof: PresentedProof | undefined
  /** The audience of the service that the access token is for. */
  readonly resource: string | undefined
}

export interface ExchangedSession extends OpenedSession {
  readonly userId: string
}

interface Presented extends Pick<Exchange, 'deviceId'> {
  readonly assertion: Assertion
  readonly key: ProvenKey | undefined
}

/**
 * Sign in the person whom an app has signed an assertion about. The nonce is used up with the session that it brings, and by
 * nothing else: whoever has no key of the app spoils none.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `resource_unknown`, `scope_invalid`; `assertion_invalid`, with a fresh
 * nonce where the old one is not good
 */
export async function signInByAssertion(
  ground: AppsGround,
  { assertion: text, form, deviceId, proof, resource }: Exchange,
  client: ClientInfo,
): Promise<ExchangedSession> {
  try {
    const key = proof && (await ground.proofs.keyOf(proof))
    const rules = { db: ground.db, issuer: ground.issuer, nowMs: ground.world.now(), form }
    const assertion = await readAssertion(rules, text)
    const target = await ground.findTarget(resource)
    const presented = { assertion, deviceId, key }
    const open = () => openFor(ground, presented, target, client)
    return await open().catch((error: unknown) => {
      // The same person came for the first time by another assertion at the same moment, and is there now.
      if (isUniqueViolation(error)) return open()
      throw error
    })
  } catch (error) {
    throw telling(error, { event: 'user.sign_in' })
  }
}

async function openFor(
  ground: AppsGround,
  presented: Presented,
  target: Awaited<ReturnType<AppsGround['findTarget']>>,
  client: ClientInfo,
): Promise<ExchangedSession> {
  const { db, world, people } = ground
  const { app, sub, sessionEndsAtMs = Number.POSITIVE_INFINITY } = presented.assertion
  const known = await findAppPerson(db, app.id, sub)
  if (!known && app.user_type === null) throw refused('person_unknown', app.id)
  const userId = known?.user_id ?? newIdentifier('usr', world)
  const endsAtMs = Math.min(sessionEndsAtMs, world.now() + app.longest_session_seconds * 1000)
  const person = {
    ...{ userId, amr: [] },
    stillHolds({ scopes }: { readonly scopes: readonly string[] }) {
      // Another company must not be able to sign in who runs this server.
      if (!people.isHarmless(scopes)) throw refused('person_privileged', app.id, userId)
      return true
    },
    isKnownPlace: async () => false,
    async use(tx: Transaction) {
      await useNonce(tx, presented, world.now())
      if (known) {
        // Looked at again, for the person may have been unlinked meanwhile.
        if ((await findAppPerson(tx, app.id, sub))?.user_id !== userId)
          throw refused('person_unknown', app.id)
        return
      }
      await people.make(tx, { id: userId, userType: app.user_type!, app: app.id }, client)
      await insertAppPerson(tx, { app: app.id, sub, user_id: userId, created_at: world.now() })
    },
  }
  try {
    const asked = { key: presented.key, target, app: { id: app.id, endsAtMs } }
    return { ...(await openSession(ground, person, asked, client)), userId }
  } catch (error) {
    throw await asAssertion(ground, presented, error)
  }
}

async function useNonce(
  tx: Transaction,
  {
    assertion,
    deviceId = '',
    key = '',
  }: { assertion: Assertion; deviceId?: string | undefined; key?: string | undefined },
  now: number,
): Promise<void> {
  const { app, kid, nonce } = assertion
  const row = { nonce_hash: hashSecret(nonce), app: app.id, device_id: deviceId, key_thumbprint: key }
  if (await takeNonce(tx, row, { kid, now })) return
  throw refused(await whyNot(tx, row, now), app.id)
}

/** Only the log is told. */
async function whyNot(
  reader: Reader,
  asked: { nonce_hash: string; app: string; device_id: string; key_thumbprint: string },
  now: number,
): Promise<string> {
  const found = await findNonce(reader, asked.nonce_hash)
  if (!found) return 'nonce_unknown'
  if (found.app !== asked.app) return 'nonce_of_another_app'
  if (found.device_id !== asked.device_id) return 'nonce_of_another_device'
  if (found.key_thumbprint !== asked.key_thumbprint) return 'nonce_of_another_key'
  return found.expires_at <= now ? 'nonce_stale' : 'signer_ended'
}

/** What the gate refuses, in the words of the grant. With a nonce that is not good comes a fresh one: the app has signed, and may again. */
async function asAssertion(
  ground: AppsGround,
  { assertion: { app }, deviceId, key }: Presented,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Refusal)) return error
  const { code, reason } = error
  if (code === 'credentials_invalid' || code === 'factor_required' || code === 'user_type_privileged') {
    return refused(reason ?? code, app.id, error.refused?.subject)
  }
  if (code !== 'assertion_invalid' || !reason?.startsWith('nonce_')) return error
  const nonce = await makeNonce(ground, { app: app.id, deviceId, key })
  return new Refusal(code, 'the nonce is not good, or not any more; sign the one that is here', {
    ...{ reason, refused: error.refused, members: { nonce } },
  })
}

function refused(reason: string, app: string, subject?: string): Refusal {
  return new Refusal('assertion_invalid', 'this assertion is not valid here', {
    reason,
    refused: {
      ...{ event: 'user.sign_in', clientId: app },
      ...(subject !== undefined && { subject, subjectKind: 'user' }),
    },
  })
}
