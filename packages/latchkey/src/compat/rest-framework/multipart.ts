import { mediaType } from './negotiation.ts'

/** A form in parts. A file is given as an object, which no field takes for text. */
export function parseMultipart(
  bytes: Uint8Array,
  boundary: string,
): Readonly<Record<string, string | object>> {
  const members = new Map<string, string | object>()
  // With one character for each byte, positions are those of the bytes.
  const text = Buffer.from(bytes).toString('latin1')
  // The line's end before a boundary belongs to the boundary; the first may stand at the very beginning. What comes
  // before it counts as a part too, if it is one: Django reads a form whose boundary is never found in that way.
  for (const [index, piece] of `\r\n${text}`.split(`\r\n--${boundary}`).entries()) {
    if (index > 0 && piece.startsWith('--')) break
    const end = piece.indexOf('\r\n\r\n')
    if (end === -1) continue
    const disposition = dispositionOf(piece.slice(0, end))
    const name = disposition?.get('name')
    if (name === undefined) continue
    const value = Buffer.from(piece.slice(end + 4), 'latin1').toString()
    members.set(Buffer.from(name, 'latin1').toString(), disposition?.get('filename') ? {} : value)
  }
  return Object.fromEntries(members)
}

/** What Python's `cgi.valid_boundary` takes. */
export function isBoundary(boundary: string): boolean {
  return /^[ -~]{0,200}[!-~]$/.test(boundary)
}

function dispositionOf(head: string): ReadonlyMap<string, string> | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    if (line.slice(0, colon).trim().toLowerCase() !== 'content-disposition') continue
    return mediaType(line.slice(colon + 1)).parameters
  }
  return undefined
}
