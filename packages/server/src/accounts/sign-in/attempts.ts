import { type EventName, user } from '../../activity/events.ts'
import { countingKey } from '../../addresses/networks.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { isOfServer, Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import {
  deleteSignedOutBrowsers,
  hasSessionFrom,
  insertSignedInBrowser,
  touchSession,
} from '../../sessions/store.ts'
import type { UserRow } from '../users/store.ts'
import {
  type Counter,
  drainBucket,
  fillBucket,
  findBucket,
  findCount,
  forgetBrowsers,
  forgetCounter,
  forgetCounters,
  isKnownBrowser,
  rememberBrowser,
  setWait,
  sweepBrowsers,
  sweepBuckets,
  sweepCounters,
  takeAttempt,
  takeBackAttempt,
} from './store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** So many may be wrong one after the other before the next has to wait. */
const free = 5
/** NIST SP 800-63B-4 section 3.2.2: at most 100 consecutive failures. */
const most = 100
const longestWaitMs = hourMs
/** A place where the account signed in within these days is known. */
const knownForMs = 30 * dayMs
const keptForMs = 30 * dayMs
/** A page that stands open asks for a challenge every ten minutes, and many people may share one address. */
const challengesPerHour = 5000
/** So long a browser is known that is not used. */
export const browserKeptForMs = 400 * dayMs

/** Somebody who says a password or a code. */
export interface Claimant {
  /** What it is for, as the log calls it. */
  readonly event: 'user.sign_in' | 'user.change_password' | 'user.change_address'
  /**
   * What is guessed at. Codes have counts of their own: whoever knows the password could start the count of both again at
   * will.
   */
  readonly guesses?: 'password' | 'code' | 'passkey'
  /** The user name as it is compared. */
  readonly usernameKey: string
  /** Undefined if nobody has the name. */
  readonly user: UserRow | undefined
  readonly client: ClientInfo
  /** The secret of the browser, if it has one. */
  readonly browser: string | undefined
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
   * Admit one of so many things that somebody may do in an hour.
   * @param what it and who does it
   * @throws {Refusal} `too_many_requests`
   */
  admit(tx: Transaction, what: string, perHour: number, event: EventName): Promise<void>
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

  const admit: Attempts['admit'] = async (tx, what, perHour, event) => {
    const until = await takeFromNetwork(tx, what, Math.ceil(hourMs / perHour))
    if (until === undefined) return
    throw new Refusal('too_many_requests', 'too many requests; wait before the next', {
      reason: 'network_requests',
      retryAfterSeconds: secondsUntil(until, world.now()),
      refused: { event },
    })
  }

  return {
    judge: async (claimant, prove) => settle(await count(claimant), prove),
    judgePasskey: async (client, prove) => settle(await countPasskey(client), prove),
    admitChallenge: (tx, client, event) =>
      admit(tx, `challenges for ${countingKey(client.address)}`, challengesPerHour, event),
    admit,
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

/** The secrets of a browser that somebody has signed in with, for two cookies. */
export interface KnownBrowser {
  readonly secret: string
  /** Of this session alone. */
  readonly signedIn: string
}

/**
 * Remember a browser that somebody has signed in with, by the secret that it sent or a new one, and that it is signed in with this
 * session; undefined if the session has ended meanwhile, as it does with the password.
 */
export async function knowBrowser(
  { db, world }: Ground,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  sent: string | undefined,
): Promise<KnownBrowser | undefined> {
  const signedIn = newSecret('signedin', world)
  const secret = sent !== undefined && isSecret('browser', sent) ? sent : newSecret('browser', world)
  return db.transaction(async (tx) => {
    if (!(await touchSession(tx, sessionId, world.now()))) return undefined
    await rememberBrowser(tx, hashSecret(secret), userId, world.now())
    await insertSignedInBrowser(tx, { hash: hashSecret(signedIn), sessionId, createdAt: world.now() })
    return { secret, signedIn }
  })
}

/** Whether an account has signed in there before: in this browser, or lately from this address. */
export async function isKnownPlace(reader: Reader, claimant: Claimant, now: number): Promise<boolean> {
  return (await knownPlace(reader, claimant, now)) !== undefined
}

/** Somebody of whom nothing but the passkey says who they are. */
function strangerWith(client: ClientInfo): Claimant {
  return {
    ...{ event: 'user.sign_in', guesses: 'passkey', usernameKey: '' },
    ...{ user: undefined, client, browser: undefined },
  }
}

/** A browser that has signed in to this account, or an address from which somebody did lately. */
async function knownPlace(
  reader: Reader,
  { user, client, browser }: Claimant,
  now: number,
): Promise<string | undefined> {
  if (!user) return undefined
  if (browser !== undefined && isSecret('browser', browser)) {
    const secretHash = hashSecret(browser)
    if (await isKnownBrowser(reader, secretHash, user.id)) return `browser ${secretHash}`
  }
  // Of a peer without an address nobody knows who it is.
  if (client.address === '') return undefined
  const isKnown = await hasSessionFrom(reader, user.id, client.address, now - knownForMs)
  return isKnown ? `address ${countingKey(client.address)}` : undefined
}

/** 1 s behind the fifth failure, twice as long behind each that follows, an hour at most. */
function waitMs(failures: number): number {
  return failures < free ? 0 : Math.min(1000 * 2 ** (failures - free), longestWaitMs)
}

const secondsUntil = (until: number, now: number) => Math.max(1, Math.ceil((until - now) / 1000))

/** @param waitMs undefined if waiting does not help */
function tooMany(
  reason: string,
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
