import {
  answers,
  authorizing,
  badRedirect,
  clientRefused,
  clientTaken,
  codeWith,
  endpoints,
  onlyPost,
  paged,
  requests,
  taken,
  tokenRefused,
  tokens,
  told,
} from './proofs.ts'
import { met, operators, type Standard } from './requirement.ts'

const tls = 'a proxy ends TLS; a server whose issuer is http is not started, but on loopback'
const startsSafe =
  'config/config: refuses to start with …, and says how to mend it > an http issuer that is not loopback'
const secret256 = 'secrets/secrets: holds 256 bits from the world’s randomness and nothing else'

const rfc6749: Standard = {
  name: 'RFC 6749',
  title: 'The OAuth 2.0 Authorization Framework, as OAuth 2.1 leaves it',
  requirements: [
    met(
      '2.3',
      'a client authenticates one way in a request',
      clientRefused('a secret in the header and in the form'),
      clientRefused('a secret and an assertion'),
    ),
    met(
      '2.3.1',
      'HTTP Basic with the encoded id and secret is taken of a client that has a secret',
      clientTaken('an application by Basic'),
      clientTaken('an application whose id and secret were encoded more than they need be'),
    ),
    met(
      '2.3.1',
      'an empty secret may be left out',
      clientTaken('a public one by Basic with an empty secret'),
      clientRefused('a confidential one whose secret in the header is empty'),
    ),
    met(
      '2.3.1',
      'secrets cannot be guessed by trying: they are 256 random bits, and nobody chooses one',
      secret256,
    ),
    operators('3.1, 3.2', 'the endpoints are served over TLS', tls, startsSafe),
    met(
      '3.1',
      'GET is taken at the authorization endpoint, and POST',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
      authorizing('the same by POST'),
    ),
    met(
      '3.1, 3.2',
      'a parameter without a value counts as left out',
      requests('takes a parameter without a value for one that was left out'),
      tokenRefused('an empty grant, which counts as none'),
    ),
    met(
      '3.1, 3.2',
      'unknown parameters are passed over',
      taken('an unknown parameter'),
      tokens('ignores parameters that it does not know'),
    ),
    met(
      '3.1, 3.2',
      'no parameter stands twice',
      authorizing('… is told to … > a scope twice'),
      authorizing('… is told to … > an address twice'),
      tokenRefused('a parameter twice'),
    ),
    met(
      '3.1.1',
      'a request without response_type, or with an unknown one, is refused',
      told('no response_type'),
      told('another response_type'),
    ),
    met(
      '3.1.2',
      'a redirect URI is absolute and has no fragment',
      badRedirect('/callback'),
      badRedirect('https://app.example/callback#part'),
    ),
    met(
      '3.1.2',
      'the query of a redirect URI is kept',
      requests('adds its answer to the query of the registered address'),
    ),
    met('3.1.2.2', 'public clients register their redirect URIs; so do all others', registersOne()),
    met(
      '3.1.2.3',
      'the redirect URI of a request is one of the registered ones, and is named where there are several',
      paged('to an address that is not registered'),
      requests('sends nobody anywhere for OpenID Connect without an address, also where one is registered'),
    ),
    met(
      '3.1.2.4',
      'nobody is led to an address that is not valid',
      paged('to an address that is not registered'),
      paged('to a script'),
      authorizing('a disabled application sends nobody anywhere'),
    ),
    met('3.2', 'the token endpoint takes POST alone', onlyPost('/oauth/token')),
    met(
      '3.2.1',
      'a confidential client authenticates at the token endpoint',
      clientRefused('a confidential one that sends no secret'),
      tokenRefused('an id without a secret'),
    ),
    met(
      '3.3',
      'the answer says in scope what was given, where it differs',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
    ),
    met(
      '3.3',
      'the order of scopes does not matter; an invalid scope is refused',
      requests('gives the same for scopes and parameters in another order'),
      told('only unknown scopes'),
    ),
    met('4.1.2', 'a code is over after ten minutes at most', authorizing('a code is over after a minute')),
    met(
      '4.1.2',
      'a code works once; what came of it ends when it comes again',
      authorizing('of 64 at once one redeems a code, and what came of it ends with the second'),
      authorizing('a code that comes again half a minute later ends what came of it'),
    ),
    met(
      '4.1.2',
      'a code is bound to its client and its redirect URI',
      authorizing('a code is for its application alone'),
      codeWith('another address'),
    ),
    met(
      '4.1.2',
      'state comes back as it was sent, and none where none was',
      requests('gives a state and a nonce back as they came, …'),
      requests('takes a parameter without a value for one that was left out'),
    ),
    met(
      '4.1.2.1',
      'where client or redirect URI are wrong the person is told, and nobody is led away',
      paged('without a client'),
      paged('of an unknown client'),
    ),
    met(
      '4.1.2.1',
      'an error comes with its code and the state',
      told('another response_type'),
      requests('is told that the person does not let it in, with the state'),
    ),
    met(
      '4.1.3',
      'the redirect URI is sent again: where no challenge binds the code (OAuth 2.1 section 4.1.3), and right wherever it is sent',
      authorizing('without a challenge where an administrator has said so, but not beyond the session'),
      codeWith('another address'),
    ),
    met(
      '4.2, 4.3',
      'OAuth 2.1 has no implicit and no password grant',
      told('another response_type'),
      tokenRefused('the password grant, which does not exist'),
    ),
    met(
      '4.4',
      'client_credentials is for clients that authenticate',
      requests('an application that has no such grant gets no token for itself'),
      tokenRefused('an id without a secret'),
    ),
    met(
      '5.1',
      'an answer with tokens is kept by no cache',
      answers('an answer with tokens is kept by nobody'),
    ),
    met(
      '5.2',
      'an error is 400 with its code; 401 with a challenge where a client tried HTTP Basic',
      tokenRefused('a wrong secret'),
      tokenRefused('no grant'),
    ),
    met(
      '6',
      'a refresh token is for its client; it widens no scope',
      authorizing('refresh tokens rotate, narrow, and end with a copy'),
    ),
    met(
      '10.10',
      'codes, tokens and secrets cannot be guessed',
      secret256,
      'secrets/secrets: is stored as its SHA-256, from which it cannot be read',
    ),
    met(
      '10.12',
      'the forms of the authorization endpoint take no answer from another site',
      authorizing('a page of another site answers for nobody'),
    ),
    met(
      '10.13',
      'no page can be framed',
      'http/edge: gives the security headers and a request id with … > a page',
    ),
    met(
      '10.15',
      'nobody is redirected to where an application has not registered',
      paged('to an address with a query'),
      paged('to an address with another case'),
    ),
  ],
}

function registersOne(): string {
  return 'applications/registration/registration: refuses …: … > no redirect URI'
}

const rfc6750: Standard = {
  name: 'RFC 6750',
  title: 'Bearer token usage',
  requirements: [
    met(
      '2.1',
      'the Authorization header is taken',
      endpoints('by POST, with the token in the header or in the form'),
    ),
    met(
      '2.3',
      'a token in the address is none (OAuth 2.1 section 5.1.1)',
      requests('a token in the address is none'),
    ),
    met(
      '3',
      'a refusal has a challenge, with an error only where a token was sent',
      answers('userinfo is JSON with the subject of the ID token, and says in its challenge what is wrong'),
      'http/edge: answers … with … and the challenges of RFC 6750 section 3 and RFC 9449 section 7.1',
    ),
    met(
      '3.1',
      '401 invalid_token, 403 insufficient_scope',
      'http/edge: answers a token without the permission with 403 and insufficient_scope',
    ),
    operators('5.3', 'tokens travel over TLS', tls, startsSafe),
  ],
}

export const oauth: readonly Standard[] = [rfc6749, rfc6750]
