import { application as applicationTarget, type Refused } from '../../activity/events.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal, unlessRefused } from '../../errors.ts'
import { keptUserCode, readUserCode } from '../../secrets/user-codes.ts'
import { touchSession } from '../../sessions/store.ts'
import { detailsColumn, detailsIn, detailsOf, toldOf } from '../details.ts'
import type { OauthGround, Person, Present, WaitingDevice } from '../ground.ts'
import { type DeviceCodeRow, decide, findWaiting } from './store.ts'

/** Somebody who lets a device in that asks from elsewhere has signed in this lately. */
const freshForMs = 5 * 60_000

/** A code that a person has typed, and what waits with it: an application on a device, or a device for its owner. */
export type TypedCode =
  | {
      readonly waits: 'application'
      readonly code: string
      readonly row: DeviceCodeRow
      readonly application: ApplicationRow
    }
  | { readonly waits: 'device'; readonly code: string; readonly row: WaitingDevice }

/**
 * The device that waits with a code. One that is wrong counts against the person.
 * @throws {Refusal} `code_invalid`; `too_many_requests` for who has typed too many wrong, whatever they type now
 */
export async function findTyped(ground: OauthGround, typed: string, { person }: Present): Promise<TypedCode> {
  return ground.judgeUserCode(person.id, async () => {
    const found = await find(ground, readUserCode(typed))
    // Who may bind no device has no use for what it says of itself.
    if (found?.waits === 'application' || (found && person.scopes.includes('devices:bind'))) return found
    throw new Refusal('code_invalid', 'this code is not valid', {
      reason: 'code_unknown',
      refused: { event: 'application.device', subject: person.id, subjectKind: 'user' },
    })
  })
}

async function find(ground: OauthGround, code: string | undefined): Promise<TypedCode | undefined> {
  if (code === undefined) return undefined
  const { db, world } = ground
  const kept = keptUserCode(ground.masterKey, code)
  const row = await findWaiting(db, kept, world.now())
  if (!row) {
    const device = await ground.binding.find(kept)
    return device && { waits: 'device', code, row: device }
  }
  const application = await ground.findApplication(db, row.application)
  return application?.disabled_at === null ? { waits: 'application', code, row, application } : undefined
}

/** Whether the device asks from another country than the person is in, as far as addresses tell. */
export function isElsewhere(
  { regionOf }: OauthGround,
  { region }: Pick<DeviceCodeRow, 'region'>,
  { address }: ClientInfo,
): boolean {
  return region !== null && region !== regionOf(address)
}

/** Whether the person has to sign in again before they let the device in. */
export function needsFreshSignIn(
  ground: OauthGround,
  { row, present }: { readonly row: Pick<DeviceCodeRow, 'region'>; readonly present: Present },
  client: ClientInfo,
): boolean {
  if (!isElsewhere(ground, row, client)) return false
  return ground.world.now() - present.session.created_at > freshForMs
}

/**
 * Note that the person was at their browser: a session that was used long ago is the first to make room for another. It may have
 * ended since it was read.
 */
async function stillSignedIn(
  { world }: OauthGround,
  tx: Transaction,
  { session, person }: Present,
): Promise<void> {
  if (await touchSession(tx, session.id, world.now())) return
  throw new Refusal('code_invalid', 'the session has ended; sign in again', {
    ...{ reason: 'session_ended' },
    refused: { event: 'application.device', subject: person.id, subjectKind: 'user' },
  })
}

interface Answered {
  readonly row: DeviceCodeRow
  readonly application: ApplicationRow
  readonly present: Present
  readonly isAllowed: boolean
}

/**
 * Write down what a person says of a device that waits. What another tab has said before stays.
 * @throws {Refusal} `code_invalid` where another tab was first, or the time is over
 */
export async function answerWaiting(
  ground: OauthGround,
  { row, application, present: { session, person }, isAllowed }: Answered,
  client: ClientInfo,
): Promise<void> {
  const { db, world, activity } = ground
  const asked = detailsIn(row.details)
  const granted = asked && (await detailsOf(ground, person, asked))
  await db.transaction(async (tx) => {
    await stillSignedIn(ground, tx, { session, person })
    const said = {
      details: detailsColumn(granted),
      hash: row.hash,
      isAllowed,
      userId: person.id,
      sessionId: session.id,
      now: world.now(),
    }
    if (!(await decide(tx, said)))
      throw codeUsed(person, { event: 'application.device', target: applicationTarget(application.id) })
    const who = { subject: person.id, subjectKind: 'user', sessionId: session.id, client } as const
    // Somebody was sent a code that is not theirs: that is how people are made to let a stranger in.
    const more = isAllowed ? {} : ({ outcome: 'alarm', reason: 'device_denied' } as const)
    const details = { scopes: row.scopes.join(' '), ...toldOf(granted) }
    const target = applicationTarget(application.id)
    await activity.record(tx, who, 'application.device', target, { ...more, details })
  })
}

/**
 * Write down what a person says of a device that waits for its owner.
 * @throws {Refusal} `code_invalid` where another tab or person was first
 */
export async function answerBinding(
  ground: OauthGround,
  {
    row,
    present: { session, person },
    isAllowed,
  }: { readonly row: WaitingDevice; readonly present: Present; readonly isAllowed: boolean },
  client: ClientInfo,
): Promise<void> {
  const typing = { userId: person.id, sessionId: session.id, client }
  const { binding, db } = ground
  await db.transaction((tx) => stillSignedIn(ground, tx, { session, person }))
  await unlessRefused(() => (isAllowed ? binding.allow(row, typing) : binding.refuse(row, typing)), {
    claim_invalid({ refused }) {
      throw codeUsed(person, { event: 'device.bind', ...refused })
    },
  })
}

function codeUsed({ id }: Person, refused: Refused): Refusal {
  return new Refusal('code_invalid', 'this code is not valid', {
    ...{ reason: 'code_used', refused: { ...refused, subject: id, subjectKind: 'user' } },
  })
}
