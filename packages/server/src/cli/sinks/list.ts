import { sinkView } from '../../sinks/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ sinks, world }) => {
    const now = world.now()
    const found = (await sinks.states()).map((sink) => sinkView.show({ ...sink, now }))
    const rows = found.map((sink) => [
      ...[
        sink.name,
        sink.address,
        sink.format,
        sink.state,
        String(sink.lag_events),
        String(sink.lag_seconds),
      ],
      ...[sink.delivered_at ?? '', sink.last_error ?? ''],
    ])
    const head = [
      'NAME',
      'ADDRESS',
      'FORMAT',
      'STATE',
      'EVENTS BEHIND',
      'SECONDS BEHIND',
      'LAST DELIVERY',
      'ERROR',
    ]
    createOutput(json).result(rows.length > 0 ? table(head, rows) : 'The log is sent nowhere.', found)
  })
}
