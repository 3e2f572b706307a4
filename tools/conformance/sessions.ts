import { answers, endpoints, faultyLogout } from './proofs.ts'
import { met, notApplicable, type Standard } from './requirement.ts'

const logout: Standard = {
  name: 'OpenID Connect RP-Initiated Logout 1.0',
  title: 'Signing out by the application',
  requirements: [
    met(
      '2',
      'GET and POST are taken',
      answers('a person is signed out … > by POST'),
      endpoints('with an ID token of the session, also an expired one, at once'),
    ),
    met(
      '2',
      'an ID token that has expired is taken as a hint',
      endpoints('with an ID token of the session, also an expired one, at once'),
    ),
    met('2', 'client_id is that of the hint', faultyLogout('another client than the hint has')),
    met(
      '2',
      'the person is asked where nothing proves who asks',
      endpoints('without one the person is asked, and the form goes on to the application'),
      answers('a request to sign out with … asks the person, and leads nowhere'),
    ),
    met(
      '2, 3',
      'post_logout_redirect_uri is one that is registered, letter by letter',
      faultyLogout('an address that is not registered'),
      faultyLogout('an address without a client'),
      answers('an address for the way out with something added to it leads nowhere'),
    ),
    met(
      '3',
      'state comes back',
      answers('a person is signed out … > by POST'),
      answers('a person is signed out … > without a state'),
    ),
    met('4', 'a hint that is not from here is refused', faultyLogout('a hint that is not ours')),
    met('2.1', 'the metadata names the endpoint', answers('metadata says what a client has to know')),
  ],
}

const sent = (name: string) => `oauth/logout/back-channel: ${name}`
const framed = (name: string) => `oauth/logout/front-channel: ${name}`
const signals = (name: string) => `shared-signals/shared-signals: ${name}`

const backChannel: Standard = {
  name: 'OpenID Connect Back-Channel Logout 1.0',
  title: 'Telling applications at their server',
  requirements: [
    met('2.1', 'the metadata says so', framed('the metadata say what there is')),
    met(
      '2.2',
      'an address is https and has no fragment',
      'applications/registered: refuses … > to be told of sign-outs in the clear',
    ),
    met(
      '2.4',
      'a logout token has iss, aud, iat, exp, jti, events and sub or sid, its own type, and no nonce',
      sent('every session of the application that ends is told, each once, and nobody else is told'),
      sent('a pairwise subject is that of the ID token; without the session, all of the person is meant'),
    ),
    met(
      '2.5',
      'it is posted as logout_token, and no redirect is followed',
      sent('it is not redirected, and its address is one that may be reached'),
    ),
    met(
      '2.7',
      'refresh tokens without offline_access end with the session, others stay',
      sent('what goes on when the browser signs out is not told'),
      'oauth/authorize/authorize: the session of an application ends with that of the browser, unless it may stay',
    ),
    met(
      '4',
      'whoever does not answer is told again',
      sent(
        'one that does not answer is told again under the same id by a fresh token, for a day; then the log says so',
      ),
    ),
  ],
}

const frontChannel: Standard = {
  name: 'OpenID Connect Front-Channel Logout 1.0',
  title: 'Telling applications in the browser',
  requirements: [
    met(
      '2',
      'a frame of each application at the sign-out, with iss and sid where it wants them',
      framed(
        'the page has one frame of each: with the issuer and the session that it opened last, or with nothing',
      ),
    ),
    met('3', 'the metadata says so', framed('the metadata say what there is')),
    met(
      '3',
      'nothing is framed for whoever is not signed in, or was not asked',
      framed('nothing is framed for whoever is not signed in, was not asked, or has said no'),
    ),
  ],
}

const session: Standard = {
  name: 'OpenID Connect Session Management 1.0',
  title: 'A frame that applications ask',
  requirements: [
    notApplicable(
      'all',
      'a frame of this server tells whether the session has changed',
      'not built, by decision: browsers keep the cookies of other sites from frames',
    ),
  ],
}

const sharedSignals: Standard = {
  name: 'Shared Signals Framework 1.0, CAEP and RISC 1.0',
  title: 'Security events, pushed (RFC 8935) and fetched (RFC 8936)',
  requirements: [
    met(
      'SSF 7',
      'the configuration is at its well-known address',
      signals('the configuration says where everything is'),
    ),
    met(
      'SSF 8.1.1',
      'streams are made, seen, changed, replaced and removed',
      signals('a stream is made, seen, changed, replaced and removed by its receiver'),
    ),
    met(
      'SSF 8.1.2',
      'a receiver pauses and disables its stream; an administrator too',
      signals('while a stream is paused its events wait; while it is disabled they are not kept'),
      signals('an administrator pauses a stream: the receiver is told, and cannot undo it'),
    ),
    met(
      'SSF 8.1.3',
      'subjects are taken in and left out, and nobody learns who there is',
      signals('a person who is left out is not told of, until they are taken in again'),
    ),
    met(
      'SSF 8.1.4',
      'verification, with the state of the receiver',
      signals('a verification is sent with the text of the receiver, and not too often'),
    ),
    met(
      'SSF 4',
      'a token has one event and its own type, and neither sub nor exp',
      signals('tells … to whom it concerns, and to nobody else'),
    ),
    met(
      'CAEP, RISC',
      'sessions, credentials and accounts',
      signals('a session that ends is told: whose, which, and who began it'),
      signals('tells … to whom it concerns, and to nobody else'),
    ),
    met(
      'RFC 8935 2.3, 2.4',
      'what is not taken is sent again, what is rejected is not',
      signals('a receiver that fails gets the same token again; one that rejects it does not'),
    ),
    met(
      'RFC 8936 2',
      'what is fetched comes again until it is acknowledged',
      signals('what is polled comes again until it is acknowledged, in order, and by pages'),
      signals('nobody acknowledges what waits for another'),
    ),
  ],
}

export const sessions: readonly Standard[] = [logout, backChannel, frontChannel, session, sharedSignals]
