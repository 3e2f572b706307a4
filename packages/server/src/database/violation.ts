/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY, sqlite.org/rescode.html. */
const sqliteCodes: readonly unknown[] = [2067, 1555]

/** Whether a query failed because a row with that key was there already, in either engine. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, errcode } = Object(error) as { code?: unknown; errcode?: unknown }
  // 23505 is unique_violation, PostgreSQL appendix A.
  return code === '23505' || sqliteCodes.includes(errcode)
}

/** Do `work`; if it fails because a row with that key was there already, throw what `taken` gives. */
export async function unlessTaken<T>(work: () => Promise<T>, taken: () => Error): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isUniqueViolation(error) ? taken() : error
  }
}
