import { decodeUnverified, TokenError } from 'latchkey/token'
import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { line } from '../../http/schema.ts'
import { wholeText } from '../../whole-text.ts'
import type { ClientMethod } from './methods.ts'

const basicForm = wholeText(/basic +([A-Za-z0-9+/]+=*)/i)

/** The fields of a form by which a client presents itself, for every endpoint where one does. */
export const clientParameters = {
  // As long as the address of a document that describes a client.
  client_id: v.optional(line(500)),
  client_secret: v.optional(line(200)),
  client_assertion_type: v.optional(line(100)),
  client_assertion: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
}

/** What a request says of the client that sends it: fields of its form, and the header. */
export interface ClientRequest {
  readonly form: {
    readonly [Name in keyof typeof clientParameters]?: string | undefined
  }
  readonly authorization: string | undefined
}

/** Whom a request claims to come from, and by what it wants to prove it. Nothing of it is proven. */
export type Presented =
  | { readonly method: Extract<ClientMethod, 'none'>; readonly id: string }
  | {
      readonly method: Extract<ClientMethod, 'client_secret_basic' | 'client_secret_post'>
      readonly id: string
      /** Ways to read the secret, of which one is enough. */
      readonly secrets: readonly string[]
    }
  | {
      readonly method: Extract<ClientMethod, 'private_key_jwt'>
      readonly id: string
      readonly assertion: string
    }

/** RFC 7523 section 2.2. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Read how a client presents itself (RFC 6749 section 2.3): by one way only, since two that disagree would leave open whom we are
 * talking to.
 * @throws {Refusal} `client_invalid`; `request_invalid` for several ways or several ids (section 5.2)
 */
export function presentedBy({ form, authorization }: ClientRequest): Presented {
  const hasAssertion = form.client_assertion !== undefined || form.client_assertion_type !== undefined
  const ways = [authorization !== undefined, form.client_secret !== undefined, hasAssertion]
  if (ways.filter(Boolean).length > 1) throw ambiguous('authenticate the client one way only')
  if (authorization !== undefined) return basicOf(authorization, form.client_id)
  if (hasAssertion) return assertionOf(form)
  const { client_id: id, client_secret: secret } = form
  if (id === undefined) throw malformed('say which client asks: its client_id, and what proves it')
  return secret === undefined
    ? { method: 'none', id }
    : { method: 'client_secret_post', id, secrets: [secret] }
}

/**
 * Section 2.3.1 has id and secret form-encoded before they are joined; many programs send them as they are. Whichever reading is
 * right proves the same secret. A secret that is empty is none, which a client may leave out: that is how programs present a public
 * client that put its id into the header anyway.
 */
function basicOf(authorization: string, stated: string | undefined): Presented {
  const encoded = basicForm.exec(authorization)?.[1]
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const [rawId, rawSecret] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)]
  if (rawId === '') throw malformed('the Authorization header holds no Basic credentials')
  const id = formDecoded(rawId) ?? rawId
  if (stated !== undefined && stated !== id) throw ambiguous('two client ids were sent')
  if (rawSecret === '') return { method: 'none', id }
  const decoded = formDecoded(rawSecret)
  const secrets = decoded === undefined || decoded === rawSecret ? [rawSecret] : [decoded, rawSecret]
  return { method: 'client_secret_basic', id, secrets }
}

function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The `client_id` need not stand beside an assertion, which names it (RFC 7521 section 4.2). */
function assertionOf({
  client_id,
  client_assertion,
  client_assertion_type,
}: ClientRequest['form']): Presented {
  if (client_assertion === undefined || client_assertion_type !== assertionType)
    throw malformed(
      `an assertion is sent as client_assertion, with the client_assertion_type ${assertionType}`,
    )
  const id = client_id ?? subjectOf(client_assertion)
  if (id === undefined) throw malformed('the client_assertion names no client')
  return { method: 'private_key_jwt', id, assertion: client_assertion }
}

function subjectOf(assertion: string): string | undefined {
  try {
    const { sub } = decodeUnverified(assertion).claims
    return typeof sub === 'string' ? sub : undefined
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

function malformed(message: string): Refusal {
  return new Refusal('client_invalid', message, { reason: 'client_authentication_malformed' })
}

function ambiguous(message: string): Refusal {
  return new Refusal('request_invalid', message, { reason: 'client_authentication_malformed' })
}
