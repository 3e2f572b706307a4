import { met, operators, type Standard } from './requirement.ts'

const signals = (title: string) => `shared-signals/shared-signals: ${title}`
const refused = (row: string) => `${signals('refuses …')} > ${row}`
const withoutToken = (method: string) =>
  `${signals('… of streams with a token that is none is 401, and nothing is made or changed')} > ${method}`
const unreadable = (method: string) =>
  `${signals('… of streams with a body that cannot be read is 400, and nothing is made or changed')} > ${method}`
const lifeOfStream = signals('a stream is made, seen, changed, replaced and removed by its receiver')
const ofOthers = signals('nobody sees or changes a stream of another application')
const polled = signals('what is polled comes again until it is acknowledged, in order, and by pages')
const verified = signals('a verification is sent with the text of the receiver, and not too often')
const control = 'openid-ssf-stream-control-error-'

export const signalsPlan: Standard = {
  name: 'openid-ssf-transmitter-test-plan',
  title: 'Shared Signals Framework 1.0, transmitter (an alpha of the suite)',
  requirements: [
    operators(
      'openid-ssf-transmitter-metadata',
      'the configuration, every address at https',
      'serve it at https',
      signals('the configuration says where everything is'),
    ),
    met(
      'openid-ssf-stream-control-happy-path',
      'a stream is made, seen, changed, replaced and removed',
      lifeOfStream,
      signals('while a stream is paused its events wait; while it is disabled they are not kept'),
    ),
    met(`${control}create-stream-with-broken-input`, '400', unreadable('POST')),
    met(`${control}create-stream-with-invalid-token`, '401', withoutToken('POST')),
    met(
      `${control}create-stream-with-duplicate-config`,
      'a second stream: 201 or 409',
      signals('an application has five streams'),
    ),
    met(`${control}read-stream-with-invalid-token`, '401', withoutToken('GET')),
    met(`${control}read-unknown-stream`, '404', ofOthers, lifeOfStream),
    met(`${control}update-stream-with-invalid-token`, '401', withoutToken('PATCH')),
    met(`${control}update-stream-with-invalid-body`, '400', unreadable('PATCH')),
    met(`${control}update-unknown-stream`, '404', refused('a stream that is not there'), ofOthers),
    met(`${control}replace-stream-with-invalid-body`, '400', unreadable('PUT')),
    met(`${control}replace-stream-with-invalid-token`, '401', withoutToken('PUT')),
    met(`${control}replace-unknown-stream`, '404', ofOthers),
    met(`${control}delete-stream-with-invalid-token`, '401', withoutToken('DELETE')),
    met(`${control}delete-unknown-stream`, '404', ofOthers),
    met(
      'openid-ssf-stream-subject-control',
      'subjects are taken in and left out',
      signals('a person who is left out is not told of, until they are taken in again'),
    ),
    met('openid-ssf-transmitter-stream-verification-push', 'a verification is pushed', verified),
    met(
      'openid-ssf-transmitter-stream-verification-poll-only',
      'a verification is fetched',
      signals('nobody acknowledges what waits for another'),
      polled,
    ),
    met(
      'openid-ssf-transmitter-stream-verification-poll-and-ack',
      'what is acknowledged is not sent again',
      polled,
    ),
    met('openid-ssf-transmitter-stream-verification-ack-only', 'acknowledging without fetching', polled),
    met(
      'openid-ssf-transmitter-stream-verification-error-push-no-auth',
      'no header where the receiver gave none',
      signals('a receiver that has given no header is sent none'),
    ),
  ],
}
