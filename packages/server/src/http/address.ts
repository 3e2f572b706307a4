import { canonicalAddress, contains, type Network } from '../addresses/networks.ts'
import { wholeText } from '../whole-text.ts'

/** A header that is longer says nothing: no chain of proxies writes so much, and each entry costs. */
const mostCharacters = 4096

/**
 * The client's address. Only what our own proxies wrote is believed: from a peer outside of `trusted` the headers are ignored;
 * inside, the chain is read from its end, past the entries that are proxies of ours, to the first that is not. Whatever
 * stands further left was sent by the client and may say anything. An entry that names no address ends the walk at the
 * proxy that wrote it, for behind it nobody is known.
 *
 * `X-Forwarded-For` decides where it is there, `Forwarded` (RFC 7239) where it is not: a proxy that writes the one passes the
 * other on as the client sent it, and nearly all write the first.
 *
 * Without a peer address, as on a Unix socket or when the client is gone already, no header is believed.
 */
export function clientAddress(
  peer: string | undefined,
  header: (name: 'x-forwarded-for' | 'forwarded') => string | undefined,
  trusted: readonly Network[],
): string {
  const from = canonicalAddress(peer ?? '') ?? ''
  if (!contains(trusted, from)) return from
  const forwardedFor = header('x-forwarded-for')
  const [chain, hopOf] =
    forwardedFor === undefined ? [header('forwarded'), hopOfElement] : [forwardedFor, hopOfEntry]
  if (chain === undefined || chain.length > mostCharacters) return from
  let address = from
  for (const entry of chain.split(',').reverse()) {
    const hop = hopOf(trimmed(entry))
    if (hop === undefined) return address
    address = hop
    if (!contains(trusted, hop)) return address
  }
  return address
}

/** `203.0.113.9`, `203.0.113.9:51312`, `2001:db8::7`, `[2001:db8::7]` or `[2001:db8::7]:443`. */
function hopOfEntry(text: string): string | undefined {
  // A zone is of a machine that is not ours.
  return hopOfNode(text) ?? (text.includes('%') ? undefined : canonicalAddress(text))
}

function hopOfNode(text: string): string | undefined {
  const [, bracketed = '', dotted = bracketed] = nodeForm.exec(text) ?? []
  return canonicalAddress(dotted)
}

/**
 * The address of an element of `Forwarded`, such as `for="[2001:db8::7]:443";proto=https`. An element in which anything is wrong
 * names none, nor does `unknown` or an obfuscated `_name`. Elements are split at every comma: an address has none, and what a
 * quoted text with a comma leaves behind is no well-formed element, because a quote within it is escaped.
 */
function hopOfElement(text: string): string | undefined {
  let node: string | undefined
  for (const pair of text.split(';')) {
    const [, name, token, quoted] = forwardedPair.exec(trimmed(pair)) ?? []
    if (name === undefined) return undefined
    if (name.toLowerCase() !== 'for') continue
    if (node !== undefined) return undefined // "Each parameter MUST NOT occur more than once" (section 4)
    node = token ?? quoted ?? ''
  }
  return node === undefined ? undefined : hopOfNode(node)
}

/** A parameter of RFC 7239 section 4: a token, or quoted text. What is escaped is not undone: no address needs it. */
const forwardedPair = wholeText(/([!#$%&'*+.^`|~\w-]+)=(?:([!#$%&'*+.^`|~\w-]+)|"((?:[^"\\]|\\.)*)")/)
/** A node of RFC 7239 section 6, where IPv6 stands in brackets, and a port may be obfuscated. */
const nodeForm = wholeText(/(?:\[([0-9a-f:.]{2,45})\]|([\d.]{7,15}))(?::(?:\d{1,5}|_[\w.-]+))?/i)

/** Without the blanks and tabs around it. By hand: a regular expression for those at the end takes the square of the time. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (isBlank(text[start])) start += 1
  while (isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t'
