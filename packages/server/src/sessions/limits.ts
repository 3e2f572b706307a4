import type { SessionRow } from './store.ts'

/** How long sessions last that are used, and that are not. Null: as long as the refresh tokens of every session. */
export interface SessionLimits {
  readonly idleMs: number | null
  readonly longestMs: number | null
}

/** When a session is over, however much it is used; undefined if its refresh tokens alone say so. */
export function endOf(
  { created_at, ends_at }: Pick<SessionRow, 'created_at' | 'ends_at'>,
  { longestMs }: SessionLimits,
): number | undefined {
  return earliest(ends_at ?? undefined, longestMs === null ? undefined : created_at + longestMs)
}

/** Whether a session is over by now. It has been used when it was last refreshed. */
export function isOver(session: SessionRow, limits: SessionLimits, now: number): boolean {
  const end = endOf(session, limits)
  const isIdle = limits.idleMs !== null && now >= session.last_used_at + limits.idleMs
  return isIdle || (end !== undefined && now >= end)
}

/** The earlier of two times that may not be. */
export function earliest(...ends: readonly (number | undefined)[]): number | undefined {
  const given = ends.filter((end) => end !== undefined)
  return given.length === 0 ? undefined : Math.min(...given)
}
