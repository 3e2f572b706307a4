/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, sqlite.org/rescode.html. */
const sqliteCodes: readonly unknown[] = [2067, 1555]

/** Whether a query failed because a row with that key was there already, in either engine. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  // 23505 is unique_violation, PostgreSQL appendix A.
  return code === '23505' || sqliteCodes.includes(errcode)
}
