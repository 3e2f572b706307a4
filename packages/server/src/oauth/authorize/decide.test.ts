import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneFactor, twoFactors } from '../../sessions/contexts.ts'
import { decide, type Situation } from './decide.ts'
import type { AuthorizationRequest } from './request.ts'

const now = 1_000_000_000
const asked: AuthorizationRequest = {
  ...{ redirectUri: 'https://shop.example/back', state: undefined, scopes: ['openid'], resource: undefined },
  ...{ codeChallenge: 'c', nonce: undefined, jkt: undefined, prompts: [], maxAgeSeconds: undefined },
  ...{ contexts: [], loginHint: undefined, idTokenHint: undefined, uiLocales: undefined, claims: undefined },
  details: undefined,
}
const named = { idToken: [], userinfo: [], contexts: [], subject: undefined }
const person = { subject: 'ada', signedInAt: now - 100_000, context: oneFactor }
const there: Situation = {
  ...{ now, person, askedAt: undefined, isChosen: false, isAllowed: false, hintedSubject: undefined },
  ...{ isConsented: true, isFirstParty: false },
}
const strong = { ...person, context: twoFactors }
/** Signed in since the request came. */
const fresh = { askedAt: now - 100_000 }

const rows: [string, Partial<AuthorizationRequest>, Partial<Situation>, string][] = [
  ['let in before', {}, {}, 'grant'],
  ['nobody is there', {}, { person: undefined }, 'sign_in'],
  ['not let in yet', {}, { isConsented: false }, 'consent'],
  ['just let in', {}, { isConsented: false, isAllowed: true }, 'grant'],
  ['of the operator', {}, { isConsented: false, isFirstParty: true }, 'grant'],
  ['prompt consent, let in before', { prompts: ['consent'] }, {}, 'consent'],
  ['prompt consent, of the operator', { prompts: ['consent'] }, { isFirstParty: true }, 'consent'],
  ['prompt consent, just let in', { prompts: ['consent'] }, { isAllowed: true }, 'grant'],
  ['prompt login', { prompts: ['login'] }, {}, 'sign_in'],
  [
    'prompt login, first asked after the sign-in',
    { prompts: ['login'] },
    { askedAt: now - 99_999 },
    'sign_in',
  ],
  ['prompt login, signed in since', { prompts: ['login'] }, fresh, 'grant'],
  ['prompt select_account', { prompts: ['select_account'] }, {}, 'choose'],
  ['prompt select_account, chosen', { prompts: ['select_account'] }, { isChosen: true }, 'grant'],
  ['prompt select_account, signed in since', { prompts: ['select_account'] }, fresh, 'grant'],
  ['prompt login consent', { prompts: ['login', 'consent'] }, fresh, 'consent'],
  ['prompt none', { prompts: ['none'] }, {}, 'grant'],
  ['prompt none, nobody there', { prompts: ['none'] }, { person: undefined }, 'login_required'],
  ['prompt none, not let in', { prompts: ['none'] }, { isConsented: false }, 'consent_required'],
  ['prompt none, too long ago', { prompts: ['none'], maxAgeSeconds: 99 }, {}, 'login_required'],
  ['max_age, at its end', { maxAgeSeconds: 100 }, {}, 'grant'],
  ['max_age, over', { maxAgeSeconds: 99 }, {}, 'sign_in'],
  ['max_age 0', { maxAgeSeconds: 0 }, {}, 'sign_in'],
  ['max_age 0, signed in since', { maxAgeSeconds: 0 }, fresh, 'grant'],
  ['acr_values, met', { contexts: [oneFactor] }, {}, 'grant'],
  ['acr_values, exceeded', { contexts: [oneFactor] }, { person: strong }, 'grant'],
  ['acr_values, not met', { contexts: [twoFactors] }, {}, 'sign_in'],
  ['acr_values, not met after a try', { contexts: [twoFactors] }, fresh, 'grant'],
  ['acr_values of others', { contexts: ['urn:mace:silver'] }, {}, 'sign_in'],
  ['acr_values of others, after a try', { contexts: ['urn:mace:silver'] }, fresh, 'grant'],
  ['an essential acr, met', { claims: { ...named, contexts: [twoFactors] } }, { person: strong }, 'grant'],
  ['an essential acr, not met', { claims: { ...named, contexts: [twoFactors] } }, {}, 'sign_in'],
  [
    'an essential acr, not met after a try',
    { claims: { ...named, contexts: [twoFactors] } },
    fresh,
    'unmet_authentication_requirements',
  ],
  ['a hint, right', {}, { hintedSubject: 'ada' }, 'grant'],
  ['a hint of somebody else', {}, { hintedSubject: 'bob' }, 'sign_in'],
  ['a hint of somebody else, signed in since', {}, { ...fresh, hintedSubject: 'bob' }, 'sign_in'],
  ['a hint of somebody else, prompt none', { prompts: ['none'] }, { hintedSubject: 'bob' }, 'login_required'],
  ['a named subject', { claims: { ...named, subject: 'bob' } }, {}, 'sign_in'],
  ['a named subject, right', { claims: { ...named, subject: 'ada' } }, {}, 'grant'],
]

for (const [name, request, situation, wanted] of rows) {
  test(`${name}: ${wanted}`, () => {
    const decision = decide({ ...asked, ...request }, { ...there, ...situation })
    assert.equal(decision.kind === 'refuse' ? decision.error : decision.kind, wanted)
  })
}
