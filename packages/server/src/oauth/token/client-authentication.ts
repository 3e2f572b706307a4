import { Refusal } from '../../errors.ts'
import type { ClientCredentials } from './client-credentials.ts'

/**
 * The client's id and secret, from the Authorization header or the form (RFC 6749 section 2.3.1): by one way
 * only, since two that disagree would leave open whom we are talking to.
 */
export function clientCredentialsOf(
  authorization: string | undefined,
  form: { readonly client_id?: string | undefined; readonly client_secret?: string | undefined },
): ClientCredentials {
  if (authorization !== undefined) {
    if (form.client_secret !== undefined) throw refused('send the secret of the client one way only')
    const credentials = parseBasic(authorization)
    if (form.client_id !== undefined && form.client_id !== credentials.clientId)
      throw refused('two client ids were sent')
    return credentials
  }
  if (form.client_id === undefined || form.client_secret === undefined) {
    throw refused('send the id and the secret of the client, as Basic authentication or in the form')
  }
  return { clientId: form.client_id, secret: form.client_secret }
}

function parseBasic(authorization: string): ClientCredentials {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1]
  const [clientId, secret, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  if (!clientId || !secret || rest.length > 0)
    throw refused('the Authorization header holds no Basic credentials')
  try {
    // Both are form-encoded before they are joined, so that a colon in them does no harm.
    return { clientId: decodeURIComponent(clientId), secret: decodeURIComponent(secret) }
  } catch {
    throw refused('the Authorization header holds no Basic credentials')
  }
}

function refused(message: string): Refusal {
  return new Refusal('client_invalid', message, { reason: 'client_authentication_malformed' })
}
