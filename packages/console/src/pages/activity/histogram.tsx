import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { Chart, type ChartSeries } from '../../elements/chart.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { countable } from './countable.ts'
import { type Filter, searchAddress } from './filter.ts'
import { words } from './words.ts'

const dayMs = 86_400_000
const outcomes = ['success', 'refused', 'failure', 'alarm'] as const

/**
 * How many events there are over time, of the range that is searched or of the last day, from the roll-ups. These know some
 * filters alone; of which it counts without, it says so. A bar leads to the search within its time.
 */
export function Histogram({ filter }: { filter: Filter }) {
  const { api, language } = useConsole()
  const say = useWords(words)
  const { asked, uncounted } = countable(filter)
  const list = new Intl.ListFormat(language, { type: 'unit' })
  const key = JSON.stringify(asked)
  const load = useCallback(
    (signal: AbortSignal) => {
      // `asked` is another object each time, of which the text tells whether it is another question.
      const query = JSON.parse(key) as typeof asked
      const from =
        query.from ?? new Date((query.to ? Date.parse(query.to) : Date.now()) - dayMs).toISOString()
      const finest = query.from === undefined ? '15_minutes' : undefined
      return api.call('GET /v1/activity/stats', { query: { ...query, from, bucket: finest }, signal })
    },
    [api, key],
  )
  const { value, problem } = usePolled(load, 15_000)
  const series: ChartSeries[] = !value
    ? []
    : value.by === 'outcome'
      ? outcomes.flatMap((outcome) => {
          const counted = value.values.find((one) => one.value === outcome)
          return counted ? { name: say[outcome], kind: outcome, counts: counted.counts } : []
        })
      : [{ name: say.events, kind: 'plain', counts: value.points.map(({ count }) => count) }]
  return (
    <>
      <ProblemNotice problem={problem} />
      {value && (
        <Chart
          caption={say.over}
          starts={value.points.map(({ at }) => at)}
          end={value.to}
          series={series}
          addressOf={(from, to) => searchAddress({ ...filter, from, to })}
        />
      )}
      {uncounted.length > 0 && (
        <p class="hint">{say.uncounted(list.format(uncounted.map((field) => say[field])))}</p>
      )}
    </>
  )
}
