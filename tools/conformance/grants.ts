import { answers, clientRefused, clientTaken, devices, endpoints, judged, onlyPost } from './proofs.ts'
import { met, notMet, type Standard } from './requirement.ts'

const rfc8628: Standard = {
  name: 'RFC 8628',
  title: 'Device authorization grant',
  requirements: [
    met(
      '3.1',
      'a client asks by POST and authenticates as at the token endpoint',
      onlyPost('/oauth/device_authorization'),
      devices('what asks for something else, or is somebody else, is refused'),
    ),
    met(
      '3.2',
      'the answer has device_code, user_code, verification_uri, expires_in and interval, and is kept by no cache',
      answers('a device is told its codes, for how long, how often to ask and where its person goes'),
    ),
    met(
      '3.3.1',
      'the code is shown to be compared, also where it came in the address',
      answers('a device is told its codes, for how long, how often to ask and where its person goes'),
    ),
    met(
      '3.4',
      'the grant is for the client that began',
      devices('what asks for something else, or is somebody else, is refused'),
    ),
    met(
      '3.5',
      'authorization_pending, slow_down by five seconds more each time, access_denied, expired_token',
      devices('a device that asks too often waits longer'),
      devices('a device that is not let in is told so, and so is an operator'),
    ),
    met(
      '5.1',
      'user codes cannot be guessed by trying',
      devices('who has guessed too often waits, even with a code that is right'),
    ),
    met(
      '5.2',
      'a device code cannot be guessed, and works once',
      devices('of 64 questions at once one gets tokens'),
    ),
    met(
      '5.4',
      'the person sees what is let in, and whoever is elsewhere signs in again',
      devices('a person lets a device in, and it gets tokens that outlast their browser'),
      devices('a device that asks from another country needs a fresh sign-in'),
    ),
    met(
      '6.1',
      'a user code is read in either case and without its dash',
      devices('codes of people are read however they are typed, and nothing else is'),
    ),
  ],
}

const rfc7009: Standard = {
  name: 'RFC 7009',
  title: 'Token revocation',
  requirements: [
    met(
      '2',
      'refresh tokens are revoked, and access tokens',
      endpoints('a refresh token ends with all that came of it'),
      endpoints('an access token ends alone'),
    ),
    met(
      '2.1',
      'a client asks by POST, and authenticates',
      onlyPost('/oauth/revoke'),
      answers('a client that does not authenticate revokes nothing'),
    ),
    met(
      '2.1',
      'a token is revoked by the client that got it',
      endpoints('what is of others, or nothing, is answered the same and stays'),
    ),
    met(
      '2.1',
      'a wrong or unknown hint does not hide a token',
      answers('a token is found whatever its hint says: …'),
    ),
    met(
      '2.1',
      'the revocation holds at once, and with a refresh token its access tokens end',
      endpoints('a refresh token ends with all that came of it'),
      'tokens/revocations: are known to another process within the second',
    ),
    met(
      '2.2',
      '200 for a token that is unknown or over',
      endpoints('what is of others, or nothing, is answered the same and stays'),
      judged('tokens are revoked'),
    ),
    met(
      '2.2.1',
      'errors as RFC 6749 section 5.2 has them',
      answers('introspection and revocation without a token are refused'),
      answers('a client that does not authenticate revokes nothing'),
    ),
  ],
}

const rfc7662: Standard = {
  name: 'RFC 7662',
  title: 'Token introspection',
  requirements: [
    met(
      '2.1',
      'whoever asks authenticates',
      endpoints('a client that does not authenticate is told nothing'),
      judged('tokens are looked at'),
    ),
    met(
      '2.1',
      'a client asks by POST; a wrong hint does not hide a token',
      onlyPost('/oauth/introspect'),
      answers('a token is found whatever its hint says: …'),
    ),
    met(
      '2.2',
      'active is said of each token, and nothing more of one that is not',
      endpoints('what is no access token, over, or of others is not active'),
    ),
    met(
      '2.3',
      '401 invalid_client; a token that is not active is no error',
      endpoints('a client that does not authenticate is told nothing'),
      endpoints('what is no access token, over, or of others is not active'),
    ),
    met(
      '4',
      'a token that is over, revoked, for others or not signed here is not active',
      endpoints('what is no access token, over, or of others is not active'),
      endpoints('an access token ends alone'),
      endpoints('tells a service of tokens for it, and nobody else'),
    ),
    notMet('RFC 9701', 'a signed answer', 'nobody has asked for it'),
  ],
}

const rfc7523: Standard = {
  name: 'RFC 7521, 7523',
  title: 'Assertions: client authentication and the JWT bearer grant',
  requirements: [
    met('3 (1)', 'iss is the client', clientRefused('another issuer'), clientRefused('no issuer')),
    met(
      '3 (2)',
      'sub is the client',
      clientRefused('another subject than the id beside it'),
      clientRefused('an assertion that names nobody'),
    ),
    met(
      '3 (3)',
      'aud is the issuer of this server, and nothing else',
      clientRefused('no audience'),
      clientRefused('the token endpoint as audience'),
      clientRefused('this server among others as audience'),
    ),
    met(
      '3 (4)',
      'exp is there, not over and not far away',
      clientRefused('no end'),
      clientRefused('an end that is over'),
      clientRefused('an end in six minutes'),
    ),
    met(
      '3 (5), (6)',
      'nbf and iat are looked at where they are',
      clientRefused('a beginning to come'),
      clientRefused('an issue to come'),
    ),
    met(
      '3 (7)',
      'jti counts once',
      clientRefused('an assertion that was used'),
      clientRefused('no id of its own'),
      'oauth/clients/authenticate: takes one assertion of many that come at once',
    ),
    met(
      '3 (9), (10)',
      'an assertion is signed by a key of the client',
      clientRefused('an assertion signed by another key'),
      clientRefused('an unsigned assertion'),
      clientRefused('an assertion signed by the text of the public key'),
    ),
    met(
      'RFC 7521 4.2',
      'client_assertion_type is that of JWTs; client_id need not stand beside, and is the same',
      clientRefused('an assertion of SAML'),
      clientTaken('an assertion with the id beside it'),
    ),
    met(
      '3.2',
      'a client whose assertion proves nothing is told invalid_client',
      'oauth/token/token: refuses … as RFC 6749 section 5.2 says: … > a wrong secret',
      'oauth/clients/authenticate: refuses …: …',
    ),
    met(
      '2.1, 3.1',
      'as a grant: issuer, audience, times, nonce and key of an app are looked at',
      'apps/exchange: refuses …: …',
      'apps/exchange: takes a nonce once, for what it was asked for, and answers a bad one with a fresh one',
      'apps/exchange: refuses what no key of the app signed, which uses no nonce up',
    ),
  ],
}

export const grants: readonly Standard[] = [rfc8628, rfc7009, rfc7662, rfc7523]
