import {
  answers,
  authorizing,
  badRedirect,
  codeWith,
  endpoints,
  judged,
  otherRedirect,
  ourTokenRefused,
  paged,
  requests,
  tokenRefused,
  tokens,
  told,
} from './proofs.ts'
import { met, notApplicable, type Standard } from './requirement.ts'

const rfc9700: Standard = {
  name: 'RFC 9700',
  title: 'Best current practice for OAuth 2.0 security',
  requirements: [
    met(
      '2.1',
      'redirect URIs are compared letter by letter, but for the port of a native application on its machine',
      otherRedirect('https://app.example/callback/'),
      otherRedirect('http://127.0.0.1.other.example/cb'),
    ),
    met(
      '2.1',
      'no open redirector',
      paged('to an address that is not registered'),
      faulty('an address that is not registered'),
    ),
    met(
      '2.1.1',
      'a public client uses PKCE',
      authorizing('without a challenge where an administrator has said so, but not beyond the session'),
      told('no challenge'),
    ),
    met(
      '2.1.1',
      'a challenge that was sent is enforced, and a verifier without one is refused',
      codeWith('no verifier'),
      authorizing('without a challenge where an administrator has said so, but not beyond the session'),
    ),
    met(
      '2.1.1',
      'support of PKCE is told in the metadata',
      answers('metadata says what a client has to know'),
    ),
    met('2.1.2', 'no access token comes from the authorization endpoint', told('another response_type')),
    met(
      '2.2.2, 4.14.2',
      'refresh tokens of public clients rotate, and a copy ends them',
      authorizing('refresh tokens rotate, narrow, and end with a copy'),
      judged('…: ID token, userinfo, refresh'),
    ),
    met(
      '2.3',
      'a token is for one audience and has no more scope than was let',
      authorizing('an application does what programs may, with its scopes, and nothing else'),
      endpoints('tells a service of tokens for it, and nobody else'),
    ),
    met('2.4', 'there is no password grant', tokenRefused('the password grant, which does not exist')),
    met(
      '4.4.2',
      'answers name the issuer',
      told('no response_type'),
      judged('a person who does not want to is told to the client, and so is a request that is wrong'),
    ),
    met(
      '4.5.3',
      'a code is bound to its PKCE verifier and works once',
      codeWith('another verifier'),
      authorizing('of 64 at once one redeems a code, and what came of it ends with the second'),
    ),
    met('4.9', 'a token of somebody else is refused', ourTokenRefused('for another audience')),
    met(
      '4.12',
      'no 307 and no 302: an answer is 303, or a page that goes on',
      authorizing('who has let it in is asked no more, and not for less'),
    ),
    met(
      '4.13',
      'what a proxy says is believed of the listed ones alone',
      'http/address: X-Forwarded-For > from a peer that is no proxy of ours says nothing',
      'http/address: X-Forwarded-For > says nothing where no proxy is trusted',
    ),
    met(
      '4.16',
      'no page can be framed',
      'http/edge: gives the security headers and a request id with … > a page',
    ),
  ],
}

function faulty(row: string): string {
  return `oauth/endpoints: …: nobody is sent anywhere, or signed out > ${row}`
}

const rfc7636: Standard = {
  name: 'RFC 7636',
  title: 'PKCE',
  requirements: [
    met(
      '4.2',
      'S256 is supported, as appendix B has it',
      requests('knows the verifier and the challenge of RFC 7636 appendix B'),
    ),
    met(
      '4.3',
      'plain is not supported (OAuth 2.1), and so a method has to be said',
      told('a plain challenge'),
      told('no method of the challenge'),
    ),
    met('4.4', 'the challenge is bound to the code', codeWith('another verifier')),
    met('4.4.1', 'a missing challenge is refused with invalid_request', told('no challenge')),
    met(
      '4.6',
      'a wrong verifier is refused with invalid_grant',
      codeWith('another verifier'),
      codeWith('a verifier that is too short'),
    ),
  ],
}

