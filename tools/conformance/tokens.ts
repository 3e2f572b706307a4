import {
  answers,
  authorizing,
  badRedirect,
  details,
  endpoints,
  ourTokenRefused,
  registration,
  registrationRefused,
} from './proofs.ts'
import { met, notApplicable, notMet, operators, type Standard } from './requirement.ts'

const rs256 =
  'RS256 is the one algorithm of a server with LATCHKEY_SIGNING_ALGORITHM=RS256: set it where somebody needs it'

const rfc9068: Standard = {
  name: 'RFC 9068',
  title: 'JWT access tokens',
  requirements: [
    met(
      '2.1',
      'tokens are signed, and typ is at+jwt',
      answers('an access token has what RFC 9068 wants, and is verified by the key set'),
    ),
    operators(
      '2.1',
      'RS256 is supported',
      rs256,
      answers('an access token has what RFC 9068 wants, and is verified by the key set'),
    ),
    met(
      '2.2',
      'iss, exp, aud, sub, client_id, iat and jti are there',
      answers('an access token has what RFC 9068 wants, and is verified by the key set'),
    ),
    met(
      '2.2.1, 2.2.3',
      'auth_time, acr, amr and scope are there',
      answers('an access token has what RFC 9068 wants, and is verified by the key set'),
    ),
    met(
      '3',
      'aud is the resource that was asked for, or a default',
      endpoints('tells a service of tokens for it, and nobody else'),
    ),
    met(
      '4',
      'a resource server looks at typ, signature, issuer, audience and end',
      ourTokenRefused('of another type'),
      ourTokenRefused('signed by a key that is not ours'),
      ourTokenRefused('of another issuer'),
      ourTokenRefused('for another audience'),
      ourTokenRefused('that has expired'),
      'latchkey/guard/issuers/issuer: with an issuer alone, only its access tokens for this audience are let through',
    ),
  ],
}

const rfc8725: Standard = {
  name: 'RFC 8725',
  title: 'Best current practice for JWTs',
  requirements: [
    met(
      '3.1',
      'the key decides the algorithm',
      'latchkey/token/signature: the key decides the algorithm: verify refuses …',
    ),
    met(
      '3.2',
      'none is refused, whatever the key',
      'latchkey/token/vectors: RFC 7519 section 6.1: an unsecured JWT is refused, whatever the key',
    ),
    met(
      '3.3',
      'all of a token is verified before a claim is read',
      'latchkey/token/verify: the signature is checked before any claim is read, and no message repeats the token',
    ),
    met(
      '3.4',
      'ECDSA signatures are two coordinates that may be',
      'latchkey/token/signature: an ECDSA signature is two coordinates, neither 0 nor the order of the curve nor DER (RFC 7518 section 3.4)',
    ),
    met(
      '3.8, 3.9',
      'issuer and audience are compared',
      ourTokenRefused('of another issuer'),
      ourTokenRefused('for another audience'),
    ),
    met(
      '3.11, 3.12',
      'each kind of token has a type of its own, and is no other',
      ourTokenRefused('of another type'),
      ourTokenRefused('of a device'),
      endpoints('…: nobody is sent anywhere, or signed out > an access token as a hint'),
    ),
  ],
}

const rfc7591: Standard = {
  name: 'RFC 7591',
  title: 'Dynamic client registration',
  requirements: [
    met(
      '2',
      'redirect URIs are registered, and what is not understood is passed over',
      registrationRefused('no redirect URI'),
      registration('gives what it asks for, within what there is'),
    ),
    met(
      '3',
      'who may register is decided by an initial access token, or by nobody',
      registration('is whoever has an initial access token, which may be replaced at any time'),
      registration('is nobody, unless it is said'),
    ),
    met(
      '3.2.1',
      '201 with a client_id of its own and what was registered; client_secret_expires_at beside a secret',
      registration('gives what it asks for, within what there is'),
    ),
    met(
      '3.2.2',
      'invalid_redirect_uri and invalid_client_metadata',
      registrationRefused('a script'),
      registrationRefused('the implicit flow'),
    ),
    met(
      '3.2.2',
      'keys are named by value or by address, not by both',
      registrationRefused('keys by value and by address'),
    ),
    met(
      '5',
      'redirect URIs are https, of this machine or a private scheme',
      registrationRefused('plain http'),
      registrationRefused('a scheme without a dot'),
      badRedirect('javascript:alert(1)'),
    ),
    notApplicable('2.3', 'software statements', 'none is believed: what is not understood is passed over'),
  ],
}

