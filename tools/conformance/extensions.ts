import {
  answers,
  boundGrants,
  boundRefused,
  details,
  endpoints,
  exchange,
  exchangeRefused,
  guardProof,
  judged,
  onlyPost,
  proofRefused,
  proofTaken,
  requests,
  told,
} from './proofs.ts'
import { met, notApplicable, notMet, type Standard } from './requirement.ts'

const rfc9126: Standard = {
  name: 'RFC 9126',
  title: 'Pushed authorization requests',
  requirements: [
    met('2', 'the endpoint takes POST alone', onlyPost('/oauth/par')),
    met(
      '2.1',
      'the client authenticates as at the token endpoint',
      pushRefused('a wrong secret'),
      judged('…: ID token, userinfo, refresh'),
    ),
    met('2.1', 'request_uri is refused', pushRefused('a request by address')),
    met(
      '2.1',
      'the request is judged as at the authorization endpoint',
      pushRefused('another address'),
      pushRefused('no challenge'),
      requests('are refused with …: … > a response type of the hybrid flow'),
    ),
    met(
      '2.2',
      '201 with request_uri and expires_in, kept by no cache',
      endpoints('a pushed request works once, for its client, for a minute'),
      requests('are kept by nobody, and named so that nobody can guess them'),
    ),
    met('2.3', 'errors as the token endpoint has them', pushRefused('an endless state')),
    met(
      '4',
      'a request_uri is for its client, works once and soon ends',
      endpoints('a pushed request works once, for its client, for a minute'),
      endpoints('of 64 at once one gets on with it'),
    ),
    met(
      '4',
      'the parameters that were pushed count, and no others',
      requests('count alone: what stands beside the handle in the address is not looked at'),
    ),
    met(
      '5, 6',
      'a client that has to push its requests sends no others',
      endpoints('an application that pushes its requests sends no others'),
    ),
    met('7.3', 'of many who use one at once, one gets on', endpoints('of 64 at once one gets on with it')),
  ],
}

function pushRefused(row: string): string {
  return `oauth/endpoints: … is refused with … > ${row}`
}

const rfc9449: Standard = {
  name: 'RFC 9449',
  title: 'DPoP',
  requirements: [
    met('4.3 (1)', 'one proof in one header', proofRefused('beside another'), guardProof('two DPoP lines')),
    met(
      '4.3 (2), (3)',
      'a proof is a JWT with all of its claims',
      proofRefused('that is no JWT'),
      proofRefused('without an id'),
      proofRefused('with a time in words'),
    ),
    met(
      '4.3 (4)',
      'typ is dpop+jwt',
      proofRefused('of another type'),
      proofRefused('that is an access token'),
    ),
    met(
      '4.3 (5)',
      'alg is asymmetric and announced, and not none',
      proofRefused('by a symmetric algorithm'),
      proofRefused('by no algorithm'),
      proofRefused('by an algorithm that is not announced'),
    ),
    met(
      '4.3 (6), (7)',
      'the signature is by the key in jwk, which is no private one',
      proofRefused('with the key of somebody else in it'),
      proofRefused('with the private key in it'),
    ),
    met(
      '4.3 (8), (9)',
      'htm and htu are those of the request, without query and fragment',
      proofRefused('for another method'),
      proofRefused('for another URL'),
      proofTaken('for its URL with a query, which does not count'),
    ),
    met(
      '4.3 (10)',
      'a nonce that was given is looked at: by a guard that gives any',
      guardProof('no nonce'),
      guardProof('a nonce of nobody'),
    ),
    met(
      '4.3 (11)',
      'iat is near',
      proofRefused('that is too old'),
      proofRefused('from the future'),
      proofTaken('of a clock that is ahead by half a minute'),
    ),
    met(
      '4.3 (12)',
      'with a token: ath is its hash, and the key is that of the token',
      boundRefused('with a proof for another token'),
      boundRefused('with the proof of a thief'),
      boundRefused('with a proof that names no token, as for a sign-in'),
    ),
    met(
      '5',
      'tokens are bound to the key of the proof, with token_type DPoP',
      boundGrants('… binds what it gives to the key of a proof'),
    ),
    met(
      '5',
      'refresh tokens of public clients are bound',
      boundGrants('is renewed with a proof of the key, time after time'),
      boundGrants('is worth nothing …, and its owner does not notice'),
      judged('…: ID token, userinfo, refresh'),
    ),
    met(
      '5',
      'a wrong proof is refused with invalid_dpop_proof',
      boundGrants('… refuses a proof …, whoever asks, and the log says why: …'),
    ),
    met('5.1', 'metadata names the algorithms', 'oauth/token/token: … names only what there is (RFC 8414)'),
    met('6.1', 'cnf.jkt is in the token', boundGrants('… binds what it gives to the key of a proof')),
    met(
      '7.1',
      'the scheme is DPoP in any case of letters; a bound token is no bearer token',
      'tokens/bound-tokens: opens what it is for, with a proof of that key',
      boundRefused('as a bearer token'),
    ),
    met(
      '7.1',
      'a refusal has a DPoP challenge with its algorithms',
      'tokens/bound-tokens: opens nothing …, and the log tells whose it is and why: …',
    ),
    met(
      '10',
      'dpop_jkt binds the code',
      endpoints('a code that is bound to a key is redeemed with it alone, and so are the refresh tokens'),
      told('a key that is none'),
    ),
    met(
      '10.1',
      'a proof at the pushed request binds the code, and is the key of dpop_jkt',
      requests('bind the code to the key of their proof'),
      requests('are refused with a proof of another key than dpop_jkt says'),
    ),
    met(
      '11.1',
      'a proof counts once',
      boundGrants('… takes a proof once'),
      boundGrants('of 64 uses of one proof at once, in two processes, one succeeds'),
    ),
    notApplicable(
      '8',
      'nonces of the authorization server',
      'it may give them (section 8): a proof counts once here and for 90 seconds, so that it gives none; guards can (`nonce`)',
    ),
  ],
}

