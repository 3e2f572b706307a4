import assert from 'node:assert/strict'
import { codeAt, stepAt } from '../src/accounts/factors/totp.ts'
import type { World } from '../src/world.ts'
import type { AnswerBody, AskedStep } from './answer-body.ts'
import type { Answered, SignedIn, TestApp } from './app.ts'

/** A program of a telephone that shows codes: it knows the secret as a person would type it. */
export interface TestAuthenticator {
  readonly secret: string
  /** The code of now; or of so many steps later. */
  code(steps?: number): string
}

export function authenticatorOf({ world }: { readonly world: World }, secret: string): TestAuthenticator {
  const bytes = fromBase32(secret)
  return { secret, code: (steps = 0) => codeAt(bytes, stepAt(world.now()) + steps) }
}

/** A person with an authenticator in force. The session that enrolled it goes on. */
export interface Enrolled extends SignedIn {
  readonly authenticator: TestAuthenticator
  readonly recoveryCodes: readonly string[]
}

export async function enrolled(app: TestApp, username: string, userType?: string): Promise<Enrolled> {
  const user = await app.signedIn(username, userType)
  return { ...user, ...(await enrol(app, user.token)) }
}

/** Set an authenticator up and confirm it, then wait until its next code. */
export async function enrol(
  app: TestApp,
  token: string,
): Promise<{ authenticator: TestAuthenticator; recoveryCodes: readonly string[] }> {
  const begun = await app.call('POST', '/v1/me/factors/authenticator', { token })
  assert.equal(begun.status, 200, begun.text)
  const authenticator = authenticatorOf(app, begun.body.secret)
  const body = { code: authenticator.code() }
  const confirmed = await app.call('POST', '/v1/me/factors/authenticator/confirm', { token, body })
  assert.equal(confirmed.status, 200, confirmed.text)
  app.world.advance(30_000)
  return { authenticator, recoveryCodes: confirmed.body.recovery_codes ?? [] }
}

/** The first step of a sign-in, which is answered with a challenge. */
export async function challenged(
  app: TestApp,
  { username, password }: { username: string; password: string },
): Promise<AskedStep> {
  const { status, body } = await app.call('POST', '/v1/login', { body: { username, password } })
  assert.deepEqual([status, body.code], [401, 'factor_required'])
  return body.mfa_required
}

export function answer(app: TestApp, challenge: string, code: string): Promise<Answered> {
  return app.call('POST', '/v1/login/factor', { body: { challenge, code } })
}

/** Both steps, by the code of now, then wait until the next one. */
export async function signInTwice(app: TestApp, person: Enrolled): Promise<AnswerBody> {
  const { challenge } = await challenged(app, person)
  const answered = await answer(app, challenge, person.authenticator.code())
  assert.equal(answered.status, 200, answered.text)
  app.world.advance(30_000)
  return answered.body
}

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
