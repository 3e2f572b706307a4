import type { ActivityEvent } from '../../activity/events.ts'
import { escapeHidden } from '../../text.ts'
import { dim } from '../output.ts'

/** One line for one event: when, what, how it went, who, to what, from where. */
export function activityLine(event: ActivityEvent): string {
  const when = new Date(event.at).toISOString().slice(0, 23).replace('T', ' ')
  const who = escapeHidden(event.subject ?? '-')
  // Who acts for somebody is not them: an application, an agent, or a service that was called for them.
  const { client_id: client, subject } = event
  const actor =
    client === null || client === 'latchkey' || client === subject ? '' : ` by ${escapeHidden(client)}`
  const target =
    event.target !== null && event.target !== event.subject ? ` -> ${escapeHidden(event.target)}` : ''
  const where =
    event.address === null ? '' : ` from ${event.address}${event.region === null ? '' : ` (${event.region})`}`
  const why = event.reason === null ? '' : `: ${event.reason}`
  const details = event.details === null ? '' : dim(` ${escapeHidden(event.details)}`)
  return `${dim(when)}  ${event.event.padEnd(24)} ${(event.outcome + why).padEnd(30)} ${who}${actor}${target}${where}${details}`
}
