import { type EventName, type Refused, user } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { countingKey } from '../../addresses/networks.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { isOfServer, Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { deleteSignedOutBrowsers } from '../../sessions/store.ts'
import type { UserRow } from '../users/store.ts'
import { browserKeptForMs, knownPlace, type Visitor } from './known-places.ts'
import {
  type Counter,
  drainBucket,
  fillBucket,
  findBucket,
  findCount,
  forgetBrowsers,
  forgetCounter,
  forgetCounters,
  setWait,
  sweepBrowsers,
  sweepBuckets,
  sweepCounters,
  takeAttempt,
  takeBackAttempt,
} from './store.ts'

const hourMs = 3_600_000

/** So many may be wrong one after the other before the next has to wait. */
const free = 5
/** NIST SP 800-63B-4 section 3.2.2: at most 100 consecutive failures. */
const most = 100
const longestWaitMs = hourMs
const keptForMs = 30 * 24 * hourMs
/** What one network or one person may do so often in an hour. */
const allowances = {
  /** A page that stands open asks for one every ten minutes, and many people may share one address. */
  challenges: 5000,
  registrations: 20,
  'wrong device codes': 20,
} as const

interface Allowance {
  /** What it is counted by. */
  readonly whose: string
  /** After so long one of it is forgotten. */
  readonly costMs: number
}

const allowanceOf = (what: keyof typeof allowances, whose: string): Allowance => ({
  whose: `${what} for ${whose}`,
  costMs: Math.ceil(hourMs / allowances[what]),
})

/** Somebody who says a password or a code. */
export interface Claimant extends Visitor {
  /** What it is for, as the log calls it. */
  readonly event: 'user.sign_in' | 'user.change_password' | 'user.change_address'
  /**
   * What is guessed at. Codes have counts of their own: whoever knows the password could start the count of both again at
   * will.
   */
  readonly guesses?: 'password' | 'code' | 'passkey'
  /** The user name as it is compared. */
  readonly usernameKey: string
}

/** An attempt that was admitted. It is counted as a failure at once, so that many at the same time do not pass the limit. */
interface Counted {
  /** It was none. */
  succeeded(): Promise<void>
  /** Nobody has looked whether it was one. */
  withdrawn(): Promise<void>
}

export interface Attempts {
  /**
   * Let somebody prove a password or a code. It has failed if `prove` refuses or gives false, and then it counts; what ends
   * because the server is busy, full or broken does not. Failures count for the account, apart at each place
   * that it knows, so that a stranger who fails on purpose locks nobody out there; those of strangers also count for
   * their network. Names that nobody has are counted alike.
   * @throws {Refusal} `too_many_requests`, before anything is compared
   */
  judge<Result>(claimant: Claimant, prove: () => Promise<Result>): Promise<Result>
  /**
   * {@link judge} for a passkey of somebody who has not said who they are: refused ones count for their network.
   * @throws {Refusal} `too_many_requests`
   */
  judgePasskey<Result>(client: ClientInfo, prove: () => Promise<Result>): Promise<Result>
  /**
   * Admit one request of a network for a challenge, of which each is a row.
   * @throws {Refusal} `too_many_requests`
   */
  admitChallenge(tx: Transaction, client: ClientInfo, event: EventName): Promise<void>
  /**
   * Admit one application of a network that registers by itself.
   * @throws {Refusal} `too_many_requests`
   */
  admitRegistration(tx: Transaction, client: ClientInfo): Promise<void>
  /**
   * {@link judge} for a code of a device that somebody who is signed in has typed: wrong ones count for the person.
   * @throws {Refusal} `too_many_requests`
   */
  judgeDeviceCode<Result>(userId: string, prove: () => Promise<Result>): Promise<Result>
  /** Let the failures of an account count from the beginning again. */
  unlock(tx: Transaction, user: UserRow): Promise<void>
  /**
   * An account gets a new password: guesses at the old one are worth nothing, and browsers are unknown again, but for the
   * one with this secret.
   */
  forget(tx: Transaction, user: UserRow, keptBrowser?: string): Promise<void>
  readonly job: Job
}

