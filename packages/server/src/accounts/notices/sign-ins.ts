import { session } from '../../activity/events.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { firstIdentifierAt } from '../../secrets/identifiers.ts'
import { hashSecret, isSecret, newSecret } from '../../secrets/secrets.ts'
import { endSession } from '../../sessions/end.ts'
import { findPrimary } from '../addresses/store.ts'
import type { LettersGround } from '../ground.ts'
import { startRecovery } from '../recovery/recovery.ts'
import { findUser } from '../users/store.ts'
import {
  claimSession,
  findNoticeLink,
  findRefusedSignIns,
  findSeenClients,
  findUnseenSessions,
  insertNoticeLink,
  noteSeenClient,
  sweepClaims,
  sweepNoticeLinks,
  sweepSeenClients,
  type UnseenSession,
  useNoticeLink,
} from './store.ts'
import { type Unusual, words } from './words.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** A session is looked at so long after it began: refused sign-ins are counted in the log once a minute. */
const afterMs = 90_000
/** Older ones are not looked at: nobody is told of a sign-in of yesterday because the server was away. */
const withinMs = hourMs
/** So many refused sign-ins within an hour before a successful one are worth a letter. */
const manyFailures = 5
/** A browser that was not seen for so long is new again. */
const seenForMs = 400 * dayMs
const linkLifeMs = 7 * dayMs
const most = 200

/**
 * Look at the sessions that have begun, each at one process, and tell their people of the unusual ones. It needs the sessions alone,
 * so every way to sign in is seen, and none waits for it.
 */
export async function lookAtSignIns(ground: LettersGround): Promise<void> {
  const { db, world } = ground
  const now = world.now()
  const from = firstIdentifierAt('ses', now - withinMs)
  const to = firstIdentifierAt('ses', now - afterMs)
  for (const found of await findUnseenSessions(db, from, to, most)) {
    await db.transaction(async (tx) => {
      if (await claimSession(tx, found.id, now)) await look(ground, tx, found)
    })
  }
}

async function look(ground: LettersGround, tx: Transaction, found: UnseenSession): Promise<void> {
  const { world, mail } = ground
  const client = clientOf(found)
  const unusual = await whatIsUnusual(tx, found, client)
  await noteSeenClient(tx, found.user_id, client, world.now())
  if (!unusual) return
  const owner = await findUser(tx, found.user_id)
  const primary = await findPrimary(tx, found.user_id)
  if (!owner || owner.disabled_at !== null || !primary) return
  const secret = newSecret('notme', world)
  const now = world.now()
  await insertNoticeLink(tx, {
    secretHash: hashSecret(secret),
    userId: owner.id,
    sessionId: found.id,
    createdAt: now,
    expiresAt: now + linkLifeMs,
  })
  const { language, address } = primary
  const seen = {
    username: owner.username,
    at: new Date(found.created_at)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z/, ' UTC'),
    browser: nameOf(found.user_agent),
    region: found.region,
    address: found.address,
  }
  const letter = words[language].signIn(unusual, seen, mail.linkTo(`/sign-ins/${secret}`))
  const about = { letter: 'sign_in', userId: owner.id, untilMs: now + dayMs }
  await mail.post(tx, address, { language, ...letter }, about)
}

/** Keyed on person and browser, so that it stays quiet: the first sign-in of all is usual, and so is a browser seen before. */
async function whatIsUnusual(
  tx: Transaction,
  { user_id, created_at }: UnseenSession,
  { browser, region }: Client,
): Promise<Unusual | undefined> {
  const seen = await findSeenClients(tx, user_id)
  const from = firstIdentifierAt('evt', created_at - hourMs)
  const failures = (await findRefusedSignIns(tx, user_id, from)).reduce(
    (sum, { details }) => sum + countIn(details),
    0,
  )
  if (failures >= manyFailures) return 'after_failures'
  if (seen.length === 0) return undefined
  if (!seen.some((one) => one.browser === browser)) return 'new_browser'
  return region === '' || seen.some((one) => one.region === region) ? undefined : 'new_region'
}

function countIn(details: string | null): number {
  const { count } = JSON.parse(details ?? '{}') as { readonly count?: unknown }
  return typeof count === 'number' ? count : 1
}

interface Client {
  readonly browser: string
  readonly region: string
}

/** A browser by its user agent without numbers, so that an update makes no new one. */
function clientOf({ user_agent, region }: UnseenSession): Client {
  return { browser: (user_agent ?? '').replaceAll(/[\d._]+/g, ''), region: region ?? '' }
}

/** What people call a browser, as far as its user agent says. */
function nameOf(userAgent: string | null): string | undefined {
  const programs = {
    Edg: 'Edge',
    'OPR/': 'Opera',
    'OPT/': 'Opera',
    'Firefox/': 'Firefox',
    'Chrome/': 'Chrome',
    // On an iPhone all of them say that they are Safari as well.
    'FxiOS/': 'Firefox',
    'CriOS/': 'Chrome',
    'Safari/': 'Safari',
  }
  const systems = {
    Windows: 'Windows',
    Android: 'Android',
    iPhone: 'iPhone',
    iPad: 'iPad',
    'Mac OS': 'macOS',
    Linux: 'Linux',
  }
  const find = (names: object) =>
    Object.entries(names).find(([mark]) => userAgent?.includes(mark))?.[1] as string | undefined
  const [program, system] = [find(programs), find(systems)]
  return program === undefined ? undefined : system === undefined ? program : `${program}, ${system}`
}

/** Whose sign-in a link is about. @throws {Refusal} `link_invalid` */
export async function disowning(
  { db, world }: Ground,
  secret: string,
): Promise<{ readonly username: string }> {
  const link = isSecret('notme', secret)
    ? await findNoticeLink(db, hashSecret(secret), world.now())
    : undefined
  const owner = link && (await findUser(db, link.user_id))
  if (!owner) throw over()
  return { username: owner.username }
}

/**
 * A person says that a sign-in was not theirs: its session ends, and a link to set a new password is sent to them.
 * @throws {Refusal} `link_invalid`
 */
export async function disownSignIn(ground: LettersGround, secret: string, client: ClientInfo): Promise<void> {
  const { db, world, activity } = ground
  if (!isSecret('notme', secret)) throw over()
  await db.transaction(async (tx) => {
    const link = await useNoticeLink(tx, hashSecret(secret), world.now())
    const owner = link && (await findUser(tx, link.user_id))
    if (!link || !owner) throw over()
    const who = { subject: owner.id, subjectKind: 'user', client } as const
    await endSession(ground, tx, link.session_id, 'disowned', who)
    // A fresh sign-in is all that it takes to make a key.
    await ground.apiKeys.endAll(tx, who, { owner: owner.id }, 'sign_in_disowned')
    if (owner.disabled_at === null) await startRecovery(ground, tx, owner)
    await activity.record(tx, who, 'user.disown_session', session(link.session_id), { outcome: 'alarm' })
  })
}

export async function sweepNotices({ db, world }: Ground): Promise<void> {
  await db.transaction(async (tx) => {
    await sweepClaims(tx, world.now() - 2 * withinMs)
    await sweepNoticeLinks(tx, world.now())
    await sweepSeenClients(tx, world.now() - seenForMs)
  })
}

function over(): Refusal {
  return new Refusal('link_invalid', 'this link is unknown, used, or over')
}
