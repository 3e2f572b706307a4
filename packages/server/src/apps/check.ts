import type { ClientInfo } from '../client-info.ts'
import type { Database, Transaction } from '../database/database.ts'
import { isOfServer, Refusal } from '../errors.ts'
import { type AssertionForm, type Check, type Reach, readAssertion } from './assertion.ts'
import { openFor } from './exchange.ts'
import { expectationOf } from './expectations.ts'
import type { AppsGround } from './ground.ts'
import { existingApp } from './registered.ts'

/** The eight steps by which a person of an app gets a session here, and uses it. */
export const flow = [
  'sign_in_at_app',
  'authenticate_at_app',
  'ask_for_nonce',
  'get_nonce',
  'sign_assertion',
  'get_session',
  'hand_over_token',
  'use_token',
] as const
export type FlowStep = (typeof flow)[number]

export const stepOutcomes = ['passed', 'failed', 'not_reached'] as const

export interface CheckedStep {
  /** 1 to 8. */
  readonly step: number
  readonly name: FlowStep
  readonly outcome: (typeof stepOutcomes)[number]
  readonly detail: string
}

export interface FailedCheck {
  readonly check: Check
  readonly reason: string
  readonly expected: string
  readonly found: string
}

export interface CheckedAssertion {
  /** Whether the exchange would give a session for it now. */
  readonly accepted: boolean
  readonly steps: readonly CheckedStep[]
  readonly failed: FailedCheck | undefined
}

interface Asked {
  readonly assertion: string
  readonly form: AssertionForm
  /** What the exchange would name as the device. */
  readonly deviceId: string | undefined
}

/**
 * Say what the exchange would say of an assertion of an app, and why. It is the exchange itself, whose transaction is undone at its
 * end: no nonce is used up, nobody is made, and nothing is written but what a read of the key set brings.
 * @throws {Refusal} `app_not_found`
 */
export async function checkAssertion(
  ground: AppsGround,
  id: string,
  { assertion: text, form, deviceId }: Asked,
  client: ClientInfo,
): Promise<CheckedAssertion> {
  const app = await existingApp(ground, id)
  const reached: Check[] = []
  const reach: Reach = (check) => void reached.push(check)
  try {
    const assertion = await readAssertion(ground, { form, reach, only: id }, text)
    const presented = { assertion, deviceId, key: undefined }
    await rehearse(ground.db, (db) =>
      openFor({ ...ground, db }, { presented, target: undefined, client, reach }),
    )
    return shown(reached, undefined)
  } catch (error) {
    const check = reached.at(-1)
    if (!(error instanceof Refusal) || isOfServer(error) || !check) throw error
    const reason = error.reason ?? error.code
    const seen = { app, text, form, issuer: ground.issuer, now: ground.world.now() }
    return shown(reached, { check, reason, ...expectationOf(reason, seen) })
  }
}

/** Do some work of one transaction, and undo it when it has succeeded. */
async function rehearse(db: Database, work: (db: Database) => Promise<unknown>): Promise<void> {
  const undone = new Error('this was a rehearsal')
  const rehearsal: Database = {
    engine: db.engine,
    query: (sql, ...values) => db.query(sql, ...values),
    onChangeElsewhere: (listener) => db.onChangeElsewhere(listener),
    close: () => db.close(),
    async transaction<T>(write: (tx: Transaction) => Promise<T>): Promise<T> {
      return db.transaction(async (tx) => {
        await write(tx)
        throw undone
      })
    },
  }
  try {
    await work(rehearsal)
  } catch (error) {
    if (error !== undone) throw error
  }
}

/** What each step rests on. Whether somebody signed in at the app, its signature says. */
const restsOn: Readonly<Record<FlowStep, readonly Check[]>> = {
  sign_in_at_app: ['signature'],
  authenticate_at_app: ['signature'],
  ask_for_nonce: ['nonce'],
  get_nonce: ['nonce'],
  sign_assertion: ['shape', 'app', 'key', 'signature', 'claims'],
  get_session: ['person', 'account'],
  hand_over_token: [],
  use_token: [],
}

const says: Readonly<Record<FlowStep, string>> = {
  sign_in_at_app: 'the person signs in at the account server of the app',
  authenticate_at_app: 'that server authenticates them; its signature says so',
  ask_for_nonce: 'it asks this server for a nonce',
  get_nonce: 'and gets one that is good once',
  sign_assertion: 'it signs an assertion with the nonce in it',
  get_session: 'the assertion brings a session',
  hand_over_token: 'the client gets the access token; a check makes none',
  use_token: 'the client signs in with it; a check makes none',
}

/** The step in which a check fails. */
function stepOf({ check, reason }: FailedCheck): FlowStep {
  if (reason === 'signer_ended') return 'sign_assertion'
  if (check === 'nonce') return reason.startsWith('nonce_of_another_') ? 'ask_for_nonce' : 'get_nonce'
  return check === 'person' || check === 'account' ? 'get_session' : 'sign_assertion'
}

function shown(reached: readonly Check[], failed: FailedCheck | undefined): CheckedAssertion {
  const passed = reached.filter((check) => check !== failed?.check)
  const failing = failed && stepOf(failed)
  const steps = flow.map((name, at): CheckedStep => {
    const checks = restsOn[name]
    const hasPassed = checks.length > 0 && checks.every((check) => passed.includes(check))
    const outcome = name === failing ? 'failed' : hasPassed ? 'passed' : 'not_reached'
    const detail =
      name === failing && failed ? `expected ${failed.expected}, found ${failed.found}` : says[name]
    return { step: at + 1, name, outcome, detail }
  })
  return { accepted: failed === undefined, steps, failed }
}
