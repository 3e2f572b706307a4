import { CeremonyFault } from './fault.ts'

/** What a browser says of a ceremony (WebAuthn section 5.8.1), which the authenticator signs. */
export interface ClientData {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  /** Whether the page stood in a frame of another origin. */
  readonly isFramed: boolean
}

/** Bytes. A browser writes about 200; what it may add is short as well. */
const longest = 4096

/** @throws {CeremonyFault} `client_data_malformed` */
export function readClientData(bytes: Uint8Array): ClientData {
  const { type, challenge, origin, crossOrigin, topOrigin } = parse(bytes)
  const isText = typeof type === 'string' && typeof challenge === 'string' && typeof origin === 'string'
  if (!isText || (crossOrigin !== undefined && typeof crossOrigin !== 'boolean')) throw malformed()
  return { type, challenge, origin, isFramed: crossOrigin === true || topOrigin !== undefined }
}

/** What the browser was asked to do, and where. */
export interface ExpectedClient {
  readonly challenge: string
  /** The origins whose pages may ask for passkeys of this server. */
  readonly origins: ReadonlySet<string>
}

/** @throws {CeremonyFault} `type_mismatch`, `challenge_mismatch`, `origin_mismatch`, `cross_origin` */
export function checkClientData(
  { type, challenge, origin, isFramed }: ClientData,
  expectedType: 'webauthn.create' | 'webauthn.get',
  expected: ExpectedClient,
): void {
  if (type !== expectedType) throw new CeremonyFault('type_mismatch')
  if (challenge !== expected.challenge) throw new CeremonyFault('challenge_mismatch')
  if (!expected.origins.has(origin)) throw new CeremonyFault('origin_mismatch')
  // No page of ours asks from within a frame of somebody else, who could lay anything over it.
  if (isFramed) throw new CeremonyFault('cross_origin')
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length > longest) throw malformed()
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Refused below, as anything else that is no object.
  }
  throw malformed()
}

const malformed = () => new CeremonyFault('client_data_malformed')
