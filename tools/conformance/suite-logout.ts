import { answers, endpoints, faultyLogout, judged } from './proofs.ts'
import { met, notApplicable, operators, type Standard } from './requirement.ts'

const metadata = answers('metadata says what a client has to know')

const signedOut = endpoints('with an ID token of the session, also an expired one, at once')
const rpInitiated: Standard = {
  name: 'oidcc-rp-initiated-logout-certification-test-plan',
  title: 'RP-Initiated Logout OP',
  requirements: [
    met(
      'oidcc-rp-initiated-logout-discovery-endpoint-verification',
      'end_session_endpoint in the metadata',
      metadata,
    ),
    met(
      'oidcc-rp-initiated-logout',
      'with all parameters',
      endpoints('with an ID token of the session, also an expired one, at once'),
      judged('signing out by the client'),
    ),
    met(
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      'an address that is not registered',
      faultyLogout('an address that is not registered'),
    ),
    met(
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      'a hint by none',
      faultyLogout('a hint whose signature was taken off'),
    ),
    met(
      'oidcc-rp-initiated-logout-no-id-token-hint',
      'an address without a hint',
      faultyLogout('an address without a client'),
    ),
    met(
      'oidcc-rp-initiated-logout-no-params',
      'nothing at all',
      answers('a request to sign out with … asks the person, and leads nowhere > nothing at all'),
      endpoints('without one the person is asked, and the form goes on to the application'),
    ),
    met(
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      'a hint without an address',
      answers('a person is signed out … > without an address'),
    ),
    met(
      'oidcc-rp-initiated-logout-no-state',
      'no state',
      answers('a person is signed out … > without a state'),
    ),
    met(
      'oidcc-rp-initiated-logout-only-state',
      'a state alone',
      answers('a request to sign out with … asks the person, and leads nowhere > a state alone'),
      endpoints('without one the person is asked, and the form goes on to the application'),
    ),
    met(
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
      'an address with a query that is not registered',
      answers('an address for the way out with something added to it leads nowhere'),
    ),
    met(
      'oidcc-rp-initiated-logout-bad-id-token-hint',
      'a hint that somebody else has signed',
      faultyLogout('a hint that another key has signed'),
    ),
  ],
}

const sent = (name: string) => `oauth/logout/back-channel: ${name}`
const framed = (name: string) => `oauth/logout/front-channel: ${name}`

const backChannel: Standard = {
  name: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
  title: 'Back-Channel Logout OP',
  requirements: [
    operators(
      'oidcc-backchannel-logout-discovery-endpoint-verification',
      'backchannel_logout_supported and backchannel_logout_session_supported, every endpoint at https',
      'serve it at https',
      framed('the metadata say what there is'),
    ),
    met(
      'oidcc-backchannel-rp-initiated-logout',
      'a logout token at the sign-out, and login_required afterwards',
      applicationsTold('the browser signs out, led here by the application'),
      sent('every session of the application that ends is told, each once, and nobody else is told'),
      signedOut,
    ),
  ],
}

function applicationsTold(row: string): string {
  return `oauth/logout/back-channel: applications are told that a session has ended, on … > ${row}`
}

const frontChannel: Standard = {
  name: 'oidcc-frontchannel-rp-initiated-logout-certification-test-plan',
  title: 'Front-Channel Logout OP',
  requirements: [
    operators(
      'oidcc-frontchannel-logout-discovery-endpoint-verification',
      'frontchannel_logout_supported and frontchannel_logout_session_supported, every endpoint at https',
      'serve it at https',
      framed('the metadata say what there is'),
    ),
    met(
      'oidcc-frontchannel-rp-initiated-logout',
      'a frame with iss and sid, and then on to the application with the state',
      framed(
        'the page has one frame of each: with the issuer and the session that it opened last, or with nothing',
      ),
      framed('a page with frames leads on when they have had time, whether a link or a form led here'),
      signedOut,
    ),
  ],
}

const session: Standard = {
  name: 'oidcc-session-management-certification-test-plan',
  title: 'Session Management OP',
  requirements: [
    notApplicable(
      'oidcc-session-management-discovery-endpoint-verification',
      'check_session_iframe in the metadata',
      'not built, by decision: browsers keep the cookies of other sites from frames',
    ),
    notApplicable(
      'oidcc-session-management-rp-initiated-logout',
      'the frame tells that a session has changed',
      'not built, by decision',
    ),
  ],
}

export const logoutPlans: readonly Standard[] = [rpInitiated, backChannel, frontChannel, session]
