import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { EventStreamParser, type StreamEvent } from './event-stream.ts'

export type OpenEventStream = (
  url: URL,
  options: { readonly lastEventId: string | undefined; readonly signal: AbortSignal },
) => AsyncIterable<StreamEvent>

/** A whole snapshot of 100,000 revocations has about 9 MB. */
const maxEventLength = 32 * 1024 * 1024

/**
 * Connect to an event stream and give its events, until it ends or `signal` is aborted. Uses node:http and not
 * `fetch`, for only there can the socket be told not to keep the process alive. Follows no redirect.
 */
export const openEventStream: OpenEventStream = async function* (url, { lastEventId, signal }) {
  const response = await connect(url, lastEventId, signal)
  if (response.statusCode !== 200 || !/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) {
    response.destroy()
    throw new Error('the server did not answer with an event stream')
  }
  response.setEncoding('utf8')
  const parser = new EventStreamParser(maxEventLength)
  for await (const text of response) yield* parser.push(text)
}

function connect(url: URL, lastEventId: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getSecure : getPlain
    const request = get(url, { headers, signal, agent: false }, resolve)
    request.on('socket', (socket) => socket.unref())
    request.on('error', reject)
  })
}
