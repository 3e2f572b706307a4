import { ecsOf } from '../activity/schema/ecs.ts'
import { ocsfOf } from '../activity/schema/ocsf.ts'
import type { ShownEvent } from '../activity/schema/shown.ts'
import type { SinkSetting } from './ground.ts'

const writers: Readonly<Record<SinkSetting['format'], (event: ShownEvent) => object>> = {
  latchkey: (event) => event,
  ecs: ecsOf,
  ocsf: ocsfOf,
}

/** An event as JSON of one line, in ASCII: no receiver has to guess its encoding, and none finds a line break in it. */
export function jsonOf(format: SinkSetting['format'], event: ShownEvent): string {
  return JSON.stringify(writers[format](event)).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** One JSON object a line. */
export function linesOf(format: SinkSetting['format'], events: readonly ShownEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${jsonOf(format, event)}\n`).join(''), 'ascii')
}
