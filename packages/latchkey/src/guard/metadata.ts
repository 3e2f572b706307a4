import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { trustworthyUrl } from '../token/trustworthy-url.ts'
import { wholeText } from '../whole-text.ts'

const scopeToken = wholeText(/[\x21\x23-\x5b\x5d-\x7e]+/)

/** What the metadata of a resource tells clients, besides its URL and its issuers (RFC 9728 section 2). */
export interface MetadataOptions {
  readonly scopesSupported?: readonly string[]
  /** A name to show to people. */
  readonly resourceName?: string
  /** The URL of a page for developers. */
  readonly resourceDocumentation?: string
}

const metadataOptions: OptionNames<MetadataOptions> = {
  scopesSupported: 1,
  resourceName: 1,
  resourceDocumentation: 1,
}

/** An answer to GET and HEAD at `path`, to be sent as it is. */
export interface MetadataDocument {
  /** Where clients look for it, a query included where the resource has one. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * Where the metadata of a resource lies: the well-known part stands between the host and the path and query
 * (RFC 9728 section 3.1). A TypeError for a resource that is no https URL, or has a fragment (section 1.2).
 */
export function metadataUrl(resource: string): URL {
  const url = trustworthyUrl(resource, true)
  if (url.hash !== '') throw new TypeError('a resource has no fragment')
  const path = url.pathname === '/' ? '' : url.pathname
  return new URL(`/.well-known/oauth-protected-resource${path}${url.search}`, url)
}

/**
 * Write the metadata (RFC 9728 section 2); `more` is what authenticators add.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function metadataDocument(
  resource: string,
  issuers: readonly string[],
  options: MetadataOptions,
  more: Readonly<Record<string, unknown>> = {},
): MetadataDocument {
  checkOptions('metadata', options, metadataOptions)
  const { scopesSupported, resourceName, resourceDocumentation } = options
  if (scopesSupported !== undefined && !scopesSupported.every((scope) => scopeToken.test(scope)))
    throw new TypeError('scopesSupported is a list of scopes')
  // An issuer that only shares a secret may have any name; a client can do nothing with one that is no URL.
  const servers = issuers.filter((issuer) => /^https?:/.test(issuer))
  const text = JSON.stringify({
    resource,
    // Section 3.2: a member without a value is left out.
    ...(servers.length === 0 ? {} : { authorization_servers: servers }),
    ...(scopesSupported === undefined || scopesSupported.length === 0
      ? {}
      : { scopes_supported: scopesSupported }),
    bearer_methods_supported: ['header'],
    ...more,
    ...(resourceName === undefined ? {} : { resource_name: resourceName }),
    ...(resourceDocumentation === undefined
      ? {}
      : { resource_documentation: new URL(resourceDocumentation).href }),
  })
  const { pathname, search } = metadataUrl(resource)
  return Object.freeze({
    path: pathname + search,
    headers: Object.freeze({
      'content-type': 'application/json',
      'content-length': String(new TextEncoder().encode(text).length),
      'cache-control': 'public, max-age=3600',
      // It says the same to everyone, and clients in browsers read it.
      'access-control-allow-origin': '*',
    }),
    text,
  })
}

/** Whether `method` and `url` (path and query) ask for the document. */
export function asksFor({ path }: MetadataDocument, method: string, url: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (path.includes('?')) return url === path
  return url === path || (url.startsWith(path) && url[path.length] === '?')
}
