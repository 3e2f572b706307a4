import { answers, authorizing, decided, endpoints, judged, requests, taken, told } from './proofs.ts'
import { met, notApplicable, operators, type Standard } from './requirement.ts'

const rs256 =
  'set LATCHKEY_SIGNING_ALGORITHM=RS256 for relying parties that know nothing else; ES256 unless set'

const core: Standard = {
  name: 'OpenID Connect Core 1.0',
  title: 'ID tokens and userinfo, by the code flow',
  requirements: [
    met(
      '2',
      'iss, sub, aud, exp and iat; sub has 255 characters at most',
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    met(
      '2',
      'nonce comes back as it was sent',
      requests('gives a state and a nonce back as they came, …'),
      requests('gives no nonce where none was sent'),
    ),
    met(
      '2',
      'auth_time is there where max_age was sent; it always is',
      judged('max_age, acr_values, claims, prompt and a hint'),
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    met(
      '2, 10.1',
      'an ID token is signed, by a key of the published set',
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    met('3.1.2.1', 'GET and POST are taken at the authorization endpoint', authorizing('the same by POST')),
    met(
      '3.1.2.1',
      'redirect_uri is required',
      requests('sends nobody anywhere for OpenID Connect without an address, also where one is registered'),
    ),
    met(
      '3.1.2.1',
      'prompt=none shows nothing, and is refused beside another one',
      decided('prompt none, nobody there'),
      decided('prompt none, not let in'),
      told('a silent prompt with another'),
    ),
    met(
      '3.1.2.1',
      'prompt=login asks for a sign-in again',
      decided('prompt login'),
      decided('prompt login, first asked after the sign-in'),
    ),
    met('3.1.2.1', 'prompt=consent asks again', decided('prompt consent, let in before')),
    met(
      '3.1.2.1',
      'max_age asks for a sign-in that is young enough',
      decided('max_age, over'),
      decided('max_age 0'),
    ),
    met(
      '3.1.2.1',
      'id_token_hint: whoever else is signed in is not told of',
      decided('a hint of somebody else, prompt none'),
      decided('a hint of somebody else'),
    ),
    met(
      '3.1.2.2',
      'unknown parameters and scopes are passed over',
      taken('an unknown parameter'),
      taken('scopes for which there is nothing'),
    ),
    met(
      '3.1.2.4',
      'the person is asked before anything is told',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
    ),
    met(
      '3.1.2.6',
      'login_required, consent_required and the others',
      decided('prompt none, nobody there'),
      decided('prompt none, not let in'),
      told('a request object'),
      told('a request by address'),
      told('a registration'),
    ),
    met(
      '3.1.3.2',
      'the token endpoint looks at client, code and redirect URI',
      authorizing('a code is for its application alone'),
      authorizing('a code with … is refused, and can be redeemed afterwards'),
    ),
    met(
      '3.1.3.3',
      'its answer is kept by no cache, and token_type is Bearer',
      answers('an answer with tokens is kept by nobody'),
    ),
    met(
      '3.1.3.6',
      'at_hash is right where it is',
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    met('5.3', 'userinfo by GET and POST', endpoints('by POST, with the token in the header or in the form')),
    met(
      '5.3.2',
      'sub is there, and that of the ID token; the answer is JSON',
      answers('userinfo is JSON with the subject of the ID token, and says in its challenge what is wrong'),
    ),
    met(
      '5.3.3',
      'an error as RFC 6750 has it',
      answers('userinfo is JSON with the subject of the ID token, and says in its challenge what is wrong'),
    ),
    met(
      '5.4',
      'claims by scope',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
    ),
    met(
      '5.5',
      'claims by name, where they were asked for',
      endpoints('claims that are asked for by name come where they were asked for'),
    ),
    met(
      '5.5.1.1',
      'an essential acr that is not met is an error',
      decided('an essential acr, not met after a try'),
    ),
    met(
      '6',
      'request and request_uri are refused with the errors for that',
      told('a request object'),
      told('a request by address'),
    ),
    met(
      '8',
      'pairwise subjects differ, and do not tell the person',
      endpoints('pairwise subjects differ between applications, and are the same in both places'),
    ),
    met(
      '9',
      'client_secret_basic, client_secret_post, private_key_jwt and none',
      ...['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'].map((way) =>
        judged(`openid-client by … > ${way}`),
      ),
    ),
    met(
      '12.2',
      'a refresh changes neither issuer, subject, audience nor auth_time',
      answers('a refresh gives no other person, application or time of the sign-in'),
    ),
    met(
      '15.1',
      'display, ui_locales, claims_locales and acr_values cause no error',
      taken('display'),
      taken('ui_locales'),
      taken('claims_locales'),
      taken('acr_values'),
    ),
    operators(
      '15.1',
      'ID tokens are signed by RS256',
      rs256,
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    notApplicable(
      '3.2, 3.3',
      'implicit and hybrid flow',
      'OAuth 2.1 has none of them: refused',
      told('a hybrid response_type'),
    ),
    notApplicable('7', 'self-issued providers', 'not built, by decision'),
  ],
}

const discovery: Standard = {
  name: 'OpenID Connect Discovery 1.0',
  title: 'The configuration of the provider',
  requirements: [
    met(
      '3',
      'what is required is there',
      answers('metadata says what a client has to know'),
      endpoints('metadata names what there is, and nothing else'),
    ),
    met(
      '3',
      'jwks_uri has the keys that sign, and no private one',
      answers('metadata says what a client has to know'),
    ),
    met('4.2', 'it is JSON, by GET', answers('metadata says what a client has to know')),
    met(
      '4.3',
      'issuer is that of the ID tokens',
      answers('an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set'),
    ),
    operators(
      '3',
      'RS256 is in id_token_signing_alg_values_supported',
      rs256,
      answers('metadata says what a client has to know'),
    ),
    notApplicable('2', 'WebFinger', 'optional, and no relying party asks for it'),
  ],
}

export const openid: readonly Standard[] = [core, discovery]
