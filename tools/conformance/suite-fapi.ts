import {
  answers,
  authorizing,
  boundGrants,
  boundRefused,
  clientRefused,
  clientTaken,
  codeWith,
  endpoints,
  judged,
  onlyPost,
  proofRefused,
  proofTaken,
  requests,
  taken,
  told,
} from './proofs.ts'
import { met, notApplicable, notMet, operators, type Requirement, type Standard } from './requirement.ts'

const prefix = 'fapi2-security-profile-final-'
const pushRefused = (row: string) => `oauth/endpoints: … is refused with … > ${row}`
const happy = judged('…: ID token, userinfo, refresh')
const beside = requests('count alone: what stands beside the handle in the address is not looked at')
const noAddress = requests('are refused without an address, though one is registered')
const bindsCode = requests('bind the code to the key of their proof')
const jkt = endpoints(
  'a code that is bound to a key is redeemed with it alone, and so are the refresh tokens',
)
const longValues = requests('gives a state and a nonce back as they came, … > of 384 characters')
const onceAMinute = endpoints('a pushed request works once, for its client, for a minute')
const strict = 'register the application with `--push` and `--dpop`, as the profile has it for all'
const australian = 'a module of ConnectID Australia'

const rows: readonly Requirement[] = [
  met(
    'discovery-end-point-verification',
    'the metadata',
    answers('metadata says what a client has to know'),
    'oauth/token/token: … names only what there is (RFC 8414)',
  ),
  met('happy-flow', 'code flow, pushed, bound to a key, by private_key_jwt', happy),
  met(
    'user-rejects-authentication',
    'access_denied',
    requests('is told that the person does not let it in, with the state'),
  ),
  met(
    'ensure-authorization-request-without-state-success',
    'no state',
    taken('no state and no nonce'),
    beside,
  ),
  met(
    'ensure-authorization-request-without-nonce-success',
    'no nonce',
    requests('gives no nonce where none was sent'),
  ),
  met('ensure-authorization-request-with-64-char-nonce-success', 'a nonce of 64 characters', longValues),
  met(
    'ensure-other-scope-order-succeeds',
    'scopes in another order',
    requests('gives the same for scopes and parameters in another order'),
  ),
  met(
    'test-claims-parameter-identity-claims',
    'claims by name',
    endpoints('claims that are asked for by name come where they were asked for'),
  ),
  met(
    'access-token-type-header-case-sensitivity',
    'the scheme in any case of letters',
    'tokens/bound-tokens: opens what it is for, with a proof of that key',
  ),
  met('check-dpop-proof-nbf-exp', 'a proof with nbf and exp', proofTaken('with an nbf and an exp besides')),
  met(
    'ensure-dpopproof-with-iat-10seconds-before-succeeds',
    'a clock that is behind',
    proofTaken('as old as it may be'),
  ),
  met(
    'ensure-dpopproof-with-iat-10seconds-after-succeeds',
    'a clock that is ahead',
    proofTaken('of a clock that is ahead by half a minute'),
  ),
  met(
    'ensure-mismatched-dpop-jkt-fails',
    'dpop_jkt and the proof of the pushed request differ',
    requests('are refused with a proof of another key than dpop_jkt says'),
  ),
  met(
    'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
    'another key than at the pushed request',
    bindsCode,
  ),
  met('ensure-token-endpoint-fails-with-mismatched-dpop-jkt', 'another key than dpop_jkt', jkt),
  met('ensure-dpopproof-at-par-endpoint-binding-success', 'the key of the pushed request', bindsCode),
  met('ensure-dpop-auth-code-binding-success', 'the key of dpop_jkt', jkt),
  met('ensure-different-nonce-inside-and-outside-request-object', 'what was pushed counts', beside),
  met('ensure-different-state-inside-and-outside-request-object', 'what was pushed counts', beside),
  met('ensure-authorization-request-with-long-nonce', 'a nonce of 384 characters', longValues),
  met('ensure-authorization-request-with-long-state', 'a state of 384 characters', longValues),
  met('state-only-outside-request-object-not-used', 'a state that was not pushed is not given back', beside),
  met('ensure-request-object-without-redirect-uri-fails', 'a pushed request without redirect_uri', noAddress),
  notApplicable(
    'ensure-registered-redirect-uri',
    'a redirect URI that is not registered',
    'not in the plain profile, which has the next module in its place',
  ),
  met(
    'plain-fapi-tolerate-unregistered-redirect-uri',
    'a redirect URI that is not registered: taken or refused',
    pushRefused('another address'),
  ),
  operators(
    'ensure-unsigned-authorization-request-without-using-par-fails',
    'a request that was not pushed',
    strict,
    endpoints('an application that pushes its requests sends no others'),
  ),
  met('ensure-redirect-uri-in-authorization-request', 'a request without redirect_uri', noAddress),
  met(
    'ensure-response-type-code-idtoken-fails',
    'code id_token',
    requests('are refused with …: … > a response type of the hybrid flow'),
    told('a hybrid response_type'),
  ),
  notApplicable('australia-connectid-ensure-invalid-purpose-fails', 'purpose', australian),
  met(
    'ensure-response-type-token-fails',
    'token',
    pushRefused('scopes that are not its own'),
    told('another response_type'),
  ),
  met(
    'ensure-client-id-in-token-endpoint',
    'the client_id of another client',
    clientRefused('another subject than the id beside it'),
  ),
  operators(
    'ensure-holder-of-key-required',
    'a token request without a proof',
    `${strict}; the module looks at the TLS of the proxy too`,
    endpoints('an application that has to prove a key gets no bearer tokens'),
  ),
  met(
    'ensure-authorization-code-is-bound-to-client',
    'a code of another client',
    authorizing('a code is for its application alone'),
    judged('a code of another client is refused'),
  ),
  met(
    'attempt-reuse-authorization-code-after-one-second',
    'a code that comes again',
    authorizing('of 64 at once one redeems a code, and what came of it ends with the second'),
  ),
  met(
    'ensure-token-endpoint-fails-with-expired-auth-code',
    'a code after a minute',
    authorizing('a code is over after a minute'),
  ),
  operators(
    'ensure-signed-client-assertion-with-RS256-fails',
    'an assertion by RS256',
    'a key takes one algorithm: register keys that say PS256, ES256 or EdDSA',
    clientRefused('a key id of another algorithm'),
  ),
  met(
    'ensure-client-assertion-in-token-endpoint',
    'no assertion',
    clientRefused('one with a key that sends no assertion'),
  ),
  met(
    'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    'an assertion that is over',
    clientRefused('an end that is over'),
  ),
  met(
    'ensure-client-assertion-with-wrong-aud-fails',
    'an assertion for somebody else',
    clientRefused('this server with a slash behind it'),
    clientRefused('no audience'),
  ),
  met(
    'ensure-client-assertion-with-no-sub-fails',
    'an assertion without sub',
    clientRefused('an assertion that names nobody'),
  ),
  met(
    'dpop-negative-tests',
    'proofs and tokens that do not fit',
    boundRefused('as a bearer token'),
    boundRefused('with two proofs'),
    boundRefused('with a proof that names no token, as for a sign-in'),
    boundRefused('with a proof for another method'),
    boundRefused('with a proof that holds the private key'),
    boundRefused('with a proof that was used before'),
    proofRefused('by no algorithm'),
    proofRefused('of another type'),
  ),
  met(
    'refresh-token',
    'a refresh token, and its client',
    happy,
    authorizing('refresh tokens rotate, narrow, and end with a copy'),
    boundGrants('is renewed with a proof of the key, time after time'),
  ),
  notApplicable('ensure-server-handles-non-matching-intent-id', 'intents', 'a module of Open Banking UK'),
  notApplicable('test-essential-acr-sca-claim', 'acr of Open Banking', 'a module of Open Banking UK'),
  notApplicable('brazil-ensure-bad-payment-signature-fails', 'payments', 'a module of Open Finance Brasil'),
  notApplicable(
    'australia-connectid-test-claims-parameter-idtoken-identity-claims',
    'claims of ConnectID',
    australian,
  ),
  notMet(
    'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds',
    'a handle works again while nobody has signed in',
    'a handle is used up by the first request that brings it: whoever saw the address could bring it again. The module ends with a warning (FAPI 2.0 section 5.3.2.2 note 3 recommends, and does not require)',
    onceAMinute,
  ),
  met('par-attempt-reuse-request_uri', 'a handle that was used', onceAMinute),
  met('par-attempt-to-use-expired-request_uri', 'a handle that is over', onceAMinute),
  met(
    'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted',
    'a clock that is ahead by 8 seconds',
    clientTaken('a beginning half a minute ahead'),
  ),
  met(
    'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    'a clock that is ahead by more than a minute',
    clientRefused('a beginning to come'),
    clientRefused('an issue to come'),
  ),
  met('par-attempt-to-use-request_uri-for-different-client', 'a handle of another client', onceAMinute),
  met(
    'par-authorization-request-containing-request_uri-form-param',
    'request_uri in a pushed request',
    pushRefused('a request by address'),
  ),
  met('par-attempt-invalid-http-method', 'GET', onlyPost('/oauth/par')),
  met('par-ensure-pkce-required', 'no challenge', pushRefused('no challenge')),
  met('ensure-pkce-code-verifier-required', 'no verifier', codeWith('no verifier')),
  met('incorrect-pkce-code-verifier-rejected', 'another verifier', codeWith('another verifier')),
  met('par-plain-pkce-rejected', 'a plain challenge', requests('are refused with …: … > a plain challenge')),
  met('par-without-duplicate-parameters', 'client_id and request_uri alone', onceAMinute),
  met(
    'par-test-array-as-audience-fails',
    'several audiences in an assertion',
    clientRefused('this server among others as audience'),
  ),
  met(
    'par-test-par-endpoint-url-as-audience-fails',
    'an endpoint as audience',
    clientRefused('the endpoint for pushed requests as audience'),
  ),
  met(
    'par-test-token-endpoint-url-as-audience-fails',
    'the token endpoint as audience',
    clientRefused('the token endpoint as audience'),
  ),
]

export const fapiPlan: Standard = {
  name: 'fapi2-security-profile-final-test-plan',
  title: 'FAPI 2.0 Security Profile, with private_key_jwt, DPoP, OpenID Connect and the plain profile',
  requirements: rows.map((one) => ({ ...one, id: prefix + one.id })),
}
