import type { ClientInfo } from '../client-info.ts'
import type { Caller } from '../identity.ts'
import type { Log } from '../log.ts'
import { eventHeaders, eventStream } from './events.ts'
import type { Lifetime } from './lifetime.ts'
import type { Outgoing } from './outgoing.ts'
import type { EventsAnswer, StreamAnswer } from './route.ts'
import type { Streams } from './streams.ts'
import { textStream } from './text-stream.ts'

/** Answers that are sent while they are made. Each is listed, and ends with the token of its caller. */

interface Streaming {
  readonly asker: Caller | ClientInfo
  readonly lifetime: Lifetime
  readonly streams: Streams
}

/** Hono calls GET for HEAD, and would neither read the events nor end the stream. */
export function eventsOf({ events }: EventsAnswer, isHead: boolean, streaming: Streaming): Outgoing {
  if (isHead) return { status: 200, headers: eventHeaders, body: null }
  const end = begin(streaming)
  return { status: 200, headers: eventHeaders, body: eventStream(events, streaming.lifetime.signal, end) }
}

/** A file. If making it fails, the log says why, and the client sees that it is not whole. */
export function streamOf({ chunks, headers }: StreamAnswer, streaming: Streaming, log: Log): Outgoing {
  const end = begin(streaming)
  const body = textStream(chunks, streaming.lifetime, (error) => {
    if (error !== undefined) log.error('stream_failed', error)
    end()
  })
  return { status: 200, headers, body }
}

/** List a stream. Returns what is to be called at its end. @throws {Refusal} `token_revoked`, `too_many_requests` */
function begin({ asker, lifetime, streams }: Streaming): () => void {
  const [caller, client] = 'kind' in asker ? [asker.identity, asker.client] : [undefined, asker]
  const forget = streams.open(caller, client.address, lifetime.end)
  return () => {
    forget()
    // Otherwise the other listeners of the signal would be kept until the server stops.
    lifetime.end()
  }
}
