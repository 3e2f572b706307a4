// Verifies a webhook (Standard Webhooks 1.0.0) without a dependency. Copy it.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Verifiers take no message that is older or newer than this. */
const toleranceSeconds = 5 * 60

/**
 * The message, if one of its signatures is by the secret.
 * @param body as it came, before anything has parsed it
 * @throws {Error} if it is not to be believed
 */
export function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  nowSeconds = Date.now() / 1000,
): unknown {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (!id || !timestamp || !signatures) throw new Error('a header is missing')
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= toleranceSeconds)) throw new Error('it is not of now')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  const isSigned = signatures.split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!isSigned) throw new Error('no signature is by this secret')
  return JSON.parse(body)
}
