import { type FetchLimits, fetchJson, isTimeout } from '../../token/fetch-json.ts'
import type { JsonObject } from '../../token/index.ts'
import { isLoopback, trustworthyUrl } from '../../token/trustworthy-url.ts'
import { withoutSlash } from '../../without-slash.ts'

/** What the metadata of an issuer says that a guard needs. */
interface IssuerMetadata {
  readonly keySetUrl: URL
  /** `latchkey_revocations_uri`, our own member: the event stream of revocations. */
  readonly revocationsUrl: URL | undefined
}

/** Finds the metadata of one issuer when it is first needed, and again when it is an hour old. */
interface Discovery {
  metadata(): Promise<IssuerMetadata>
}

const lifeMs = 60 * 60 * 1000

/**
 * Read OpenID Connect Discovery 1.0, or else RFC 8414, metadata. Nothing is fetched until it is asked for. A
 * TypeError for an issuer that is not https; http serves on loopback, where writing it down is asking for it.
 */
export function createDiscovery(
  issuer: string,
  { now, fetch }: { readonly now: () => number; readonly fetch: typeof globalThis.fetch },
): Discovery {
  const base = trustworthyUrl(issuer, true)
  if (base.search !== '' || base.hash !== '') throw new TypeError('an issuer has no query and no fragment')
  const limits: FetchLimits = { timeout: 5, maxBytes: 64 * 1024, fetch }
  let known: { readonly metadata: IssuerMetadata; readonly untilMs: number } | undefined
  let inFlight: Promise<IssuerMetadata> | undefined

  async function load(): Promise<IssuerMetadata> {
    const metadata = readMetadata(await fetchFirst(metadataUrls(base), limits), issuer, isLoopback(base))
    known = { metadata, untilMs: now() + lifeMs }
    return metadata
  }

  return {
    async metadata() {
      if (known !== undefined && now() < known.untilMs) return known.metadata
      inFlight ??= load().finally(() => {
        inFlight = undefined
      })
      try {
        return await inFlight
      } catch (error) {
        // The addresses of an issuer outlive its absence.
        if (known !== undefined) return known.metadata
        throw error
      }
    },
  }
}

/** OpenID Connect Discovery section 4 appends the well-known part to the path; RFC 8414 section 3 inserts it. */
function metadataUrls(issuer: URL): URL[] {
  const path = withoutSlash(issuer.pathname)
  return [
    new URL(`${path}/.well-known/openid-configuration`, issuer),
    new URL(`/.well-known/oauth-authorization-server${path}`, issuer),
  ]
}

interface FetchedMetadata {
  readonly url: URL
  readonly document: JsonObject
}

async function fetchFirst(urls: readonly URL[], limits: FetchLimits): Promise<FetchedMetadata> {
  const failures: string[] = []
  for (const url of urls) {
    try {
      const fetched = await fetchJson(url, limits, (document) => document)
      if (fetched.kind === 'document') return { url, document: fetched.document }
    } catch (error) {
      // A server that hangs would hang again.
      if (isTimeout(error as Error)) throw error // fetchJson throws nothing else
      failures.push((error as Error).message)
    }
  }
  throw new Error(failures.join('; '))
}

/**
 * An issuer whose metadata can be read and cannot be used: the guard, or the issuer, is configured wrongly. Waiting does
 * not help.
 */
export class IssuerMismatch extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'IssuerMismatch'
  }
}

function readMetadata(
  { url, document }: FetchedMetadata,
  issuer: string,
  allowLoopbackHttp: boolean,
): IssuerMetadata {
  // RFC 8414 section 3.3: otherwise one issuer could speak for another.
  if (document.issuer !== issuer) {
    throw new IssuerMismatch(
      `${url}: expected the issuer ${quoted(issuer)}, and ${quoted(document.issuer)} came`,
    )
  }
  const { jwks_uri: keySet, latchkey_revocations_uri: revocations } = document
  const addressOf = (name: string, text: unknown): URL => {
    try {
      return trustworthyUrl(String(text), allowLoopbackHttp)
    } catch {
      throw new IssuerMismatch(`${url}: expected an https URL as ${name}, and ${quoted(text)} came`)
    }
  }
  return {
    keySetUrl: addressOf('jwks_uri', keySet),
    revocationsUrl:
      revocations === undefined ? undefined : addressOf('latchkey_revocations_uri', revocations),
  }
}

/** What somebody else wrote, for a line of a log. */
function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
