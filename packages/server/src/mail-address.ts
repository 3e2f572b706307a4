import { domainToASCII } from 'node:url'
import { wholeText } from './whole-text.ts'

/** An address of mail, checked. */
export interface MailAddress {
  /** As it is sent to and shown: the part before the @ as it was typed, the domain in ASCII and lower case. */
  readonly address: string
  /** By what addresses are compared: all of it in lower case. */
  readonly key: string
}

/** RFC 5321 section 4.5.3.1: 64 characters before the @, and 254 that fit in a path. */
const longestLocal = 64
const longest = 254

/** `Dot-string` of RFC 5321 section 4.1.2. */
const local = wholeText(/[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*/)
/** Labels of a host, two at least; the last one is no number, so that no IP address is taken for a name. */
const domain = wholeText(/([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])/)
const domainCharacters = wholeText(/[\p{L}\p{M}\p{N}.-]+/u)

/**
 * Read an address of mail. Before the @ it takes ASCII without quotes, so that no two addresses look the same; an international
 * domain becomes its ASCII form (UTS 46). Nothing is left out: `a.b+c@example.com` and `ab@example.com` are two addresses, because
 * only their server knows whether they are one.
 * @returns undefined for what is no address, or one that we do not send to
 */
export function mailAddress(text: string): MailAddress | undefined {
  const at = text.lastIndexOf('@')
  const before = text.slice(0, at)
  const after = text.slice(at + 1)
  // What a URL parser would read as something else than a name, and hidden characters, which it would leave out.
  if (at < 1 || before.length > longestLocal || !domainCharacters.test(after)) return undefined
  const host = domainToASCII(after)
  if (!local.test(before) || !domain.test(host)) return undefined
  const address = `${before}@${host}`
  return address.length > longest ? undefined : { address, key: address.toLowerCase() }
}
