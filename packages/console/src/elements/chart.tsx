import { useMemo } from 'preact/hooks'
import { useConsole, useWords } from '../context.ts'
import { chartWords } from '../words/chart.ts'
import { Table } from './table.tsx'

/** What a bar is made of, from below. Its kind gives it its colour. */
export interface ChartSeries {
  readonly name: string
  readonly kind: 'success' | 'refused' | 'failure' | 'alarm' | 'plain'
  /** One for each point; null where nothing is known. */
  readonly counts: readonly (number | null)[]
}

interface ChartProps {
  /** The accessible name of the table of the same numbers. */
  readonly caption: string
  /** When each bar begins, in RFC 3339, and when the last one ends. */
  readonly starts: readonly string[]
  readonly end: string
  readonly series: readonly ChartSeries[]
  /** Where a bar leads to. */
  readonly addressOf?: ((from: string, to: string) => string) | undefined
}

/** Colours by attributes, which are loaded with the chart alone. */
const colours: Readonly<Record<ChartSeries['kind'], string>> = {
  success: 'var(--good)',
  refused: 'var(--warn)',
  failure: 'var(--bad)',
  alarm: 'var(--bad)',
  plain: 'var(--accent)',
}
const width = 1000
const height = 100

/**
 * Bars over time. The drawing is for the eye alone: the numbers, and the links of the bars, stand in a table below, which a
 * keyboard and a screen reader get to.
 */
export function Chart({ caption, starts, end, series, addressOf }: ChartProps) {
  const { language } = useConsole()
  const say = useWords(chartWords)
  const sums = starts.map((_, at) => series.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0))
  const most = Math.max(...sums, 1)
  const step = width / Math.max(starts.length, 1)
  const endOf = (at: number) => starts[at + 1] ?? end
  // Without the year and the seconds: many stand beside one another.
  const format = useMemo(
    () =>
      new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
        ...{ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      }),
    [language],
  )
  const when = (at: string) => format.format(Date.parse(at))
  const told = (at: number) =>
    [
      `${when(starts[at] ?? '')} – ${when(endOf(at))}`,
      ...series.map(({ name, counts }) => `${name}: ${counts[at] ?? '–'}`),
    ].join('\n')
  return (
    <div class="chart">
      <p class="hint" aria-hidden="true">
        {most.toLocaleString(language)}
      </p>
      <svg
        width="100%"
        height="112"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {starts.map((start, at) => {
          const bar = (
            <>
              <title>{told(at)}</title>
              <rect x={at * step} y={0} width={step} height={height} fill="transparent" />
              {rectsOf(series, at, most).map(({ kind, y, tall }) => (
                <rect
                  key={kind}
                  fill={colours[kind]}
                  x={at * step + step * 0.1}
                  y={y}
                  width={step * 0.8}
                  height={tall}
                />
              ))}
            </>
          )
          return addressOf ? (
            <a key={start} href={addressOf(start, endOf(at))} tabindex={-1}>
              <g>{bar}</g>
            </a>
          ) : (
            <g key={start}>{bar}</g>
          )
        })}
        <path d={`M0 ${height}H${width}`} stroke="var(--faint)" vector-effect="non-scaling-stroke" />
      </svg>
      <p class="hint" aria-hidden="true">
        {when(starts[0] ?? end)} – {when(end)}
      </p>
      {series.length > 1 && (
        <p class="hint row" aria-hidden="true">
          {series.map(({ name, kind }) => (
            <span key={kind}>
              <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
                <rect fill={colours[kind]} width={10} height={10} />
              </svg>{' '}
              {name}
            </span>
          ))}
        </p>
      )}
      <details>
        <summary class="hint">{say.asTable}</summary>
        <Table
          caption={caption}
          rows={starts.map((start, at) => ({ start, at }))}
          keyOf={({ start }) => start}
          columns={[
            {
              title: say.time,
              cell: ({ start, at }) =>
                addressOf ? <a href={addressOf(start, endOf(at))}>{when(start)}</a> : when(start),
            },
            ...series.map(({ name, counts }) => ({
              title: name,
              cell: ({ at }: { readonly at: number }) => counts[at]?.toLocaleString(language) ?? '–',
            })),
          ]}
        />
      </details>
    </div>
  )
}

/** The parts of one bar, from below. What is counted is seen, however little it is. */
function rectsOf(series: readonly ChartSeries[], at: number, most: number) {
  let y = height
  return series.flatMap(({ kind, counts }) => {
    const count = counts[at] ?? 0
    if (count === 0) return []
    const tall = Math.max((count / most) * height * 0.98, 1)
    y -= tall
    return { kind, y, tall }
  })
}

/** How much of the most something is, beside its number. */
export function Share({ count, most }: { count: number; most: number }) {
  return (
    <svg width="100%" height="8" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect
        fill={colours.plain}
        width={Math.max((count / Math.max(most, 1)) * 100, count > 0 ? 1 : 0)}
        height={10}
      />
    </svg>
  )
}
