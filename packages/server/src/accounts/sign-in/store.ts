import type { Reader, Transaction } from '../../database/database.ts'

/** Where wrong passwords for an account are counted: at a place that the account knows, or `''` for everywhere else. */
export interface Counter {
  /** A hash of the user name as it was compared, whether or not somebody has that name. */
  readonly account: string
  readonly place: string
}

export interface Count {
  readonly failures: number
  /** No attempt is admitted before. */
  readonly wait_until: number
}

/**
 * Take one attempt, as if it were a wrong one, and hold its counter until the transaction ends. The number that the counter
 * then shows; undefined if an attempt has to wait, or `most` have been made.
 */
export async function takeAttempt(
  tx: Transaction,
  { account, place }: Counter,
  now: number,
  most: number,
): Promise<number | undefined> {
  await tx.query(
    `INSERT INTO sign_in_failures (account, place, failures, last_at, wait_until) VALUES ($1, $2, 0, $3, 0)
     ON CONFLICT (account, place) DO NOTHING`,
    account,
    place,
    now,
  )
  const [row] = await tx.query<{ failures: number }>(
    `UPDATE sign_in_failures SET failures = failures + 1, last_at = $3
     WHERE account = $1 AND place = $2 AND wait_until <= $3 AND failures < $4 RETURNING failures`,
    account,
    place,
    now,
    most,
  )
  return row?.failures
}

/** Count one attempt less. How many are left; undefined if they have been forgotten meanwhile. */
export async function takeBackAttempt(
  tx: Transaction,
  { account, place }: Counter,
): Promise<number | undefined> {
  const [row] = await tx.query<{ failures: number }>(
    `UPDATE sign_in_failures SET failures = failures - 1
     WHERE account = $1 AND place = $2 AND failures > 0 RETURNING failures`,
    account,
    place,
  )
  return row?.failures
}

export async function findCount(reader: Reader, { account, place }: Counter): Promise<Count | undefined> {
  const [row] = await reader.query<Count>(
    'SELECT failures, wait_until FROM sign_in_failures WHERE account = $1 AND place = $2',
    account,
    place,
  )
  return row
}

export async function setWait(tx: Transaction, { account, place }: Counter, until: number): Promise<void> {
  await tx.query(
    'UPDATE sign_in_failures SET wait_until = $3 WHERE account = $1 AND place = $2',
    account,
    place,
    until,
  )
}

export async function forgetCounter(tx: Transaction, { account, place }: Counter): Promise<void> {
  await tx.query('DELETE FROM sign_in_failures WHERE account = $1 AND place = $2', account, place)
}

export async function forgetCounters(tx: Transaction, account: string): Promise<void> {
  await tx.query('DELETE FROM sign_in_failures WHERE account = $1', account)
}

/** Counters of long ago, but for those that are full: what they stop stays stopped. */
export async function sweepCounters(tx: Transaction, before: number, most: number): Promise<void> {
  await tx.query('DELETE FROM sign_in_failures WHERE last_at <= $1 AND failures < $2', before, most)
}

/**
 * Take one of the failures that a network may have: each fills a bucket by `costMs`, which empties as time goes by. False
 * if the bucket is full.
 */
export async function fillBucket(
  tx: Transaction,
  network: string,
  { now, costMs, sizeMs }: { now: number; costMs: number; sizeMs: number },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO sign_in_networks (network, full_until) VALUES ($1, $2)
     ON CONFLICT (network) DO UPDATE SET full_until =
       CASE WHEN sign_in_networks.full_until > $3 THEN sign_in_networks.full_until + $4 ELSE $2 END
     WHERE sign_in_networks.full_until <= $5 RETURNING network`,
    network,
    now + costMs,
    now,
    costMs,
    now + sizeMs - costMs,
  )
  return rows.length === 1
}

export async function drainBucket(tx: Transaction, network: string, costMs: number): Promise<void> {
  await tx.query(
    'UPDATE sign_in_networks SET full_until = full_until - $2 WHERE network = $1',
    network,
    costMs,
  )
}

export async function findBucket(reader: Reader, network: string): Promise<number | undefined> {
  const [row] = await reader.query<{ full_until: number }>(
    'SELECT full_until FROM sign_in_networks WHERE network = $1',
    network,
  )
  return row?.full_until
}

export async function sweepBuckets(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM sign_in_networks WHERE full_until <= $1', now)
}

export async function isKnownBrowser(reader: Reader, secretHash: string, userId: string): Promise<boolean> {
  const rows = await reader.query(
    'SELECT 1 AS known FROM known_browsers WHERE secret_hash = $1 AND user_id = $2',
    secretHash,
    userId,
  )
  return rows.length === 1
}

/** The browsers that an account knows, by when they first and last signed in. */
export async function findKnownBrowsers(
  reader: Reader,
  userId: string,
): Promise<{ created_at: number; last_used_at: number }[]> {
  return reader.query(
    'SELECT created_at, last_used_at FROM known_browsers WHERE user_id = $1 ORDER BY created_at, secret_hash',
    userId,
  )
}

export async function rememberBrowser(
  tx: Transaction,
  secretHash: string,
  userId: string,
  now: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO known_browsers (secret_hash, user_id, created_at, last_used_at) VALUES ($1, $2, $3, $3)
     ON CONFLICT (secret_hash, user_id) DO UPDATE SET last_used_at = $3`,
    secretHash,
    userId,
    now,
  )
}

/** All browsers of a user but the one named. */
export async function forgetBrowsers(
  tx: Transaction,
  userId: string,
  but: string | undefined,
): Promise<void> {
  await tx.query('DELETE FROM known_browsers WHERE user_id = $1 AND secret_hash <> $2', userId, but ?? '')
}

export async function sweepBrowsers(tx: Transaction, unusedSince: number): Promise<void> {
  await tx.query('DELETE FROM known_browsers WHERE last_used_at <= $1', unusedSince)
}
