import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { insertAddress, setPrimary, setProven } from '../src/accounts/addresses/store.ts'
import { scheduleDeletion } from '../src/accounts/deletion/deletion.ts'
import { requireFactorOfType } from '../src/accounts/factors/administer.ts'
import { makeRecoveryLink } from '../src/accounts/recovery/recovery.ts'
import { exportPeople } from '../src/accounts/transfer/export-people.ts'
import { setSignInRule } from '../src/accounts/user-types/sign-in-rule.ts'
import { createUserType } from '../src/accounts/user-types/user-types.ts'
import { createUser } from '../src/accounts/users/users.ts'
import { archiveUntil } from '../src/activity/archive/archive.ts'
import { findPlaced } from '../src/activity/archive/reading.ts'
import { dayMs, dropExpired } from '../src/activity/archive/retention.ts'
import { directoryPlace } from '../src/activity/backup/directory.ts'
import { runBackup } from '../src/activity/backup/make.ts'
import { unpack } from '../src/activity/backup/packing.ts'
import { restore } from '../src/activity/backup/restore.ts'
import { createConsumer } from '../src/activity/consumers/consumer.ts'
import { createDamageJob } from '../src/activity/consumers/damage.ts'
import type { ActivityEvent } from '../src/activity/events.ts'
import { emptyRoot } from '../src/activity/proof/merkle.ts'
import { noteSigner } from '../src/activity/proof/notes.ts'
import { rotateLogKey } from '../src/activity/proof/rotate.ts'
import { createWitness } from '../src/activity/proof/witness/witness.ts'
import { membersOf } from '../src/activity/schema/schema.ts'
import { readEvents } from '../src/alarms/reader.ts'
import { type ReadEvent, ruleNames } from '../src/alarms/rules.ts'
import { putRuleChange } from '../src/alarms/store.ts'
import { readConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/database/open.ts'
import { newUid } from '../src/devices/uid.ts'
import { operator } from '../src/identity.ts'
import { startServer } from '../src/main.ts'
import { replaceSecret } from '../src/services/registered.ts'
import type { AnswerBody } from './answer-body.ts'
import { type CallOptions, type SignedIn, testLog } from './app.ts'
import {
  addPasskey,
  askUnprompted,
  createPasskey,
  offered,
  signInAtPage,
  signInWith,
} from './browser-passkeys.ts'
import { type Canary, watch } from './canary.ts'
import { authenticatorOf, type TestAuthenticator } from './factors.ts'
import { type Home, type Lamp, type Listening, newKey, openHome, publicJwk } from './home.ts'
import { takeLetters } from './letters.ts'
import { clientSecret, linkAt, openProvider, reachingLoopback, signInAt } from './openid-provider.ts'
import { openPartner } from './partner.ts'
import { eventually } from './second-app.ts'
import { engines, temporaryStorage } from './storages.ts'

/** Whoever and whatever the rows are about. Filled as the story goes on. */
interface Cast {
  readonly house: Home
  readonly admin: SignedIn
  readonly ada: SignedIn
  readonly ben: SignedIn
  readonly fay: SignedIn
  readonly lamp: Lamp
  /** Of the person who is invited, and of the service. */
  readonly made: {
    dora: AnswerBody
    /** The refresh token that dora has used. */
    used: string
    service: AnswerBody
    /** A service with an audience. */
    pages: AnswerBody
    kid: unknown
    /** Of fay, and the token of the session with it. */
    authenticator: TestAuthenticator & { token: string }
    live: Listening
    app: Listening
  }
  /** Ask as somebody; fails where the status is another one. */
  ask(status: number, method: string, path: string, options?: CallOptions): Promise<AnswerBody>
}

/** A row of the log: event, outcome, whose it is, what it was done to, why. Names of the cast stand for their ids. */
type Line = readonly [
  event: ActivityEvent['event'],
  outcome: ActivityEvent['outcome'],
  subject: string | null,
  target: string | null,
  reason: string | null,
]

interface Step {
  readonly does: string
  readonly act: (cast: Cast) => Promise<unknown>
  /** All that is written down. */
  readonly leaves: readonly Line[]
}

/** Each goes on from where the one before ended. */
const story: readonly Step[] = [
  {
    does: 'creating a user, which invites them',
    async act({ made, admin, ask }) {
      made.dora = await ask(201, 'POST', '/v1/users', { token: admin.token, body: { username: 'dora' } })
    },
    leaves: [
      ['user.create', 'success', 'admin', 'dora', null],
      ['user.invite', 'success', 'admin', 'dora', null],
    ],
  },
  {
    does: 'importing users',
    async act({ admin, ask }) {
      const users = [{ username: 'imported' }, { username: 'dora' }]
      await ask(200, 'POST', '/v1/users/imports', { token: admin.token, body: { users } })
    },
    leaves: [['user.create', 'success', 'admin', 'a user', null]],
  },
  {
    does: 'importing a user with a proven address that another one has claimed',
    async act({ house, admin, ada, ask }) {
      const address = 'claimed@example.com'
      await ask(201, 'POST', `/v1/users/${ada.id}/addresses`, { token: admin.token, body: { address } })
      await takeLetters(house.app)
      const users = [{ username: 'imported-too', addresses: [address] }]
      await ask(200, 'POST', '/v1/users/imports', {
        token: admin.token,
        body: { users, addresses: 'proven' },
      })
    },
    leaves: [
      ['user.change_address', 'success', 'admin', 'ada', null],
      ['user.change_address', 'success', 'admin', 'ada', null],
      ['user.create', 'success', 'admin', 'a user', null],
    ],
  },
  {
    does: 'adding an attribute of people',
    act: ({ admin, ask }) =>
      ask(201, 'POST', '/v1/attributes', {
        ...{ token: admin.token, body: { key: 'floor', label: 'Floor', kind: 'number' } },
      }),
    leaves: [['attribute.add', 'success', 'admin', 'a attribute', null]],
  },
  {
    does: 'changing an attribute',
    act: ({ admin, ask }) =>
      ask(200, 'PATCH', '/v1/attributes/floor', { token: admin.token, body: { person_may: 'change' } }),
    leaves: [['attribute.change', 'success', 'admin', 'a attribute', null]],
  },
  {
    does: 'setting a value of a user, and the same again',
    async act({ made, admin, ask }) {
      const path = `/v1/users/${made.dora.id}/attributes`
      await ask(200, 'PATCH', path, { token: admin.token, body: { floor: 3 } })
      await ask(200, 'PATCH', path, { token: admin.token, body: { floor: 3 } })
    },
    leaves: [['user.update', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'setting a value of one’s own',
    act: ({ ada, ask }) => ask(200, 'PATCH', '/v1/me/attributes', { token: ada.token, body: { floor: 4 } }),
    leaves: [['user.update', 'success', 'ada', 'ada', null]],
  },
  {
    does: 'removing an attribute',
    act: ({ admin, ask }) => ask(204, 'DELETE', '/v1/attributes/floor?people=2', { token: admin.token }),
    leaves: [['attribute.remove', 'success', 'admin', 'a attribute', null]],
  },
  {
    does: 'ending every session of several users, of whom there is one',
    async act({ made, admin, ask }) {
      const body = { action: 'end_sessions', ids: [made.dora.id, 'usr_0'] }
      await ask(200, 'POST', '/v1/users/bulk', { token: admin.token, body })
      await ask(204, 'POST', `/v1/users/${made.dora.id}/sessions/end-all`, { token: admin.token })
    },
    leaves: [],
  },
  {
    does: 'downloading one’s own data',
    act: ({ ada, ask }) => ask(200, 'POST', '/v1/me/data', { token: ada.token }),
    leaves: [['user.download_data', 'success', 'ada', 'ada', null]],
  },
  {
    does: 'downloading the data of a user',
    act: ({ made, admin, ask }) => ask(200, 'POST', `/v1/users/${made.dora.id}/data`, { token: admin.token }),
    leaves: [['user.download_data', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'exporting users',
    async act({ house }) {
      const texts = exportPeople(house.app, operator, { format: 'csv', withHashes: false })
      for await (const text of texts) assert.ok(text.length > 0)
    },
    leaves: [['user.export', 'success', null, null, null]],
  },
  {
    does: 'inviting a user again',
    async act({ made, admin, ask }) {
      const path = `/v1/users/${made.dora.id}/invite`
      Object.assign(made.dora, await ask(201, 'POST', path, { token: admin.token }))
    },
    leaves: [['user.invite', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'taking up an invitation',
    act: ({ made, ask }) =>
      ask(200, 'POST', '/v1/invitations/accept', {
        body: { invitation: made.dora.invitation, password: 'the password of dora' },
      }),
    leaves: [['user.accept_invitation', 'success', 'dora', null, null]],
  },
  {
    does: 'adding an address of mail to a user, who proves it',
    async act({ house, made, admin, ask }) {
      const path = `/v1/users/${made.dora.id}/addresses`
      await ask(201, 'POST', path, { token: admin.token, body: { address: 'dora@example.com' } })
      const [letter] = await takeLetters(house.app)
      await ask(200, 'POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
    },
    leaves: [
      ['user.change_address', 'success', 'admin', 'dora', null],
      ['user.change_address', 'success', 'dora', null, null],
    ],
  },
  {
    does: 'an address that two accounts have claimed, and one proves',
    async act({ house, admin, ada, ben, ask }) {
      const body = { address: 'both@example.com' }
      await ask(201, 'POST', `/v1/users/${ada.id}/addresses`, { token: admin.token, body })
      await takeLetters(house.app)
      await ask(201, 'POST', `/v1/users/${ben.id}/addresses`, { token: admin.token, body })
      const [letter] = await takeLetters(house.app)
      await ask(200, 'POST', '/v1/addresses/prove', { body: { proof: letter!.secret } })
    },
    leaves: [
      ['user.change_address', 'success', 'admin', 'ada', null],
      ['user.change_address', 'success', 'admin', 'ben', null],
      ['user.change_address', 'success', 'ben', 'ada', null],
      ['user.change_address', 'success', 'ben', null, null],
    ],
  },
  {
    does: 'having a link sent on which a user sets a new password',
    act: ({ made, admin, ask }) =>
      ask(204, 'POST', `/v1/users/${made.dora.id}/recover`, { token: admin.token }),
    leaves: [['user.send_recovery', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'making an account by oneself, with an address that another account has claimed',
    async act({ house, admin, ada, ask }) {
      const body = { address: 'olga@example.com' }
      await ask(201, 'POST', `/v1/users/${ada.id}/addresses`, { token: admin.token, body })
      await takeLetters(house.app)
      await setSignInRule(house.app, operator, 'customer', { selfRegistration: true })
      await ask(202, 'POST', '/v1/registrations', { body })
      await house.app.jobs.runNow(1_000)
      const [letter] = await takeLetters(house.app)
      const account = { username: 'gus', password: 'the password of gus' }
      await ask(201, 'POST', '/v1/registrations/complete', {
        body: { registration: letter!.secret, ...account },
      })
    },
    leaves: [
      ['user.change_address', 'success', 'admin', 'ada', null],
      ['user_type.set_sign_in', 'success', null, 'customer', null],
      ['user.send_registration', 'success', null, null, null],
      ['user.change_address', 'success', 'a user', 'ada', null],
      ['user.register', 'success', 'a user', 'a user', null],
    ],
  },
  {
    does: 'a link that the operator is shown',
    act: ({ house, made }) => makeRecoveryLink(house.app, operator, made.dora.id, false),
    leaves: [['user.send_recovery', 'alarm', null, 'dora', null]],
  },
  {
    does: 'signing in by enrolling a second factor',
    async act({ house, ask }) {
      await createUserType(house.app, operator, { name: 'strict', description: '', permissions: [] })
      await requireFactorOfType(house.app, operator, 'strict', 0)
      const gil = { username: 'gil', password: 'the password of gil' }
      await createUser(
        house.app,
        operator,
        { username: 'gil', userType: 'strict' },
        await house.app.passwords.hash(gil.password, []),
      )
      const { challenge } = (await ask(401, 'POST', '/v1/login', { body: gil })).mfa_required
      const { secret } = await ask(200, 'POST', '/v1/login/enrol', { body: { challenge } })
      const code = authenticatorOf(house, secret).code()
      await ask(200, 'POST', '/v1/login/factor', { body: { challenge, code } })
    },
    leaves: [
      ['user_type.create', 'success', null, 'strict', null],
      ['user_type.require_factor', 'success', null, 'strict', null],
      ['user.create', 'success', null, 'a user', null],
      ['user.sign_in', 'refused', 'a user', null, 'enrolment_required'],
      ['user.add_factor', 'success', 'a user', null, null],
      ['user.sign_in', 'success', 'a user', null, null],
    ],
  },
  {
    does: 'signing in by enrolling a passkey',
    async act({ house, ask }) {
      const hal = { username: 'hal', password: 'the password of hal' }
      const hash = await house.app.passwords.hash(hal.password, [])
      await createUser(house.app, operator, { username: 'hal', userType: 'strict' }, hash)
      const { challenge, public_key } = (await ask(401, 'POST', '/v1/login', { body: hal })).mfa_required
      const { credential } = createPasskey(public_key ?? assert.fail('no options'))
      await ask(200, 'POST', '/v1/login/factor', { body: { challenge, new_credential: credential } })
    },
    leaves: [
      ['user.create', 'success', null, 'a user', null],
      ['user.sign_in', 'refused', 'a user', null, 'enrolment_required'],
      ['user.add_factor', 'success', 'a user', null, null],
      ['user.sign_in', 'success', 'a user', null, null],
    ],
  },
  {
    does: 'signing in',
    async act({ made, ask }) {
      const body = { username: 'dora', password: 'the password of dora' }
      Object.assign(made.dora, await ask(200, 'POST', '/v1/login', { body }))
    },
    leaves: [['user.sign_in', 'success', 'dora', null, null]],
  },
  {
    does: 'signing in with a wrong password',
    act: ({ ask }) => ask(401, 'POST', '/v1/login', { body: { username: 'dora', password: 'a wrong one' } }),
    leaves: [['user.sign_in', 'refused', 'dora', null, 'password_wrong']],
  },
  {
    does: 'setting a new password by a link, and signing in with it',
    async act({ house, made, ask }) {
      await ask(202, 'POST', '/v1/recover', { body: { login: 'dora' } })
      await house.app.jobs.runNow(1_000)
      const [letter] = await takeLetters(house.app)
      const password = 'the other password of dora'
      await ask(200, 'POST', '/v1/recover/complete', { body: { recovery: letter!.secret, password } })
      Object.assign(made.dora, await ask(200, 'POST', '/v1/login', { body: { username: 'dora', password } }))
    },
    leaves: [
      ['user.send_recovery', 'success', null, 'dora', null],
      ['session.end', 'success', 'dora', 'a session', 'password_set'],
      ['user.recover', 'success', 'dora', null, null],
      ['user.sign_in', 'success', 'dora', null, null],
    ],
  },
  {
    does: 'taking a password away, and setting a new one by the link',
    async act({ house, made, admin, ask }) {
      await takeLetters(house.app)
      await ask(204, 'POST', `/v1/users/${made.dora.id}/reset`, { token: admin.token })
      const [letter] = await takeLetters(house.app)
      const password = 'the password of dora'
      await ask(200, 'POST', '/v1/recover/complete', { body: { recovery: letter!.secret, password } })
      Object.assign(made.dora, await ask(200, 'POST', '/v1/login', { body: { username: 'dora', password } }))
    },
    leaves: [
      ['session.end', 'success', 'admin', 'a session', 'password_set'],
      ['user.reset', 'success', 'admin', 'dora', null],
      ['user.recover', 'success', 'dora', null, null],
      ['user.sign_in', 'success', 'dora', null, null],
    ],
  },
  {
    does: 'refreshing a session',
    async act({ made, ask }) {
      const used = made.dora.refresh_token
      Object.assign(made.dora, await ask(200, 'POST', '/v1/refresh', { body: { refresh_token: used } }))
      made.used = used
    },
    leaves: [['session.refresh', 'success', 'dora', null, null]],
  },
  {
    does: 'using a refresh token again, later',
    async act({ house, made, ask }) {
      const body = { refresh_token: made.dora.refresh_token }
      Object.assign(made.dora, await ask(200, 'POST', '/v1/refresh', { body }))
      house.world.advance(11_000)
      await ask(401, 'POST', '/v1/refresh', { body: { refresh_token: made.used } })
    },
    leaves: [
      ['session.refresh', 'success', 'dora', null, null],
      ['session.end', 'success', 'dora', 'a session', 'refresh_token_reused'],
      ['session.refresh', 'alarm', 'dora', null, 'refresh_token_reused'],
    ],
  },
  {
    does: 'signing out',
    async act({ ben, house, ask }) {
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: ben.username, password: ben.password },
      })
      await ask(204, 'POST', '/v1/logout', { token: body.access_token })
    },
    leaves: [
      ['user.sign_in', 'success', 'ben', null, null],
      ['session.end', 'success', 'ben', 'a session', 'signed_out'],
    ],
  },
  {
    does: 'ending the session of somebody else',
    async act({ house, admin, ben, ask }) {
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: ben.username, password: ben.password },
      })
      await ask(204, 'DELETE', `/v1/users/${ben.id}/sessions/${body.session_id}`, { token: admin.token })
    },
    leaves: [
      ['user.sign_in', 'success', 'ben', null, null],
      ['session.end', 'success', 'admin', 'a session', 'ended_by_administrator'],
    ],
  },
  {
    does: 'disabling a user who is signed in',
    async act({ house, made, admin, ask }) {
      await house.call('POST', '/v1/login', {
        body: { username: 'dora', password: 'the password of dora' },
      })
      await ask(204, 'POST', `/v1/users/${made.dora.id}/disable`, { token: admin.token })
    },
    leaves: [
      ['user.sign_in', 'success', 'dora', null, null],
      ['session.end', 'success', 'admin', 'a session', 'user_disabled'],
      ['user.disable', 'success', 'admin', 'dora', null],
    ],
  },
  {
    does: 'signing in while disabled',
    act: ({ ask }) =>
      ask(401, 'POST', '/v1/login', { body: { username: 'dora', password: 'the password of dora' } }),
    leaves: [['user.sign_in', 'refused', 'dora', null, 'account_disabled']],
  },
  {
    does: 'enabling a user',
    act: ({ made, admin, ask }) =>
      ask(204, 'POST', `/v1/users/${made.dora.id}/enable`, { token: admin.token }),
    leaves: [['user.enable', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'enabling a user who is enabled',
    act: ({ made, admin, house }) =>
      house.call('POST', `/v1/users/${made.dora.id}/enable`, { token: admin.token }),
    leaves: [],
  },
  {
    does: 'giving a user another type, who has no session',
    act: ({ made, admin, ask }) =>
      ask(200, 'PATCH', `/v1/users/${made.dora.id}`, {
        token: admin.token,
        body: { user_type: 'administrator', display_name: 'Dora' },
      }),
    leaves: [['user.update', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'giving a user the type and the name that they have',
    act: ({ made, admin, ask }) =>
      ask(200, 'PATCH', `/v1/users/${made.dora.id}`, {
        token: admin.token,
        body: { user_type: 'administrator', display_name: 'Dora' },
      }),
    leaves: [],
  },
  {
    does: 'unlocking a user',
    act: ({ made, admin, ask }) =>
      ask(204, 'POST', `/v1/users/${made.dora.id}/unlock`, { token: admin.token }),
    leaves: [['user.unlock', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'setting an authenticator up by a wrong code',
    async act({ house, fay, made, ask }) {
      const body = { username: fay.username, password: fay.password }
      const { access_token: token } = await ask(200, 'POST', '/v1/login', { body })
      const { secret } = await ask(200, 'POST', '/v1/me/factors/authenticator', { token })
      made.authenticator = { ...authenticatorOf(house, secret), token }
      const path = '/v1/me/factors/authenticator/confirm'
      await ask(403, 'POST', path, { token, body: { code: 'abcdef' } })
    },
    leaves: [
      ['user.sign_in', 'success', 'fay', null, null],
      ['user.add_factor', 'refused', 'fay', null, 'code_wrong'],
    ],
  },
  {
    does: 'confirming an authenticator, which ends other sessions',
    act: ({ made: { authenticator }, ask }) =>
      ask(200, 'POST', '/v1/me/factors/authenticator/confirm', {
        token: authenticator.token,
        body: { code: authenticator.code() },
      }),
    leaves: [
      ['session.end', 'success', 'fay', 'a session', 'factor_changed'],
      ['user.add_factor', 'success', 'fay', 'fay', null],
    ],
  },
  {
    does: 'changing factors by a sign-in without the second one',
    act: ({ made: { authenticator }, ask }) =>
      ask(401, 'POST', '/v1/me/factors/recovery-codes', { token: authenticator.token }),
    leaves: [['access.refuse', 'refused', 'fay', null, 'factor_missing']],
  },
  {
    does: 'signing in by two steps, the second of which is wrong at first',
    async act({ house, fay, made: { authenticator }, ask }) {
      const body = { username: fay.username, password: fay.password }
      const { mfa_required: asked } = await ask(401, 'POST', '/v1/login', { body })
      const wrong = { challenge: asked.challenge, code: 'abcdef' }
      await ask(403, 'POST', '/v1/login/factor', { body: wrong })
      await ask(401, 'POST', '/v1/login/factor', { body: { ...wrong, challenge: 'lk_challenge_none' } })
      house.world.advance(30_000)
      const right = { challenge: asked.challenge, code: authenticator.code() }
      authenticator.token = (await ask(200, 'POST', '/v1/login/factor', { body: right })).access_token
    },
    leaves: [
      ['user.sign_in', 'refused', 'fay', null, 'factor_required'],
      ['user.sign_in', 'refused', 'fay', null, 'code_wrong'],
      ['user.sign_in', 'refused', null, null, 'challenge_unknown'],
      ['user.sign_in', 'success', 'fay', null, null],
    ],
  },
  {
    does: 'signing in in a browser that is to be remembered, and forgetting it',
    async act({ house, fay, made: { authenticator }, ask }) {
      const headers = { origin: house.app.config.issuer }
      const body = { username: fay.username, password: fay.password }
      const { mfa_required: asked } = await ask(401, 'POST', '/v1/login', { body })
      house.world.advance(30_000)
      const code = authenticator.code()
      const right = { challenge: asked.challenge, code, cookie: 'app', remember: true }
      const { access_token: token } = await ask(200, 'POST', '/v1/login/factor', { body: right, headers })
      await ask(204, 'POST', '/v1/me/factors/forget-browsers', { token })
      await ask(204, 'POST', '/v1/logout', { token })
      await house.app.activity.flushRefusals(true)
    },
    leaves: [
      // Counted with the one of the step before, and written with the count.
      ['user.sign_in', 'refused', 'fay', null, 'factor_required'],
      ['user.sign_in', 'success', 'fay', null, null],
      ['user.remember_browser', 'success', 'fay', null, null],
      ['user.forget_browsers', 'success', 'fay', 'fay', null],
      ['session.end', 'success', 'fay', 'a session', 'signed_out'],
    ],
  },
  {
    does: 'making new recovery codes, and removing the authenticator',
    async act({ made: { authenticator }, ask }) {
      const { token } = authenticator
      await ask(200, 'POST', '/v1/me/factors/recovery-codes', { token })
      await ask(204, 'DELETE', '/v1/me/factors/authenticator', { token })
      await ask(204, 'POST', '/v1/me/sessions/end-others', { token })
    },
    leaves: [
      ['user.renew_recovery_codes', 'success', 'fay', 'fay', null],
      ['session.end', 'success', 'fay', 'a session', 'factor_changed'],
      ['user.remove_factor', 'success', 'fay', 'fay', null],
    ],
  },
  {
    does: 'making a passkey without a prompt',
    async act({ house, fay, ask }) {
      const browser = await signInAtPage(house, fay)
      const { public_key } = (await askUnprompted(house, browser)).body
      const { credential } = createPasskey(public_key as Parameters<typeof createPasskey>[0], { flags: 0 })
      await ask(201, 'POST', '/v1/me/passkeys', { token: browser.token, body: { credential } })
      await ask(204, 'POST', '/v1/logout', { token: browser.token })
    },
    leaves: [
      ['user.sign_in', 'success', 'fay', null, null],
      ['user.add_factor', 'success', 'fay', 'fay', null],
      ['session.end', 'success', 'fay', 'a session', 'signed_out'],
    ],
  },
  {
    does: 'adding a passkey that a stranger has made, and one that is right, and signing in by it',
    async act({ house, fay, ask }) {
      const body = { username: fay.username, password: fay.password }
      const { access_token: token } = await ask(200, 'POST', '/v1/login', { body })
      const wrong = createPasskey(await offered(house, token), { origin: 'https://evil.example' })
      await ask(403, 'POST', '/v1/me/passkeys', { token, body: { credential: wrong.credential } })
      const { passkeyId, passkey } = await addPasskey(house, token)
      await ask(200, 'PATCH', `/v1/me/passkeys/${passkeyId}`, { token, body: { name: 'mine' } })
      assert.equal((await signInWith(house, passkey, { rpId: 'evil.example' })).status, 403)
      assert.equal((await signInWith(house, passkey, { id: Buffer.of(1) })).status, 401)
      const signedIn = (await signInWith(house, passkey)).body
      await ask(204, 'DELETE', `/v1/me/passkeys/${passkeyId}`, { token: signedIn.access_token })
      await house.app.activity.flushRefusals(true)
    },
    leaves: [
      ['user.sign_in', 'success', 'fay', null, null],
      ['user.add_factor', 'refused', 'fay', null, 'origin_mismatch'],
      ['session.end', 'success', 'fay', 'a session', 'factor_changed'],
      ['user.add_factor', 'success', 'fay', 'fay', null],
      ['user.rename_factor', 'success', 'fay', 'fay', null],
      ['user.sign_in', 'refused', 'fay', null, 'rp_id_mismatch'],
      ['user.sign_in', 'refused', null, null, 'credential_unknown'],
      ['user.sign_in', 'success', 'fay', null, null],
      ['session.end', 'success', 'fay', 'a session', 'factor_changed'],
      ['user.remove_factor', 'success', 'fay', 'fay', null],
    ],
  },
  {
    does: 'resetting the factors of somebody',
    act: ({ admin, made, ask }) =>
      ask(204, 'POST', `/v1/users/${made.dora.id}/factors/reset`, { token: admin.token }),
    leaves: [['user.reset_factors', 'success', 'admin', 'dora', null]],
  },
  {
    does: 'acting as somebody',
    act: ({ admin, made, ask }) =>
      ask(200, 'POST', `/v1/users/${made.dora.id}/act-as`, {
        ...{ token: admin.token, body: { reason: 'a lamp does not answer' } },
      }),
    leaves: [
      ['user.act_as', 'success', 'admin', 'dora', null],
      ['session.begin_acting', 'success', 'dora', 'a session', null],
    ],
  },
  {
    does: 'changing a password by a wrong one',
    act: ({ admin, ask }) =>
      ask(403, 'POST', '/v1/me/password', {
        token: admin.token,
        body: { current_password: 'a wrong one', password: 'seven wet umbrellas' },
      }),
    leaves: [['user.change_password', 'refused', 'admin', null, 'password_wrong']],
  },
  {
    does: 'changing a password',
    act: ({ admin, ask }) =>
      ask(204, 'POST', '/v1/me/password', {
        token: admin.token,
        body: { current_password: admin.password, password: 'seven wet umbrellas' },
      }),
    leaves: [['user.change_password', 'success', 'admin', null, null]],
  },
  {
    does: 'creating a user type',
    act: ({ admin, ask }) =>
      ask(201, 'POST', '/v1/user-types', {
        token: admin.token,
        body: { name: 'guest', permissions: ['devices:view'] },
      }),
    leaves: [['user_type.create', 'success', 'admin', 'guest', null]],
  },
  {
    does: 'requiring a second factor of a type',
    act: ({ admin, ask }) =>
      ask(204, 'PUT', '/v1/user-types/guest/second-factor', {
        token: admin.token,
        body: { second_factor: 'required', grace_days: 7 },
      }),
    leaves: [['user_type.require_factor', 'success', 'admin', 'guest', null]],
  },
  {
    does: 'saying how users of a type sign in',
    act: ({ admin, ask }) =>
      ask(200, 'PATCH', '/v1/user-types/guest/sign-in', {
        token: admin.token,
        body: { session_idle_seconds: 3600 },
      }),
    leaves: [['user_type.set_sign_in', 'success', 'admin', 'guest', null]],
  },
  {
    does: 'changing a user type, in name and permissions',
    act: ({ admin, ask }) =>
      ask(200, 'PATCH', '/v1/user-types/guest', {
        token: admin.token,
        body: { name: 'visitor', permissions: [] },
      }),
    leaves: [
      ['user_type.rename', 'success', 'admin', 'visitor', null],
      ['user_type.change', 'success', 'admin', 'visitor', null],
    ],
  },
  {
    does: 'changing nothing of a user type',
    act: ({ admin, ask }) =>
      ask(200, 'PATCH', '/v1/user-types/visitor', {
        token: admin.token,
        body: { name: 'visitor', permissions: [] },
      }),
    leaves: [],
  },
  {
    does: 'removing a user type',
    act: ({ admin, ask }) => ask(200, 'DELETE', '/v1/user-types/visitor', { token: admin.token }),
    leaves: [['user_type.remove', 'success', 'admin', 'visitor', null]],
  },
  {
    does: 'granting a user a permission, and withdrawing it',
    async act({ made, admin, ask }) {
      const path = `/v1/users/${made.dora.id}/grants`
      const body = { kind: 'grant', permission: 'users:read', reason: 'covers for ben' }
      const { id } = await ask(201, 'POST', path, { token: admin.token, body })
      await ask(204, 'DELETE', `${path}/${id}`, { token: admin.token })
      await ask(404, 'DELETE', `${path}/${id}`, { token: admin.token })
    },
    leaves: [
      ['user.grant', 'success', 'admin', 'dora', null],
      ['user.withdraw', 'success', 'admin', 'dora', null],
    ],
  },
  {
    does: 'denying a user a permission until a moment, which comes',
    async act({ house, made, admin, ask }) {
      const until = new Date(house.world.now() + 1000).toISOString()
      const body = { kind: 'denial', permission: 'users:read', reason: 'on leave', until }
      await ask(201, 'POST', `/v1/users/${made.dora.id}/grants`, { token: admin.token, body })
      house.world.advance(1000)
      await house.app.jobs.runNow(60_000)
    },
    leaves: [
      ['user.deny', 'success', 'admin', 'dora', null],
      ['user.end_grant', 'success', null, 'dora', null],
    ],
  },
  {
    does: 'scheduling the deletion of a user, and keeping them',
    async act({ admin, ask }) {
      const { id } = await ask(201, 'POST', '/v1/users', { token: admin.token, body: { username: 'gone' } })
      await ask(200, 'POST', `/v1/users/${id}/delete`, { token: admin.token, body: {} })
      await ask(204, 'POST', `/v1/users/${id}/undelete`, { token: admin.token })
    },
    leaves: [
      ['user.create', 'success', 'admin', 'a user', null],
      ['user.invite', 'success', 'admin', 'a user', null],
      ['user.disable', 'success', 'admin', 'a user', null],
      ['user.schedule_deletion', 'success', 'admin', 'a user', null],
      ['user.cancel_deletion', 'success', 'admin', 'a user', null],
    ],
  },
  {
    does: 'deleting a user who has a device, and with whom another one is shared',
    async act({ house, ask }) {
      const staying = await house.signedIn('staying')
      const leaving = await house.signedIn('leaving')
      await house.lampOf(leaving)
      const other = await house.lampOf(staying)
      const body = { username: 'leaving', relation: 'viewer' }
      await ask(201, 'POST', `/v1/devices/${other.uid}/shares`, { token: staying.token, body })
      await scheduleDeletion(house.app, operator, leaving.id, 0)
      await house.app.jobs.runNow(60_000)
    },
    leaves: [
      ...['a user', 'a user'].flatMap((who): readonly Line[] => [
        ['user.create', 'success', null, who, null],
        ['user.sign_in', 'success', who, null, null],
        ['device.register', 'success', 'admin', 'a device', null],
        ['device.claim_code', 'success', 'a device', 'a device', null],
        ['device.bind', 'success', who, 'a device', null],
      ]),
      ['device.share', 'success', 'a user', 'a device', null],
      ['session.end', 'success', null, 'a session', 'user_disabled'],
      ['user.disable', 'success', null, 'a user', null],
      ['user.schedule_deletion', 'success', null, 'a user', null],
      ['device.unbind', 'success', null, 'a device', null],
      ['device.unshare', 'success', null, 'a device', null],
      ['user.delete', 'success', null, 'a user', null],
      ['log.forget', 'success', null, null, null],
    ],
  },
  {
    does: 'asking for what one may not',
    act: ({ ada, made, ask }) => ask(403, 'POST', `/v1/users/${made.dora.id}/disable`, { token: ada.token }),
    leaves: [['access.refuse', 'refused', 'ada', null, 'permission_missing']],
  },
  {
    does: 'creating a service',
    async act({ made, admin, ask }) {
      const body = { name: 'billing', scopes: ['devices:read'] }
      made.service = await ask(201, 'POST', '/v1/services', { token: admin.token, body })
    },
    leaves: [['service.create', 'success', 'admin', 'service', null]],
  },
  {
    does: 'a service that asks for a token',
    act: ({ made, ask }) => ask(200, 'POST', '/oauth/token', credentials(made.service)),
    leaves: [['service.token', 'success', 'service', null, null]],
  },
  {
    does: 'a service that asks with a wrong secret',
    act: ({ made, ask }) =>
      ask(
        401,
        'POST',
        '/oauth/token',
        // Every secret ends in some letter: one in 64 would end in the one that is put there.
        credentials({ ...made.service, secret: `${made.service.secret}x` }),
      ),
    leaves: [['service.token', 'refused', null, null, 'secret_wrong']],
  },
  {
    does: 'a service that asks for more than it has',
    act: ({ made, ask }) => ask(400, 'POST', '/oauth/token', credentials(made.service, 'users:write')),
    leaves: [['service.token', 'refused', null, null, 'scope_invalid']],
  },
  {
    does: 'registering a service with an audience, and giving its scopes',
    async act({ made, admin, ask }) {
      const body = { name: 'pages', audience: 'pages', known_scopes: ['pages:read', 'pages:write'] }
      made.pages = await ask(201, 'POST', '/v1/services', { token: admin.token, body })
      const path = `/v1/services/${made.pages.id}/scopes`
      const given = [
        { scope: 'pages:read', holder_kind: 'user_type', holder: 'customer' },
        { scope: 'pages:read', holder_kind: 'devices' },
        // Twice is once.
        { scope: 'pages:read', holder_kind: 'devices' },
        { scope: 'pages:write', holder_kind: 'service', holder: made.service.id },
      ]
      for (const one of given) await ask(201, 'POST', path, { token: admin.token, body: one })
    },
    leaves: [
      ['service.create', 'success', 'admin', 'a service', null],
      ...Array<Line>(3).fill(['service.give_scope', 'success', 'admin', 'a service', null]),
    ],
  },
  {
    does: 'tokens for that service',
    async act({ made, ben, lamp, ask }) {
      const { username, password } = ben
      const resource = 'pages'
      const signedIn = await ask(200, 'POST', '/v1/login', { body: { username, password, resource } })
      const body = { refresh_token: signedIn.refresh_token, resource }
      await ask(200, 'POST', '/v1/refresh', { body })
      await ask(200, 'POST', '/oauth/token', { form: { ...credentials(made.service).form, resource } })
      await ask(200, 'POST', '/oauth/token', { form: { ...assertionOf(lamp), resource } })
    },
    leaves: [
      ['user.sign_in', 'success', 'ben', null, null],
      ['session.refresh', 'success', 'ben', null, null],
      ['service.token', 'success', 'service', null, null],
      ['device.token', 'success', 'lamp', null, null],
    ],
  },
  {
    does: 'tokens for a service that does not exist, and by an assertion that is none',
    async act({ made, ben, lamp, ask }) {
      const { username, password } = ben
      const resource = 'nothing'
      await ask(400, 'POST', '/v1/login', { body: { username, password, resource } })
      await ask(400, 'POST', '/oauth/token', { form: { ...credentials(made.service).form, resource } })
      await ask(400, 'POST', '/oauth/token', { form: { ...assertionOf(lamp), resource } })
      const form = { ...assertionOf(lamp), assertion: 'x.y.z', resource: 'pages' }
      await ask(400, 'POST', '/oauth/token', { form })
    },
    leaves: [
      ['user.sign_in', 'refused', null, null, 'audience_unknown'],
      ['service.token', 'refused', null, null, 'audience_unknown'],
      ['device.token', 'refused', null, null, 'audience_unknown'],
      ['user.sign_in', 'refused', null, null, 'token_malformed'],
    ],
  },
  {
    does: 'a token that would be too long',
    async act({ house, made, ben }) {
      const grant = { subject: ben.id, kind: 'user', clientId: 'latchkey', sessionId: ben.sessionId } as const
      const target = await house.app.findTarget('pages')
      await house.app.issue({ ...grant, scopes: ['pages:'.padEnd(4000, 'x')] }, target)
      await house.written({ event: 'token.shorten', target: made.pages.id })
    },
    leaves: [['token.shorten', 'failure', 'ben', 'a service', 'token_too_long']],
  },
  {
    does: 'giving a service a shared key, and taking it away',
    async act({ admin, ask }) {
      const profile = { name: 'influxdb1' }
      const body = { name: 'metrics', audience: 'metrics', profile }
      const { id } = await ask(201, 'POST', '/v1/services', { token: admin.token, body })
      const path = `/v1/services/${id}/shared-keys`
      const { kid } = await ask(201, 'POST', path, { token: admin.token, body: {} })
      await ask(204, 'DELETE', `${path}/${kid}`, { token: admin.token })
    },
    leaves: [
      ['service.create', 'success', 'admin', 'a service', null],
      ['service.rotate_key', 'success', 'admin', 'a service', null],
      ['service.drop_key', 'success', 'admin', 'a key', null],
    ],
  },
  {
    does: 'rotating the own keys of a service, and revoking one',
    async act({ admin, ask }) {
      const body = { name: 'broker', audience: 'broker', profile: { name: 'nats' } }
      const { id } = await ask(201, 'POST', '/v1/services', { token: admin.token, body })
      const { items } = await ask(200, 'POST', `/v1/services/${id}/keys/rotate`, { token: admin.token })
      const kid = items.find(({ status }) => status === 'active')?.kid
      await ask(200, 'POST', `/v1/services/${id}/keys/${kid}/revoke`, { token: admin.token })
    },
    leaves: [
      ['service.create', 'success', 'admin', 'a service', null],
      ['service.rotate_key', 'success', 'admin', 'a service', null],
      ['service.revoke_key', 'success', 'admin', 'a key', null],
    ],
  },
  {
    does: 'changing a service, and taking a scope back',
    async act({ made, admin, ask }) {
      const path = `/v1/services/${made.pages.id}`
      const body = { known_scopes: ['pages:read'] }
      await ask(200, 'PATCH', path, { token: admin.token, body })
      const taken = `${path}/scopes?scope=pages:read&holder_kind=devices`
      await ask(204, 'DELETE', taken, { token: admin.token })
    },
    leaves: [
      ['service.change', 'success', 'admin', 'a service', null],
      ['service.take_scope', 'success', 'admin', 'a service', null],
    ],
  },
  {
    does: 'giving a service a new secret',
    act: ({ house, made }) => replaceSecret(house.app, operator, made.service.id),
    leaves: [['service.replace_secret', 'success', null, 'service', null]],
  },
  {
    does: 'disabling a service',
    act: ({ made, admin, ask }) =>
      ask(204, 'POST', `/v1/services/${made.service.id}/disable`, { token: admin.token }),
    leaves: [['service.disable', 'success', 'admin', 'service', null]],
  },
  {
    does: 'an app of another company that signs somebody in, and its end',
    async act({ house, admin, ben, ask }) {
      const { token } = admin
      const partner = await openPartner(house, token)
      const exchange = (status: number, assertion: string) =>
        ask(status, 'POST', '/oauth/token', {
          form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
        })
      await exchange(200, partner.sign({ nonce: await partner.nonce() }))
      await exchange(400, partner.sign({ nonce: 'never' }))
      const path = `/v1/apps/${partner.app}`
      await ask(200, 'PATCH', path, { token, body: { longest_session_seconds: 900 } })
      // Nobody is there, and an address of this machine is not asked.
      await ask(200, 'PATCH', path, { token, body: { jwks_uri: 'https://127.0.0.1/keys' } })
      await ask(200, 'POST', `${path}/refresh-keys`, { token })
      await ask(204, 'POST', `${path}/people`, { token, body: { sub: 'ben', user_id: ben.id } })
      await ask(204, 'DELETE', `${path}/people/${ben.id}`, { token })
      await ask(204, 'POST', `${path}/keys/one/revoke`, { token })
      await ask(204, 'POST', `${path}/disable`, { token })
      await ask(401, 'POST', '/oauth/nonce', { form: { client_id: partner.app } })
    },
    leaves: [
      ['app.create', 'success', 'admin', 'a app', null],
      ['app.add_key', 'success', 'admin', 'a app', null],
      ['user.create', 'success', 'a user', 'a user', null],
      ['user.sign_in', 'success', 'a user', null, null],
      ['user.sign_in', 'refused', null, null, 'nonce_unknown'],
      ['app.change', 'success', 'admin', 'a app', null],
      ['app.change', 'success', 'admin', 'a app', null],
      ['app.refresh_keys', 'success', 'admin', 'a app', null],
      ['app.link_person', 'success', 'admin', 'a app', null],
      ['app.unlink_person', 'success', 'admin', 'a app', null],
      ['app.revoke_key', 'success', 'admin', 'a app', null],
      ['app.disable', 'success', 'admin', 'a app', null],
      ['session.end', 'success', 'admin', 'a session', 'app_disabled'],
      ['user.sign_in', 'refused', null, null, 'app_disabled'],
    ],
  },
  {
    does: 'a provider at which somebody signs in, and its end',
    async act({ house, admin, ask }) {
      const { token } = admin
      const provider = await openProvider(house)
      const body = {
        ...{
          key: 'office',
          name: 'Work',
          issuer: provider.issuer,
          client_id: 'here',
          client_secret: clientSecret,
        },
        ...{ user_type: 'customer', display_name_claim: null, email_domains: ['example.com'] },
      }
      await ask(201, 'POST', '/v1/providers', { token, body })
      const oskar = await house.signedIn('oskar')
      const claim = { address: 'oskar@example.com', current_password: oskar.password }
      await ask(201, 'POST', '/v1/me/addresses', { token: oskar.token, body: claim })
      await ask(200, 'PATCH', '/v1/providers/office', { token, body: { name: 'At work' } })
      provider.claims = { email: 'oskar@example.com', email_verified: true }
      assert.equal((await signInAt(house, provider, 'office')).status, 200)
      provider.claims = { sub: 'oskar' }
      assert.equal((await linkAt(house, provider, 'office', oskar.token)).status, 200)
      provider.claims = { nonce: 'of another' }
      assert.equal((await signInAt(house, provider, 'office')).status, 400)
      const [identity] = await house.app.db.query<{ id: string; user_id: string }>(
        "SELECT * FROM identities WHERE subject = 'mei'",
      )
      await ask(204, 'DELETE', `/v1/users/${identity?.user_id}/identities/${identity?.id}`, { token })
      await ask(204, 'POST', '/v1/providers/office/disable', { token })
      await ask(204, 'POST', '/v1/providers/office/enable', { token })
      await ask(204, 'POST', '/v1/providers/office/disable', { token })
      await ask(204, 'DELETE', '/v1/providers/office', { token })
      await provider.close()
    },
    leaves: [
      ['provider.create', 'success', 'admin', 'a provider', null],
      ['user.create', 'success', null, 'a user', null],
      ['user.sign_in', 'success', 'a user', null, null],
      ['user.change_address', 'success', 'a user', 'a user', null],
      ['provider.change', 'success', 'admin', 'a provider', null],
      ['user.change_address', 'success', 'a user', 'a user', null],
      ['user.create', 'success', 'a user', 'a user', null],
      ['user.link_identity', 'success', 'a user', 'a user', null],
      ['user.sign_in', 'success', 'a user', null, null],
      ['user.link_identity', 'success', 'a user', 'a user', null],
      ['user.sign_in', 'refused', null, null, 'nonce_mismatch'],
      ['session.end', 'success', 'admin', 'a session', 'identity_removed'],
      ['user.unlink_identity', 'success', 'admin', 'a user', null],
      ['provider.disable', 'success', 'admin', 'a provider', null],
      ['provider.enable', 'success', 'admin', 'a provider', null],
      ['provider.disable', 'success', 'admin', 'a provider', null],
      ['provider.remove', 'success', 'admin', 'a provider', null],
    ],
  },
  {
    does: 'revoking a token, twice',
    async act({ house, admin, ask }) {
      const { token } = await house.signedIn('eric')
      for (let time = 0; time < 2; time += 1) {
        await ask(200, 'POST', '/v1/revocations', { token: admin.token, body: { token } })
      }
    },
    leaves: [
      ['user.create', 'success', null, 'a user', null],
      ['user.sign_in', 'success', 'a user', null, null],
      ['token.revoke', 'success', 'admin', 'a token', null],
    ],
  },
  {
    does: 'making an API key, asking by it for what it may not, and what ends it',
    async act({ house, admin, ask }) {
      const { id: owner, token } = await house.signedIn('kim')
      const body = { name: 'a script', scopes: ['devices:view'] }
      const first = await ask(201, 'POST', '/v1/api-keys', { token, body })
      await ask(201, 'POST', '/v1/api-keys', { token, body })
      await ask(403, 'GET', '/v1/users', { token: first.key })
      await house.app.activity.flushRefusals(true)
      await ask(204, 'DELETE', `/v1/api-keys/${first.id}`, { token })
      await ask(401, 'GET', '/v1/devices', { token: first.key })
      await house.app.activity.flushRefusals(true)
      const denial = { kind: 'denial', permission: 'devices:view', reason: 'on leave' }
      const { id } = await ask(201, 'POST', `/v1/users/${owner}/grants`, {
        token: admin.token,
        body: denial,
      })
      await ask(204, 'DELETE', `/v1/users/${owner}/grants/${id}`, { token: admin.token })
    },
    leaves: [
      ['user.create', 'success', null, 'a user', null],
      ['user.sign_in', 'success', 'a user', null, null],
      ['api_key.create', 'success', 'a user', 'a api_key', null],
      ['api_key.create', 'success', 'a user', 'a api_key', null],
      ['access.refuse', 'refused', 'a api_key', null, 'permission_missing'],
      ['api_key.revoke', 'success', 'a user', 'a api_key', 'revoked'],
      ['access.refuse', 'refused', 'a api_key', null, 'token_revoked'],
      ['user.deny', 'success', 'admin', 'a user', null],
      ['api_key.revoke', 'success', 'admin', 'a api_key', 'scope_lost'],
      ['user.withdraw', 'success', 'admin', 'a user', null],
    ],
  },
  {
    does: 'rotating the signing keys',
    act: ({ admin, ask }) => ask(200, 'POST', '/v1/keys/rotate', { token: admin.token }),
    leaves: [
      ['key.create', 'success', null, 'a key', null],
      ['key.rotate', 'success', 'admin', 'a key', null],
    ],
  },
  {
    does: 'taking the log away as a file',
    async act({ house, admin }) {
      const headers = { authorization: `Bearer ${admin.token}` }
      const answer = await house.app.edge.request('/v1/activity/export?format=csv&event=log.hold', {
        headers,
      })
      assert.equal(answer.status, 200)
      await answer.text()
    },
    leaves: [['log.export', 'success', 'admin', null, null]],
  },
  {
    does: 'holding what the log says of somebody, and letting go',
    async act({ admin, made, ask }) {
      const body = { subject: made.dora.id, reason: 'case 7' }
      await ask(201, 'POST', '/v1/activity/holds', { token: admin.token, body })
      await ask(204, 'DELETE', `/v1/activity/holds/${made.dora.id}`, { token: admin.token })
    },
    leaves: [
      ['log.hold', 'success', 'admin', 'dora', null],
      ['log.release', 'success', 'admin', 'dora', null],
    ],
  },
  {
    does: 'an alarm that opens, is acknowledged and is closed',
    async act({ house, admin, fay, ask }) {
      const { app } = house
      const happening = { outcome: 'alarm', reason: 'refresh_token_reused' } as const
      const events = [
        eventWith(app, { event: 'session.refresh', subject: fay.id, subject_kind: 'user', ...happening }),
      ]
      const openNow = async () => {
        await app.db.transaction((tx) => readEvents(app, tx, events))
        const { items } = await ask(200, 'GET', '/v1/alarms?state=open', { token: admin.token })
        return `/v1/alarms/${items[0]?.id}`
      }
      const rule = '/v1/alarm-rules/refresh_reuse'
      await ask(200, 'PATCH', rule, { token: admin.token, body: { on: true } })
      const first = await openNow()
      await ask(200, 'POST', `${first}/acknowledge`, { token: admin.token })
      await ask(200, 'POST', `${first}/close`, { token: admin.token })
      await openNow()
      await ask(200, 'PATCH', rule, { token: admin.token, body: { on: false } })
    },
    leaves: [
      ['alarm.open', 'success', null, 'a alarm', null],
      ['alarm.acknowledge', 'success', 'admin', 'a alarm', null],
      ['alarm.close', 'success', 'admin', 'a alarm', 'closed'],
      ['alarm.open', 'success', null, 'a alarm', null],
      ['alarm.close', 'success', 'admin', 'a alarm', 'rule_off'],
      ['alarm.change_rule', 'success', 'admin', 'a alarm_rule', null],
      ['alarm.change_rule', 'success', 'admin', 'a alarm_rule', null],
    ],
  },
  {
    does: 'a rule of alarms from its addition to its end',
    async act({ admin, ask }) {
      const as = (body?: object) => ({ token: admin.token, ...(body && { body }) })
      const rule = { name: 'own.guesses', title: 'Guesses', outcomes: ['refused'], group_by: 'address' }
      await ask(
        201,
        'POST',
        '/v1/alarm-rules',
        as({ ...rule, threshold: 900, window_seconds: 60, severity: 'low' }),
      )
      await ask(200, 'PATCH', '/v1/alarm-rules/own.guesses', as({ threshold: 1000 }))
      await ask(204, 'DELETE', '/v1/alarm-rules/own.guesses', as())
    },
    leaves: [
      ['alarm.add_rule', 'success', 'admin', 'a alarm_rule', null],
      ['alarm.change_rule', 'success', 'admin', 'a alarm_rule', null],
      ['alarm.remove_rule', 'success', 'admin', 'a alarm_rule', null],
    ],
  },
  {
    does: 'silencing alarms for a while',
    async act({ house, admin, ask }) {
      const endsAt = new Date(house.world.now() + 3_600_000).toISOString()
      const body = { rule: 'brute_force', reason: 'works', ends_at: endsAt }
      const { id } = await ask(201, 'POST', '/v1/alarm-silences', { token: admin.token, body })
      await ask(204, 'DELETE', `/v1/alarm-silences/${id}`, { token: admin.token })
    },
    leaves: [
      ['alarm.silence', 'success', 'admin', 'a silence', null],
      ['alarm.end_silence', 'success', 'admin', 'a silence', null],
    ],
  },
  {
    does: 'saving a search, sharing it and removing it',
    async act({ admin, ask }) {
      const as = (body?: object) => ({ token: admin.token, ...(body && { body }) })
      const body = { name: 'mine', query: { outcome: 'refused' } }
      const { id } = await ask(201, 'POST', '/v1/activity/searches', as(body))
      await ask(200, 'PATCH', `/v1/activity/searches/${id}`, as({ shared: true }))
      await ask(204, 'DELETE', `/v1/activity/searches/${id}`, as())
    },
    leaves: [
      ['search.save', 'success', 'admin', 'a search', null],
      ['search.change', 'success', 'admin', 'a search', null],
      ['search.remove', 'success', 'admin', 'a search', null],
    ],
  },
  {
    does: 'a webhook from its registration to its end',
    async act({ admin, ask }) {
      const as = (body?: object) => ({ token: admin.token, ...(body && { body }) })
      const given = { name: 'a hook', url: 'https://10.0.0.1/', events: ['*'] }
      const { id } = await ask(201, 'POST', '/v1/webhooks', as(given))
      const path = `/v1/webhooks/${id}`
      await ask(200, 'PATCH', path, as({ name: 'another', on: false }))
      await ask(200, 'PATCH', path, as({ on: true }))
      await ask(201, 'POST', `${path}/rotate-secret`, as({}))
      const tried = await ask(200, 'POST', `${path}/test`, as())
      await ask(200, 'POST', `${path}/deliveries/${tried.id}/replay`, as())
      await ask(200, 'POST', `${path}/replay`, as({ since: '2026-01-01T00:00:00Z' }))
      await ask(204, 'DELETE', path, as())
    },
    leaves: [
      ['webhook.create', 'success', 'admin', 'a webhook', null],
      ['webhook.change', 'success', 'admin', 'a webhook', null],
      ['webhook.switch_off', 'success', 'admin', 'a webhook', 'switched_off'],
      ['webhook.switch_on', 'success', 'admin', 'a webhook', null],
      ['webhook.rotate_secret', 'success', 'admin', 'a webhook', null],
      ['webhook.test', 'success', 'admin', 'a webhook', null],
      ['webhook.replay', 'success', 'admin', 'a webhook', null],
      ['webhook.replay', 'success', 'admin', 'a webhook', null],
      ['webhook.remove', 'success', 'admin', 'a webhook', null],
    ],
  },
  {
    does: 'registering an application, and all that is done with it',
    async act({ admin, ask }) {
      const as = (body?: object) => ({ token: admin.token, ...(body && { body }) })
      const given = { name: 'photos', type: 'web', redirect_uris: ['https://photos.example/callback'] }
      const path = `/v1/applications/${(await ask(201, 'POST', '/v1/applications', as(given))).id}`
      await ask(200, 'PATCH', path, as({ name: 'pictures' }))
      const { id } = await ask(201, 'POST', `${path}/secrets`, as({}))
      await ask(204, 'DELETE', `${path}/secrets/${id}`, as())
      const workload = { issuer: 'https://builds.example', subject: 'repo:octo/photos:*' }
      const services = (await ask(201, 'POST', '/v1/services', as({ name: 'built' }))).id
      for (const client of [path, `/v1/services/${services}`]) {
        const trusted = await ask(201, 'POST', `${client}/workloads`, as(workload))
        await ask(204, 'DELETE', `${client}/workloads/${trusted.id}`, as())
      }
      await ask(200, 'POST', `${path}/disable`, as())
      await ask(200, 'POST', `${path}/enable`, as())
      await ask(204, 'DELETE', path, as())
    },
    leaves: [
      ['application.create', 'success', 'admin', 'a application', null],
      ['application.change', 'success', 'admin', 'a application', null],
      ['application.add_secret', 'success', 'admin', 'a application', null],
      ['application.end_secret', 'success', 'admin', 'a application', null],
      ['service.create', 'success', 'admin', 'a service', null],
      ['application.trust', 'success', 'admin', 'a application', null],
      ['application.distrust', 'success', 'admin', 'a application', null],
      ['service.trust', 'success', 'admin', 'a service', null],
      ['service.distrust', 'success', 'admin', 'a service', null],
      ['application.disable', 'success', 'admin', 'a application', null],
      ['application.enable', 'success', 'admin', 'a application', null],
      ['application.remove', 'success', 'admin', 'a application', null],
    ],
  },
  {
    does: 'signing the log with a new key',
    act: ({ house }) => rotateLogKey(house.app.proof.ground, operator),
    leaves: [['log.rotate_key', 'success', null, 'a key', null]],
  },
  {
    does: 'moving events to the archive, and dropping some',
    async act({ house }) {
      const { app } = house
      await app.proof.ground.sequencer.settle()
      const later = { ...app, world: { ...app.world, now: () => app.world.now() + 3 * dayMs } }
      await archiveUntil(later, later.world.now())
      assert.ok((await dropExpired(later, { devices: 1 })) > 0)
    },
    leaves: [
      ['log.archive', 'success', null, null, null],
      ['log.retention', 'success', null, null, null],
    ],
  },
  {
    does: 'reading the archive where it is damaged, and looking at it again when it is mended',
    async act({ house }) {
      const { app } = house
      const { sequencer } = app.proof.ground
      const [segment] = await app.db.query<{ id: number; sha256: string }>(
        'SELECT id, sha256 FROM activity_segments WHERE dropped_at IS NULL ORDER BY id LIMIT 1',
      )
      const set = (sha256: string) =>
        app.db.transaction((tx) =>
          tx.query('UPDATE activity_segments SET sha256 = $1 WHERE id = $2', sha256, segment!.id),
        )
      await set('x')
      const late = { name: 'late', begins: 'with the log', everyMs: 1_000, handle: async () => {} } as const
      await createConsumer(app, sequencer, late).run()
      await set(segment!.sha256)
      await createDamageJob(app).run(new AbortController().signal)
    },
    leaves: [
      ['log.damage', 'alarm', null, 'a segment', 'segment_damaged'],
      ['log.mend', 'success', null, 'a segment', 'segment_mended'],
    ],
  },
  {
    does: 'backing up the log',
    async act({ house }) {
      const to = mkdtempSync(join(tmpdir(), 'latchkey-log-'))
      await runBackup(house.app.backups.ground, operator, { to })
      rmSync(to, { recursive: true })
    },
    leaves: [['log.backup', 'success', null, null, null]],
  },
  {
    does: 'asking a witness to sign what its log has not signed',
    async act({ house }) {
      const note = `a.example\n0\n${emptyRoot.toString('base64')}\n\n— a.example AAAAAAAA\n`
      const witness = createWitness(house.app, {
        logs: [strangerKey],
        signers: house.app.proof.ground.cosigners,
      })
      await witness.addCheckpoint(`old 0\n\n${note}`)
    },
    leaves: [['log.witness', 'refused', null, null, 'signature_invalid']],
  },
  {
    does: 'revoking a signing key',
    async act({ house, admin, ask }) {
      const next = house.app.ring.list().find(({ status }) => status === 'next')
      await ask(200, 'POST', `/v1/keys/${next?.kid}/revoke`, { token: admin.token })
    },
    leaves: [
      ['key.create', 'success', null, 'a key', null],
      ['key.revoke', 'success', 'admin', 'a key', null],
    ],
  },
  {
    does: 'registering a device',
    act: ({ admin, ask }) =>
      ask(201, 'POST', '/v1/devices', {
        token: admin.token,
        body: { name: 'other', product: 'lamp', key: publicJwk(newKey()) },
      }),
    leaves: [['device.register', 'success', 'admin', 'a device', null]],
  },
  {
    does: 'making a claim code and claiming by it',
    act: ({ house, ada, lamp }) => house.claim(ada, lamp),
    leaves: [
      ['device.claim_code', 'success', 'lamp', 'lamp', null],
      ['device.bind', 'success', 'ada', 'lamp', null],
    ],
  },
  {
    does: 'claiming by a wrong code',
    act: ({ ben, lamp, ask }) =>
      ask(400, 'POST', '/v1/devices/claims', { token: ben.token, body: { uid: lamp.uid, code: 'wrong' } }),
    leaves: [['device.bind', 'refused', 'ben', 'lamp', 'claim_invalid']],
  },
  {
    does: 'giving a device one more key',
    async act({ admin, lamp, made, ask }) {
      const body = { key: publicJwk(newKey()) }
      made.kid = (await ask(201, 'POST', `/v1/devices/${lamp.uid}/keys`, { token: admin.token, body })).kid
    },
    leaves: [['device.add_key', 'success', 'admin', 'lamp', null]],
  },
  {
    does: 'ending a key of a device',
    act: ({ admin, lamp, made, ask }) =>
      ask(204, 'DELETE', `/v1/devices/${lamp.uid}/keys/${made.kid}`, { token: admin.token }),
    leaves: [['device.revoke_key', 'success', 'admin', 'lamp', null]],
  },
  {
    does: 'sharing a device',
    act: ({ ada, lamp, ask }) =>
      ask(201, 'POST', `/v1/devices/${lamp.uid}/shares`, {
        token: ada.token,
        body: { username: 'ben', relation: 'viewer' },
      }),
    leaves: [['device.share', 'success', 'ada', 'lamp', null]],
  },
  {
    does: 'taking a share back',
    act: ({ ada, ben, lamp, ask }) =>
      ask(204, 'DELETE', `/v1/devices/${lamp.uid}/shares/${ben.id}`, { token: ada.token }),
    leaves: [['device.unshare', 'success', 'ada', 'lamp', null]],
  },
  {
    does: 'desiring something of a device',
    act: ({ ada, lamp, ask }) =>
      ask(200, 'PATCH', `/v1/devices/${lamp.uid}/state`, {
        token: ada.token,
        body: { desired: { on: true } },
      }),
    leaves: [['device.state', 'success', 'ada', 'lamp', null]],
  },
  {
    does: 'desiring something of the device of somebody else',
    act: ({ ben, lamp, ask }) =>
      ask(404, 'PATCH', `/v1/devices/${lamp.uid}/state`, { token: ben.token, body: { desired: {} } }),
    leaves: [['access.refuse', 'refused', 'ben', 'lamp', 'not_related']],
  },
  {
    does: 'commanding a device that is not connected',
    act: ({ ada, lamp, ask }) =>
      ask(409, 'POST', `/v1/devices/${lamp.uid}/commands/blink`, { token: ada.token, body: {} }),
    leaves: [['device.command', 'failure', 'ada', 'lamp', 'device_offline']],
  },
  {
    does: 'a device that connects',
    async act({ lamp, made }) {
      made.live = await lamp.connect()
    },
    leaves: [['device.connect', 'success', 'lamp', 'lamp', null]],
  },
  {
    does: 'commanding a device',
    async act({ lamp, made, ada, ask }) {
      await made.live.subscribe(`d/${lamp.uid}/cmd/+/+`)
      const answered = ask(200, 'POST', `/v1/devices/${lamp.uid}/commands/blink`, {
        token: ada.token,
        body: {},
      })
      const command = await made.live.heard(await commandTopic(made.live))
      const [, , , rid] = command.topic.split('/')
      await made.live.publish(`d/${lamp.uid}/cmd/${rid}/res/200`, '1', { qos: 1 })
      await answered
    },
    leaves: [['device.command', 'success', 'ada', 'lamp', null]],
  },
  {
    does: 'a device that subscribes to what is not its own',
    act: ({ made }) => assert.rejects(made.live.subscribe('d/other/cmd/+/+')),
    leaves: [['device.subscribe', 'refused', 'lamp', 'lamp', 'not_authorized']],
  },
  {
    does: 'a device that publishes what is not its own',
    act: ({ made }) => made.live.publish('d/other/tele', '1', { qos: 1 }).catch(() => {}),
    leaves: [['device.publish', 'refused', 'lamp', 'lamp', 'topic_not_allowed']],
  },
  {
    does: 'a device that disconnects',
    act: ({ made }) => made.live.end(),
    leaves: [['device.disconnect', 'success', 'lamp', 'lamp', 'normal_disconnection']],
  },
  {
    does: 'a device that connects with the client id of another',
    act: ({ house, lamp }) =>
      assert.rejects(house.connect({ clientId: `${lamp.uid}x`, username: 'x', password: lamp.token() })),
    leaves: [['device.connect', 'refused', 'lamp', 'lamp', 'client_id_of_another']],
  },
  {
    does: 'somebody who signs as a device with another key',
    act: ({ lamp }) => assert.rejects(lamp.connect({ password: lamp.token({}, newKey()) })),
    leaves: [
      ['device.impersonation', 'alarm', null, 'lamp', 'key_not_found'],
      ['device.connect', 'refused', null, 'lamp', 'key_not_found'],
    ],
  },
  {
    does: 'asking with the token of a device that nobody has registered',
    act({ house, lamp, ask }) {
      const uid = newUid('lamp', house.world)
      return ask(401, 'GET', `/v1/devices/${uid}`, { token: lamp.token({ iss: uid, sub: uid }) })
    },
    leaves: [['access.refuse', 'refused', null, null, 'device_unknown']],
  },
  {
    does: 'an app that connects',
    async act({ house, ada, made }) {
      made.app = await house.app5(ada)
    },
    leaves: [['app.connect', 'success', 'ada', null, null]],
  },
  {
    does: 'an app that subscribes to the device of somebody else',
    act: ({ made }) => assert.rejects(made.app.subscribe('d/other/tele/#')),
    leaves: [['app.subscribe', 'refused', 'ada', null, 'not_authorized']],
  },
  {
    does: 'an app that publishes to the device of somebody else',
    act: ({ made }) => made.app.publish('d/other/state/desired', '{}', { qos: 1 }).catch(() => {}),
    leaves: [['app.publish', 'refused', 'ada', null, 'topic_not_allowed']],
  },
  {
    does: 'an app that disconnects',
    act: ({ made }) => made.app.end(),
    leaves: [['app.disconnect', 'success', 'ada', null, 'normal_disconnection']],
  },
  {
    does: 'an app that connects without a valid token',
    act: ({ house }) => assert.rejects(house.connect({ clientId: 'app', username: 'app', password: 'none' })),
    leaves: [['app.connect', 'refused', null, null, 'token_malformed']],
  },
  {
    does: 'running a job now',
    act: ({ admin, ask }) => ask(200, 'POST', '/v1/jobs/revocations.sweep/run', { token: admin.token }),
    leaves: [['job.run', 'success', 'admin', 'a job', null]],
  },
  {
    does: 'giving a device up',
    act: ({ ada, lamp, ask }) => ask(204, 'DELETE', `/v1/devices/${lamp.uid}/claim`, { token: ada.token }),
    leaves: [['device.unbind', 'success', 'ada', 'lamp', null]],
  },
]

/** Written by the program for itself; see the test of it below. */
const ofTheServer: readonly ActivityEvent['event'][] = ['server.start', 'server.stop']
/** Written by a job that sends; see webhooks/webhooks.test.ts. */
const ofWebhooks: readonly ActivityEvent['event'][] = ['webhook.give_up']
/** Written where a sink fails for a time; see sinks/sinks.test.ts. */
const ofSinks: readonly ActivityEvent['event'][] = ['sink.stall', 'sink.recover']
/** Written where a job fails; see operations/background-work.test.ts. */
const ofJobs: readonly ActivityEvent['event'][] = ['job.fail', 'job.recover']
/** Written where letters are sent and followed; see mail/mail.test.ts and accounts/notices/sign-ins.test.ts. */
/** What a command records that needs a database of its own; `cli/activity/proof/proof.test.ts` looks at it. */
const ofCommands = ['log.restore']
const ofMail: readonly ActivityEvent['event'][] = ['mail.send', 'mail.give_up', 'user.disown_session']

for (const engine of engines) {
  describe(`the log on ${engine}`, () => {
    let cast: Cast
    const names = new Map<string, string>()
    let seen = 0
    let canary: Canary
    const sent = mkdtempSync(join(tmpdir(), 'latchkey-sent-'))
    before(async () => {
      const sinks = ['latchkey', 'ecs', 'ocsf'].map(
        (format) => `${format}=file:${sent}/${format}.ndjson?from=start&format=${format}`,
      )
      const house = await openHome(engine, { LATCHKEY_SINKS: sinks.join(), ...reachingLoopback })
      canary = watch(house)
      await setSignInRule(house.app, operator, 'customer', { mailCode: false })
      const [ada, ben] = [await house.signedIn('ada'), await house.signedIn('ben')]
      const fay = await house.signedIn('fay')
      const lamp = await house.lamp()
      const { admin } = house
      const ids = { admin: admin.id, ada: ada.id, ben: ben.id, fay: fay.id, lamp: lamp.uid }
      for (const [name, id] of Object.entries(ids)) names.set(id, name)
      for (const { token, refreshToken, password } of [admin, ada, ben, fay]) {
        for (const secret of [token, refreshToken, password]) canary.note(secret)
      }
      const ask: Cast['ask'] = async (status, method, path, options) => {
        const answer = await house.call(method, path, options)
        assert.equal(answer.status, status, answer.text)
        return answer.body
      }
      noteSites(house)
      const made = {} as Cast['made'] // each step makes what those after it use
      // Jobs run here and there, and what alarms make of the story is a step of its own.
      const off = {
        is_on: 0,
        threshold: null,
        window_ms: null,
        severity: null,
        sends_mail: null,
        products: null,
      }
      await house.app.db.transaction(async (tx) => {
        for (const name of ruleNames) await putRuleChange(tx, { ...off, name, changed_at: 0 })
      })
      cast = { house, admin, ada, ben, fay, lamp, made, ask }
      seen = house.events.length
    })
    after(async () => {
      await cast.house.close()
      rmSync(sent, { recursive: true, force: true })
    })

    for (const { does, act, leaves } of story) {
      test(`${does} leaves its rows`, async () => {
        const { house, made } = cast
        await act(cast)
        if (made.dora) names.set(made.dora.id, 'dora')
        if (made.service) names.set(made.service.id, 'service')
        // What an edge writes for itself, no answer waits for.
        await eventually(() => house.events.length >= seen + leaves.length).catch(() => {})
        const begins = seen
        const lines = house.events.slice(seen).map((event) => lineOf(event, names))
        seen = house.events.length
        // Two that an edge writes at the same moment come in any order.
        assert.deepEqual(sorted(lines), sorted(leaves))
        // What a program reads of them is described (docs/events.md).
        assert.deepEqual(house.events.slice(begins).flatMap(undescribed), [])
      })
    }

    /** A code of six digits in a letter, which waits to be sent. */
    async function signInByMail(): Promise<void> {
      const { house, ask } = cast
      await setSignInRule(house.app, operator, 'customer', { mailCode: true })
      const mia = await house.signedIn('mia')
      await house.app.db.transaction(async (tx) => {
        const address = {
          address: 'mia@example.com',
          address_key: 'mia@example.com',
          language: 'en' as const,
        }
        const row = {
          id: 'adr_mia',
          user_id: mia.id,
          ...address,
          is_primary: 0,
          created_at: 1,
          proven_at: null,
        }
        await insertAddress(tx, row)
        await setProven(tx, row.id, 2)
        await setPrimary(tx, mia.id, row.id)
      })
      const body = { username: mia.username, password: mia.password }
      const { challenge } = (await ask(401, 'POST', '/v1/login', { body, address: '198.51.100.77' }))
        .mfa_required
      const letters = (await house.app.mail.waiting()).map(({ enclosed }) =>
        enclosed?.letter.paragraphs.join('\n'),
      )
      const code = letters
        .map((text) => /\b\d{3} \d{3}\b/.exec(text ?? '')?.[0])
        .find((one) => one !== undefined)
      assert.ok(code !== undefined)
      canary.note(code)
      const signedIn = await ask(200, 'POST', '/v1/login/factor', {
        body: { challenge, code },
        address: '198.51.100.77',
      })
      assert.notEqual(signedIn.refresh_token, undefined)
      // A session in a cookie, which is refreshed by it.
      await setSignInRule(house.app, operator, 'customer', { mailCode: false })
      const inCookie = { cookie: 'console' }
      const headers = { origin: house.app.config.issuer, 'sec-fetch-site': 'same-origin' }
      const given = { body: { ...body, ...inCookie }, headers }
      const { headers: answered } = await house.call('POST', '/v1/login', given)
      const [set = ''] = answered.getSetCookie()
      const [pair = ''] = set.split(';')
      assert.ok(pair.length > 40, 'no cookie was set')
      await ask(200, 'POST', '/v1/refresh', { body: inCookie, headers: { ...headers, cookie: pair } })
    }

    /** Everything that the story has left behind: rows and files, the process log, what was exported and sent. */
    async function search() {
      const { house, admin } = cast
      await house.app.jobs.runNow(1_000)
      const exported = await Promise.all(
        ['csv', 'ndjson'].map((format) =>
          house.call('GET', `/v1/activity/export?format=${format}`, { token: admin.token }),
        ),
      )
      const { text: metrics } = await house.call('GET', '/metrics', { address: '127.0.0.1' })
      const masterKey = readFileSync(join(house.storage.at.directory, 'master.key'), 'utf8').trim()
      canary.note(masterKey)
      // A backup as its files are, and unpacked; what it says of people is sealed there, and is read where it was given back.
      const to = join(sent, 'backup')
      await runBackup(house.app.backups.ground, operator, { to })
      const unpacked = await Promise.all(
        globSync('**/*.zst', { cwd: to }).map((file) => unpack(readFileSync(join(to, file)), [])),
      )
      const storage = await temporaryStorage(engine, { migrated: true })
      const restored = await storage.open()
      const { masterKey: key } = house.app
      await restore(restored, { place: directoryPlace(to), masterKey: key, identities: [], vkeys: [] })
      const given = await findPlaced(restored, 0, 100_000)
      await storage.remove()
      const found = await canary.search({
        db: house.app.db,
        directories: [house.storage.at.directory, sent],
        texts: {
          ...{ exports: exported.map(({ text }) => text).join(''), metrics },
          ...{ backup: unpacked.join(''), 'restored backup': JSON.stringify(given) },
          'process log': house.log.lines.join('\n'),
        },
      })
      return found.filter(({ place }) => !place.endsWith('/master.key'))
    }

    test('nothing secret that was sent or handed out stands in clear anywhere', async () => {
      const { lamp, made } = cast
      canary.note(lamp.token())
      canary.note(made.authenticator.token)
      await signInByMail()
      assert.ok(canary.size > 100, `only ${canary.size} secrets were seen`)
      assert.ok(canary.codes >= 4, `only ${canary.codes} codes of six digits were seen`)
      assert.deepEqual(await search(), [])
      // The sinks have what was searched.
      for (const format of ['latchkey', 'ecs', 'ocsf']) {
        assert.match(readFileSync(join(sent, `${format}.ndjson`), 'utf8'), /user\.sign_in/)
      }
    })

    test('a secret that was recorded would be found in the rows, the export, the sinks and the process log', async () => {
      const { house, ada } = cast
      const details = { reason: `by ${ada.refreshToken}`, codes: 'typed 918 273' }
      canary.note('918273')
      await house.app.activity.recordAlone(operator, 'log.hold', undefined, { details })
      house.log.warn('planted', { password: ada.password })
      const places = new Set((await search()).map(({ place }) => place.split('/').at(-1)))
      for (const place of [
        'activity.details',
        'exports',
        'restored backup',
        'latchkey.ndjson',
        'ecs.ndjson',
        'ocsf.ndjson',
        'process log',
      ])
        assert.ok(places.has(place), `${place} is not among ${[...places].join()}`)
      if (engine === 'sqlite') assert.ok([...places].some((place) => place?.startsWith('latchkey.db')))
    })
  })
}

/** Of the flows of applications, whose tests look at them. */
/** Written where a receiver manages its streams, or fails; see shared-signals/shared-signals.test.ts. */
const ofStreams = ['stream.create', 'stream.change', 'stream.remove', 'stream.reject', 'stream.give_up']
const ofApplications = [
  'application.give_up',
  'application.authorize',
  'application.token',
  'application.device',
  'consent.withdraw',
  'approval.ask',
  'approval.allow',
  'approval.deny',
]

test('each event has its row', () => {
  const source = readFileSync(join(import.meta.dirname, '../src/activity/events.ts'), 'utf8')
  const [, union = ''] = /type EventName =\n([\s\S]*?)\n\n/.exec(source) ?? []
  const known = [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name)
  assert.ok(known.length > 30, 'the events were not found')
  const held = new Set<string>([
    ...ofTheServer,
    ...ofMail,
    ...ofCommands,
    ...ofWebhooks,
    ...ofSinks,
    ...ofJobs,
    ...ofApplications,
    ...ofStreams,
    ...story.flatMap(({ leaves }) => leaves.map(([event]) => event)),
  ])
  assert.deepEqual(
    known.filter((name = '') => !held.has(name)),
    [],
  )
})

test('each place of the sources that records is in the story', () => {
  const missing = sitesInSources().filter((site) => !reachedSites.has(site))
  const files = missing.map((site) => site.replace(/:\d+$/, ''))
  assert.deepEqual(
    missing.filter((_, at) => !(files[at]! in provenElsewhere)),
    [],
  )
  for (const file of Object.keys(provenElsewhere)) assert.ok(files.includes(file), `${file} is in the story`)
})

test('a server that starts and stops leaves its rows', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-log-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const environment = {
    LATCHKEY_DATA: directory,
    LATCHKEY_PORT: '0',
    LATCHKEY_MQTT_PORT: '0',
    LATCHKEY_ISSUER: 'http://127.0.0.1:8484',
  }
  const server = await startServer(readConfig(environment, 'development'), { log: testLog() })
  await server.stop()
  const db = await openDatabase({ directory })
  const rows = await db.query<ActivityEvent>('SELECT * FROM activity ORDER BY id')
  await db.close()
  const lines = rows.filter(({ event }) => ofTheServer.includes(event)).map((row) => lineOf(row, new Map()))
  assert.deepEqual(lines, [
    ['server.start', 'success', null, null, null],
    ['server.stop', 'success', null, null, null],
  ])
})

const strangerKey = noteSigner(
  'a.example',
  'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF',
  'note',
).verifier

/** Files with a place that the story does not come to, and the test that does. */
const provenElsewhere: Readonly<Record<string, string>> = {
  'applications/registration/register.ts': 'applications/registration/registration.test.ts',
  'applications/registration/described.ts': 'applications/registration/registration.test.ts',
  'applications/registration/unused.ts': 'applications/registration/registration.test.ts',
  'mail/outbox.ts': 'mail/mail.test.ts',
  'oauth/authorize/code.ts': 'oauth/authorize/authorize.test.ts',
  'oauth/logout/back-channel.ts': 'oauth/logout/back-channel.test.ts',
  'oauth/sessions/open.ts': 'oauth/authorize/authorize.test.ts',
  'oauth/token/authorization-code.ts': 'oauth/authorize/authorize.test.ts',
  'oauth/token/refresh-token.ts': 'oauth/authorize/authorize.test.ts',
  'oauth/device/answer.ts': 'oauth/device/device.test.ts',
  'oauth/consents/consents.ts': 'oauth/endpoints.test.ts',
  'devices/relations/binding.ts': 'devices/relations/binding.test.ts',
  'devices/approvals/ask.ts': 'devices/approvals/approvals.test.ts',
  'devices/approvals/answer.ts': 'devices/approvals/approvals.test.ts',
  'oauth/revocation/revoke.ts': 'oauth/endpoints.test.ts',
  'alarms/raise.ts': 'alarms/alarms.test.ts',
  'alarms/states.ts': 'alarms/alarms.test.ts',
  'webhooks/queue.ts': 'webhooks/webhooks.test.ts',
  'webhooks/event-carrier.ts': 'webhooks/webhooks.test.ts',
  'shared-signals/carry.ts': 'shared-signals/shared-signals.test.ts',
  'shared-signals/poll.ts': 'shared-signals/shared-signals.test.ts',
  'shared-signals/shared-signals.ts': 'shared-signals/shared-signals.test.ts',
  'shared-signals/status.ts': 'shared-signals/shared-signals.test.ts',
  'shared-signals/streams.ts': 'shared-signals/shared-signals.test.ts',
  'shared-signals/tell.ts': 'shared-signals/shared-signals.test.ts',
  'sinks/sink.ts': 'sinks/sinks.test.ts',
  'accounts/notices/sign-ins.ts': 'accounts/notices/sign-ins.test.ts',
  'accounts/sign-in/attempts.ts': 'accounts/sign-in/attempts.test.ts',
  'accounts/user-types/user-types.ts': 'accounts/user-types/user-types.test.ts',
}

/** Each place from which the story has recorded something, as `file:line`. */
const reachedSites = new Set<string>()
const sources = join(import.meta.dirname, '../src')

function noteSites({ app: { activity } }: Home): void {
  const { record } = activity
  const noting: typeof record = (...happening) => {
    const [, , caller = ''] = new Error('where').stack?.split('\n') ?? []
    const [, file = '', line = ''] = /file:\/\/(.+):(\d+):\d+/.exec(caller) ?? []
    reachedSites.add(`${relative(sources, file)}:${line}`)
    return record(...happening)
  }
  Object.assign(activity, { record: noting })
}

function sitesInSources(): string[] {
  return globSync('**/*.ts', { cwd: sources }).flatMap((file) => {
    if (file.endsWith('.test.ts')) return []
    const text = readFileSync(join(sources, file), 'utf8')
    return [...text.matchAll(/\bactivity\s*\.record\(/g)].map(
      ({ index, 0: call }) => `${file}:${text.slice(0, index + call.length).split('\n').length}`,
    )
  })
}

/** An event as a rule reads it, that is not written down. */
const eventWith = ({ world }: Home['app'], more: Partial<ReadEvent>): ReadEvent => ({
  ...{
    id: 'evt_0',
    at: world.now(),
    event: '',
    outcome: 'success',
    reason: null,
    subject: null,
    target: null,
  },
  ...{ subject_kind: null, target_kind: null, address: null, region: null, details: null, ...more },
})
/** The members of its details that the schema does not know for this event. */
function undescribed({ event, details }: ActivityEvent): string[] {
  const known: readonly string[] = membersOf(event)
  const said = Object.keys(JSON.parse(details ?? '{}') as object)
  return said.filter((name) => !known.includes(name)).map((name) => `${event}: ${name}`)
}

function lineOf(event: ActivityEvent, names: ReadonlyMap<string, string>): Line {
  const named = (id: string | null, kind: string | null) =>
    id === null ? null : (names.get(id) ?? (kind === 'user_type' ? id : `a ${kind}`))
  const { event: name, outcome, subject, subject_kind: subjectKind, target, target_kind: targetKind } = event
  return [name, outcome, named(subject, subjectKind), named(target, targetKind), event.reason]
}

function sorted(lines: readonly Line[]): string[] {
  return lines.map((line) => JSON.stringify(line)).sort()
}

function credentials({ id, secret }: AnswerBody, scope?: string): CallOptions {
  return {
    form: {
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
      ...(scope && { scope }),
    },
  }
}

/** The form by which a device asks for a token for a service. */
function assertionOf(lamp: Lamp): Record<string, string> {
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: lamp.token() }
}

/** The topic of the command that has come, or comes. */
async function commandTopic(live: Listening): Promise<string> {
  await eventually(() => live.messages.some(({ topic }) => topic.includes('/cmd/')))
  return live.messages.find(({ topic }) => topic.includes('/cmd/'))?.topic ?? ''
}
