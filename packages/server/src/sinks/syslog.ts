import type { Outcome } from '../activity/events.ts'
import type { ShownEvent } from '../activity/schema/shown.ts'
import { jsonOf } from './body.ts'
import type { SinkSetting } from './ground.ts'

/** RFC 5424 section 6.2.1: log audit. */
const facility = 13
/** Informational, warning, error, alert. */
const severityOf: Readonly<Record<Outcome, number>> = { success: 6, refused: 4, failure: 3, alarm: 1 }
/** RFC 5424 section 7.3.1: it begins with 1, and with 1 again behind this. */
const mostSequenceId = 2_147_483_647

interface Written {
  readonly hostname: string
  readonly format: SinkSetting['format']
  /** In octets, without the count before it. */
  readonly longest: number
}

/**
 * An event as a message of RFC 5424. MSG is JSON in ASCII, so it needs neither escapes nor a byte order mark (section 6.4), and
 * `meta` is structured data that every receiver knows, so that we need no enterprise number. An event that is longer than
 * allowed comes without its details, which say how many octets they had: nothing is cut off in the middle.
 */
export function syslogMessage(event: ShownEvent, { hostname, format, longest }: Written): string {
  const priority = facility * 8 + severityOf[event.outcome]
  const sequenceId = ((event.seq ?? 0) % mostSequenceId) + 1
  const header = `<${priority}>1 ${event.at} ${headerText(hostname, 255)} latchkey - ${headerText(event.event, 32)}`
  const written = (shown: ShownEvent) =>
    `${header} [meta sequenceId="${sequenceId}"] ${jsonOf(format, shown)}`
  const whole = written(event)
  if (whole.length <= longest) return whole
  return written({ ...event, details: { omitted_bytes: JSON.stringify(event.details).length } })
}

/** RFC 6587 section 3.4.1 and RFC 5425 section 4.3: each message stands behind its length in octets. */
export function framesOf(events: readonly ShownEvent[], how: Written): Buffer {
  const frames = events.map((event) => {
    const message = syslogMessage(event, how)
    return `${message.length} ${message}`
  })
  return Buffer.from(frames.join(''), 'ascii')
}

/** PRINTUSASCII of at most so many; `-` if there is nothing. */
function headerText(text: string, longest: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, longest) || '-'
}
