import { answers, authorizing, decided, endpoints, judged, paged, requests, taken, told } from './proofs.ts'
import { met, notApplicable, operators, type Standard } from './requirement.ts'

const withoutPkce =
  'modules of this plan send no challenge: register the client with `--no-pkce`, as an administrator can for one that keeps a secret'
const idToken = answers(
  'an ID token has what OpenID Connect Core section 2 wants, and is verified by the key set',
)
const info = answers(
  'userinfo is JSON with the subject of the ID token, and says in its challenge what is wrong',
)
const metadata = answers('metadata says what a client has to know')

const basic: Standard = {
  name: 'oidcc-basic-certification-test-plan',
  title: 'Basic OP, with a client that an administrator registered with `--no-pkce`',
  requirements: [
    operators(
      'oidcc-server',
      'the code flow',
      withoutPkce,
      authorizing('without a challenge where an administrator has said so, but not beyond the session'),
      judged('…: ID token, userinfo, refresh'),
    ),
    met('oidcc-response-type-missing', 'an error without response_type', told('no response_type')),
    met('oidcc-idtoken-signature', 'an ID token that the key set verifies', idToken),
    notApplicable(
      'oidcc-idtoken-unsigned',
      'ID tokens by none',
      'no key of the server signs by none; the module is skipped where the metadata does not name it',
      metadata,
    ),
    met('oidcc-userinfo-get', 'userinfo by GET', info),
    met(
      'oidcc-userinfo-post-header',
      'userinfo by POST, the token in the header',
      endpoints('by POST, with the token in the header or in the form'),
    ),
    met(
      'oidcc-userinfo-post-body',
      'userinfo by POST, the token in the form',
      endpoints('by POST, with the token in the header or in the form'),
    ),
    met(
      'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
      'no nonce',
      requests('gives no nonce where none was sent'),
    ),
    met(
      'oidcc-scope-profile',
      'claims of profile',
      authorizing('a person who is signed in lets an application in, and it gets tokens'),
    ),
    met(
      'oidcc-scope-email',
      'claims of email',
      answers('userinfo tells the email that was proven, and only for its scope'),
    ),
    met(
      'oidcc-scope-address',
      'the scope is taken; there is nothing to tell',
      taken('scopes for which there is nothing'),
    ),
    met(
      'oidcc-scope-phone',
      'the scope is taken; there is nothing to tell',
      taken('scopes for which there is nothing'),
    ),
    met(
      'oidcc-scope-all',
      'all scopes at once',
      requests('gives the same for scopes and parameters in another order'),
      taken('scopes for which there is nothing'),
    ),
    met(
      'oidcc-alternate-happy-flow',
      'scopes and parameters in another order',
      requests('gives the same for scopes and parameters in another order'),
    ),
    met('oidcc-display-page', 'display=page', taken('display')),
    met('oidcc-display-popup', 'display=popup', taken('display')),
    met(
      'oidcc-prompt-login',
      'a second sign-in, with a later auth_time',
      decided('prompt login'),
      decided('prompt login, signed in since'),
    ),
    met(
      'oidcc-prompt-none-not-logged-in',
      'login_required',
      decided('prompt none, nobody there'),
      judged('a person who does not want to is told to the client, and so is a request that is wrong'),
    ),
    met(
      'oidcc-prompt-none-logged-in',
      'a code without a page',
      decided('prompt none'),
      judged('max_age, acr_values, claims, prompt and a hint'),
    ),
    met('oidcc-max-age-1', 'a second sign-in after a second', decided('max_age, over')),
    met('oidcc-max-age-10000', 'no second sign-in, and auth_time', decided('max_age, at its end'), idToken),
    met(
      'oidcc-ensure-request-with-unknown-parameter-succeeds',
      'an unknown parameter',
      taken('an unknown parameter'),
    ),
    met(
      'oidcc-id-token-hint',
      'a hint of who is signed in, with prompt=none',
      decided('a hint, right'),
      judged('max_age, acr_values, claims, prompt and a hint'),
    ),
    met(
      'oidcc-login-hint',
      'login_hint',
      taken('login_hint'),
      authorizing('whoever is not signed in signs in, and comes back to the request'),
    ),
    met('oidcc-ui-locales', 'ui_locales', taken('ui_locales')),
    met('oidcc-claims-locales', 'claims_locales', taken('claims_locales')),
    met(
      'oidcc-ensure-request-with-acr-values-succeeds',
      'acr_values of the metadata',
      taken('acr_values'),
      decided('acr_values, not met after a try'),
    ),
    met(
      'oidcc-codereuse',
      'a code that comes again',
      authorizing('of 64 at once one redeems a code, and what came of it ends with the second'),
    ),
    met(
      'oidcc-codereuse-30seconds',
      'a code that comes again after 30 seconds ends the token',
      authorizing('a code that comes again half a minute later ends what came of it'),
    ),
    met(
      'oidcc-ensure-registered-redirect-uri',
      'a redirect URI that is not registered',
      paged('to an address that is not registered'),
    ),
    met('oidcc-ensure-post-request-succeeds', 'the request by POST', authorizing('the same by POST')),
    met(
      'oidcc-server-client-secret-post',
      'client_secret_post',
      judged('openid-client by … > client_secret_post'),
    ),
    met(
      'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
      'request_uri_not_supported',
      told('a request by address'),
      metadata,
    ),
    met(
      'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
      'request_not_supported',
      told('a request object'),
      metadata,
    ),
    met(
      'oidcc-claims-essential',
      'an essential claim of userinfo',
      taken('claims'),
      endpoints('claims that are asked for by name come where they were asked for'),
    ),
    notApplicable(
      'oidcc-ensure-request-object-with-redirect-uri',
      'a request object whose redirect URI counts',
      'request objects are refused; the module is skipped where the metadata says so',
      told('a request object'),
    ),
    met(
      'oidcc-refresh-token',
      'a refresh token is for its client',
      authorizing('refresh tokens rotate, narrow, and end with a copy'),
      answers('a refresh gives no other person, application or time of the sign-in'),
    ),
    met(
      'oidcc-ensure-request-with-valid-pkce-succeeds',
      'PKCE',
      requests('knows the verifier and the challenge of RFC 7636 appendix B'),
    ),
  ],
}

const config: Standard = {
  name: 'oidcc-config-certification-test-plan',
  title: 'Config OP',
  requirements: [
    operators(
      'oidcc-discovery-endpoint-verification',
      'the metadata: required members, RS256, every endpoint at https',
      'set LATCHKEY_SIGNING_ALGORITHM=RS256, and serve it at https',
      metadata,
      endpoints('metadata names what there is, and nothing else'),
    ),
  ],
}

const formPost: Standard = {
  name: 'oidcc-formpost-basic-certification-test-plan',
  title: 'Form Post OP',
  requirements: [
    notApplicable(
      'oidcc-formpost-basic-certification-test-plan',
      'the modules of the Basic plan with response_mode=form_post',
      'form_post is not supported, by decision: a form cannot end at an application that redirects on, since Chromium and Safari hold `form-action` for all redirects that follow. It is refused, and the metadata names query alone',
      told('another response_mode'),
    ),
  ],
}

export const openidPlans: readonly Standard[] = [basic, config, formPost]
