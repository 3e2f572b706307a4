import type { Attributes, Span, TraceApi, TraceContext } from './api.ts'
import { parentIn } from './traceparent.ts'

/** Spans of what this server does, for an SDK that an operator has brought. They hold no secret, no query and no address. */
export interface Tracing {
  /** A request of a route; part of the trace that its `traceparent` names. */
  request<T extends { readonly status: number }>(asked: AskedRoute, work: () => Promise<T>): Promise<T>
  job<T>(name: string, work: () => Promise<T>): Promise<T>
  /** A CONNECT of MQTT. */
  connect<T extends object>(work: () => Promise<T>): Promise<T>
}

interface AskedRoute {
  readonly id: string
  readonly method: string
  /** As it is described: `/v1/users/{id}`. */
  readonly path: string
  readonly header: (name: string) => string | undefined
}

// SpanKind and SpanStatusCode of the API, which are numbers for good.
const internal = 0
const server = 1
const error = 2

export function createTracing(api: TraceApi, onError: (error: unknown) => void): Tracing {
  const tracer = api.trace.getTracer('latchkey-server')
  // An SDK that fails must not make anything else fail.
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (failure) {
      onError(failure)
      return undefined
    }
  }

  async function within<T>(
    { name, kind, attributes, parent }: Begin,
    work: () => Promise<T>,
    told: (span: Span, result: T) => void,
  ): Promise<T> {
    const begun = guarded(() => {
      const around = parent?.() ?? api.context.active()
      const span = tracer.startSpan(name, { kind, attributes }, around)
      return { span, inside: api.trace.setSpan(around, span) }
    })
    if (!begun) return work()
    const { span, inside } = begun
    try {
      const result = await run(inside, work)
      guarded(() => told(span, result))
      return result
    } catch (failure) {
      // The message may say more than a trace should know.
      const type = failure instanceof Error ? failure.name : 'error'
      guarded(() => fail(span, type))
      throw failure
    } finally {
      guarded(() => span.end())
    }
  }

  function run<T>(inside: TraceContext, work: () => Promise<T>): Promise<T> {
    let begun: Promise<T> | undefined
    guarded(() => {
      api.context.with(inside, () => {
        begun = work()
        return begun
      })
    })
    return begun ?? work()
  }

  return {
    request({ id, method, path, header }, work) {
      const parent = () => {
        const span = parentIn(header, api.createTraceState)
        return span && api.trace.setSpanContext(api.context.active(), span)
      }
      const attributes = { 'http.request.method': method, 'http.route': path, 'latchkey.route': id }
      return within(
        { name: `${method} ${path}`, kind: server, attributes, parent },
        work,
        (span, { status }) => {
          span.setAttribute('http.response.status_code', status)
          if (status >= 500) fail(span, String(status))
        },
      )
    },
    job: (name, work) =>
      within({ name: `job ${name}`, kind: internal, attributes: { 'latchkey.job': name } }, work, () => {}),
    connect: (work) =>
      within(
        { name: 'mqtt connect', kind: server, attributes: { 'messaging.system': 'mqtt' } },
        work,
        (span, answer) => span.setAttribute('latchkey.outcome', 'refused' in answer ? 'refused' : 'accepted'),
      ),
  }
}

interface Begin {
  readonly name: string
  readonly kind: number
  readonly attributes: Attributes
  /** The context that it is part of; that which is active, if there is none. */
  readonly parent?: () => TraceContext | undefined
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: error })
}
