import { stream as streamTarget } from '../activity/events.ts'
import { createTypedSigner } from '../keys/typed-signer.ts'
import type { DeliveryRow } from '../webhooks/deliveries/store.ts'
import type { SignalsGround } from './ground.ts'
import { contextOf } from './sealed.ts'
import { findStream, type StreamRow } from './store.ts'

/** The type of security event tokens (RFC 8417 section 2.3). */
const setType = 'secevent+jwt'

/** Makes the security event token of what waits for a stream: the same each time, whenever it is made. */
export type SignSet = (stream: Pick<StreamRow, 'application'>, delivery: DeliveryRow) => string

export function createSetSigner({ ring, issuer }: Pick<SignalsGround, 'ring' | 'issuer'>): SignSet {
  const sign = createTypedSigner(ring, setType)
  return ({ application }, { id, body, created_at }) =>
    sign({
      ...(JSON.parse(body) as object), // as it was queued
      ...{ iss: issuer, aud: application, jti: id, iat: Math.floor(created_at / 1000) },
    })
}

/** The stream of a receiver of the queue, which has one for its events and one for what happens to it. */
export const streamOf = (receiver: string) => receiver.split('/status', 1)[0] ?? receiver

/** Have the queue push security event tokens (RFC 8935). */
export function carrySets(ground: SignalsGround, sign: SignSet): void {
  const { db, activity, masterKey, outbox } = ground
  outbox.carry({
    ...{ kind: 'stream', keepsEnded: false },
    async prepare({ id }, delivery) {
      const stream = await findStream(db, streamOf(id))
      if (!stream) return undefined
      const { authorization_sealed: sealed } = stream
      return {
        headers: {
          'content-type': 'application/secevent+jwt',
          accept: 'application/json',
          ...(sealed !== null && { authorization: masterKey.open(sealed, contextOf(stream.id)) }),
        },
        body: sign(stream, delivery),
      }
    },
    // RFC 8935 section 2.3: the receiver has understood the request, and does not take this token.
    isFinal: (status) => status === 400,
    async gaveUp(tx, { id }, { id: delivery, type }, { attempts, status, reason }) {
      const details = { delivery, type, attempts, ...(status !== null && { status }) }
      const why = status === 400 ? 'rejected' : reason
      await activity.record(tx, {}, 'stream.give_up', streamTarget(streamOf(id)), {
        ...{ outcome: 'failure', reason: why, details },
      })
    },
  })
}