const rfc8252: Standard = {
  name: 'RFC 8252',
  title: 'Native applications',
  requirements: [
    met('7.1', 'a private-use scheme is a domain turned around', badRedirect('myapp:/callback')),
    met(
      '7.3',
      'the port of a loopback redirect URI is free',
      'applications/redirects: … is one of a … one > http://127.0.0.1:51004/cb',
      otherRedirect('http://localhost:3001/cb'),
    ),
    met(
      '8.4',
      'a native application registers its redirect URIs whole',
      otherRedirect('com.example.app:/cb/'),
    ),
    met(
      '8.5',
      'no secret is expected of a native application',
      registered('one that says that it is native and wants a secret'),
    ),
    met(
      '8.6',
      'whose identity cannot be proven is asked about each time',
      authorizing('whoever let a native application in is asked … at …'),
    ),
  ],
}

function registered(row: string): string {
  return `applications/registration/registration: takes … for … > ${row}`
}

const rfc8414: Standard = {
  name: 'RFC 8414',
  title: 'Authorization server metadata',
  requirements: [
    met(
      '2',
      'what has to be said is said: issuer, endpoints, response types, methods',
      answers('metadata says what a client has to know'),
      endpoints('metadata names what there is, and nothing else'),
    ),
    met(
      '3',
      'it is at the well-known address',
      tokens('… names only what there is (RFC 8414) > /.well-known/oauth-authorization-server'),
    ),
    met(
      '3.2',
      'it is JSON, and leaves out what has no value',
      answers('metadata says what a client has to know'),
      'applications/registration/registration: is nobody, unless it is said',
    ),
    met(
      '3.3',
      'its issuer is the one that was asked for; a guard believes no other',
      answers('metadata says what a client has to know'),
      'latchkey/guard/issuers/issuer: metadata that speaks for another issuer is not believed (RFC 8414 section 3.3)',
    ),
    notApplicable(
      '3.1',
      'a well-known address with the path of the issuer',
      'an issuer is an origin here and has no path',
    ),
  ],
}

const rfc9207: Standard = {
  name: 'RFC 9207',
  title: 'Issuer identification in authorization responses',
  requirements: [
    met(
      '2',
      'iss is in every answer, with a code and with an error',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
      told('no response_type'),
    ),
    met(
      '2.4',
      'a client that compares it refuses another one',
      judged('a person who does not want to is told to the client, and so is a request that is wrong'),
    ),
    met('3', 'the metadata says so', answers('metadata says what a client has to know')),
  ],
}

const rfc8707: Standard = {
  name: 'RFC 8707',
  title: 'Resource indicators',
  requirements: [
    met(
      '2',
      'an unknown or invalid resource is refused with invalid_target',
      told('an unknown resource'),
      codeWith('another resource'),
    ),
    met(
      '2.1',
      'the resource of the authorization request is the audience of the token',
      endpoints('tells a service of tokens for it, and nobody else'),
    ),
    met('2.2', 'a token request narrows, and never widens', codeWith('another resource')),
    notApplicable(
      '2',
      'several resources in one request',
      'optional: a token is for one audience: the parameter stands once, and a second one is refused',
    ),
  ],
}

const browsers: Standard = {
  name: 'RFC 10017',
  title: 'Browser-based applications',
  requirements: [
    met(
      'general',
      'an application in a page is a public client with PKCE whose refresh tokens rotate',
      judged('…: ID token, userinfo, refresh'),
      'tests/client-application: a program that starts again is still signed in, and signing out ends what it has written',
    ),
    met(
      'general',
      'calls from other origins are closed but to those that are named',
      'http/edge: are closed unless an origin is configured',
      'http/edge: are closed to …',
    ),
  ],
}

export const practice: readonly Standard[] = [rfc9700, rfc7636, rfc8252, rfc8414, rfc9207, rfc8707, browsers]