/** @param perHour how many failures of strangers one network may have in an hour */
export function createAttempts(
  { db, world, activity, log }: Ground,
  masterKey: MasterKey,
  perHour: number,
): Attempts {
  const costMs = Math.ceil(hourMs / perHour)
  // A name that nobody has may be a password typed into the wrong field, which a plain hash would not hide.
  const accountOf = (usernameKey: string, guesses: Claimant['guesses'] = 'password') =>
    masterKey.mac(usernameKey, guesses === 'code' ? 'second factor failures' : 'sign-in failures')

  /** Take one of what a network may do in an hour. Undefined if it may, else the moment from which on it may again. */
  async function takeFromNetwork(
    tx: Transaction,
    network: string,
    costMs: number,
  ): Promise<number | undefined> {
    const now = world.now()
    if (await fillBucket(tx, network, { now, costMs, sizeMs: hourMs })) return undefined
    return ((await findBucket(tx, network)) ?? now) + costMs - hourMs
  }

  async function takeFailure(tx: Transaction, network: string, who: Claimant): Promise<void> {
    const until = await takeFromNetwork(tx, network, costMs)
    if (until !== undefined) throw tooMany('network_failures', who, { until, now: world.now() })
  }

  async function take(counter: Counter, network: string | undefined, who: Claimant): Promise<void> {
    const now = world.now()
    await db.transaction(async (tx) => {
      if (network !== undefined) await takeFailure(tx, network, who)
      const failures = await takeAttempt(tx, counter, now, most)
      if (failures === undefined) {
        const count = await findCount(tx, counter)
        const isOver = (count?.failures ?? 0) >= most
        throw isOver
          ? tooMany('failures_exhausted', who, undefined)
          : tooMany('account_failures', who, { until: count?.wait_until ?? now, now })
      }
      await setWait(tx, counter, now + waitMs(failures))
      // The last one that is admitted. Whoever it is, an operator should look at it.
      if (failures === most && who.user) {
        const subject = { subject: who.user.id, subjectKind: 'user', client: who.client } as const
        const more = { outcome: 'alarm', reason: 'failures_exhausted' } as const
        await activity.record(tx, subject, who.event, user(who.user.id), more)
      }
    })
  }

  async function count(claimant: Claimant): Promise<Counted> {
    const account = accountOf(claimant.usernameKey, claimant.guesses)
    const known = await knownPlace(db, claimant, world.now())
    const counter = { account, place: known ?? '' }
    const network = known === undefined ? countingKey(claimant.client.address) : undefined
    await take(counter, network, claimant)
    const takeBack = (fromAccount: (tx: Transaction) => Promise<void>) =>
      db.transaction(async (tx) => {
        // In the order in which they were taken: of two that lock them crosswise, the database ends one.
        if (network !== undefined) await drainBucket(tx, network, costMs)
        await fromAccount(tx)
      })
    return {
      succeeded: () => takeBack((tx) => forgetCounter(tx, counter)),
      withdrawn: () =>
        takeBack(async (tx) => {
          const failures = await takeBackAttempt(tx, counter)
          if (failures !== undefined) await setWait(tx, counter, world.now() + waitMs(failures))
        }),
    }
  }

  async function countPasskey(client: ClientInfo): Promise<Counted> {
    const network = countingKey(client.address)
    await db.transaction((tx) => takeFailure(tx, network, strangerWith(client)))
    const takeBack = () => db.transaction((tx) => drainBucket(tx, network, costMs))
    return { succeeded: takeBack, withdrawn: takeBack }
  }

  async function settle<Result>(counted: Counted, prove: () => Promise<Result>): Promise<Result> {
    const result = await prove().catch(async (error: unknown) => {
      if (isOfServer(error)) {
        await counted.withdrawn().catch((reason: unknown) => log.error('attempt_not_withdrawn', reason))
      }
      throw error
    })
    if (result !== false) await counted.succeeded()
    return result
  }

  async function admit(
    tx: Transaction,
    { whose, costMs }: Allowance,
    reason: EventReason,
    refused: Refused,
  ): Promise<void> {
    const until = await takeFromNetwork(tx, whose, costMs)
    if (until === undefined) return
    const retryAfterSeconds = secondsUntil(until, world.now())
    const more = { reason, refused, retryAfterSeconds }
    throw new Refusal('too_many_requests', 'too many requests; wait before the next', more)
  }

  async function countDeviceCode(userId: string): Promise<Counted> {
    const allowance = allowanceOf('wrong device codes', userId)
    const refused = { event: 'application.device', subject: userId, subjectKind: 'user' } as const
    await db.transaction((tx) => admit(tx, allowance, 'device_code_failures', refused))
    const takeBack = () => db.transaction((tx) => drainBucket(tx, allowance.whose, allowance.costMs))
    return { succeeded: takeBack, withdrawn: takeBack }
  }

  return {
    judge: async (claimant, prove) => settle(await count(claimant), prove),
    judgePasskey: async (client, prove) => settle(await countPasskey(client), prove),
    judgeDeviceCode: async (userId, prove) => settle(await countDeviceCode(userId), prove),
    admitChallenge: (tx, { address }, event) =>
      admit(tx, allowanceOf('challenges', countingKey(address)), 'network_requests', { event }),
    admitRegistration: (tx, { address }) =>
      admit(tx, allowanceOf('registrations', countingKey(address)), 'network_requests', {
        event: 'application.create',
      }),
    async unlock(tx, { username_key }) {
      await forgetCounters(tx, accountOf(username_key))
      await forgetCounters(tx, accountOf(username_key, 'code'))
    },
    async forget(tx, { id, username_key }, keptBrowser) {
      await forgetCounters(tx, accountOf(username_key))
      await forgetBrowsers(tx, id, keptBrowser === undefined ? undefined : hashSecret(keptBrowser))
    },
    job: {
      name: 'attempts.sweep',
      everyMs: hourMs,
      run: () =>
        db.transaction(async (tx) => {
          await sweepCounters(tx, world.now() - keptForMs, most)
          await sweepBuckets(tx, world.now())
          await sweepBrowsers(tx, world.now() - browserKeptForMs)
          await deleteSignedOutBrowsers(tx)
        }),
    },
  }
}

