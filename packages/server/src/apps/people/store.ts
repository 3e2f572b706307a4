import type { Reader, Transaction } from '../../database/database.ts'

export interface AppPersonRow {
  readonly app: string
  /** What the app calls them. */
  readonly sub: string
  readonly user_id: string
  readonly created_at: number
  /** When the app signed them in last. */
  readonly last_sign_in_at: number | null
  /** 1 for a person whom the app has made, 0 for one whom an administrator has linked. */
  readonly is_made: number
}

export async function insertAppPerson(tx: Transaction, person: AppPersonRow): Promise<void> {
  await tx.query(
    `INSERT INTO app_people (app, sub, user_id, created_at, last_sign_in_at, is_made)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    person.app,
    person.sub,
    person.user_id,
    person.created_at,
    person.last_sign_in_at,
    person.is_made,
  )
}

/** Note that an app signs a person in. Whom it means by this name now; undefined for nobody. */
export async function noteAppSignIn(
  tx: Transaction,
  app: string,
  sub: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ user_id: string }>(
    'UPDATE app_people SET last_sign_in_at = $3 WHERE app = $1 AND sub = $2 RETURNING user_id',
    app,
    sub,
    now,
  )
  return row?.user_id
}

export interface PersonOfApp extends AppPersonRow {
  readonly username: string
}

/** The people of an app by their ids, behind `after`. */
export async function findAppPeople(
  reader: Reader,
  app: string,
  after: string,
  limit: number,
): Promise<PersonOfApp[]> {
  return reader.query<PersonOfApp>(
    `SELECT p.*, u.username FROM app_people p JOIN users u ON u.id = p.user_id
      WHERE p.app = $1 AND p.user_id > $2 ORDER BY p.user_id LIMIT $3`,
    app,
    after,
    limit,
  )
}

export interface AppOfPerson extends AppPersonRow {
  /** What the app is called. */
  readonly name: string
}

/** The apps that sign a person in, and what each calls them. */
export async function findAppsOfPerson(reader: Reader, userId: string): Promise<AppOfPerson[]> {
  return reader.query<AppOfPerson>(
    `SELECT p.*, a.name FROM app_people p JOIN apps a ON a.id = p.app WHERE p.user_id = $1 ORDER BY p.app`,
    userId,
  )
}

export async function findAppPerson(
  reader: Reader,
  app: string,
  sub: string,
): Promise<AppPersonRow | undefined> {
  const [row] = await reader.query<AppPersonRow>(
    'SELECT * FROM app_people WHERE app = $1 AND sub = $2',
    app,
    sub,
  )
  return row
}

export async function deleteAppPerson(tx: Transaction, app: string, userId: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM app_people WHERE app = $1 AND user_id = $2 RETURNING sub',
    app,
    userId,
  )
  return rows.length === 1
}
