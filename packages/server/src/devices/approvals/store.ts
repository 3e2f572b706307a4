import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

/** One command that an agent asks its person for. Times are milliseconds since the epoch. */
export interface ApprovalRow {
  readonly id: string
  readonly user_id: string
  /** Of the agent. What it asks for ends with it. */
  readonly session_id: string
  readonly application: string
  readonly uid: string
  readonly method: string
  /** JSON, as the device will get it. */
  readonly payload: string
  /** Who asks. */
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly decided_at: number | null
  /** 0 or 1. */
  readonly is_allowed: number | null
  readonly ended_at: number | null
  /** What the device has answered. */
  readonly status: number | null
  /** JSON. */
  readonly reply: string | null
  /** Why the device did not get the command, or did not answer: a code. */
  readonly failure: string | null
}

const insertRows = insertInto('command_approvals', [
  'id',
  'user_id',
  'session_id',
  'application',
  'uid',
  'method',
  'payload',
  'address',
  'region',
  'user_agent',
  'created_at',
  'expires_at',
])

export async function insertApproval(
  tx: Transaction,
  row: Omit<ApprovalRow, 'decided_at' | 'is_allowed' | 'ended_at' | 'status' | 'reply' | 'failure'>,
): Promise<void> {
  await insertRows(tx, [row])
}

/** Of a person; one of anybody else does not exist for them. */
export async function findApproval(
  reader: Reader,
  userId: string,
  id: string,
): Promise<ApprovalRow | undefined> {
  const [row] = await reader.query<ApprovalRow>(
    'SELECT * FROM command_approvals WHERE id = $1 AND user_id = $2',
    id,
    userId,
  )
  return row
}

/** Those of a person that are older than `before`, the newest first. */
export async function findApprovals(
  reader: Reader,
  userId: string,
  before: string,
  limit: number,
): Promise<ApprovalRow[]> {
  return reader.query<ApprovalRow>(
    'SELECT * FROM command_approvals WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
    userId,
    before,
    limit,
  )
}

/** How many an agent has asked a person for since then, and how many of these still wait. */
export async function countAsked(
  tx: Transaction,
  { userId, application }: { readonly userId: string; readonly application: string },
  { since, now }: { readonly since: number; readonly now: number },
): Promise<{ readonly asked: number; readonly waiting: number }> {
  const [row] = await tx.query<{ asked: number; waiting: number }>(
    `SELECT COUNT(*) AS asked,
            COALESCE(SUM(CASE WHEN decided_at IS NULL AND expires_at > $4 THEN 1 ELSE 0 END), 0) AS waiting
       FROM command_approvals WHERE user_id = $1 AND application = $2 AND created_at > $3`,
    userId,
    application,
    since,
    now,
  )
  return { asked: Number(row?.asked ?? 0), waiting: Number(row?.waiting ?? 0) }
}

/** Write down what a person says: for one of any number at once, ever, and only in time. */
export async function decideApproval(
  tx: Transaction,
  {
    id,
    userId,
    isAllowed,
    now,
  }: { readonly id: string; readonly userId: string; readonly isAllowed: boolean; readonly now: number },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE command_approvals SET decided_at = $3, is_allowed = $4
      WHERE id = $1 AND user_id = $2 AND decided_at IS NULL AND expires_at > $3 RETURNING id`,
    id,
    userId,
    now,
    Number(isAllowed),
  )
  return rows.length === 1
}

/** Write down what became of a command that was allowed. */
export async function endApproval(
  tx: Transaction,
  id: string,
  {
    status,
    reply,
    failure,
    now,
  }: Pick<ApprovalRow, 'status' | 'reply' | 'failure'> & { readonly now: number },
): Promise<void> {
  await tx.query(
    'UPDATE command_approvals SET ended_at = $2, status = $3, reply = $4, failure = $5 WHERE id = $1 AND is_allowed = 1',
    id,
    now,
    status,
    reply,
    failure,
  )
}

export async function deleteApprovals(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM command_approvals WHERE created_at <= $1', before)
}