const rfc7592: Standard = {
  name: 'RFC 7592',
  title: 'Management of registrations',
  requirements: [
    met(
      '2',
      'a registration is seen, changed and removed with its own token',
      registration('is seen, changed and removed by its token'),
    ),
    met('2', 'and with no other: 401', registration('is neither seen, changed nor removed by …')),
    met(
      '2.2',
      'a change is whole: what is not said is left out; client_id is the same',
      registration('is seen, changed and removed by its token'),
      registration('keeps its id and its kind'),
    ),
    met(
      '2.3',
      'what is removed ends with its tokens',
      registration('is seen, changed and removed by its token'),
      endpoints('ends when the application does'),
    ),
  ],
}

const cimd: Standard = {
  name: 'draft-ietf-oauth-client-id-metadata-document',
  title: 'Documents as client ids',
  requirements: [
    met(
      'client identifier',
      'an https address with a path, without fragment and user',
      registration('is not at …'),
      registration('is none … > at no path'),
    ),
    met(
      'document',
      'its client_id is its address; it has no secret',
      registration('is none … > by a document that names another client'),
      registration('is none … > with a secret'),
      registration('is none … > that wants to authenticate by a secret'),
    ),
    met(
      'fetching',
      'nothing inside of the network is asked, and no redirect followed',
      'outbound/reachable: nothing is fetched from …',
      'outbound/outbound: refuses …: …',
    ),
    met(
      'fetching',
      'a document has a limit, and is kept for a while',
      registration('is none … > by a document that is too long'),
      registration('is kept, changes with its document, and is off if an administrator says so'),
    ),
  ],
}

const rfc9728: Standard = {
  name: 'RFC 9728',
  title: 'Protected resource metadata',
  requirements: [
    met(
      '3.1',
      'it lies at the well-known address of the resource',
      'latchkey/guard/metadata: the metadata of … lies where RFC 9728 section 3.1 says, and the challenge says so',
    ),
    met(
      '3.2',
      'what has no value is left out',
      'latchkey/guard/metadata: members without a value are left out (RFC 9728 section 3.2)',
    ),
    met(
      '5.1',
      'a challenge names it',
      'latchkey/guard/metadata: metadata is announced to who may bring a token, and not to who may bring a password',
    ),
  ],
}

const rfc9470: Standard = {
  name: 'RFC 9470',
  title: 'Step-up authentication',
  requirements: [
    met(
      '3',
      'insufficient_user_authentication where acr or the age of the sign-in is not enough',
      'latchkey/guard/policy: a policy decides: … > no context',
      'latchkey/guard/policy: a policy decides: … > an age of 0, beyond what clocks differ',
    ),
    met(
      '5',
      'acr_values and max_age are honoured',
      'oauth/authorize/decide: …: … > acr_values, not met',
      'oauth/authorize/decide: …: … > max_age, over',
    ),
    met(
      '6.1',
      'acr and auth_time are in the token',
      answers('an access token has what RFC 9068 wants, and is verified by the key set'),
    ),
  ],
}

const statusLists: Standard = {
  name: 'draft-ietf-oauth-status-list',
  title: 'Token status lists',
  requirements: [
    met(
      'status list token',
      'signed, of its own type, with ttl',
      'tokens/status-lists/status-lists: the list is signed as the tokens are, and says how long it may be kept',
      'tokens/status-lists/status-lists: it is no access token, here or anywhere',
    ),
    met(
      'referenced token',
      'status says list and place',
      'tokens/status-lists/status-lists: a token has a place where its service asks for it, and nowhere else',
    ),
    met(
      'compression',
      'the vectors of the draft',
      'tokens/status-lists/status-lists: the vector of the draft: …',
    ),
  ],
}

const mcp: Standard = {
  name: 'MCP authorization',
  title: 'Servers of the Model Context Protocol',
  requirements: [
    met(
      'server metadata',
      'RFC 8414, PKCE and resource: what its judge looks at',
      'tests/interop/mcp: the judge of MCP authorization servers finds nothing that is not allowed, …',
    ),
    met(
      'details',
      'a token is for the server that was named',
      endpoints('tells a service of tokens for it, and nobody else'),
      details('a request with … is refused > a service besides'),
    ),
    operators(
      'registration',
      'documents as client ids, or registration',
      'both are off until the operator turns them on',
      registration('is nobody, unless it is said'),
    ),
  ],
}

const others: Standard = {
  name: 'others',
  title: 'Later, or not at all',
  requirements: [
    notMet(
      'RFC 9101, JARM, JWE',
      'signed requests and answers, encryption',
      'nobody has asked',
      authorizing('…: the application is told … > a request object'),
    ),
    notApplicable('CIBA, OpenID4VCI, GNAP', 'other protocols', 'not built, by decision'),
  ],
}

export const tokenStandards: readonly Standard[] = [
  rfc9068,
  rfc8725,
  rfc7591,
  rfc7592,
  cimd,
  rfc9728,
  rfc9470,
  statusLists,
  mcp,
  others,
]