const rfc8693: Standard = {
  name: 'RFC 8693',
  title: 'Token exchange',
  requirements: [
    met(
      '2.1',
      'subject_token and its type are there',
      exchangeRefused('no token'),
      exchangeRefused('no type'),
    ),
    met(
      '2.1',
      'actor_token_type does not come alone',
      requests('an actor_token_type without an actor_token is refused'),
    ),
    met(
      '2.1',
      'the subject token is judged as its type demands',
      exchangeRefused('a token that was changed'),
      exchangeRefused('the type of an ID token'),
      exchangeRefused('a token that is not for it'),
    ),
    met('2.1', 'a client that has to authenticates', exchangeRefused('a wrong secret')),
    met(
      '2.2.1',
      'the answer says issued_token_type, token_type and scope',
      exchange('a service acts on for a person, with what both may do there'),
    ),
    met(
      '2.2.2',
      'invalid_request for a token that is not taken, invalid_target for a target that is not',
      exchangeRefused('a token that was changed'),
      exchangeRefused('a target that nobody knows'),
    ),
    met(
      '4.1',
      'act names who acts, with those before inside',
      exchange('a token that was exchanged goes no further than four, and names each'),
    ),
  ],
}

const rfc9396: Standard = {
  name: 'RFC 9396',
  title: 'Rich authorization requests',
  requirements: [
    met(
      '2',
      'the parameter is a list of objects that have a type',
      malformedDetails('no list'),
      malformedDetails('no type'),
    ),
    met(
      '5',
      'an unknown type, member or value is refused with invalid_authorization_details',
      malformedDetails('another type'),
      malformedDetails('a member that is not known'),
      malformedDetails('an action that nobody grants'),
    ),
    met(
      '4, 6',
      'the person reads what it is about, and consents to that alone',
      details('the person reads what it is about, and the token says it and nothing more'),
      details('what was let be done with one device is no consent to another, nor to all of them'),
    ),
    met(
      '6.1',
      'a token request narrows, and never widens',
      details('a refresh may narrow its token, and never widen it'),
    ),
    met(
      '7',
      'the answer says what was granted',
      details('the person reads what it is about, and the token says it and nothing more'),
    ),
    met(
      '9',
      'token and introspection say it',
      details('the person reads what it is about, and the token says it and nothing more'),
      details('a token with details does what they say with the device that they name'),
    ),
    met('10', 'metadata names the types', answers('metadata says what a client has to know')),
  ],
}

function malformedDetails(row: string): string {
  return `oauth/details: a request with … is refused > ${row}`
}

const rfc8705: Standard = {
  name: 'RFC 8705',
  title: 'Mutual TLS',
  requirements: [
    notMet(
      '2, 3',
      'clients authenticate by certificate, and tokens are bound to it',
      'not built: a proxy ends TLS. A token that is bound to a certificate is refused, and not taken for a bearer token',
      'tokens/bound-tokens: is not the same as …, which no proof helps > a token that is bound to a certificate',
    ),
  ],
}

export const extensions: readonly Standard[] = [rfc9126, rfc9449, rfc8693, rfc9396, rfc8705]
