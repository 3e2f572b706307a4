import { wholeText } from '../whole-text.ts'
import type { SpanContext } from './api.ts'

// W3C Trace Context, Recommendation of 2021-11-23, section 3.2.
const form = wholeText(/([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?/)
const allZeros = wholeText(/0+/)
const longestState = 512

/** The span that a request says it is part of; undefined if it says none, or not as it should be said. */
export function parentIn(
  header: (name: string) => string | undefined,
  createState: ((text: string) => unknown) | undefined,
): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] =
    form.exec(header('traceparent') ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (allZeros.test(traceId) || allZeros.test(spanId)) return undefined
  const state = header('tracestate')
  return {
    ...{ traceId, spanId, isRemote: true },
    // Whether it is recorded there; other bits are not known here.
    traceFlags: Number.parseInt(flags, 16) & 1,
    ...(state !== undefined &&
      state.length <= longestState &&
      createState && { traceState: createState(state) }),
  }
}