/** Somebody of whom nothing but the passkey says who they are. */
function strangerWith(client: ClientInfo): Claimant {
  return {
    ...{ event: 'user.sign_in', guesses: 'passkey', usernameKey: '' },
    ...{ user: undefined, client, browser: undefined },
  }
}

/** 1 s behind the fifth failure, twice as long behind each that follows, an hour at most. */
function waitMs(failures: number): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** (failures - free), longestWaitMs)
}

const secondsUntil = (until: number, now: number) => Math.max(1, Math.ceil((until - now) / 1000))

/** @param waitMs undefined if waiting does not help */
function tooMany(
  reason: EventReason,
  { event, user, guesses }: Claimant,
  wait: { readonly until: number; readonly now: number } | undefined,
): Refusal {
  const wrong = { password: 'passwords', code: 'codes', passkey: 'passkeys' }[guesses ?? 'password']
  const way =
    guesses === 'code'
      ? 'ask an administrator to unlock the account'
      : 'ask for an invitation to set a new one'
  const message =
    wait === undefined
      ? `too many wrong ${wrong}; sign in where you have signed in before, or ${way}`
      : `too many wrong ${wrong}; wait before the next`
  const waitSeconds = wait && secondsUntil(wait.until, wait.now)
  return new Refusal('too_many_requests', message, {
    reason,
    retryAfterSeconds: waitSeconds,
    refused: {
      event,
      // The moment and not how long: refusals of the same wait are counted together.
      ...(wait && { details: { until: wait.until } }),
      ...(user && { subject: user.id, subjectKind: 'user' }),
    },
  })
}
