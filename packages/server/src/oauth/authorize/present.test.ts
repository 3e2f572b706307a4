import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp } from '../../../test/app.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { insertSignedInBrowser } from '../../sessions/store.ts'
import { presentAt } from './present.ts'

// Who is signed in at a browser that comes from an application: as long as the refresh tokens of the session would live.

const day = 86_400_000

let app: TestApp
let ada: SignedIn
let cookie: string
before(async () => {
  app = await openTestApp()
  ada = await app.signedIn('ada')
  const { world, db, oauth } = app.app
  const secret = newSecret('signedin', world)
  const row = { hash: hashSecret(secret), sessionId: ada.sessionId, createdAt: world.now() }
  await db.transaction((tx) => insertSignedInBrowser(tx, row))
  cookie = oauth.ground.signedInCookie.keep(secret).split(';', 1)[0] ?? ''
})
after(() => app.close())

const rows: readonly {
  name: string
  /** How long ago the session was made and was used. */
  madeMs?: number
  usedMs?: number
  /** What else is true of it. */
  set?: string
  sends?: () => string
  isPresent?: boolean
}[] = [
  { name: 'a session of now', isPresent: true },
  { name: 'one that was used a moment less than 30 days ago', usedMs: 30 * day - 1, isPresent: true },
  { name: 'one that was used 30 days ago', usedMs: 30 * day },
  { name: 'one that was made a moment less than 90 days ago', madeMs: 90 * day - 1, isPresent: true },
  { name: 'one that was made 90 days ago', madeMs: 90 * day },
  { name: 'one that has ended', set: "ended_at = 1, end_reason = 'x'" },
  { name: 'that of an application', set: "client_id = 'cli_x'" },
  { name: 'one in which somebody acts for them', set: "acted_by = 'usr_x'" },
  { name: 'another secret', sends: () => cookie.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) },
  { name: 'a secret of another kind', sends: () => cookie.replace('=lk_signedin_', '=lk_browser_') },
  { name: 'two cookies', sends: () => `${cookie}; ${cookie}` },
  { name: 'no cookie', sends: () => '' },
]

for (const { name, madeMs = 0, usedMs = 0, set, sends = () => cookie, isPresent = false } of rows) {
  test(`by ${name}, ${isPresent ? 'they are there' : 'nobody is'}`, async () => {
    const { db, world, oauth } = app.app
    await db.transaction(async (tx) => {
      await tx.query(
        `UPDATE sessions SET created_at = $1, last_used_at = $2, ended_at = NULL, end_reason = NULL, client_id = NULL, acted_by = NULL WHERE id = $3`,
        world.now() - madeMs,
        world.now() - usedMs,
        ada.sessionId,
      )
      if (set) await tx.query(`UPDATE sessions SET ${set} WHERE id = $1`, ada.sessionId)
    })
    const present = await presentAt(oauth.ground, (header) => (header === 'cookie' ? sends() : undefined))
    assert.equal(present?.session.id, isPresent ? ada.sessionId : undefined)
    assert.equal(present?.person.id, isPresent ? ada.id : undefined)
  })
}
