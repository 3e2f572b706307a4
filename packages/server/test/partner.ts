import { createHmac, sign } from 'node:crypto'
import type { AnswerBody } from './answer-body.ts'
import { type TestApp, testIssuer } from './app.ts'
import { type ClientKey, newClientKey } from './proofs.ts'

/** An account server of another company, as a test needs it: its app here, and a key that signs anything at all. */
export interface Partner {
  readonly app: string
  readonly kid: string
  readonly key: ClientKey
  /** A fresh nonce. */
  nonce(form?: Record<string, string>, headers?: Record<string, string>): Promise<string>
  /** An assertion; what is laid over header and claims may be wrong, and undefined removes a member. */
  sign(claims: object, header?: object, signer?: Signer): string
}

export type Signer = (input: string) => string

export async function openPartner(
  house: TestApp,
  token: string,
  more: object = { user_type: 'customer' },
  key: ClientKey = newClientKey(),
): Promise<Partner> {
  const made = async (path: string, body: object): Promise<AnswerBody> => {
    const answer = await house.call('POST', path, { token, body })
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.body
  }
  const { id } = await made('/v1/apps', { name: `partner ${crypto.randomUUID()}`, ...more })
  await made(`/v1/apps/${id}/keys`, { kid: 'one', algorithm: key.algorithm, key: key.jwk })
  return {
    app: id,
    kid: 'one',
    key,
    async nonce(form = {}, headers = {}) {
      const answer = await house.call('POST', '/oauth/nonce', { form: { client_id: id, ...form }, headers })
      if (answer.status !== 200) throw new Error(answer.text)
      return answer.body.nonce
    },
    sign(claims, header = {}, signer = signedBy(key)) {
      const now = Math.floor(house.world.now() / 1000)
      const head = { typ: 'JWT', alg: key.algorithm, kid: 'one', ...header }
      const said = { iss: id, sub: 'mei', aud: testIssuer, iat: now, exp: now + 300, ...claims }
      const input = [head, said]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${input}.${signer(input)}`
    },
  }
}

export const signedBy =
  (key: ClientKey): Signer =>
  (input) => {
    const digest = key.algorithm === 'EdDSA' ? null : 'sha256'
    return sign(digest, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    )
  }

/** The oldest trick: the public key, as text, taken for a secret. */
export const signedByPublicKey =
  (key: ClientKey): Signer =>
  (input) =>
    createHmac('sha256', JSON.stringify(key.jwk)).update(input).digest('base64url')

export const unsigned: Signer = () => ''
